"""The forms of the Team page: what can be offered, to whom it goes, and the list of people with the step that each reason suggests.

Whether a viewer sees names is policy, never the page: without names an offer is blind, and no count stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from uptake.acts.offers import STEPS, sees_names
from uptake.charts import Svg
from uptake.charts.core import block, esc
from uptake.errors import NotPermitted
from uptake.policy import Policy, Viewer, may_offer
from uptake.reads.targets import closed_quarter
from uptake.web import words
from uptake.web.pages.shape import UNDER_REVIEW, Cards, Look, Row, Rows

NOTHING = "nothing"
TITLES = {**{step: title for step, (title, _) in STEPS.items()}, "wait for the vendor": "Wait for the vendor"}
WHY = {**{step: why for step, (_, why) in STEPS.items()}, "wait for the vendor": "the vendor gave no complete data"}
GROUPS = (
    ("Seat not used", "non-user and non-adopter, proven"), ("Lapsed", "used it before and stopped"),
    ("Not known", "never counted as not using"), ("No seat", "never counted as not using"), ("Excluded", "nothing to offer"),
)  # fmt: skip
OF_SEGMENT = {"non_user": 0, "non_adopter": 0, "lapsed": 1, "insufficient": 2}
BLIND = (
    "The offer goes to everybody in your unit whom it may help. The product writes to them; you see no names, and the answer "
    "is the same whatever the number."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A step and the people to whom the list suggests it: those not asked yet, and those to whom it is offered."""

    step: str
    new: int
    offered: int

    @property
    def can_be_offered(self) -> bool:
        return self.step in STEPS and self.new > 0


def may(viewer: Viewer, policy: Policy) -> bool:
    """Whether this viewer may offer help at all: a manager, for the purpose support."""
    try:
        may_offer(viewer, policy)
    except NotPermitted:
        return False
    return True


def has_buttons(look: Look) -> bool:
    """Offers are made on the closed quarter: a list of another one is to read only."""
    return may(look.viewer, look.policy) and look.quarter == closed_quarter(look.today)


def left_out(others: Cards, card: str) -> int:
    """People whom the list of a card leaves out while their contest is open."""
    return sum(row["people"] for row in others.get(UNDER_REVIEW, ()) if row["card"] == card)


def place(row: Row) -> int:
    """Which of GROUPS a row stands in."""
    return OF_SEGMENT.get(row["segment"], 3 if row["reason"] == "no_seat" else 4)


def by_group(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (place(row), row["reason"], row["person_id"]))


def plans(rows: Rows) -> list[Plan]:
    """Steps by the number of people who have no offer yet, largest first."""
    steps = {row["suggestion"] for row in rows} - {NOTHING}
    found = [
        Plan(step, sum(row["offered"] is None for row in inside), sum(row["offered"] is not None for row in inside))
        for step in steps
        if (inside := [row for row in rows if row["suggestion"] == step])
    ]
    return sorted(found, key=lambda plan: (-plan.new, plan.step))


def steps(look: Look, rows: Rows, _others: Cards) -> str | None:
    """A line a step with its count, its reason and its button; the largest one is the filled button of the page."""
    found = plans(rows)
    if not found:
        return None
    first = next((plan.step for plan in found if plan.can_be_offered), None)
    lines = "".join(_step(look, plan, filled=plan.step == first) for plan in found)
    return Svg(
        f'<ul class="steps">{lines}</ul>{_done("The offer is made. Whoever had it already was not asked again.")}'
    )


def _step(look: Look, plan: Plan, *, filled: bool) -> str:
    more = (
        f"; {words.count(plan.offered)} more {'has' if plan.offered == 1 else 'have'} an offer" if plan.offered else ""
    )
    text = block(
        "what", f"<b>{esc(TITLES.get(plan.step, plan.step))}</b><span>{esc(WHY.get(plan.step, '') + more)}</span>"
    )
    button = ""
    if plan.can_be_offered and has_buttons(look):
        button = _offer(plan.step, f"Offer to {words.count(plan.new)}", filled=filled)
    elif plan.step in STEPS and not plan.new:
        button = '<span class="told">offered to all</span>'
    return f'<li><span class="number">{words.count(plan.new)}</span>{text}{button}</li>'


def _offer(step: str, text: str, who: str = "", label: str = "", *, filled: bool = False) -> str:
    person = f'<input type="hidden" name="who" value="{esc(who)}">' if who else ""
    named = f' aria-label="{esc(label)}"' if label else ""
    kind = "filled" if filled else "outlined"
    return (
        f'<form class="offer" method="post" action="/team/offer"><input type="hidden" name="step" value="{esc(step)}">{person}'
        f'<button class="{kind}"{named}>{esc(text)}</button></form>'
    )


def _done(text: str) -> str:
    """Shown where the form leads: the same words for everybody, whatever was done."""
    return f'<p class="done" id="offered" role="status">{esc(text)}</p>'


def blind(look: Look, _rows: Rows, _others: Cards) -> str | None:
    """A button for every step there is, whoever it may reach: a button less would be a count."""
    if sees_names(look.viewer, look.policy) or not has_buttons(look):
        return None
    lines = "".join(
        f"<li>{block('what', f'<b>{esc(title)}</b><span>{esc(why)}</span>')}{_offer(step, 'Offer')}</li>"
        for step, (title, why) in STEPS.items()
    )
    said = _done("The offer goes out to everybody whom it may help, if there is anybody.")
    return Svg(
        f'<h3 class="about">What can you offer this week?</h3><p class="deck">{esc(BLIND)}</p>'
        f'<ul class="steps blind">{lines}</ul>{said}{appraisal()}'
    )


def appraisal() -> str:
    """The export that is always refused: whoever asks for it reads why, and whose decision it is."""
    return (
        '<form class="act" method="post" action="/team/appraisal"><button class="plain">Export for appraisal</button>'
        "<p>Refused by policy; it says why, and who owns the policy.</p></form>"
    )


def below_list(look: Look, _rows: Rows, _others: Cards) -> str | None:
    return Svg(appraisal()) if may(look.viewer, look.policy) else None


def people(look: Look, rows: Rows, others: Cards) -> str:
    """The list by reason, not by person: each group under its name and count, whoever is under review at its end, unnamed."""
    groups = "".join(_group(look, number, list(inside)) for number, inside in groupby(rows, key=place))
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Engineer", "Team", "Why on this list", "Next step"))
    return Svg(
        '<div class="scroll" tabindex="0" role="region" aria-label="The list by reason"><table class="reasons">'
        f'<thead><tr>{heads}<th scope="col" class="n">Action</th></tr></thead>{groups}{_contested(left_out(others, "not_using"))}'
        "</table></div>"
    )


def _group(look: Look, number: int, rows: Sequence[Row]) -> str:
    title, note = GROUPS[number]
    head = f'<tr><th scope="colgroup" colspan="5" class="group">{title} <span>{note}, {words.count(len(rows))}</span></th></tr>'
    return f"<tbody>{head}{''.join(_person(look, row) for row in rows)}</tbody>"


def _person(look: Look, row: Row) -> str:
    team = words.unit(row["team"]) if row["team"] else words.DASH
    step = TITLES.get(row["suggestion"], "none")
    cells = (row["person_id"], team, words.reason(row["reason"]).capitalize(), step)
    return "<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in cells) + f'<td class="n">{_action(look, row)}</td></tr>'


def _action(look: Look, row: Row) -> str:
    step = row["suggestion"]
    if row["offered"] is not None:
        return f'<span class="told">offered {words.day(row["offered"])}</span>'
    if step not in STEPS:
        return '<span class="told">wait</span>' if step in TITLES else words.DASH
    if not has_buttons(look):
        return words.DASH
    return _offer(step, "Offer", look.opaque(row["person_id"]), f"Offer to {row['person_id']}: {TITLES[step]}")


def _contested(number: int) -> str:
    if not number:
        return ""
    who = words.plural(number, "person", "people")
    return (
        f'<tbody><tr class="contested"><td>{who}</td><td colspan="4"><span class="tag amber">Under review</span> '
        f"{words.LEFT_OUT}</td></tr></tbody>"
    )
