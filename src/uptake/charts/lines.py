"""Lines over weeks: one line with its reference and interval, small multiples of many units, and the sparkline of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from uptake.charts import numerals, weekly
from uptake.charts.core import Svg, block, chart, esc, level, link, span, stretched, svg
from uptake.charts.marks import change
from uptake.charts.measure import width
from uptake.charts.rows import Event, Line, Panel, Point
from uptake.charts.scales import round_top, tick_texts, week_labels
from uptake.charts.weekly import COLUMNS, HEADROOM, ROWS, Frame, Labels

TALL = 180
PANEL = 62
PANEL_NARROWEST = 126
FEW = 24
"""More units than this are not drawn one by one: the 12 highest and the 12 with the largest clear change are."""
SPARK = 24


def line(
    points: Sequence[Point],
    title: str,
    reference: Line | None = None,
    events: Sequence[Event] = (),
    period: str = "week",
) -> Svg:
    """One line from zero with at most 3 grid lines; its interval as a band, the reference dashed, the last share at the end.

    Weeks that are not observed are hatched and the line breaks; withheld weeks are gaps without a mark; partial weeks are
    dashed and never the last share. `period`: what a point stands for, in words. Raises ValueError where a week repeats.
    """
    ordered, other = weekly.in_order(points), weekly.in_order(reference.points) if reference else []
    top, step, parts = _top([ordered, other], intervals=True)
    frame, labels = _frame([ordered, other], top, TALL), Labels()
    grid = "".join(level("grid", frame.y(step * part)) for part in range(1, parts + 1))
    curves = stretched(
        weekly.band(ordered, frame) + weekly.curves(ordered, reference, frame), HEADROOM, TALL, COLUMNS, ROWS
    )
    last = weekly.dots(ordered, frame) + weekly.end_label(ordered, frame, labels)
    body = (
        weekly.gaps(ordered, frame) + grid + level("axis", frame.floor) + weekly.rules(events, frame, labels) + curves
    )
    body += last + weekly.reference_name(ordered, reference, frame, labels)
    body += tick_texts(week_labels(frame.weeks), frame.floor + 17)
    marks = svg(title, _facts(ordered, reference, period), body, frame.floor + 24, "marks")
    axis = "".join(span("", esc(numerals.share(step * part))) for part in range(parts, -1, -1))
    return Svg(chart("trend", block("y", axis) + marks) + _event_key(events))


def multiples(
    panels: Sequence[Panel],
    reference: Line | None = None,
    events: Sequence[Event] = (),
    period: str = "week",
    said: Callable[[int], str] = numerals.share,
) -> Svg:
    """A panel per unit on one scale from zero, highest last share first; the reference is named in the first panel.

    `period`: what a point stands for, in words. `said`: what a value is in words, where it is no share. Raises ValueError where
    a week repeats.
    """
    drawn = picked(panels)
    every = [weekly.in_order(panel.points) for panel in drawn] + (
        [weekly.in_order(reference.points)] if reference else []
    )
    top, _, _ = _top(every)
    frame = _frame(every, top, PANEL)
    cells = "".join(
        _panel(panel, reference, events, frame, period, said, first=not place) for place, panel in enumerate(drawn)
    )
    return Svg(chart("multiples", cells) + _event_key(events))


def picked(panels: Sequence[Panel]) -> list[Panel]:
    """The panels that are drawn, in their order: all up to 24; else the 12 highest and the 12 largest clear changes."""
    ranked = sorted(panels, key=lambda panel: (-_last(panel.points), panel.name))
    if len(ranked) <= FEW:
        return ranked
    high, rest = ranked[: FEW // 2], ranked[FEW // 2 :]
    clear = [panel for panel in rest if panel.change and panel.change.clear]
    moved = sorted(clear, key=lambda panel: (-abs(panel.change.value if panel.change else 0), panel.name))
    chosen = {id(panel) for panel in high + moved[: FEW // 2]}
    return [panel for panel in ranked if id(panel) in chosen]


def sparkline(values: Sequence[int | None], top: int, title: str, last: str) -> Svg:
    """A line of a table row, from zero to `top` (the same for all rows). A None is a gap. `last` is the number beside it.

    Raises ValueError where `top` does not hold the values.
    """
    if top <= 0 or max((value for value in values if value is not None), default=0) > top:
        raise ValueError("top: must hold every value, it is the shared scale")
    days = tuple(dt.date.fromordinal(place + 1) for place in range(len(values)))
    points = [
        Point(day, value, "withheld" if value is None else "observed") for day, value in zip(days, values, strict=True)
    ]
    frame = Frame(days, top, SPARK - 6, 3)
    areas = "".join(weekly.area(run, frame) for run in weekly.runs(points) if len(run) > 1)
    body = stretched(areas + weekly.curves(points, None, frame), 3, SPARK - 6, COLUMNS, ROWS) + weekly.dots(
        points, frame
    )
    return Svg(svg(title, [f"Last: {last}."] if last else ["No figure to show."], body, SPARK, "marks spark"))


def _top(series: Sequence[Sequence[Point]], *, intervals: bool = False) -> tuple[int, int, int]:
    """(upper edge, step, parts) of a shared scale, in ppm; only what is drawn counts, or the scale would tell the rest."""
    shown = [point for points in series for point in points if weekly.drawn(point)]
    values = [v for p in shown for v in ((p.ppm, p.high) if intervals else (p.ppm,)) if v is not None]
    step, parts = round_top(max(values, default=0) / 10_000 or 1)
    return step * parts * 10_000, step * 10_000, parts


def _frame(series: Sequence[Sequence[Point]], top: int, height: int) -> Frame:
    return Frame(tuple(sorted({point.day for points in series for point in points})), top, height)


def _last(points: Sequence[Point]) -> int:
    known = weekly.whole(weekly.in_order(points))
    return known[-1][1] if known else -1


def _event_key(events: Sequence[Event]) -> str:
    if not events:
        return ""
    words = (f"rule {number}: {event.text}, {numerals.day(event.day)}" for number, event in enumerate(events, 1))
    return f'<ul class="key events">{"".join(f"<li>{esc(item)}</li>" for item in words)}</ul>'


def _facts(
    points: Sequence[Point],
    reference: Line | None,
    period: str = "week",
    said: Callable[[int], str] = numerals.share,
) -> list[str]:
    known = weekly.whole(points)
    if not known:
        return [f"No {period} of this period has a figure." if period == "week" else f"No {period} has a figure."]
    ends = known[-1:] + known[:-1][:1]
    when = "on" if period == "day" else f"in the {period} of"
    facts = [f"{said(value)} {when} {numerals.day(day)}." for day, value in ends]
    other = weekly.whole(weekly.in_order(reference.points)) if reference else []
    return facts + ([f"{reference.name}: {said(other[-1][1])}."] if reference and other else [])


def _panel(
    panel: Panel,
    reference: Line | None,
    events: Sequence[Event],
    frame: Frame,
    period: str,
    said: Callable[[int], str],
    *,
    first: bool,
) -> str:
    name = span("name", link(panel.name, panel.href))
    points, labels = weekly.in_order(panel.points), Labels(PANEL_NARROWEST)
    if not any(map(weekly.drawn, points)):
        return block("panel", name + span("said", esc(panel.text or "Not observed.")))
    scale = _scale(points, reference, frame, labels, said(frame.top)) if first else ""
    body = weekly.gaps(points, frame) + level("grid", HEADROOM) + weekly.rules(events, frame, labels if first else None)
    body += stretched(weekly.curves(points, reference, frame), HEADROOM, PANEL, COLUMNS, ROWS)
    body += level("axis", frame.floor) + weekly.dots(points, frame) + scale
    body += weekly.reference_name(points, reference, frame, labels) if first else ""
    marks = svg(panel.name, _facts(points, reference, period, said), body, frame.floor + 4, "marks")
    last = said(_last(points)) if weekly.whole(points) else numerals.DASH
    foot = span("num strong", esc(last)) + (change(panel.change) if panel.change else "")
    return block("panel", name + marks + block("foot", foot))


def _scale(points: Sequence[Point], reference: Line | None, frame: Frame, labels: Labels, words: str) -> str:
    """The number of the upper grid line: below it, where no line runs, else above it at the right, away from the name."""
    base = HEADROOM + 13
    series = (points, weekly.in_order(reference.points) if reference else [])
    free = weekly.clear(series, frame, (0.0, width(words) / labels.narrowest), base)
    return labels.put(words, 0, (base,), "") if free else labels.put(words, 1, (HEADROOM - 4,), "end", side="end")
