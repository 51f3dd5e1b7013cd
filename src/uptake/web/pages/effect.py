"""Is frequent use effective use? Units by use and by the soundness of their AI-assisted changes; groups only, never a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from uptake.charts import CORNERS, Spot, key, quadrant
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

EFFECTIVE, FREQUENT, SELECTIVE, NOT_YET, NOT_CLEAR = CORNERS
SPLIT = 30_000_000
KINDS = {0: "line", 1: "department", 2: "team"}
"""What a unit is called, by the slashes of its path."""
ONE = {EFFECTIVE: "effective", FREQUENT: "not effective", NOT_CLEAR: "not clear"}
"""What is said where a single unit uses AI frequently, by its corner."""
READERS = frozenset({"executive", "lob_lead", "manager", "compliance"})
COLUMNS = ("unit", "people", "use", "outcome", "low", "high", "corner", "changes", "attribution", "reason")
METHOD = (
    "Use is the mean quarter score. Outcome says how sound AI-assisted changes are beside other changes of the same repositories, "
    "language, kind of task and tenure: 1 is one standard deviation. Volume is no part of it."
)
WORDS = "Associated with use, not shown to be caused by it: nobody was drawn at random to use AI."
EMPTY = "No merged change of this quarter is known, or too few people merge them for any unit to be shown."


def _of_quarter(look: Look) -> Filters:
    return Filters(quarter=look.quarter)


def _below(look: Look, rows: Rows) -> Rows:
    """Units inside the scope, and the scope itself."""
    if look.scope == words.COMPANY:
        return rows
    return [row for row in rows if row["unit"] == look.scope or row["unit"].startswith(f"{look.scope}/")]


def _level(row: Row) -> int:
    return str(row["unit"]).count("/")


def drawn_level(look: Look, rows: Rows) -> int | None:
    """The finest level of which a unit has a corner, for one mark a unit and no unit inside another."""
    return max((_level(row) for row in _below(look, rows) if row["corner"]), default=None)


def finest(look: Look, rows: Rows) -> Rows:
    """The units that are drawn, the largest use first; those without a corner last."""
    level = drawn_level(look, rows)
    inside = [row for row in _below(look, rows) if level is None or _level(row) == level]
    return sorted(inside, key=lambda row: (row["corner"] is None, -(row["use"] or 0), row["unit"]))


def wider(look: Look, rows: Rows) -> Rows:
    """The units above those that are drawn, in the order of the hierarchy."""
    level = drawn_level(look, rows)
    return [row for row in _below(look, rows) if level is not None and _level(row) < level]


def kind_of(rows: Iterable[Row]) -> str:
    """What the drawn units are: teams, departments, lines."""
    return KINDS.get(max((_level(row) for row in rows), default=3), "unit")


def _headline(look: Look, cards: Cards) -> Headline:
    rows = cards["quadrant"]
    known = [row for row in rows if row["corner"]]
    if not known:
        why = f"{words.plural(len(rows), 'unit')} have none: see the reasons below." if rows else EMPTY
        return Headline(f"No outcome of {common.who(look)} can be shown for {look.short_quarter}.", why)
    counts, kind = Counter(row["corner"] for row in known), kind_of(known)
    often = [row for row in known if row["use"] >= SPLIT]
    return Headline(_sentence(counts, len(often), kind), _lede(counts, rows, len(often), kind))


def _sentence(counts: Counter[str], often: int, kind: str) -> str:
    if not often:
        return f"No {kind} uses AI frequently. Seldom use goes with sounder changes in {counts[SELECTIVE]}."
    if often == 1:
        which = next((corner for corner in (EFFECTIVE, FREQUENT) if counts[corner]), NOT_CLEAR)
        return f"The only {kind} with frequent use is {ONE[which]}."
    return (
        f"Of {words.plural(often, kind)} with frequent use, {words.count(counts[EFFECTIVE])} "
        f"{'is' if counts[EFFECTIVE] == 1 else 'are'} effective and {words.count(counts[FREQUENT])} "
        f"{'is' if counts[FREQUENT] == 1 else 'are'} not."
    )


def _lede(counts: Counter[str], rows: Rows, often: int, kind: str) -> str:
    unclear = often - counts[EFFECTIVE] - counts[FREQUENT]
    missing = sum(row["corner"] is None for row in rows)
    return common.notes(
        [
            f"{words.count(unclear)} of them: not clear." if often > 1 and unclear else "",
            f"Of those with seldom use, {words.count(counts[SELECTIVE])} {'is' if counts[SELECTIVE] == 1 else 'are'} effective, {words.count(counts[NOT_YET])} not yet.",
            f"{words.plural(missing, kind)} without a corner: too little is known." if missing else "",
        ]
    )


def _picture(_look: Look, rows: Rows, _others: Cards) -> str | None:
    known = [row for row in rows if row["corner"]]
    spots = [
        Spot(
            words.unit(row["unit"]),
            row["use"],
            row["outcome"],
            row["high"] - row["outcome"],
            row["corner"],
            row["changes"] or 0,
        )
        for row in known
    ]
    return quadrant(spots, "Use and outcome of units") if spots else None


def _key(_look: Look, rows: Rows, _others: Cards) -> str | None:
    if not any(row["corner"] for row in rows):
        return None
    return key(
        [
            ("gain", EFFECTIVE), ("harm", FREQUENT), ("seldom-gain", SELECTIVE), ("seldom-harm", NOT_YET),
            ("unclear", f"{NOT_CLEAR}: {sum(row['corner'] == NOT_CLEAR for row in rows)}"),
        ]
    )  # fmt: skip


def _deck(_look: Look, _rows: Rows, _others: Cards) -> str:
    return METHOD


def _foot(_look: Look, rows: Rows, _others: Cards) -> str:
    missing = Counter(row["reason"] for row in rows if row["reason"])
    left_out = "; ".join(f"{reason}: {number}" for reason, number in sorted(missing.items()))
    band = "Across: use, split at 30. Up: outcome; the band is one standard error of the middle unit, and each unit is judged by its own."
    return common.notes([band, f"Without a mark: {left_out}." if left_out else "", WORDS])


EFFECT = Page(
    "effect",
    "Effective use",
    "Is frequent use effective use?",
    (
        Card(
            "quadrant", "Do units that use AI often do sounder work with it?", "quadrant", _of_quarter, keep=finest, picture=_picture, key=_key,
            deck=_deck, foot=_foot, columns=COLUMNS, terms=("outcome", "corner", "quarter score"), empty=EMPTY,
        ),
        Card(
            "above", "And the units above them?", "quadrant", _of_quarter, keep=wider, columns=COLUMNS, terms=("outcome", "corner"),
            deck=lambda _look, _rows, _others: "The outcome of each unit is made of all its changes, not of the units inside it.",
            empty="There is no released unit between these and the company.",
        ),
    ),
    _headline,
    viewers=READERS,
    controls=("scope", "quarter"),
    closed=True,
    split_by_tool=False,
)  # fmt: skip
