"""What lines over weeks share: the frame, unbroken runs, gaps, rules of events, and labels that find a free place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from uptake.charts import numerals
from uptake.charts.core import dot, rect, text, upright
from uptake.charts.measure import NARROWEST, Label, Placed, extent, settled, width
from uptake.charts.patterns import HATCH
from uptake.charts.rows import Event, Line, Point

COLUMNS = 1000
ROWS = 1000
HEADROOM = 15
"""Above the upper grid line, for the number of that line and those of events."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where weeks and shares stand: `top` in ppm is the upper edge of `height` px that begin at `offset` px."""

    weeks: tuple[dt.date, ...]
    top: int
    height: int
    offset: int = HEADROOM

    @property
    def floor(self) -> int:
        return self.offset + self.height

    def x(self, day: dt.date) -> float:
        """The middle of the week's column, as a part of the width."""
        return (self.weeks.index(day) + 0.5) / len(self.weeks)

    def y(self, ppm: int) -> float:
        return self.offset + self.height * (1 - ppm / self.top)


@dataclass(slots=True)
class Labels:
    """Labels of one picture: each takes the first of its places that is inside and free at the least width, or none."""

    narrowest: float = NARROWEST
    taken: list[tuple[Placed, float]] = field(default_factory=list)

    def put(self, words: str, x: float, bases: Sequence[float], name: str = "halo", side: str = "") -> str:
        """Markup of the text at the first free base line, "" where there is none. `side` fixes the anchor."""
        label = Label(words, x, name)
        placed = Placed(label, side) if side else settled(label, self.narrowest)
        left, right = extent(placed, self.narrowest)
        for base in bases:
            if all(
                right + 2 <= start or end + 2 <= left or abs(base - other) >= 13
                for (start, end), other in ((extent(spot, self.narrowest), other) for spot, other in self.taken)
            ):
                self.taken.append((placed, base))
                anchor = "" if placed.anchor == "start" else f"{placed.anchor} "
                return text(words, placed.label.x, base, f"{anchor}{name}")
        return ""


def in_order(points: Sequence[Point]) -> list[Point]:
    """Weeks from old to new. Raises ValueError where one repeats."""
    if len({point.day for point in points}) != len(points):
        raise ValueError("points: a week must not repeat")
    return sorted(points, key=lambda point: point.day)


def drawn(point: Point) -> bool:
    return point.ppm is not None and point.state in {"observed", "partial"}


def whole(points: Sequence[Point]) -> list[tuple[dt.date, int]]:
    """Whole observed weeks with their share: only these are put into words."""
    return [(point.day, point.ppm) for point in points if point.state == "observed" and point.ppm is not None]


def runs(points: Sequence[Point]) -> list[list[Point]]:
    """Unbroken runs of weeks with a figure."""
    return [list(run) for shown, run in groupby(points, key=drawn) if shown]


def places(run: Sequence[Point], frame: Frame) -> list[tuple[int, int]]:
    """Points of a run in the stretched coordinate system."""
    return [(round(frame.x(p.day) * COLUMNS), round(ROWS * (1 - (p.ppm or 0) / frame.top))) for p in run]


def path(corners: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in corners)


def curves(points: Sequence[Point], reference: Line | None, frame: Frame) -> str:
    """The reference dashed, then the line: solid between whole weeks, dashed to and from partial ones."""
    body = "".join(
        f'<path class="ref" d="{path(places(run, frame))}"/>'
        for run in runs(in_order(reference.points) if reference else [])
        if len(run) > 1
    )
    for run in runs(points):
        for state, part in groupby(run, key=lambda p: p.state):
            solid = list(part)
            if state == "observed" and len(solid) > 1:
                body += f'<path class="line" d="{path(places(solid, frame))}"/>'
        for left, right in pairwise(run):
            if "partial" in {left.state, right.state}:
                body += f'<path class="line open" d="{path(places([left, right], frame))}"/>'
        if len(run) == 1:
            body += _alone(run[0], frame)
    return body


def _alone(point: Point, frame: Frame) -> str:
    """A week between gaps: a piece of the line as long as the week's column, so that it reads as a line with gaps."""
    ((x, y),) = places([point], frame)
    half = min(COLUMNS // (2 * len(frame.weeks)), COLUMNS // 20)
    return f'<path class="line{" open" * (point.state == "partial")}" d="M{x - half} {y}H{x + half}"/>'


def area(run: Sequence[Point], frame: Frame) -> str:
    corners = places(run, frame)
    return f'<path class="area" d="{path(corners)}V{ROWS}H{corners[0][0]}Z"/>'


def band(points: Sequence[Point], frame: Frame) -> str:
    """The interval of each run of weeks that have one."""
    body = ""
    for run in runs(points):
        known = [
            (round(frame.x(p.day) * COLUMNS), p.low, p.high) for p in run if p.low is not None and p.high is not None
        ]
        if len(known) > 1:
            upper = [(x, round(ROWS * (1 - high / frame.top))) for x, _, high in known]
            lower = [(x, round(ROWS * (1 - low / frame.top))) for x, low, _ in known]
            body += f'<path class="band" d="{path(upper)}L{path(lower[::-1])[1:]}Z"/>'
    return body


def gaps(points: Sequence[Point], frame: Frame) -> str:
    """Hatched columns, one for each run of weeks that are not observed."""
    wide = 1 / max(1, len(frame.weeks))
    body = ""
    for state, run in groupby(points, key=lambda p: p.state):
        weeks = [p.day for p in run]
        if state == "not_observed":
            left, long = frame.x(weeks[0]) - wide / 2, frame.x(weeks[-1]) - frame.x(weeks[0]) + wide
            body += rect("hatched", left, long, frame.offset, frame.height, pattern=HATCH)
    return body


def rules(events: Sequence[Event], frame: Frame, labels: Labels | None) -> str:
    """A rule at the week of each event, with its number above where `labels` is given; weeks with several have one rule."""
    found: dict[dt.date, list[int]] = {}
    for number, event in enumerate(events, 1):
        weeks = [week for week in frame.weeks if week <= event.day]
        if weeks and (event.day - weeks[-1]).days < 7:
            found.setdefault(weeks[-1], []).append(number)
    body = ""
    for week, numbers in sorted(found.items()):
        x = frame.x(week)
        body += upright("rule", x, frame.offset, frame.floor)
        if labels:
            body += labels.put(", ".join(map(str, numbers)), x, (frame.offset - 4, frame.floor - 4))
    return body


def dots(points: Sequence[Point], frame: Frame) -> str:
    """The last whole week as a dot."""
    known = whole(points)
    return dot("last", frame.x(known[-1][0]), frame.y(known[-1][1]), 3.2) if known else ""


def end_label(points: Sequence[Point], frame: Frame, labels: Labels) -> str:
    """The last whole share, below its dot, above it near the floor."""
    known = whole(points)
    if not known:
        return ""
    day, ppm = known[-1]
    y = frame.y(ppm)
    base = y + 19 if y + 24 < frame.floor else y - 10
    return labels.put(numerals.share(ppm), frame.x(day), (base,), "strong halo")


def reference_name(points: Sequence[Point], reference: Line | None, frame: Frame, labels: Labels) -> str:
    """The reference's name below or above its line, at its left end or its right one, where it lies on no line; the key names
    it where there is no such place.
    """
    other = in_order(reference.points) if reference else []
    known = [p for p in other if drawn(p)]
    if not reference or not known:
        return ""
    long = width(reference.name) / labels.narrowest
    ends = (min(frame.x(known[0].day), max(0.0, 1 - long)), max(0.0, frame.x(known[-1].day) - long))
    for start in ends:
        near = heights(other, frame, start, start + long)
        for base in (max(near, default=0.0) + 14, min(near, default=0.0) - 5):
            inside = frame.offset + 11 <= base <= frame.floor - 3
            if near and inside and clear((points, other), frame, (start, start + long), base):
                found = labels.put(reference.name, start, (base,), "halo", side="start")
                if found:
                    return found
    return ""


def heights(points: Sequence[Point], frame: Frame, left: float, right: float) -> list[float]:
    """Where the drawn line of a series lies between two parts of the width, in px: at its weeks and between them."""
    half = 0.5 / max(1, len(frame.weeks))
    found: list[float] = []
    for run in runs(points):
        spots = [(frame.x(point.day), frame.y(point.ppm or 0)) for point in run]
        found += [y for x, y in spots if left - half <= x <= right + half]
        for (x, y), (following, then) in pairwise(spots):
            found += [y + (then - y) * (edge - x) / (following - x) for edge in (left, right) if x <= edge <= following]
    return found


def clear(series: Sequence[Sequence[Point]], frame: Frame, spread: tuple[float, float], base: float) -> bool:
    """True where a text on this base line lies on none of the lines."""
    every = (y for points in series for y in heights(points, frame, *spread))
    return not any(base - 11 < y < base + 4 for y in every)
