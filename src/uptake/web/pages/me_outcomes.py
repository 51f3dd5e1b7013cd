"""The own outcome: how sound a person's AI-assisted changes are, shown to that person and to nobody else."""

from __future__ import annotations

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.web import words
from uptake.web.pages.shape import Cards, Look, Row, Rows

ENOUGH = "Not enough: ten AI-assisted changes with at least three known signals are needed."
NO_USE = "Not said: your use in this quarter is not known well enough to set it beside your changes."
OF_MONTHS = (
    "month", "changes", "marked", "in_weeks_of_use", "lead_minutes", "review_rounds", "review_minutes", "reviewed", "checked", "first_checks_passed",
    "reverted", "hotfixes", "defects", "incidents", "lines_added", "lines_deleted", "reviews_given",
)  # fmt: skip
SAID = {
    "effective": "frequent use, and sounder changes than others of their kind",
    "frequent, not effective": "frequent use, and less sound changes than others of their kind",
    "selective, effective": "seldom use, and sounder changes than others of their kind",
    "not yet": "seldom use, and less sound changes than others of their kind",
    "not clear": "no clear difference from other changes of their kind",
}


def drawn_outcome(_look: Look, rows: Rows, _others: Cards) -> str:
    """The figures of the quarter, or what is missing for one."""
    row = rows[0]
    pairs = [
        ("Merged changes", words.count(row["changes"])),
        ("Of these with AI", words.count(row["assisted"])),
        *_outcome(row),
    ]
    return Svg(
        '<dl class="held">' + "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in pairs) + "</dl>"
    )


def _outcome(row: Row) -> list[tuple[str, str]]:
    if row["corner"] is None:
        return [("Outcome", NO_USE if row["reason"] == "use not known" else ENOUGH)]
    value, low, high = (words.cell(row[name], "micro-sd") for name in ("outcome", "low", "high"))
    return [("Outcome", f"{value} ({low} to {high})"), ("That is", SAID[row["corner"]])]


def outcome_deck(_look: Look, _rows: Rows, _others: Cards) -> str:
    """Who sees it."""
    return "Only you see this: no manager, no peer, no officer, under no purpose and no case."


def outcome_foot(_look: Look, _rows: Rows, _others: Cards) -> str:
    """How to read it."""
    return "1 is one standard deviation of changes of the same kind. Associated with your use of AI, not shown to be caused by it."
