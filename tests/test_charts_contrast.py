"""Marks are seen in both schemes: contrast by WCAG 2.2, computed from the tokens and the rules of the marks."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOKENS = (ROOT / "src" / "uptake" / "web" / "static" / "tokens.css").read_text(encoding="utf-8")
MARKS = (ROOT / "src" / "uptake" / "charts" / "marks.css").read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split("@media print")[0].split("@media screen and (prefers-color-scheme: dark)")
SCHEMES = {
    "light": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", LIGHT)),
    "dark": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", DARK)),
}
PALE = {"pine-3", "h1", "h2", "h3", "tint", "hair", "page"}
"""Fills that never stand alone (tokens.css)."""


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mark_rules() -> list[tuple[str, str, str]]:
    """(selector, fill, stroke) of every rule with a colour of the tokens; "" where there is none."""
    found = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", MARKS, flags=re.DOTALL)):
        fill, stroke = (re.search(rf"(?<![\w-]){name}: var\(--([\w-]+)\)", body) for name in ("fill", "stroke"))
        if fill or stroke:
            found.append((selector.strip(), fill[1] if fill else "", stroke[1] if stroke else ""))
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_mark_has_a_part_of_3_to_1(scheme):
    tokens = SCHEMES[scheme]
    grounds = {".ground", ".plate", ".rest", ".grid, .hair", ".area", "text.on", "text.halo"}
    weak = [
        selector
        for selector, fill, stroke in mark_rules()
        if selector not in grounds
        and not any(colour and contrast(tokens[colour], tokens["page"]) >= 3 for colour in (fill, stroke))
    ]
    assert len(mark_rules()) > 25
    assert weak == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_pale_fill_has_an_edge_or_a_number(scheme):
    tokens = SCHEMES[scheme]
    for selector, fill, stroke in mark_rules():
        if (
            fill in PALE
            and selector.startswith((".h", ".nil", ".ring", ".band", ".curve", ".partly"))
            and selector != ".grid, .hair"
        ):
            least = 2.2 if (selector, stroke) == (".h3", "pine-2") else 3
            assert contrast(tokens[stroke], tokens["page"]) >= least, selector


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [("ink", "page"), ("ink-2", "page"), ("ink", "h1"), ("ink", "h2"), ("ink", "h3"), ("page", "h4"), ("page", "h5"), ("page", "pine"),
     ("page", "pine-2"), ("pine", "page"), ("clay", "page")],
)  # fmt: skip
def test_text_on_marks_is_4_5_to_1(scheme, ink, ground):
    assert contrast(SCHEMES[scheme][ink], SCHEMES[scheme][ground]) >= 4.5


def test_the_measure_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
