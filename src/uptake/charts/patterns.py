"""The hatch and the stripes, once a page, and the swatches of a key."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.charts.core import Svg, esc

HATCH = "hatch"
STRIPES = "stripes"


def patterns() -> Svg:
    """The two patterns that marks refer to, for the top of the page's body. Without it hatched marks have no fill."""
    return Svg(
        '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
        f'<pattern id="{HATCH}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatching" x1="2.5" x2="2.5" y1="0" y2="5"/></pattern>'
        f'<pattern id="{STRIPES}" width="3" height="3" patternUnits="userSpaceOnUse">'
        '<line class="striping" x1="0" x2="3" y1="1.5" y2="1.5"/></pattern></defs></svg>'
    )


_BOX = '<rect class="{name}" x="0.5" y="0.5" width="13" height="13"{fill}/>'
_FILLS = {"hatched": HATCH, "lapsed": STRIPES, "passive": STRIPES}
_LINES = {
    "line": '<line class="line" x1="0" x2="14" y1="7" y2="7"/>',
    "ref": '<line class="ref" x1="0" x2="14" y1="7" y2="7"/>',
    "benchmark": '<line class="benchmark" x1="0" x2="14" y1="7" y2="7"/>',
    "cut": '<line class="cut" x1="7" x2="7" y1="0" y2="14"/>',
    "median": '<line class="median" x1="7" x2="7" y1="0" y2="14"/>',
    "ring": '<circle class="ring" cx="7" cy="7" r="4.2"/>',
    "who": '<circle class="who" cx="7" cy="7" r="5"/>',
    "gain": '<circle class="full" cx="7" cy="7" r="5"/>',
    "harm": '<rect class="full harm" x="2.5" y="2.5" width="9" height="9"/>',
    "seldom-gain": '<circle class="hollow" cx="7" cy="7" r="5"/>',
    "seldom-harm": '<rect class="hollow harm" x="2.5" y="2.5" width="9" height="9"/>',
    "unclear": '<circle class="unclear" cx="7" cy="7" r="5"/>',
    "none-dot": '<circle class="none-dot" cx="7" cy="7" r="5"/>',
    "rest": '<rect class="rest" x="0" y="0" width="14" height="14"/><circle class="rest-dot" cx="7" cy="7" r="1"/>',
}


def key(entries: Sequence[tuple[str, str]]) -> Svg:
    """Key of a picture: (mark, words) in the order of the marks. `mark` is the class of a fill (`heavy`, `lost`, `h3`, ...)
    or the name of a line (`ref`, `median`, `ring`, ...); several fills in a row may be given as `h1 h2 h3`.
    """
    items = "".join(
        f"<li>{''.join(_swatch(name) for name in mark.split())}{esc(words)}</li>" for mark, words in entries
    )
    return Svg(f'<ul class="key">{items}</ul>')


def _swatch(name: str) -> str:
    pattern = _FILLS.get(name)
    box = _BOX.format(name=esc(name), fill=f' fill="url(#{pattern})"' if pattern else "")
    return f'<svg class="swatch" width="14" height="14" aria-hidden="true">{_LINES.get(name, box)}</svg>'
