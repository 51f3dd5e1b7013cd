"""Amounts that are not known exactly, side by side on one scale: where 9 of 10 cases lie, the middle one, and a place to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from uptake.charts.core import Svg, block, chart, esc, level, rect, span, svg, upright
from uptake.charts.measure import Label, settled
from uptake.charts.rows import Band
from uptake.charts.scales import placed_text, round_top, tick_texts

TALL, TOP, BAR = 44, 14, 16
HEAD = 18
Words = Callable[[int], str]


def bands(rows: Sequence[Band], title: str, words: Words, rule: tuple[int, str] | None = None) -> Svg:
    """A bar from low to high for each row with its middle as an upright, all on one axis that holds zero. `words`: a tick in words.

    `rule`: a place and its words, dashed through all rows. Raises ValueError where the ends of a row are not in order.
    """
    if any(not row.low <= row.middle <= row.high for row in rows):
        raise ValueError("bands: low, middle and high must be in order")
    least, step, parts = _axis([end for row in rows for end in (row.low, row.high)] + ([rule[0]] if rule else []))
    whole = step * parts

    def at(value: int) -> float:
        return (value - least) / whole

    body = _head(rule, at) if rule else ""
    body += "".join(_row(row, title, at, rule) for row in rows)
    ticks = [least + step * part for part in range(parts + 1)]
    axis = level("axis", 0.5) + "".join(upright("tick", at(tick), 0, 4) for tick in ticks)
    axis += tick_texts([Label(words(tick), at(tick)) for tick in ticks], 17)
    drawn = svg(f"{title}: axis", [f"From {words(ticks[0])} to {words(ticks[-1])}."], axis, 22, "marks")
    return Svg(chart("segments bands", body + block("row axis", span("name", "") + span("bar", drawn))))


def _axis(values: Sequence[int]) -> tuple[int, int, int]:
    """(least, step, parts) of an axis with round ends that holds all values and zero."""
    high, low = max([0, *values]), min([0, *values])
    step, _ = round_top(max(high - low, 1), 5)
    below, above = -(low // step), -(-high // step)
    return -below * step, step, max(1, below + above)


def _head(rule: tuple[int, str], at: Callable[[int], float]) -> str:
    label = placed_text(settled(Label(rule[1], at(rule[0]), "strong")), 13)
    return block(
        "row rule-head", span("name", "") + span("bar", svg("Compared with", [f"{rule[1]}."], label, HEAD, "marks"))
    )


def _row(row: Band, title: str, at: Callable[[int], float], rule: tuple[int, str] | None) -> str:
    body = upright("rule", at(0), 0, TALL)
    body += rect(row.kind, at(row.low), max(at(row.high) - at(row.low), 0.002), TOP, BAR)
    body += upright("benchmark", at(rule[0]), 0, TALL) if rule else ""
    body += upright("median", at(row.middle), TOP - 3, TOP + BAR + 3)
    drawn = svg(f"{title}: {row.name}", [f"{row.words}."], body, TALL, "marks")
    return block("row", span("name", esc(row.name) + span("amount", esc(row.words))) + span("bar", drawn))
