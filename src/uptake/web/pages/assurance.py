"""What was seen, by whom, and can it be proven? The audit log, decisions, and packs of evidence, for those who prove control."""

from __future__ import annotations

from uptake.charts import Svg
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import assurance_changes, forms
from uptake.web.pages.assurance_egress import EGRESS
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Rows


def _of_days(look: Look) -> Filters:
    since, until = look.address.since, look.address.until
    return Filters(first=since, last=until)


def _everything(_look: Look) -> Filters:
    return Filters()


def _newest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: row["id"], reverse=True)


def _headline(_look: Look, cards: Cards) -> Headline:
    trail, cases = cards["trail"], cards.get("cases", ())
    named = sum(row["subjects"] > 0 for row in trail)
    overdue = sum(row["overdue"] for row in cases)
    late = f" {words.plural(overdue, 'case')} {'is' if overdue == 1 else 'are'} overdue." if overdue else ""
    records = f"{words.count(named)} of the newest {words.plural(len(trail), 'record')} name somebody.{late}"
    changes = assurance_changes.sentence(cards.get("verified", ()))
    kept = "Every response with a person's rows has its record before it is sent. Records hold pseudonyms, counts and versions, never the data."
    tags = (("Overdue cases", "amber"),) if overdue else ()
    return Headline(changes, f"{records} {kept}", tags) if changes else Headline(records, kept, tags)


def _pack(look: Look, rows: Rows, _others: Cards) -> str | None:
    days = _shown_days(look, rows)
    if look.viewer.role not in ("compliance", "internal_audit"):
        return _days(days)
    pack = forms.form(
        "/assurance/pack",
        [
            forms.field("First day", "from", days[0], kind="date"),
            forms.field("Last day", "to", days[1], kind="date"),
            forms.field("Case, or empty for all", "case", more=' maxlength="80"'),
        ],
        "Make a pack of evidence",
    )
    return Svg(f"{_days(days)}{pack}{_search(look)}")


def _shown_days(look: Look, rows: Rows) -> tuple[str, str]:
    """First and last day of the records above, not of a quarter of figures: what was read is newer than what it was about."""
    since, until = look.address.since, look.address.until
    if since and until:
        return since.isoformat(), until.isoformat()
    days = sorted(str(row["time"])[:10] for row in rows) or [day.isoformat() for day in look.period]
    return days[0], days[-1]


def _days(days: tuple[str, str]) -> str:
    """Which days the trail is of: an address, as everywhere."""
    named = (("From", "from", days[0]), ("to", "to", days[1]))
    fields = [forms.field(label, name, day, kind="date") for label, name, day in named]
    return forms.form("/assurance", fields, "Show these days", kind="outlined", method="get")


def _search(look: Look) -> str:
    if look.viewer.role != "compliance":
        return ""
    if not look.viewer.case_id:
        return '<p class="deck">To search the records of one person, enter a case first: Purpose, above.</p>'
    return forms.form(
        "/assurance/search",
        [forms.field("Person", "person", more=' maxlength="80" required')],
        "Find who looked",
        kind="outlined",
    )


ASSURANCE = Page(
    "assurance",
    "Assurance",
    "What was seen, by whom, and can it be proven?",
    (
        Card(
            "trail", "Who asked for what?", "audit_trail", _of_days, size=25, form=_pack,
            deck=lambda _look, rows, _others: f"The newest {words.plural(len(rows), 'record')}; older ones are in packs of evidence.",
            columns=("seq", "time", "role", "purpose", "case_id", "action", "question", "subjects", "rows", "columns", "result", "actor"),
            foot=lambda _look, _rows, _others: "Actors and people are keyed pseudonyms. A pack verifies offline: uptake verify PACK.zip.",
            empty="No record lies in these days.",
        ),
        Card(
            "decisions", "What did people decide?", "decisions", _everything, keep=_newest_first, size=10,
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'decision')}, each of a named person, with a reason. Nothing happens by itself.",
            columns=("id", "kind", "ref", "decision", "reason", "decided_at", "decided_by", "subject"), empty="Nobody has decided anything yet.",
        ),
        Card(
            "cases", "Which reported errors are open?", "contest_cases", _everything, keep=_newest_first, size=10,
            deck=lambda _look, rows, _others: f"{words.plural(sum(row['state'] != 'closed' for row in rows), 'case')} of {len(rows)} open.",
            columns=("id", "state", "category", "quarter", "opened", "due", "overdue", "decision", "closed"), empty="Nobody has reported an error.",
        ),
        *assurance_changes.CARDS,
        EGRESS,
    ),
    _headline,
    viewers=frozenset({"compliance", "internal_audit", "validator"}),
    controls=("period",),
    menu="own",
)  # fmt: skip
