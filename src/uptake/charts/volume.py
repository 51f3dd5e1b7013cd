"""Merged changes week by week: with AI and others, one bar a week."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.charts import numerals
from uptake.charts.core import Svg, block, chart, esc, level, rect, span, svg
from uptake.charts.rows import Volume
from uptake.charts.scales import round_top, tick_texts, week_labels

TALL, HEAD, FILLED = 120, 7, 0.72


def volumes(weeks: Sequence[Volume], title: str = "Merged changes by week") -> Svg:
    """Solid: AI was used; outline: others. From zero, with at most 3 grid lines. Raises ValueError where a week repeats.

    A week with a part that is not shown has no bar: the other part alone would look like the whole.
    """
    if len({week.day for week in weeks}) != len(weeks):
        raise ValueError("weeks: a week must not repeat")
    ordered = sorted(weeks, key=lambda week: week.day)
    step, parts = round_top(max((sum(_parts(week)) for week in ordered), default=0) or 1)
    floor, top = HEAD + TALL, step * parts
    body = "".join(level("grid", HEAD + TALL * (1 - part / parts)) for part in range(1, parts + 1))
    wide = 1 / max(1, len(ordered))
    body += "".join(_bar(week, place * wide, wide, top) for place, week in enumerate(ordered))
    body += level("axis", floor) + tick_texts(week_labels([week.day for week in ordered]), floor + 17)
    axis = "".join(span("", esc(numerals.count(step * part))) for part in range(parts, -1, -1))
    marks = svg(title, _facts(ordered), body, floor + 24, "marks")
    return Svg(chart("volumes", block("y", axis) + marks))


def _parts(week: Volume) -> tuple[int, int]:
    if week.assisted is None or week.others is None:
        return 0, 0
    return week.assisted, week.others


def _bar(week: Volume, left: float, wide: float, top: int) -> str:
    floor: float = HEAD + TALL
    inset, bar = left + wide * (1 - FILLED) / 2, wide * FILLED
    body = ""
    for name, count in zip(("heavy", "outline"), _parts(week), strict=True):
        high = round(TALL * count / top, 1)
        if high > 1:
            floor -= high
            body += rect(name, inset, bar, round(floor + 0.5, 1), round(high - 1, 1))
    return body


def _facts(weeks: Sequence[Volume]) -> list[str]:
    known = [week for week in weeks if week.assisted is not None and week.others is not None]
    if not known:
        return ["No week can be shown."]
    assisted, every = sum(_parts(week)[0] for week in known), sum(sum(_parts(week)) for week in known)
    return [f"{numerals.count(assisted)} of {numerals.count(every)} changes in {len(known)} weeks with AI."]
