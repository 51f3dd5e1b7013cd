"""Reads pictures back: elements with their boxes in px at a given width, for the tests of marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree as ET

from uptake.charts import measure, scales


@dataclass(frozen=True)
class Box:
    """A drawn thing in px; `kind` is the tag, `names` its classes, `words` the text of a text."""

    kind: str
    names: tuple[str, ...]
    left: float
    right: float
    top: float
    bottom: float
    words: str = ""

    def covers(self, other: "Box") -> bool:
        slack = 0.3
        apart = self.right <= other.left + slack or other.right <= self.left + slack
        return not apart and self.top < other.bottom - slack and other.top < self.bottom - slack


def tree(markup: str) -> ET.Element:
    """The fragment as XML; fails where it is not well-formed."""
    return ET.fromstring(f"<root>{markup}</root>")  # noqa: S314 (our own output)


def pictures(markup: str) -> list[ET.Element]:
    """Every outer SVG of a fragment but swatches and pattern holders."""
    return [item for item in tree(markup).iter("svg") if item.get("role") == "img"]


def as_markup(item: ET.Element) -> str:
    return ET.tostring(item, encoding="unicode")


def px(value: str | None, width: float) -> float:
    if value is None:
        return 0.0
    return float(value[:-1]) * width / 100 if value.endswith("%") else float(value)


def picture_width(picture: ET.Element, width: float) -> float:
    return px(picture.get("width"), width)


def shift(item: ET.Element) -> float:
    value = item.get("transform", "")
    return float(value.removeprefix("translate(").removesuffix(")")) if value else 0.0


def boxes(picture: ET.Element, width: float) -> Iterator[Box]:
    """Boxes of all marks but stretched curves, at a width of `width` px."""
    wide = picture_width(picture, width)
    for item in picture:
        names = tuple(item.get("class", "").split())
        if item.tag == "rect":
            left = px(item.get("x"), wide) + shift(item)
            top = px(item.get("y"), 0)
            yield Box("rect", names, left, left + px(item.get("width"), wide), top, top + px(item.get("height"), 0))
        elif item.tag == "circle":
            x, y, r = px(item.get("cx"), wide), px(item.get("cy"), 0), px(item.get("r"), 0)
            yield Box("circle", names, x - r, x + r, y - r, y + r)
        elif item.tag == "line":
            x = sorted((px(item.get("x1"), wide), px(item.get("x2"), wide)))
            y = sorted((px(item.get("y1"), 0), px(item.get("y2"), 0)))
            yield Box("line", names, x[0], x[1], y[0], y[1])
        elif item.tag == "text":
            words = item.text or ""
            long = measure.width(words)
            x = px(item.get("x"), wide) + px(item.get("dx"), 0)
            left = x - long / 2 if "mid" in names else x - long if "end" in names else x
            base = px(item.get("y"), 0)
            yield Box("text", names, left, left + long, base - 10, base + 2, words)


def seen(box: Box, width: float) -> bool:
    """Whether the style sheet shows a text at this width of the picture (rules of marks.css)."""
    if box.kind != "text":
        return True
    if "wide" in box.names:
        return width >= scales.WIDE
    return "short" not in box.names if width >= 388 else "long" not in box.names


def collisions(picture: ET.Element, width: float) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    texts = [box for box in boxes(picture, width) if box.kind == "text" and seen(box, width)]
    return [(a.words, b.words) for a, b in combinations(texts, 2) if a.covers(b)]


def outside(picture: ET.Element, width: float) -> list[Box]:
    """Marks and texts that leave the picture. Strokes and dots on an edge may reach half a stroke over it."""
    wide, high = picture_width(picture, width), px(picture.get("height"), 0)
    found = []
    for box in boxes(picture, width):
        slack = {"text": 0.6, "circle": 6.6}.get(box.kind, 0.6)
        if seen(box, width) and (
            box.left < -slack or box.right > wide + slack or box.top < -slack or box.bottom > high + slack
        ):
            found.append(box)
    return found


def marks(markup: str) -> list[Box]:
    """All marks of a fragment at 1000 px, texts left out."""
    return [box for picture in pictures(markup) for box in boxes(picture, 1000) if box.kind != "text"]


def words_of(markup: str) -> str:
    """All text of a fragment, descriptions too."""
    return " ".join(part for part in tree(markup).itertext() if part)
