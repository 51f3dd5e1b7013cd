"""Segments: what a unit is made of, as one bar of parts that add up to its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.charts import measure, numerals
from uptake.charts.core import Svg, block, chart, esc, link, plate, rect, span, svg, text
from uptake.charts.measure import NARROWEST
from uptake.charts.numerals import DASH
from uptake.charts.patterns import HATCH, STRIPES, key
from uptake.charts.rows import Part, SegmentRow

SEGMENTS = {
    "heavy": ("heavy", "heavy"),
    "light": ("light", "light"),
    "lapsed": ("lapsed", "lapsed"),
    "non_adopter": ("stone", "non-adopter"),
    "non_user": ("outline", "non-user"),
    "insufficient": ("hatched", "not known"),
    "excluded": ("excluded", "excluded"),
}
"""Segment -> (class of its mark, its word), in the order of the bar."""
_PATTERN = {"lapsed": STRIPES, "hatched": HATCH}
_INKED = {"heavy", "light"}
"""Fills that carry their number in the page's colour; all others need a plate."""
BAR = 20
TALL = 28
GAP = 0.005


@dataclass(frozen=True, slots=True)
class _Piece:
    """A drawn part: its segment, people, and where it stands (parts of the width)."""

    segment: str
    people: int
    left: float
    width: float


def segment_key(rows: Sequence[SegmentRow] = ()) -> Svg:
    """Key of the segments; with rows, each word carries its total over them where every part of it is shown."""
    words = []
    for segment, (mark, word) in SEGMENTS.items():
        parts = [part.people for row in rows for part in row.parts if part.segment == segment]
        total = "" if not parts or None in parts else f" {numerals.count(sum(p or 0 for p in parts))}"
        words.append((mark, word + total))
    return key(words)


def segment_rows(rows: Sequence[SegmentRow]) -> Svg:
    """One bar per unit, each scaled to its own people; the share of heavy and light in percent where it fits.

    Raises ValueError where shown parts exceed the people of the row, or are all shown and do not sum to them.
    """
    return Svg(chart("segments", "".join(_row(row) for row in rows)))


def segment_bar(row: SegmentRow) -> Svg:
    """The bar of one unit, with the count of people in each part that has room for it."""
    pieces, hidden = _pieces(row)
    if row.people is None or (hidden and not pieces):
        return Svg(chart("segments one", span("said", esc(row.text or "Withheld."))))
    body = "".join(_draw(piece, TALL) + _count(piece) for piece in pieces)
    return Svg(chart("segments one", svg(row.name, _facts(row, pieces), body, TALL, "marks")))


def _row(row: SegmentRow) -> str:
    name = span("name", link(row.name, row.href))
    pieces, hidden = _pieces(row)
    if row.people is None or (hidden and not pieces):
        return block("row", name + span("bar said", f"{DASH} {esc(row.text or 'Withheld.')}"))
    body = "".join(_draw(piece, BAR) + _share(piece, row.people) for piece in pieces)
    end = pieces[-1].left + pieces[-1].width if pieces else 0.0
    if hidden and (1 - end) * NARROWEST > measure.width(DASH) + 8:
        body += text(DASH, end, 15, "", 6)
    why = span("why", esc(row.text)) if row.text else ""
    return block("row", name + span("bar", svg(row.name, _facts(row, pieces), body, BAR, "marks")) + why)


def _pieces(row: SegmentRow) -> tuple[list[_Piece], bool]:
    """Parts in their order from the left without gaps for what is not shown, and whether anything is not shown."""
    by_segment: dict[str, list[Part]] = {segment: [] for segment in SEGMENTS}
    for part in row.parts:
        if part.segment not in by_segment:
            raise ValueError("parts: a segment that is not known")
        by_segment[part.segment].append(part)
    hidden = any(part.people is None for part in row.parts)
    whole, at, found = row.people or 0, 0, []
    for segment, parts in by_segment.items():
        if any(part.people is None for part in parts):
            continue
        people = sum(part.people or 0 for part in parts)
        if people and whole:
            found.append(_Piece(segment, people, at / whole, people / whole))
        at += people
    if row.people is not None and (at > whole or (not hidden and row.parts and at != whole)):
        raise ValueError("parts: they must sum to the people of the row")
    return found, hidden


def _draw(piece: _Piece, height: int) -> str:
    mark, _ = SEGMENTS[piece.segment]
    width = piece.width - GAP if piece.width > 2 * GAP else piece.width
    return rect(mark, piece.left, width, 0.5, height - 1, pattern=_PATTERN.get(mark, ""))


def _share(piece: _Piece, whole: int) -> str:
    words = numerals.share_number(numerals.rounded(piece.people * numerals.WHOLE_PPM, whole))
    inked = SEGMENTS[piece.segment][0] in _INKED
    return _inside(piece, words, BAR) if inked else ""


def _count(piece: _Piece) -> str:
    words = numerals.count(piece.people)
    if SEGMENTS[piece.segment][0] in _INKED:
        return _inside(piece, words, TALL)
    wide = measure.width(words) + 8
    if (piece.width - GAP) * NARROWEST < wide + 1:
        return ""
    return plate(words, piece.left + (piece.width - GAP) / 2, (TALL - 16) / 2, round(wide))


def _inside(piece: _Piece, words: str, height: int) -> str:
    if (piece.width - GAP) * NARROWEST < measure.width(words) + 6:
        return ""
    return text(words, piece.left + (piece.width - GAP) / 2, height / 2 + 4.5, "mid on")


def _facts(row: SegmentRow, pieces: Sequence[_Piece]) -> list[str]:
    whole = row.people or 0
    largest = sorted(pieces, key=lambda piece: -piece.people)[:2]
    return [
        f"{numerals.count(whole)} engineers.",
        *(
            f"{numerals.share_of(p.people, whole)} {SEGMENTS[p.segment][1]} ({numerals.count(p.people)})."
            for p in largest
        ),
    ]
