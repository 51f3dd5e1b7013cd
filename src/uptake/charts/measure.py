"""How wide a text is before any browser has seen it, and where labels go so that none is cut and none covers another.

Widths are those of Inter SemiBold with tabular figures (SIL OFL 1.1), in hundredths of the text size, rounded up: the widest
weight used, so that a label that fits by this table fits in the pages. Accents cost what their letter costs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 12
LINE = 16
GAP = 6
"""Least distance between two labels of one line, px."""
NARROWEST = 240
"""Least width in px of a full-width picture beside or below its labels; marks.css keeps to it on a screen of 320 px."""

_WIDTHS = {
    17: "\u202f",
    25: "'\u2019\u2018 \xa0",
    29: "ijlI.:;\xb7",
    31: "!,",
    38: "|/\\ft",
    41: '"()[]r{}\u201c\u201d',
    50: "-_^`\u2013\u2022",
    55: "*?s",
    58: "JLkxzacvy",
    61: "FeEnou\xf8\xf0",
    63: "hbdgpq\xfe",
    66: "#$PSBRTZ\xdf\xde",
    68: "&0123456789+<=>K~\u2212\u2265\u2264\xd7\xf7",
    74: "XYADVU\xd0",
    78: "CHNGOQ\xd8",
    85: "w%\u2026",
    92: "mM\xe6",
    104: "@W\u2014\xc6\u25b2\u25bc",
}
_WIDTH = {char: width for width, chars in _WIDTHS.items() for char in chars}
_UNKNOWN = 104


def width(words: str, size: int = SIZE) -> float:
    """Width in px of a line of text at `size` px."""
    return sum(_WIDTH.get(unicodedata.normalize("NFD", char)[0], _UNKNOWN) for char in words) * size / 100


@dataclass(frozen=True, slots=True)
class Label:
    """A text that wants to stand at `x` (a part of the width)."""

    words: str
    x: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its anchor (`start`, `mid`, `end`) and its line, 0 the nearest to the mark."""

    label: Label
    anchor: str
    line: int = 0


def anchor(words: str, x: float, narrowest: float = NARROWEST) -> str:
    """`mid` where the text stays inside on both sides at the least width, else it grows inwards from its mark."""
    half = width(words) / 2
    if x * narrowest < half:
        return "start"
    return "end" if (1 - x) * narrowest < half else "mid"


def settled(label: Label, narrowest: float = NARROWEST, line: int = 0) -> Placed:
    """A label inside the least width: at its mark, or moved left where it fits on neither side of it."""
    side, long = anchor(label.words, label.x, narrowest), width(label.words)
    if side == "start" and label.x * narrowest + long > narrowest:
        return Placed(Label(label.words, max(0.0, 1 - long / narrowest), label.name), "start", line)
    if side == "end" and label.x * narrowest < long:
        return Placed(Label(label.words, min(1.0, long / narrowest), label.name), "end", line)
    return Placed(label, side, line)


def extent(placed: Placed, narrowest: float = NARROWEST) -> tuple[float, float]:
    """Left and right edge in px at a width of `narrowest`."""
    long = width(placed.label.words)
    back = {"start": 0.0, "mid": long / 2, "end": long}[placed.anchor]
    left = placed.label.x * narrowest - back
    return left, left + long


def free(candidate: Placed, others: Sequence[Placed], narrowest: float) -> bool:
    left, right = extent(candidate, narrowest)
    return all(
        right + GAP <= start or end + GAP <= left
        for start, end in (extent(other, narrowest) for other in others if other.line == candidate.line)
    )


def on_lines(labels: Sequence[Label], narrowest: float = NARROWEST) -> list[Placed]:
    """Each label on the first line where it covers no other, in the order given. All labels are kept."""
    placed: list[Placed] = []
    for label in labels:
        line = 0
        while not free(settled(label, narrowest, line), placed, narrowest):
            line += 1
        placed.append(settled(label, narrowest, line))
    return placed


def spacing(labels: Sequence[Label], narrowest: float, unit: int, most: int) -> int:
    """Every how manieth of the labels fits on one line at a width of `narrowest`, a multiple of `unit`; at most `most` of them."""
    every = unit
    while every < len(labels):
        chosen = labels[::every]
        placed = [Placed(label, anchor(label.words, label.x, narrowest)) for label in chosen]
        if len(chosen) <= most and all(free(one, placed[:place], narrowest) for place, one in enumerate(placed)):
            return every
        every += unit
    return every
