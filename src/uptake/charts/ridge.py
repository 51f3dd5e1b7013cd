"""The ridge: how the scores of each line are spread, its people at zero in a lane of their own, and its two medians."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.charts import numerals
from uptake.charts.core import Svg, block, chart, dot, esc, level, link, rect, span, stretched, svg, upright
from uptake.charts.density import density, smoothed
from uptake.charts.rows import RidgeRow
from uptake.charts.scales import grid_ticks, score_axis, score_top

CURVE = 64
"""Height of a row's drawing; rows stand 49 px apart (marks.css), so that neighbours overlap by 15 px, less than 30 %."""
PEAK = 56
BASE = 63
RING = BASE - 22
"""The ring of the active median stands above what the next row's peak may cover."""
SAMPLES = 80
DEPTH = 640
LEAST_PEOPLE = 50
LANE = 12


def ridge(rows: Sequence[RidgeRow], cut: int = 30) -> Svg:
    """One row per line in the order given, x from 0 to the end of the data rounded up to 10, all rows on one scale of area.

    Every curve covers the same area, so a row speaks of its own people only; zero is not on the curve but in the lane.
    Rows with fewer than 50 eligible people, or without bins, hold words in place of the curve; without any curve there is no
    axis. `cut` is the score from
    which use is heavy, drawn as a dashed rule.
    """
    drawn = [row for row in rows if _shown(row)]
    top = score_top([item.high * numerals.MICRO for row in drawn for item in row.bins])
    at = [top * place / SAMPLES for place in range(SAMPLES + 1)]
    curves = {row.name: smoothed(density(row.bins, at)) for row in drawn}
    if len(curves) != len(drawn):
        raise ValueError("rows: a name must not repeat")
    highest = max((max(curve) for curve in curves.values()), default=0.0)
    body = "".join(_row(row, curves.get(row.name), highest, top, cut) for row in rows)
    axis = svg("Axis of scores", [f"Scores from 0 to {top}; heavy from {cut}."], score_axis(top, 1), 22, "marks")
    below = block("row axis", span("plot-cell", axis)) if drawn else ""
    return Svg(chart("ridge", _head(top if drawn else None) + body + below))


def _shown(row: RidgeRow) -> bool:
    return bool(row.bins) and row.eligible is not None and row.eligible >= LEAST_PEOPLE


def _head(top: int | None) -> str:
    """The heads of the columns; `top` None: there is no curve, and no axis."""
    plot = "" if top is None else f"quarter score of active engineers, 0 to {top}"
    return block(
        "head",
        span("people", "engineers")
        + span("zero", "share at zero")
        + span("plot-cell", plot)
        + span("m-all", "median of all")
        + span("m-active", "median of active"),
    )


def _row(row: RidgeRow, curve: Sequence[float] | None, highest: float, top: int, cut: int) -> str:
    if curve is None:
        plot = span("plot-cell said", esc(row.text or f"Shown from {LEAST_PEOPLE} eligible people."))
    else:
        plot = span("plot-cell", svg(row.name, _facts(row), _marks(row, curve, highest, top, cut), CURVE, "marks"))
    return block(
        "row",
        span("name", link(row.name, row.href))
        + span("people num", f"{numerals.count(row.engineers)}<i> engineers</i>")
        + span("zero told" if row.median_micro == 0 else "zero", _lane(row))
        + plot
        + span(f"m-all num{' strong' if row.median_micro else ''}", _median_of_all(row))
        + span("m-active num", _median(row.active_median_micro, "median of active")),
    )


def _median_of_all(row: RidgeRow) -> str:
    """The number; where it stands without its column head, a median of 0 says what it means."""
    if row.median_micro == 0 and row.zero_ppm is not None:
        return f"<i>median </i>0<i>: {esc(numerals.share(row.zero_ppm))} have no recorded use</i>"
    return _median(row.median_micro, "median of all")


def _median(micro: int | None, words: str) -> str:
    return f"<i>{words} </i>{numerals.DASH if micro is None else esc(numerals.score(micro))}"


def _lane(row: RidgeRow) -> str:
    if row.zero_ppm is None:
        return span("num", numerals.DASH)
    part = min(1.0, row.zero_ppm / numerals.WHOLE_PPM)
    words = numerals.share(row.zero_ppm)
    body = rect("ground", 0, 1, 0, LANE) + (rect("stone", 0, part, 0, LANE) if part else "")
    bar = svg(f"{row.name}, at zero", [f"{words} of eligible people have no recorded use."], body, LANE, "marks")
    return span("num strong", f"{esc(words)}<i> at zero</i>") + bar


def _marks(row: RidgeRow, curve: Sequence[float], highest: float, top: int, cut: int) -> str:
    heights = [PEAK * value / highest for value in curve]
    body = "".join(upright("grid", tick / top, 0, CURVE) for tick in grid_ticks(top) if tick != cut)
    body += upright("cut", cut / top, 0, CURVE) if cut < top else ""
    body += level("axis", BASE)
    points = "L".join(f"{place * 10} {round((BASE - height) * DEPTH / CURVE)}" for place, height in enumerate(heights))
    body += stretched(f'<path class="curve" d="M{points}"/>', 0, CURVE, SAMPLES * 10, DEPTH)
    if row.median_micro:
        x = _place(row.median_micro, top)
        body += upright("median", x, BASE - max(14.0, heights[round(x * SAMPLES)]), BASE)
    if row.active_median_micro is not None:
        body += dot("ring", _place(row.active_median_micro, top), RING, 4.2)
    return body


def _place(micro: int, top: int) -> float:
    return min(1.0, micro / numerals.MICRO / top)


def _facts(row: RidgeRow) -> list[str]:
    facts = []
    if row.median_micro == 0 and row.zero_ppm is not None:
        facts.append(f"median 0: {numerals.share(row.zero_ppm)} have no recorded use.")
    elif row.median_micro is not None:
        facts.append(f"Median of all {numerals.score(row.median_micro)}.")
    if row.active_median_micro is not None:
        facts.append(f"Median of active {numerals.score(row.active_median_micro)}.")
    return [*facts, f"{numerals.count(row.eligible or 0)} eligible of {numerals.count(row.engineers)} engineers."]
