"""The register of data that leaves the company, on the Assurance page: where data goes, what may, and what was seen."""

from __future__ import annotations

from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages.shape import Card, Cards, Look, Rows

_ORDER = {"not_registered": 0, "not_allowed": 1, "review_due": 2, "registered": 3, "not_in_use": 4}
_WRONG = (
    ("not_registered", "in use without a row"),
    ("not_allowed", "with data that may not go there"),
    ("review_due", "not reviewed for a year"),
)


def _worst_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (_ORDER[row["state"]], row["tool"]))


def sentence(rows: Rows) -> str:
    """How the register stands, in words."""
    counts = [(sum(row["state"] == state for row in rows), said) for state, said in _WRONG]
    wrong = [f"{words.count(count)} {said}" for count, said in counts if count]
    held = words.plural(sum(row["state"] != "not_registered" for row in rows), "row")
    return f"{held} in the register; {', '.join(wrong)}." if wrong else f"{held} in the register, nothing is missing."


def _deck(_look: Look, rows: Rows, _others: Cards) -> str:
    return sentence(rows)


EGRESS = Card(
    "egress", "Where does data go, and what was seen in it?", "data_egress", lambda _look: Filters(), keep=_worst_first, size=25, deck=_deck,
    foot=lambda look, _rows, _others: (
        "Rows are kept in the settings by those who review them. Classes are counted by the local detector, where policy has it on, "
        f"by day and tool, never by person; of tools of {look.policy.k} accounts or fewer none is shown."
    ),
    columns=("tool", "vendor", "region", "data_allowed", "data_seen", "prompts", "state", "retention", "accounts", "reviewed"),
    empty="No tool is in use and no row is kept.", place=-1,
)  # fmt: skip
