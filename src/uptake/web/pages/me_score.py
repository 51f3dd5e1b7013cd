"""The own score, taken apart: days in a calendar, what was started and what was accepted by week, and the medians beside it."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from uptake.charts import (
    Day,
    Marker,
    Panel,
    Point,
    Svg,
    WeekScore,
    calendar,
    calendar_key,
    multiples,
    standing,
    week_scores,
)
from uptake.charts import week_scores_key as key_of_weeks
from uptake.charts.core import block, esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common
from uptake.web.pages.shape import Cards, Look, Row, Rows, first_day, last_day

STATES = {"active": "value", "zero": "zero", "not_observed": "not_observed", "no_seat": "no_seat"}
OF_A_POINT = 100
"""Micro-points of one part of a panel's scale, which ends at a million for 100 points."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def days_of(look: Look) -> Filters:
    """The days of the quarter, of every tool: asked once, whatever each card keeps of them."""
    return Filters(first=first_day(look.quarter), last=last_day(look.quarter))


def of_the_tool(look: Look, rows: Rows) -> Rows:
    """Those of the tool in the address."""
    return [row for row in rows if row["tool"] == look.tool]


def _days(look: Look, rows: Rows) -> list[Day]:
    """Every day of the quarter up to the data. Days off without use are not expected; a day without a row is left blank."""
    held = {row["day"]: row for row in rows}
    end = min(last_day(look.quarter), common.known_until(look))
    found = []
    for number in range((end - first_day(look.quarter)).days + 1):
        day = first_day(look.quarter) + dt.timedelta(days=number)
        row = held.get(day)
        state = "not_expected" if row is None else STATES[row["state"]]
        if state != "value" and (day.weekday() >= common.WORKING_DAYS or (row and row["calendar"] != "work")):
            state = "not_expected"
        found.append(Day(day, state, row["score_micro"] if row and state == "value" else None))
    return found


def drawn_days(look: Look, rows: Rows, _others: Cards) -> str:
    """The calendar, and the highest day taken apart."""
    return Svg(calendar(_days(look, rows)) + _worked(rows))


def days_key(look: Look, rows: Rows, _others: Cards) -> str:
    """Key of the calendar."""
    return calendar_key(_days(look, rows))


def days_deck(look: Look, rows: Rows, _others: Cards) -> str:
    """How many days were expected, and which days off cost nothing."""
    work = [row for row in rows if row["calendar"] == "work"]
    seen = sum(row["state"] in ("active", "zero") for row in work)
    off = _off(rows, "leave") + _off(rows, "holiday")
    free = f"{', '.join(off)} and weekends" if off else "Weekends"
    are = "are not expected and cost nothing"
    return f"{words.tool(look.tool)}: {seen} of {words.plural(len(work), 'working day')} are observed. {free} {are}."


def _off(rows: Rows, kind: str) -> list[str]:
    """Leave and holidays of the quarter as spans of days: `leave 10 to 21 Aug`, `holiday 31 Aug`."""
    days = sorted(row["day"] for row in rows if row["calendar"] == kind)
    spans: list[list[dt.date]] = []
    for day in days:
        if spans and (day - spans[-1][-1]).days <= 1 + 2 * (spans[-1][-1].weekday() == common.WORKING_DAYS - 1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return [f"{kind.capitalize() if place == 0 else kind} {_span(span)}" for place, span in enumerate(spans)]


def _span(days: list[dt.date]) -> str:
    return words.day(days[0]) if len(days) == 1 else f"{words.day(days[0])} to {words.day(days[-1])}"


def _worked(rows: Rows) -> str:
    """The highest day, taken apart into the two parts of its score."""
    active = [row for row in rows if row["score_micro"]]
    if not active:
        return ""
    best = max(active, key=lambda row: (row["score_micro"], row["day"]))
    accepted = best["passive_micro"] or 0
    started = best["score_micro"] - accepted
    parts = f"{words.count(best['proactive'] or 0)} points of what you started give {words.scaled(started, 6, 1)}"
    if accepted:
        points = words.count(best["passive"] or 0)
        parts += f", {points} of what you accepted give {words.scaled(accepted, 6, 1)}"
    text = (
        f"<b>{WEEKDAYS[best['day'].weekday()]} {words.day(best['day'])}, {words.score(best['score_micro'])} points.</b> {parts}. "
        "More of the same adds less and less: 4 started, or 16 accepted, earn half of their part."
    )
    return block("worked", text)


def _weeks(look: Look, rows: Rows) -> list[WeekScore]:
    """Mean over the observed days of each week, in the two parts that the score of a day is made of."""
    held = {day.day: day.state for day in _days(look, rows)}
    found = []
    for week, inside in groupby(sorted(rows, key=lambda row: row["day"]), key=lambda row: _monday(row["day"])):
        days = [row for row in inside if row["day"] in held]
        seen = [row for row in days if held[row["day"]] in ("value", "zero")]
        if not seen:
            missing = any(held[row["day"]] == "not_observed" for row in days)
            found.append(WeekScore(week, None, None, "not_observed" if missing else "not_expected"))
            continue
        passive = sum(row["passive_micro"] or 0 for row in seen) // len(seen)
        total = sum(row["score_micro"] or 0 for row in seen) // len(seen)
        found.append(WeekScore(week, total - passive, passive))
    return found


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _benchmark(others: Cards, quarter: str) -> Marker | None:
    row = common.row_of(others["quarters"], quarter=quarter)
    if row is None or row["lob_active_median_micro"] is None:
        return None
    return Marker(f"{row['lob']}, median of active", row["lob_active_median_micro"], "active_median")


def drawn_weeks(look: Look, rows: Rows, others: Cards) -> str:
    """The two parts in numbers, then week by week."""
    seen = [row for row in rows if row["state"] in ("active", "zero") and row["score_micro"]]
    total = sum(row["score_micro"] for row in seen)
    passive = sum(row["passive_micro"] or 0 for row in seen)
    share = words.ratio(total - passive, total)
    figures = (
        block("figure", block("figure-value", f"<b>{words.share(share)}</b> asked: what you started"))
        + block("figure", block("figure-value", f"<b>{words.share(1_000_000 - share)}</b> accepted"))
        if total
        else ""
    )
    return Svg(block("sum", figures) + week_scores(_weeks(look, rows), _benchmark(others, look.quarter)))


def weeks_key(look: Look, _rows: Rows, others: Cards) -> str:
    """Key of the weekly bars."""
    return key_of_weeks(_benchmark(others, look.quarter))


def drawn_standing(_look: Look, rows: Rows, _others: Cards) -> str | None:
    """The own score against the medians; nothing where no comparison is made."""
    row = rows[0]
    if row["score_micro"] is None or row["segment"] in ("insufficient", "excluded"):
        return None
    markers = [
        Marker(name, micro, kind)
        for name, micro, kind in (
            ("all", row["lob_median_micro"], "median"), ("active", row["lob_active_median_micro"], "active_median"),
            ("you", row["score_micro"], "you"),
        )
        if micro is not None
    ]  # fmt: skip
    return Svg(standing(markers) + f'<p class="said">{esc(_sure(row))}</p>')


def _sure(row: Row) -> str:
    other = words.segment(row["certainty"].partition(":")[2])
    sure = "clear" if row["certainty"] == "clear" else f"close to {other}"
    return (
        f"Segment: {words.segment(row['segment'])}, {sure}. Heavy begins at 30 with use on half of the expected days."
    )


def standing_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    """Which comparison is fair, and where the person stands in it."""
    row = rows[0]
    said = {
        "median": f"The fair comparison in {row['lob']} is the median of all.",
        "active_median": f"The median of {row['lob']} says little here; fair is the median of those who are active.",
        "adoption_only": f"Too few people in {row['lob']} are active for a fair comparison; no ratio is made.",
        "rolled_up": "Your line is too small to be compared; the whole company stands in its place.",
    }
    place = ""
    if row["percentile"] is not None and row["lob_people"] is not None and row["score_micro"]:
        below = words.share(row["percentile"])
        place = f" Higher than {below} of {words.plural(row['lob_people'], 'eligible engineer')}."
    return said.get(row["comparison"], "") + place


def drawn_tools(_look: Look, rows: Rows, _others: Cards) -> str | None:
    """The day score of each tool in points, one panel a tool, one scale."""
    panels = []
    ordered = sorted(rows, key=lambda row: (row["tool"] != "all", row["tool"], row["day"]))
    for tool, inside in groupby(ordered, key=lambda row: row["tool"]):
        points = tuple(_point(row) for row in inside if row["day"].weekday() < common.WORKING_DAYS)
        panels.append(Panel(words.tool(tool), points))
    return multiples(panels, period="day", said=_points) if panels else None


def _points(value: int) -> str:
    """A value of a panel, as points: a score is no share of anything."""
    return words.score(value * OF_A_POINT)


def _point(row: Row) -> Point:
    """A day score as parts of a million of 100, which is what a panel draws."""
    if row["score_micro"] is None:
        return Point(row["day"], None, "not_observed")
    return Point(row["day"], row["score_micro"] // OF_A_POINT, "observed")
