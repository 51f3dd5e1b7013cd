"""How do units stand against their line's median? Medians by line, segments of the units below, and rank bands of units."""

from __future__ import annotations

from uptake.charts import Part, SegmentRow, Svg, key, segment_key, segment_rows
from uptake.charts.core import dot, esc, level, rect, svg, upright
from uptake.reads import Filters
from uptake.web import words
from uptake.web.address import link
from uptake.web.pages import common, overview
from uptake.web.pages import units as beside
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

MOST_UNITS = 16


def _headline(look: Look, cards: Cards) -> Headline:
    lines = [row for row in cards["lines"] if row["lob"] != words.COMPANY and row["median_micro"] is not None]
    if not lines:
        return Headline(
            f"No line has a median that may be shown {common.when(look)}.", "A median needs 20 eligible people or more."
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


def _lines(look: Look, rows: Rows, _others: Cards) -> str:
    """A row a line: share at zero as a bar, then one axis of scores with the middle half, the median and that of active."""
    top = max(
        [
            10,
            *(
                -(-(row[name] or 0) // 10_000_000) * 10
                for row in rows
                for name in ("p75_micro", "active_median_micro", "median_micro")
            ),
        ]
    )
    heads = (
        ("Line", ""),
        ("Engineers", "n"),
        ("At zero", "n"),
        (f"Score, 0 to {top}", "wide"),
        ("Median", "n"),
        ("Of active", "n"),
    )
    head = "".join(f'<th scope="col"{f" class={kind}" if kind else ""}>{esc(name)}</th>' for name, kind in heads)
    body = "".join(_line(look, row, top) for row in rows)
    return Svg(
        '<div class="scroll" tabindex="0" role="region" aria-label="Lines side by side"><table class="units lines">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(look: Look, row: Row, top: int) -> str:
    name, company = words.unit(row["lob"]), row["lob"] == words.COMPANY
    shown = row["lob"] in look.facts.units.get(look.quarter, ())
    href = link("/compare", look.address, scope=row["lob"]) if shown and not company else ""
    cells = (
        f'<th scope="row">{esc(name)}</th>'
        if not href
        else f'<th scope="row"><a href="{esc(href)}">{esc(name)}</a></th>'
    )
    zero = words.DASH if row["zero_share"] is None else words.share(row["zero_share"])
    cells += f'<td class="n">{words.count(row["people"])}</td><td class="n">{_zero(row["zero_share"])}{zero}</td>'
    cells += f'<td class="wide">{_strip(row, name, top)}</td>'
    for column in ("median_micro", "active_median_micro"):
        cells += f'<td class="n"><b>{words.DASH if row[column] is None else words.score(row[column])}</b></td>'
    return f"<tr>{cells}</tr>"


def _zero(ppm: int | None) -> str:
    if ppm is None:
        return ""
    return f'<svg class="zero" width="64" height="12" aria-hidden="true">{rect("ground", 0, 1, 0, 12)}{rect("stone", 0, ppm / 1_000_000, 0, 12)}</svg>'


def _strip(row: Row, name: str, top: int) -> str:
    if row["median_micro"] is None:
        return "Withheld: fewer than 20 can be compared." if row["eligible"] else "Not enough days."
    scale = top * 1_000_000
    body = level("hair", 14)
    if row["p25_micro"] is not None and row["p75_micro"] is not None:
        body += rect(
            "middle", row["p25_micro"] / scale, max(0.002, (row["p75_micro"] - row["p25_micro"]) / scale), 7, 14
        )
    body += upright("median", row["median_micro"] / scale, 3, 25)
    if row["active_median_micro"] is not None:
        body += dot("ring", row["active_median_micro"] / scale, 14, 4.2)
    facts = [f"Median {words.score(row['median_micro'])}.", *([_middle(row)] if row["p25_micro"] is not None else [])]
    return Svg(svg(f"{name}: scores", facts, body, 28, "marks"))


def _middle(row: Row) -> str:
    return (
        f"Half of those who can be compared score {words.score(row['p25_micro'])} to {words.score(row['p75_micro'])}."
    )


def _lines_foot(_look: Look, rows: Rows, _others: Cards) -> str:
    eligible = sum(row["eligible"] or 0 for row in rows if row["lob"] == words.COMPANY)
    people = sum(row["people"] or 0 for row in rows if row["lob"] == words.COMPANY)
    counted = f"{words.count(eligible)} of {words.plural(people, 'engineer')} can be compared. " if eligible else ""
    return f"{counted}Score of the quarter, 0 to 100. Medians from 20 people on, the middle half from 40."


def _segments_of(look: Look) -> Filters:
    return Filters(quarter=look.quarter)


def _parts(look: Look, rows: Rows, figures: Rows) -> list[SegmentRow]:
    found = []
    for unit in look.children or (look.scope,):
        inside = [row for row in rows if row["scope"] == unit]
        people = common.row_of(figures, scope=unit, quarter=look.quarter)
        parts = tuple(Part(row["segment"], row["people"], row["bound"] or "") for row in inside)
        hidden = all(row["people"] is None for row in inside)
        text = "Withheld: would reveal a group of fewer than 11." if hidden else ""
        name, href = words.unit(unit), link("/compare", look.address, scope=unit)
        found.append(SegmentRow(name, people["engineers"] if people else None, parts, href, text))
    return found


def _segments(look: Look, rows: Rows, others: Cards) -> str:
    return segment_rows(_parts(look, rows, others["units"]))


def _segments_key(look: Look, rows: Rows, others: Cards) -> str:
    return segment_key(_parts(look, rows, others["units"]))


def _segment_order(look: Look, rows: Rows) -> Rows:
    order = list(words.SEGMENTS)
    return sorted(
        rows, key=lambda row: (row["scope"] != look.scope, row["scope"], order.index(row["segment"]), row["reason"])
    )


def _below(look: Look) -> frozenset[str]:
    """The scope and every released unit below it, at any depth."""
    inside = "" if look.scope == words.COMPANY else f"{look.scope}/"
    return frozenset(
        unit for unit in look.facts.units.get(look.quarter, ()) if unit == look.scope or unit.startswith(inside)
    )


def _ranked(look: Look, rows: Rows) -> list[beside.Unit]:
    return beside.units(look, rows, sorted(_below(look) - {look.scope, words.COMPANY}) or [look.scope])


def _board(look: Look, rows: Rows, _others: Cards) -> str | None:
    ranked = _ranked(look, rows)[:MOST_UNITS]
    return beside.table(look, ranked, ranks=True) if ranked else None


def _board_foot(look: Look, rows: Rows, _others: Cards) -> str:
    more = len(_ranked(look, rows)) - MOST_UNITS
    rest = f" {words.plural(more, 'unit')} more in the table." if more > 0 else ""
    return f"Units whose intervals overlap share a band. A ranking of people is not on this page.{rest}"


COMPARE = Page(
    "compare",
    "Compare",
    "How do units stand against their line's median?",
    (
        Card(
            "lines", "How do lines stand beside each other?", "lob_compare", lambda look: Filters(quarter=look.quarter),
            keep=_by_median, picture=_lines, foot=_lines_foot, terms=("comparison", "quarter score"),
            key=lambda _look, _rows, _others: key([("stone", "no recorded use, proven"), ("area", "middle half"), ("median", "median"), ("ring", "median of active")]),
            deck=lambda _look, _rows, _others: "A median of 0 means that half or more of those who can be compared have no recorded use.",
            columns=("lob", "people", "eligible", "zero_share", "median_micro", "active_median_micro", "p25_micro", "p75_micro", "comparison"),
        ),
        Card(
            "segments", "Which segments make up each unit?", "segments", _segments_of, overview.here_and_below, _segment_order,
            _segments, _segments_key, lambda _look, _rows, _others: "Engineers of each unit; the numbers are percent, heavy and light.",
            lambda _look, _rows, _others: "All tools together. Lapsed, non-adopter and non-user need proof of every zero. En dash: parts that would reveal a small group.",
            ("scope", "segment", "reason", "people", "share", "bound"), ("heavy", "light", "lapsed", "non_adopter", "non_user"), width=6,
        ),
        Card(
            "units", "Units by share of active engineers", "funnel", lambda look: Filters(tool=look.tool), _below, overview.both_quarters,
            _board, foot=_board_foot, terms=("active", "released"), width=6,
            deck=lambda _look, _rows, _others: "Highest share first, with its 95 % interval.",
            columns=("scope", "quarter", "engineers", "active", "heavy", "bound"),
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "validator"}),
    closed=True,
)  # fmt: skip
