"""One line a figure: what was done, seconds, memory, spread, and its ratio to the other side of the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure import Series

TITLES = ("figure", "work", "wall s", "CPU s", "peak MB", "spread", "runs", "ratio wall", "ratio CPU", "target", "held")


@dataclass(frozen=True, slots=True)
class Target:
    """What ENGINE.md asks of a figure: at most so much, as ratio of `wall` or `cpu`, or as `peak` in MB."""

    kind: str
    most: float

    def __str__(self) -> str:
        return f"{self.kind} <= {self.most:g}" + (" MB" if self.kind == "peak" else "")

    def held(self, own: Series, other: Series | None) -> str:
        """Yes or no."""
        if self.kind == "peak":
            return "yes" if own.peak / 1e6 <= self.most else "no"
        if other is None:
            return ""
        ratio = own.wall / other.wall if self.kind == "wall" else own.cpu / other.cpu
        return "yes" if ratio <= self.most else "no"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a figure. `beside`: the other side, to which the ratios are taken; None on that side itself."""

    figure: str
    work: str
    series: Series
    beside: Series | None = None
    target: Target | None = None

    def cells(self) -> tuple[str, ...]:
        own, other = self.series, self.beside
        ratios = ("", "") if other is None else (f"{own.wall / other.wall:.2f}", f"{own.cpu / other.cpu:.2f}")
        times = (f"{own.wall:.2f}", f"{own.cpu:.2f}", f"{own.peak / 1e6:.0f}", f"{own.spread:.0%}", str(len(own.runs)))
        asked = ("", "") if self.target is None else (str(self.target), self.target.held(own, other))
        return (self.figure, self.work, *times, *ratios, *asked)


def drawn(lines: Sequence[Line]) -> str:
    """The lines under their titles, columns aligned; figures to the right."""
    cells = [TITLES, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(TITLES))]
    return "".join(
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        + "\n"
        for row in cells
    )
