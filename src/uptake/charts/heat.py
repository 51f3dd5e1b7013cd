"""Heat maps: units by week, the days of one person, the days of a source. Four looks that are never mixed up: a value, an
observed zero, a day nobody expects, and a day nobody observed. What is withheld is an en dash and no mark at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from uptake.charts import numerals
from uptake.charts.core import Svg, block, chart, dot, esc, link, rect, span, svg, text
from uptake.charts.measure import Label
from uptake.charts.patterns import HATCH, key
from uptake.charts.rows import Day, HeatCell, HeatRow, SourceRow
from uptake.charts.scales import tick_texts, week_labels

CELL = 26
PITCH = 29
STEPS = 5
HEAD = 20
GAP = 0.008
CALENDAR_NARROWEST = 250
STRIP = 18
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NUMBERED = 16
"""Up to so many columns a cell has room for its number at the least width."""


@dataclass(frozen=True, slots=True)
class _Place:
    left: float
    width: float
    top: float


def heat_map(rows: Sequence[HeatRow], weeks: Sequence[dt.date], title: str = "Active share by week") -> Svg:
    """Units by week, rows in the order given, shares in percent in the cells, 5 steps up to the round top of all rows.

    Raises ValueError where a row has not one cell per week, or where there are more than 16 weeks (no room for numbers).
    """
    if len(weeks) > NUMBERED:
        raise ValueError(f"weeks: at most {NUMBERED} stand side by side")
    if any(len(row.cells) != len(weeks) for row in rows):
        raise ValueError("cells: each row needs one cell per week")
    top = _round_top(
        [cell.value for row in rows for cell in row.cells if cell.state == "value" and cell.value is not None]
    )
    axis = svg(title, [_span(weeks)], tick_texts(week_labels(weeks), 13), HEAD, "marks")
    head = block("head", span("bar", axis))
    return Svg(chart("heat", head + "".join(_heat_row(row, weeks, top) for row in rows)))


def heat_key(rows: Sequence[HeatRow]) -> Svg:
    """Key of a heat map: its five steps with their ends in percent, and only those other looks that occur."""
    values = [cell.value for row in rows for cell in row.cells if cell.state == "value" and cell.value is not None]
    step = _round_top(values) // STEPS
    states = {cell.state for row in rows for cell in row.cells}
    ends = f"active share, in steps of {numerals.share(step)}"
    return key([("h1 h2 h3 h4 h5", ends), *_looks(states)])


def calendar(days: Sequence[Day], title: str = "Score of each day") -> Svg:
    """The days of one person, a column per week from Monday, a row per weekday; the score of the day stands in the cell.

    Raises ValueError for a day given twice or for more than 16 weeks.
    """
    if len({day.day for day in days}) != len(days):
        raise ValueError("days: a day must not repeat")
    mondays = sorted({day.day - dt.timedelta(days=day.day.weekday()) for day in days})
    if len(mondays) > NUMBERED:
        raise ValueError(f"days: at most {NUMBERED} weeks stand side by side")
    top = calendar_top(days)
    columns = {monday: place for place, monday in enumerate(mondays)}
    body = tick_texts([Label(words.words, words.x) for words in week_labels(mondays)], 13, CALENDAR_NARROWEST)
    for day in sorted(days, key=lambda item: item.day):
        column = columns[day.day - dt.timedelta(days=day.day.weekday())]
        place = _Place(column / len(mondays), 1 / len(mondays) - GAP, HEAD + PITCH * day.day.weekday())
        words = numerals.score(day.micro) if day.micro is not None else ""
        body += _cell(HeatCell(day.state, day.micro, words), place, top)
    names = "".join(span("", f"{name[0]}<i>{name[1:]}</i>") for name in WEEKDAYS)
    picture = svg(title, _day_facts(days), body, HEAD + PITCH * 7, "marks")
    return Svg(chart("calendar", block("days", names) + picture))


def calendar_top(days: Sequence[Day]) -> int:
    """Upper end of the five steps in micro: the highest day score, rounded up to 10 points."""
    return _round_top([day.micro for day in days if day.state == "value" and day.micro is not None], 10_000_000)


def calendar_key(days: Sequence[Day]) -> Svg:
    step = calendar_top(days) // STEPS
    ends = f"score of the day, in steps of {step // numerals.MICRO}"
    return key([("h1 h2 h3 h4 h5", ends), *_looks({day.state for day in days})])


def coverage(rows: Sequence[SourceRow], title: str = "Completeness by day") -> Svg:
    """A strip per source, a column per day of the common span; equal days in a row are one mark. Raises ValueError for a
    day given twice. A day that a source does not name has no mark.
    """
    every = sorted({day.day for row in rows for day in row.days})
    if not every:
        return Svg(chart("coverage", span("said", "No day to show yet.")))
    first, last = every[0], every[-1]
    span_days = (last - first).days + 1
    mondays = [first + dt.timedelta(days=n) for n in range(span_days) if (first + dt.timedelta(days=n)).weekday() == 0]
    labels = [Label(numerals.day(day), (day - first).days / span_days) for day in mondays] or [
        Label(numerals.day(first), 0)
    ]
    axis = svg(title, [f"{numerals.day(first)} to {numerals.day(last)}."], tick_texts(labels, 13), HEAD, "marks")
    body = "".join(_source_row(row, first, span_days) for row in rows)
    return Svg(chart("coverage", block("head", span("bar", axis)) + body))


def coverage_key() -> Svg:
    return key([("complete", "complete"), ("partly", "incomplete"), ("hatched", "no data"), ("rest", "not expected")])


def _round_top(values: Sequence[int], unit: int = 50_000) -> int:
    """The largest value rounded up to a multiple of `unit`, so that five steps have round ends."""
    return max(unit, -(-max(values, default=0) // unit) * unit)


def _looks(states: set[str]) -> list[tuple[str, str]]:
    words = (
        ("zero", "nil", "0: at work, no use"),
        ("not_expected", "rest", "not expected"),
        ("not_observed", "hatched", "not observed"),
        ("no_seat", "seatless", "no seat"),
    )
    return [(mark, said) for state, mark, said in words if state in states]


def heat_step(value: int, top: int) -> int:
    """Which of the five shades a value has, 1 to 5."""
    return max(1, min(STEPS, -(-value * STEPS // top)))


def _cell(cell: HeatCell, place: _Place, top: int) -> str:
    """One cell; `outside` and what is withheld leave no mark. Raises ValueError for a state that is not known."""
    middle, base = place.left + place.width / 2, place.top + CELL / 2 + 4.5
    if cell.state in {"bounded", "value"} and (cell.value is not None or cell.state == "bounded"):
        return _number(cell, place, top)
    looks = {
        "outside": "",
        "value": text(numerals.DASH, middle, base, "mid"),
        "withheld": text(numerals.DASH, middle, base, "mid"),
        "not_expected": _box("rest", place) + dot("rest-dot", middle, place.top + CELL / 2, 1),
        "not_observed": _box("hatched", place, HATCH),
        "no_seat": _box("seatless", place),
        "zero": _box("nil", place) + text("0", middle, base, "mid"),
    }
    if cell.state not in looks:
        raise ValueError("state: a cell state that is not known")
    return looks[cell.state]


def _number(cell: HeatCell, place: _Place, top: int) -> str:
    """A cell with its number, or with its bound. A bound is longer: where cells are at their least only its sign stands there."""
    middle, base = place.left + place.width / 2, place.top + CELL / 2 + 4.5
    bounded = cell.state == "bounded"
    step = (STEPS if cell.text.startswith(">") else 1) if bounded else heat_step(cell.value or 0, top)
    ink = "mid on" if step > 3 else "mid dark"
    said = cell.text.replace(numerals.NARROW, "").replace(" ", "")
    words = text(said, middle, base, f"{ink} long" if bounded else ink)
    return _box(f"h{step}", place) + words + (text(said[:1], middle, base, f"{ink} short") if bounded else "")


def _box(name: str, place: _Place, pattern: str = "") -> str:
    return rect(name, place.left, place.width, place.top + 0.5, CELL - 1, pattern=pattern)


def _heat_row(row: HeatRow, weeks: Sequence[dt.date], top: int) -> str:
    wide = 1 / len(weeks)
    body = ""
    for column, cell in enumerate(row.cells):
        said = cell.text or (numerals.share_number(cell.value) if cell.value is not None else "")
        body += _cell(HeatCell(cell.state, cell.value, said), _Place(column * wide, wide - GAP, 0), top)
    shown = [
        (week, cell)
        for week, cell in zip(weeks, row.cells, strict=True)
        if cell.state == "value" and cell.value is not None
    ]
    facts = [
        f"{numerals.share(cell.value or 0)} in the week of {numerals.day(week)}."
        for week, cell in shown[-1:] + shown[:-1][:1]
    ]
    why = span("why", esc(row.text)) if row.text else ""
    picture = svg(row.name, facts or [row.text or "No week has a figure."], body, CELL, "marks")
    return block("row", span("name", link(row.name, row.href)) + span("bar", picture) + why)


def _span(weeks: Sequence[dt.date]) -> str:
    return f"Weeks of {numerals.day(weeks[0])} to {numerals.day(weeks[-1])}." if weeks else "No week to show."


def _day_facts(days: Sequence[Day]) -> list[str]:
    counts = {state: sum(day.state == state for day in days) for state in ("value", "zero", "not_observed")}
    facts = [f"{numerals.people(counts['value'], 'day', 'days')} with use, {counts['zero']} at work without use."]
    if counts["not_observed"]:
        facts.append(f"{numerals.people(counts['not_observed'], 'day', 'days')} not observed.")
    return facts


_SOURCE_MARKS = {"complete": "complete", "incomplete": "partly", "missing": "hatched", "not_expected": "rest"}


def _source_row(row: SourceRow, first: dt.date, span_days: int) -> str:
    if len({day.day for day in row.days}) != len(row.days):
        raise ValueError("days: a day must not repeat")
    body = ""
    ordered = sorted(row.days, key=lambda day: day.day)
    runs = groupby(enumerate(ordered), key=lambda item: (item[1].state, item[1].day.toordinal() - item[0]))
    for (state, _), run in runs:
        members = [day for _, day in run]
        mark = _SOURCE_MARKS[state]
        left = (members[0].day - first).days / span_days
        pattern = HATCH if mark == "hatched" else ""
        body += rect(mark, left, len(members) / span_days, 0.5, STRIP - 1, pattern=pattern)
        if mark == "rest":
            body += dot("rest-dot", left + len(members) / span_days / 2, STRIP / 2, 1)
    bad = sum(day.state in {"incomplete", "missing"} for day in row.days)
    good = sum(day.state == "complete" for day in row.days)
    facts = [f"{numerals.people(good, 'day', 'days')} complete, {bad} not.", row.text]
    said = span("said", esc(row.text)) if row.text else ""
    picture = svg(row.name, facts, body, STRIP, "marks")
    return block("row", span("name", link(row.name, row.href)) + span("bar", picture) + said)
