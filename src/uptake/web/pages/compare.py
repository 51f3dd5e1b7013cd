"""How do units stand against their line's median? The ridge by line, segments of the units below, departments by median."""

from __future__ import annotations

from uptake.charts import Bin, Part, RidgeRow, SegmentRow, key, ridge, segment_key, segment_rows
from uptake.charts.numerals import MICRO
from uptake.charts.scales import score_top
from uptake.reads import Filters
from uptake.web import words
from uptake.web.address import link
from uptake.web.pages import board, common, compare_units, overview
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

LAST_BIN = 10 * MICRO
"""Width that the highest bin is drawn with at least: its own end is always 100, which says nothing of its people."""


def _headline(look: Look, cards: Cards) -> Headline:
    lines = [row for row in cards["lines"] if row["lob"] != words.COMPANY and row["median_micro"] is not None]
    if not lines:
        return Headline(
            f"No line has a median that may be shown {common.when(look)}.",
            f"A median needs {common.of_a_median(look)} eligible people or more.",
        )
    zero = sum(row["median_micro"] == 0 for row in lines)
    highest = max(lines, key=lambda row: (row["median_micro"], row["lob"]))
    score = words.score(highest["median_micro"])
    if len(lines) == 1:
        half = "half or more of its engineers have no recorded use" if zero else "half of its engineers score higher"
        return Headline(f"The median of {highest['lob']} is {score} {common.when(look)}: {half}.")
    first = f"In {zero} of {len(lines)} lines the median engineer has no recorded use."
    if highest["median_micro"]:
        first += f" {highest['lob']} stands highest, at {score}."
    return Headline(first, _lede(lines))


def _lede(lines: Rows) -> str:
    active = [row for row in lines if row["active_median_micro"] is not None]
    if len(active) < 2:
        return "A median of 0 means that half or more have no recorded use."
    low, high = (pick(active, key=lambda row: (row["active_median_micro"], row["lob"])) for pick in (min, max))
    return (
        f"Among those who are active the median runs from {words.score(low['active_median_micro'])} in {low['lob']} "
        f"to {words.score(high['active_median_micro'])} in {high['lob']}."
    )


def _by_median(_look: Look, rows: Rows) -> Rows:
    """The company first, then the lines: highest median, lowest share at zero, name."""
    known = sorted(rows, key=lambda row: row["lob"])
    ordered = sorted(known, key=lambda row: (-(row["median_micro"] or -1), row["zero_share"] or 1_000_001))
    return sorted(ordered, key=lambda row: row["lob"] != words.COMPANY)


def _bins_of(look: Look) -> Filters:
    return Filters(quarter=look.quarter)


def _by_line(_look: Look, rows: Rows) -> Rows:
    """The company first, then the lines by name; lowest bin first."""
    return sorted(rows, key=lambda row: (row["lob"] != words.COMPANY, row["lob"], row["low_micro"]))


def _lines(look: Look, rows: Rows, others: Cards) -> str:
    """The ridge: a row a line, its curve made of the released bins of the card `bins` and of nothing else."""
    bins = others.get("bins", ())
    end = axis_end(rows, bins)
    return ridge([_line(look, row, [item for item in bins if item["lob"] == row["lob"]], end) for row in rows])


def axis_end(rows: Rows, bins: Rows) -> int:
    """Where the axis of scores ends, in points: room for the last bins, which end nowhere in particular, and for the medians."""
    drawn = {item["lob"] for item in bins}
    medians = [
        row[name] or 0 for row in rows if row["lob"] in drawn for name in ("median_micro", "active_median_micro")
    ]
    furthest = max([0, *(item["low_micro"] for item in bins)]) + LAST_BIN
    return score_top([furthest, max([0, *medians]) + MICRO])


def _line(look: Look, row: Row, bins: Rows, end: int) -> RidgeRow:
    shown = row["lob"] in look.facts.units.get(look.quarter, ()) and row["lob"] != words.COMPANY
    return RidgeRow(
        words.unit(row["lob"]),
        row["people"],
        row["eligible"],
        row["zero_share"],
        tuple(Bin(item["low_micro"] // MICRO, min(end, item["high_micro"] // MICRO), item["people"]) for item in bins),
        row["median_micro"],
        row["active_median_micro"],
        link("/compare", look.address, scope=row["lob"]) if shown else "",
        _instead(look, row),
    )


def _instead(look: Look, row: Row) -> str:
    """The words where no curve is drawn."""
    if not row["eligible"]:
        return "Not enough days."
    if row["median_micro"] is None:
        return f"Withheld: fewer than {common.of_a_median(look)} can be compared."
    return "Curves from 50 active engineers on."


def _lines_foot(_look: Look, rows: Rows, others: Cards) -> str:
    eligible = sum(row["eligible"] or 0 for row in rows if row["lob"] == words.COMPANY)
    people = sum(row["people"] or 0 for row in rows if row["lob"] == words.COMPANY)
    counted = (
        f"At least {words.count(eligible)} of {words.plural(people, 'engineer')} can be compared." if eligible else ""
    )
    curves = (
        "Each row is scaled to its own people, equal area; people at zero are in the lane, not under the curve. The highest "
        "bin of a row has no end and is drawn to the end of the axis."
    )
    return common.notes([curves if others.get("bins") else "", counted, "Medians from 20 people on."])


def _lines_key(_look: Look, _rows: Rows, others: Cards) -> str:
    marks = [("median", "median of all"), ("ring", "median of active"), ("cut", "30: heavy from here")]
    return key([("stone", "no recorded use, proven"), *(marks if others.get("bins") else ())])


def _bins(_look: Look, rows: Rows, _others: Cards) -> str:
    """The two ends of the first row of bins, in figures; all bins are in the table."""
    inside = [row for row in rows if row["lob"] == rows[0]["lob"]]
    low, high = inside[0], inside[-1]
    edges = (
        (low, f"Score below {low['high_micro'] // MICRO}"),
        (high, f"Score of {high['low_micro'] // MICRO} or more"),
    )
    of = f"of about {words.count(low['of'])} active, {words.unit(low['lob'])}"
    return common.strip(common.figure(title, words.count(row["people"]), of, None, 1) for row, title in edges)


def _bins_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    lines = len({row["lob"] for row in rows} - {words.COMPANY})
    return f"{words.plural(len(rows), 'bin')} stand behind the curves above: {words.plural(lines, 'line')} and the company where it is yours to see."


def _segments_of(look: Look) -> Filters:
    return Filters(quarter=look.quarter)


def _parts(look: Look, rows: Rows, weeks: Rows) -> list[SegmentRow]:
    found = []
    for unit in look.children or (look.scope,):
        inside = [row for row in rows if row["scope"] == unit]
        people = common.row_of(weeks, scope=unit)
        parts = tuple(Part(row["segment"], row["people"], row["bound"] or "") for row in inside)
        hidden = all(row["people"] is None for row in inside)
        text = look.withheld if hidden else ""
        name, href = words.unit(unit), link("/compare", look.address, scope=unit)
        found.append(SegmentRow(name, people["people"] if people else None, parts, href, text))
    return found


def _segments(look: Look, rows: Rows, others: Cards) -> str:
    return segment_rows(_parts(look, rows, others.get("weeks", ())))


def _segments_key(look: Look, rows: Rows, others: Cards) -> str:
    return segment_key(_parts(look, rows, others.get("weeks", ())))


def _segment_order(look: Look, rows: Rows) -> Rows:
    order = list(words.SEGMENTS)
    return sorted(
        rows, key=lambda row: (row["scope"] != look.scope, row["scope"], order.index(row["segment"]), row["reason"])
    )


COMPARE = Page(
    "compare",
    "Compare",
    "How do units stand against their line's median?",
    (
        Card(
            "lines", "How do lines stand against their own median?", "lob_compare", lambda look: Filters(quarter=look.quarter),
            keep=_by_median, picture=_lines, foot=_lines_foot, terms=("comparison", "quarter score"), key=_lines_key,
            deck=lambda _look, _rows, _others: "A median of 0 means that half or more of those who can be compared have no recorded use.",
            columns=("lob", "people", "eligible", "zero_share", "median_micro", "active_median_micro", "p25_micro", "p75_micro", "comparison"),
        ),
        Card(
            "segments", "Which segments make up each unit?", "segments", _segments_of, overview.here_and_below, _segment_order,
            _segments, _segments_key, lambda _look, _rows, _others: "Engineers of each unit. Numbers in the bars are percent of the unit, those of the key are engineers.",
            lambda _look, _rows, _others: "All tools together. Lapsed, non-adopter and non-user need proof of every zero. En dash: parts that would reveal a small group.",
            ("scope", "segment", "reason", "people", "share", "bound"), ("heavy", "light", "lapsed", "non_adopter", "non_user"), width=6,
        ),
        Card(
            "units", "Departments by median score", "unit_medians", lambda _look: Filters(), compare_units.departments,
            compare_units.by_median, compare_units.picture, deck=compare_units.deck, foot=compare_units.foot,
            columns=("scope", "quarter", "people", "eligible", "median_micro", "low_micro", "high_micro", "active_median_micro", "bound"),
            terms=("quarter score", "active", "released"), width=6, empty="No department here is released.",
        ),
        board.CARD,
        Card(
            "bins", "How many stand in each part of a curve?", "score_bins", _bins_of, keep=_by_line, picture=_bins, deck=_bins_deck,
            foot=lambda look, _rows, _others: f"Counts to the nearest 5; a bin of fewer than {look.policy.k + 1} people is merged with its neighbour.",
            columns=("lob", "low_micro", "high_micro", "people", "of"), terms=("quarter score",), width=6,
            empty="Curves need 50 active engineers who can be compared.",
        ),
        Card(
            "weeks", "How many are active in a week?", "adoption_weeks", lambda look: Filters(quarter=look.quarter, tool="all"),
            compare_units.with_weeks, overview.by_unit_and_week, compare_units.weeks,
            deck=lambda _look, _rows, _others: "The weeks behind the small lines of the departments. All tools together.",
            columns=("scope", "week", "people", "active", "active_share", "bound"), terms=("active",), width=6,
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "validator", "peer"}),
    closed=True,
    split_by_tool=False,
)  # fmt: skip
