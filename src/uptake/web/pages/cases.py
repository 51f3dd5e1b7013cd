"""Which reported errors wait for somebody? The cases without names; one of them with its person, for who works on it, under it."""

from __future__ import annotations

from typing import Any

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.reads import Filters
from uptake.reads.cases import Case
from uptake.web import words
from uptake.web.pages import forms
from uptake.web.pages.me_held import CATEGORIES, both_values
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

STATES = {
    "restricted": "waits for somebody", "under_review": "under review", "decided": "upheld, waits for the next score run", "closed": "closed",
}  # fmt: skip
MOST = 50
FIELDS = {
    "hr-absences": (("First day", "first_day", "date"), ("Last day", "last_day", "date")),
    "hr-people": (
        ("From day", "effective_from", "date"), ("Working time, 0 to 1", "fte", "text"), ("Line", "lob", "text"),
        ("Department", "department", "text"), ("Team", "team", "text"),
    ),
    "accounts": (("Tool", "source", "text"), ("Account", "account", "text"), ("Belongs to person", "person_id", "text")),
}  # fmt: skip
TITLES = {
    "hr-absences": "days off, or not reported",
    "hr-people": "place or working time",
    "accounts": "whose account it is",
}


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
    opens = look.viewer.role == "compliance" and row["state"] != "closed"
    button = (
        forms.form("/cases/open", [forms.hidden("case", str(row["id"]))], "Work on it", kind="outlined")
        if opens
        else ""
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


def drawn(found: Case, figures: Rows, identity: str) -> list[tuple[str, str]]:
    """(title, markup) of the parts of one case."""
    case = found.contest
    about = [
        ("State", STATES.get(case.state, case.state)), ("Person", case.person_id), ("Said to be wrong", CATEGORIES.get(case.category, case.category)),
        ("Quarter", words.quarter(case.quarter)), ("Day", words.day(case.day, year=True) if case.day else "not one day"),
        ("Tool", words.tool(case.tool) if case.tool else "not one tool"), ("Opened", words.day(case.opened, year=True)),
        ("Answer due", words.day(case.due, year=True)),
    ]  # fmt: skip
    parts = [("What is it about?", forms.plain_table("The case", ("", ""), about))]
    held = [(name.replace("_", " "), str(value)) for row in figures for name, value in row.items() if name in SHOWN]
    parts.append(("What stands there now?", forms.plain_table("Figures of the quarter", ("Figure", "Value"), held)))
    parts.append(("How does it go on?", _next(found, identity)))
    if case.after is not None:
        parts.append(("Before and after", both_values(case.before, case.after)))
    return parts


SHOWN = (
    "quarter",
    "team",
    "segment",
    "reason",
    "certainty",
    "score_micro",
    "coverage",
    "expected_days",
    "observed_days",
    "score_version",
)


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
    from uptake.acts.cases import OF_CATEGORY  # noqa: PLC0415  pages know acts by what they say only

    source = OF_CATEGORY.get(found.contest.category)
    made = ""
    for name in (source,) if source else FIELDS:
        parts = [forms.hidden("decision", "upheld"), forms.hidden("kind_of_row", name)]
        parts += [forms.field(label, field, kind=kind, more=' maxlength="200"') for label, field, kind in FIELDS[name]]
        if name == "hr-absences":
            kinds = {
                "leave": "leave",
                "long_leave": "long leave",
                "training": "training",
                "vendor_gap": "not reported by the vendor",
            }
            parts.append(
                forms.choice("Kind", "kind", kinds, "vendor_gap" if found.contest.category == "vendor_gap" else "leave")
            )
        parts.append(_reason())
        made += f"<h3>Right: {esc(TITLES[name])}</h3>" + forms.form(
            place + "/propose", parts, "Propose this correction"
        )
    wrong = forms.form(
        place + "/propose", [forms.hidden("decision", "rejected"), _reason()], "Propose to reject it", kind="outlined"
    )
    return f"<p>A second compliance officer decides on what you propose.</p>{made}<h3>Not right</h3>{wrong}"


def _reason() -> str:
    return forms.field("Reason, in a sentence", "reason", more=' minlength="10" maxlength="500" required')


def _proposed(found: Case, place: str, identity: str) -> str:
    outcome: dict[str, Any] = found.outcome
    reason = found.proposal.reason if found.proposal else ""
    rows = [
        ("Proposed", str(outcome["decision"])),
        ("Reason", reason),
        *((name.replace("_", " "), value) for name, value in outcome["fields"].items()),
    ]
    table = forms.plain_table("What is proposed", ("", ""), rows)
    if found.proposal and found.proposal.maker == identity:
        return f"{table}<p>You proposed it; somebody else decides.</p>"
    yes = forms.form(place + "/decide", [forms.hidden("answer", "approve")], "Approve")
    no = forms.form(place + "/decide", [forms.hidden("answer", "refuse")], "Send it back", kind="outlined")
    return f"{table}{yes}{no}"
