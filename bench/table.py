"""One line a figure: what was done, seconds, memory, spread, and its ratio to the other side of the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure import Series

TITLES = ("figure", "work", "wall s", "CPU s", "peak MB", "spread", "runs", "ratio wall", "ratio CPU")


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a figure. `beside`: the other side, to which the ratios are taken; None on that side itself."""

    figure: str
    work: str
    series: Series
    beside: Series | None = None

    def cells(self) -> tuple[str, ...]:
        own, other = self.series, self.beside
        ratios = ("", "") if other is None else (f"{own.wall / other.wall:.2f}", f"{own.cpu / other.cpu:.2f}")
        times = (f"{own.wall:.2f}", f"{own.cpu:.2f}", f"{own.peak / 1e6:.0f}", f"{own.spread:.0%}", str(len(own.runs)))
        return (self.figure, self.work, *times, *ratios)


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
