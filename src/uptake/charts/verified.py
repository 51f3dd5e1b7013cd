"""Verification: the changes of each repository as one bar, by whether a person verified them."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.charts import measure, numerals
from uptake.charts.core import Svg, block, chart, esc, link, rect, span, svg, text
from uptake.charts.measure import NARROWEST
from uptake.charts.patterns import STRIPES, key
from uptake.charts.rows import VerifiedRow

PARTS = {"verified": ("heavy", "verified"), "partly": ("lapsed", "in part"), "missing": ("outline", "not verified")}
"""Part -> (class of its mark, its word), in the order of the bar."""
BAR = 20
GAP = 0.005


def verified_key() -> Svg:
    """Key of the three parts."""
    return key(list(PARTS.values()))


def verified_rows(rows: Sequence[VerifiedRow]) -> Svg:
    """One bar per row, each scaled to its own changes or to those that it is part of; the share that is verified stands in its part where
    it fits.

    Raises ValueError where a row is part of fewer changes than it has.
    """
    return Svg(chart("segments", "".join(_row(row) for row in rows)))


def _row(row: VerifiedRow) -> str:
    counts = {"verified": row.verified, "partly": row.partly, "missing": row.missing}
    own = sum(counts.values())
    whole = row.of or own
    if whole < own:
        raise ValueError("of: a row has more changes than those that it is part of")
    at, body = 0.0, ""
    for part, (mark, _) in PARTS.items():
        width = counts[part] / whole if whole else 0.0
        if width:
            drawn = width - GAP if width > 2 * GAP else width
            body += rect(mark, at, drawn, 0.5, BAR - 1, pattern=STRIPES if mark == "lapsed" else "")
        if part == "verified":
            body += _share(counts[part], whole, width)
        at += width
    facts = [
        f"{numerals.count(own)} of {numerals.count(whole)} changes." if row.of else f"{numerals.count(whole)} changes.",
        *(_fact(counts[part], whole, word) for part, (_, word) in PARTS.items()),
    ]
    why = span("why", esc(row.note)) if row.note else ""
    return block(
        "row", span("name", link(row.name, row.href)) + span("bar", svg(row.name, facts, body, BAR, "marks")) + why
    )


def _share(part: int, whole: int, width: float) -> str:
    words = numerals.share_number(numerals.rounded(part * numerals.WHOLE_PPM, whole)) if whole else ""
    if not words or (width - GAP) * NARROWEST < measure.width(words) + 6:
        return ""
    return text(words, (width - GAP) / 2, BAR / 2 + 4.5, "mid on")


def _fact(part: int, whole: int, word: str) -> str:
    return f"{numerals.share_of(part, whole)} {word} ({numerals.count(part)})." if whole else f"0 {word}."
