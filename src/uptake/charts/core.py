"""The safe string and the few elements every picture is made of. The only place where text becomes markup.

One drawing serves 320 to 1240 px (PAGES.md section 6): the outer SVG has no viewBox, so text and dots keep their size and
stand at percent positions; only curves live in a nested SVG that is stretched. Colour comes from classes (marks.css), never
from a style attribute, so that the strictest content policy holds. Every fragment is well-formed XML.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable

DESC_LIMIT = 200
FACTS = 3
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Svg(str):
    """Markup that is safe to put into a page as it is. Templates know it by `__html__`."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def esc(text: str) -> str:
    """Text for an element or an attribute; control characters and direction overrides become spaces."""
    if not text.isprintable():  # what is printable has none of them, and most texts of a page are
        text = "".join(" " if char in _BIDI or unicodedata.category(char) in {"Cc", "Cs"} else char for char in text)
    return html.escape(text, quote=True)


def link(name: str, href: str) -> str:
    """A name, linked where `href` is given. Raises ValueError for an address outside this site."""
    if not href:
        return esc(name)
    if href[0] not in "/?" or href.startswith("//") or "\\" in href:
        raise ValueError("href: must be a path or a query of this site")
    return f'<a href="{esc(href)}">{esc(name)}</a>'


def pct(part: float) -> str:
    """A part of the width as a percent with at most 2 decimals."""
    return f"{round(100 * part, 2) + 0.0:g}%"


def describe(facts: Iterable[str]) -> str:
    """The first three facts as one description of at most 200 characters; a fact that does not fit is left out whole."""
    text = ""
    for fact in list(facts)[:FACTS]:
        longer = f"{text} {fact}".strip()
        if len(longer) > DESC_LIMIT:
            break
        text = longer
    return text


def svg(title: str, facts: Iterable[str], body: str, height: int, name: str, width: int | None = None) -> str:
    """A picture: `title` names it, `facts` are its finding. As wide as its place unless `width` (px) is given."""
    wide = "100%" if width is None else str(width)
    return (
        f'<svg class="{name}" role="img" width="{wide}" height="{height}"><title>{esc(title)}</title>'
        f"<desc>{esc(describe(facts))}</desc>{body}</svg>"
    )


def stretched(body: str, top: int, height: int, columns: int, rows: int) -> str:
    """Curves in a coordinate system of their own, stretched to the full width; strokes keep their weight by class."""
    return (
        f'<svg class="plot" x="0" y="{top}" width="100%" height="{height}" viewBox="0 0 {columns} {rows}" '
        f'preserveAspectRatio="none">{body}</svg>'
    )


def rect(name: str, left: float, width: float, top: float, height: float, *, pattern: str = "") -> str:
    """A bar or cell: `left` and `width` are parts of the full width, `top` and `height` px."""
    fill = f' fill="url(#{pattern})"' if pattern else ""
    return f'<rect class="{name}" x="{pct(left)}" y="{top:g}" width="{pct(width)}" height="{height:g}"{fill}/>'


def upright(name: str, x: float, top: float, bottom: float) -> str:
    return f'<line class="{name}" x1="{pct(x)}" x2="{pct(x)}" y1="{top:g}" y2="{bottom:g}"/>'


def level(name: str, y: float, left: float = 0.0, right: float = 1.0) -> str:
    return f'<line class="{name}" x1="{pct(left)}" x2="{pct(right)}" y1="{y:g}" y2="{y:g}"/>'


def dot(name: str, x: float, y: float, radius: float) -> str:
    return f'<circle class="{name}" cx="{pct(x)}" cy="{y:g}" r="{radius:g}"/>'


def text(words: str, x: float, y: float, name: str = "", dx: float = 0) -> str:
    """12 px text at a percent position. `name`: `mid` and `end` set the anchor, other classes the ink."""
    shift = f' dx="{dx:g}"' if dx else ""
    kind = f' class="{name}"' if name else ""
    return f'<text{kind} x="{pct(x)}" y="{y:g}"{shift}>{esc(words)}</text>'


def plate(words: str, x: float, top: float, width: float) -> str:
    """A number on a plate of the page's colour, for fills that carry no text; centred at `x`, `width` px wide, 16 px high."""
    return (
        f'<rect class="plate" x="{pct(x)}" y="{top:g}" width="{width:g}" height="16" rx="2" '
        f'transform="translate({-width / 2:g})"/>{text(words, x, top + 12.5, "mid strong")}'
    )


def span(name: str, inner: str) -> str:
    """A piece of HTML beside a picture. `inner` is markup already escaped."""
    return f'<span class="{name}">{inner}</span>'


def block(name: str, inner: str) -> str:
    return f'<div class="{name}">{inner}</div>'


def readable(title: str, inner: str) -> str:
    """Pictures whose marks can be read one by one: by pointer, and by arrow keys in one stop of the tab key. Every mark has a `<title>`.

    The line below is for the words of the mark that is read; without a script it stays empty, and the titles serve a pointer.
    """
    return (
        f'<div class="readable" tabindex="0" role="application" aria-label="{esc(title)}: arrow keys read the marks, Escape ends">'
        f'{inner}<p class="read" role="status"></p></div>'
    )


def chart(name: str, inner: str) -> str:
    """A picture with the names beside it. The outer element is what narrow layouts are measured against."""
    return f'<div class="chart"><div class="{name}">{inner}</div></div>'
