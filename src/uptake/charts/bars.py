"""Bars: the weeks of one person by how use began, and idle seats by how long they have been idle."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.charts import measure, numerals
from uptake.charts.core import Svg, block, chart, esc, level, link, rect, span, svg, text
from uptake.charts.numerals import DASH
from uptake.charts.patterns import HATCH, STRIPES, key
from uptake.charts.rows import IdleAge, IdleTool, Marker, WeekScore
from uptake.charts.scales import round_top, tick_texts, week_labels

TALL = 132
HEAD = 8
FILLED = 0.64
"""Part of a week's column that its bar takes."""
BAR = 18
IDLE_NARROWEST = 140
"""Least width in px of an idle bar with the number after it."""


def week_scores(
    weeks: Sequence[WeekScore], benchmark: Marker | None = None, title: str = "Mean day score by week"
) -> Svg:
    """A bar per week from zero: proactive below, passive on it in stripes; the benchmark as a dashed rule.

    Weeks without an expected day stay empty, weeks that are not observed are hatched. Raises ValueError where a part is
    missing from an observed week.
    """
    ordered = sorted(weeks, key=lambda week: week.day)
    totals = [_total(week) for week in ordered if week.state == "observed"]
    largest = max([*totals, benchmark.micro if benchmark else 0], default=0) / numerals.MICRO
    step, parts = round_top(largest or 1)
    top = step * parts * numerals.MICRO
    body = "".join(level("grid", HEAD + TALL * (1 - part / parts)) for part in range(1, parts + 1))
    wide = 1 / max(1, len(ordered))
    body += "".join(_week(week, place * wide, wide, top) for place, week in enumerate(ordered))
    body += level("axis", HEAD + TALL)
    if benchmark:
        body += level("benchmark", HEAD + TALL * (1 - benchmark.micro / top))
    body += tick_texts(week_labels([week.day for week in ordered]), HEAD + TALL + 18)
    marks = svg(title, _week_facts(ordered, benchmark), body, HEAD + TALL + 24, "marks")
    axis = "".join(span("", str(step * part)) for part in range(parts, -1, -1))
    return Svg(chart("weeks", block("y", axis) + marks))


def week_scores_key(benchmark: Marker | None = None) -> Svg:
    entries = [("heavy", "proactive: you asked"), ("passive", "passive: you accepted")]
    if benchmark:
        entries.append(("benchmark", f"{benchmark.name} {numerals.score(benchmark.micro)}"))
    return key(entries)


def idle_seats(tools: Sequence[IdleTool]) -> Svg:
    """Per tool a bar for each age, all on one scale, with the count of seats after it."""
    largest = max((age.seats for tool in tools for age in tool.ages if age.seats is not None), default=0)
    return Svg(chart("idle", "".join(_tool(tool, largest) for tool in tools)))


def _total(week: WeekScore) -> int:
    if week.proactive_micro is None or week.passive_micro is None:
        raise ValueError("weeks: an observed week needs both parts")
    return week.proactive_micro + week.passive_micro


def _week(week: WeekScore, left: float, wide: float, top: int) -> str:
    inset, bar = left + wide * (1 - FILLED) / 2, wide * FILLED
    if week.state == "not_observed":
        return rect("hatched", inset, bar, HEAD, TALL, pattern=HATCH)
    if week.state != "observed":
        return ""
    floor = HEAD + TALL
    high = TALL * (week.proactive_micro or 0) / top
    more = TALL * (week.passive_micro or 0) / top
    body = rect("heavy", inset, bar, round(floor - high, 1), round(high, 1)) if high else ""
    gap = 1.5 if high and more > 3 else 0
    if more > gap:
        body += rect("passive", inset, bar, round(floor - high - more, 1), round(more - gap, 1), pattern=STRIPES)
    return body


def _week_facts(weeks: Sequence[WeekScore], benchmark: Marker | None) -> list[str]:
    seen = [week for week in weeks if week.state == "observed"]
    if not seen:
        return ["No week is observed."]
    best = max(seen, key=_total)
    parts = (
        f"{numerals.score(best.proactive_micro or 0)} proactive and {numerals.score(best.passive_micro or 0)} passive"
    )
    facts = [f"Highest in the week of {numerals.day(best.day)}: {parts}."]
    if benchmark:
        facts.append(f"{benchmark.name} {numerals.score(benchmark.micro)}.")
    return facts


def _tool(tool: IdleTool, largest: int) -> str:
    head = span("name", link(tool.name, tool.href)) + (span("note", esc(tool.note)) if tool.note else "")
    return block("tool", block("tool-head", head) + "".join(_age(tool, age, largest) for age in tool.ages))


def _age(tool: IdleTool, age: IdleAge, largest: int) -> str:
    name = span("age", esc(age.name))
    if age.seats is None:
        return block("row", name + span("bar said", f"{DASH} {esc(age.text or 'Withheld.')}"))
    room = 1 - (measure.width(numerals.count(largest)) + 8) / IDLE_NARROWEST
    part = room * age.seats / largest if largest else 0.0
    words = numerals.count(age.seats)
    body = (rect("stone", 0, part, 1, BAR - 2) if part else "") + text(words, part, 13.5, "strong", 6)
    return block("row", name + span("bar", svg(f"{tool.name}, {age.name}", [f"{words} seats."], body, BAR, "marks")))
