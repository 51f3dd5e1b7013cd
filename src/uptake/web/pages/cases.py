"""Which reported errors wait for somebody? The cases without names; one of them with its person, for who works on it, under it."""

from __future__ import annotations

from typing import Any

from uptake.acts.cases import FIELDS, OF_CATEGORY
from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.reads import Filters
from uptake.reads.cases import Case, Contest
from uptake.web import words
from uptake.web.pages import forms
from uptake.web.pages.me_cases import CATEGORIES, both_values, figure, words_of
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, first_day

STATES = {
    "restricted": "waits for somebody", "under_review": "under review", "decided": "upheld, waits for the next score run", "closed": "closed",
}  # fmt: skip
MOST = 50
LONG = ' maxlength="200"'
TITLES = {
    "hr-absences": "days off", "hr-people": "place or working time", "accounts": "whose account it is", "vendor-gaps": "days not reported",
}  # fmt: skip
KINDS = {"leave": "leave", "long_leave": "long leave", "training": "training"}


def _oldest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["state"] == "closed", row["due"], row["id"]))


def _headline(_look: Look, cards: Cards) -> Headline:
    rows = cards["cases"]
    waiting = [row for row in rows if row["state"] in ("restricted", "under_review")]
    overdue = sum(row["overdue"] for row in rows)
    if not waiting:
        return Headline(
            "No case waits for a decision.",
            "A case is decided by two people, never by the person or their managers alone.",
        )
    late = f", {words.count(overdue)} overdue" if overdue else ""
    return Headline(
        f"{words.plural(len(waiting), 'case')} {'waits' if len(waiting) == 1 else 'wait'} for a decision{late}.",
        "Until it is decided the person is in no list and no ranking, and no number moves. Target: 10 working days.",
        (("Overdue cases", "amber"),) if overdue else (),
    )


def _list(look: Look, rows: Rows, _others: Cards) -> str:
    lines = "".join(_line(look, row) for row in rows[:MOST])
    return Svg(f'<ul class="steps">{lines}</ul>')


def _line(look: Look, row: Row) -> str:
    tag = '<span class="tag amber">Overdue</span> ' if row["overdue"] else ""
    what = f"{CATEGORIES.get(row['category'], row['category'])}, {words.quarter(row['quarter'])}"
    when = f"{STATES.get(row['state'], row['state'])}; opened {words.day(row['opened'], year=True)}, due {words.day(row['due'], year=True)}"
    words_of = "Look at it" if row["state"] == "closed" else "Work on it"
    opens = look.viewer.role == "compliance"
    button = (
        forms.form("/cases/open", [forms.hidden("case", str(row["id"]))], words_of, kind="outlined") if opens else ""
    )
    return (
        f'<li><span class="number">{words.count(row["id"])}</span><span class="what"><b>{esc(what)}</b>'
        f"<span>{tag}{esc(when)}</span></span>{button}</li>"
    )


CASES = Page(
    "cases",
    "Cases",
    "Which reported errors wait for somebody?",
    (
        Card(
            "cases", "What is said to be wrong?", "contest_cases", lambda _look: Filters(), keep=_oldest_first, picture=_list,
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'case')}, the next due first. No name stands here.",
            foot=lambda _look, _rows, _others: "Whoever works on a case reads one person's rows under its number; each reading is shown to that person.",
            columns=("id", "state", "category", "quarter", "opened", "due", "overdue", "decision", "closed"), empty="Nobody has reported an error.",
        ),
    ),
    _headline,
    viewers=frozenset({"compliance", "internal_audit", "validator"}),
    controls=(),
    menu="own",
)  # fmt: skip


def drawn(found: Case, figures: Rows, looks: Rows, identity: str) -> list[tuple[str, str]]:
    """(title, markup) of the parts of one case."""
    case = found.contest
    about = [
        ("State", STATES.get(case.state, case.state)), ("Person", case.person_id), ("Said to be wrong", CATEGORIES.get(case.category, case.category)),
        ("Quarter", words.quarter(case.quarter)), ("Day", words.day(case.day, year=True) if case.day else "not one day"),
        ("Tool", words.tool(case.tool) if case.tool else "not one tool"), ("Opened", words.day(case.opened, year=True)),
        ("Answer due", words.day(case.due, year=True)),
    ]  # fmt: skip
    parts = [("What is it about?", forms.plain_table("The case", ("", ""), about))]
    held = [(words_of(name), figure(name, row[name])) for row in figures for name in SHOWN if name in row]
    parts.append(("What stands there now?", forms.plain_table("Figures of the quarter", ("Figure", "Value"), held)))
    parts.append(("How does it go on?", _next(found, identity)))
    if case.after is not None:
        told = f"<p>{words.plural(found.told, 'viewer')} to whom the old value was shown got a notice.</p>"
        parts.append(("Before and after", Svg(both_values(case.before, case.after) + told)))
    parts.append(("To whom was it shown?", _shown_to(looks)))
    return parts


def _shown_to(looks: Rows) -> str:
    """Readings by others since the quarter began, by role and purpose; viewers with a person of their own get a notice when the value changes."""
    lines = [
        (words.day(row["day"], year=True), words_of(row["role"]), row["purpose"], words_of(row["question"]), words.count(row["times"]))
        for row in sorted(looks, key=lambda row: (row["day"], row["role"]), reverse=True)[:MOST]
    ]  # fmt: skip
    if not lines:
        return Svg("<p>Nobody else has read a row of this person since the quarter began.</p>")
    return forms.plain_table("Readings since the quarter began", ("Day", "Role", "Purpose", "What", "Times"), lines)


SHOWN = (
    "quarter", "lob", "team", "segment", "reason", "certainty", "score_micro", "coverage", "expected_days", "observed_days", "score_version",
)  # fmt: skip
"""Figures that stand before whoever decides."""


def _next(found: Case, identity: str) -> str:
    case = found.contest
    place = f"/cases/{case.id}"
    if case.state == "restricted":
        return Svg(f"<p>Nobody works on it yet.</p>{forms.form(place + '/take', [], 'Take it under review')}")
    if case.state == "under_review" and found.proposal is None:
        return Svg(_propose(found, place))
    if case.state == "under_review":
        return Svg(_proposed(found, place, identity))
    if case.state == "decided":
        return Svg(
            "<p>Upheld. The next score run applies the correction, and then both values stand here and on the person's own page.</p>"
        )
    return Svg(f"<p>Closed: {esc(case.decision or '')}.</p>")


def _propose(found: Case, place: str) -> str:
    source = OF_CATEGORY.get(found.contest.category)
    made = ""
    for name in (source,) if source else TITLES:
        parts = [
            forms.hidden("decision", "upheld"),
            forms.hidden("kind_of_row", name),
            *_fields(name, found.contest),
            _reason(),
        ]
        made += f"<h3>Right: {esc(TITLES[name])}</h3>" + forms.form(
            place + "/propose", parts, "Propose this correction"
        )
    wrong = forms.form(
        place + "/propose", [forms.hidden("decision", "rejected"), _reason()], "Propose to reject it", kind="outlined"
    )
    return f"<p>A second compliance officer decides on what you propose.</p>{made}<h3>Not right</h3>{wrong}"


def _fields(source: str, contest: Contest) -> list[str]:
    """The cells of a correction, filled in as far as the case says."""
    day = contest.day.isoformat() if contest.day else ""
    tools = {name: text for name, text in words.TOOLS.items() if name != "all"}
    days = [
        forms.field("First day", "first_day", day, kind="date", more=" required"), forms.field("Last day", "last_day", day, kind="date", more=" required"),
    ]  # fmt: skip
    if source == "hr-absences":
        return [*days, forms.choice("Kind", "kind", KINDS)]
    if source == "vendor-gaps":
        return [forms.choice("Tool", "tool", tools, contest.tool or ""), *days]
    if source == "accounts":
        people = [
            forms.field(label, name, more=LONG)
            for label, name in (
                ("Belongs to person", "person_id"),
                ("Shared with person, if it is", "second_person_id"),
            )
        ]
        account = forms.field("Account", "account", more=LONG)
        return [forms.choice("Tool", "source", tools, contest.tool or ""), account, *people]
    since = day or first_day(contest.quarter).isoformat()
    texts = (("Working time, 0 to 1", "fte"), ("Line", "lob"), ("Department", "department"), ("Team", "team"))
    return [
        forms.field("From day", "effective_from", since, kind="date", more=" required"), *(forms.field(label, name, more=LONG) for label, name in texts),
    ]  # fmt: skip


def _reason() -> str:
    return forms.field("Reason, in a sentence", "reason", more=' minlength="10" maxlength="500" required')


def _proposed(found: Case, place: str, identity: str) -> str:
    outcome: dict[str, Any] = found.outcome
    reason, fields = found.proposal.reason if found.proposal else "", outcome["fields"]
    rows = [
        ("Proposed", str(outcome["decision"])),
        ("Reason", reason),
        *(
            (words_of(name), _field_text(name, fields[name]))
            for name in FIELDS.get(outcome["source"], ())
            if fields.get(name)
        ),
    ]
    table = forms.plain_table("What is proposed", ("", ""), rows)
    if found.proposal and found.proposal.maker == identity:
        return f"{table}<p>You proposed it; somebody else decides.</p>"
    change = forms.hidden("change", str(found.proposal.id if found.proposal else 0))
    yes = forms.form(place + "/decide", [forms.hidden("answer", "approve"), change], "Approve")
    no = forms.form(place + "/decide", [forms.hidden("answer", "refuse"), change], "Send it back", kind="outlined")
    return f"{table}{yes}{no}"


def _field_text(name: str, value: str) -> str:
    if name in ("first_day", "last_day", "effective_from"):
        return words.day_of(value)
    return words.tool(value) if name in ("tool", "source") else KINDS.get(value, value)
