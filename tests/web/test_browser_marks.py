"""Marks of the quadrant in Chromium: read one by one by pointer and by arrow keys, in every colour scheme and width, and sound for axe."""

from __future__ import annotations

import pathlib

import pytest

from tests import gallery
from tests.gallery_rows import QUADRANT
from tests.web import test_browser as browser
from uptake.charts import Spot, quadrant
from uptake.charts.quadrant import NOT_CLEAR

chromium, pytestmark = browser.chromium, browser.pytestmark
SCRIPT = pathlib.Path(gallery.ROOT, "src", "uptake", "web", "static", "uptake.js").read_text(encoding="utf-8")
MANY = [Spot(f"U{n}", (1 + n % 59) * 1_000_000, (n * 7 % 41 - 20) * 10_000, 60_000, NOT_CLEAR, 20) for n in range(1200)]
READ = "document.querySelector('.read').textContent"


def page_of(picture):
    css = f"{gallery.TOKENS.read_text(encoding='utf-8')}{gallery.MARKS.read_text(encoding='utf-8')}{gallery.PAGE_CSS}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Marks</title><style>{css}</style>'
    body = f'<main><section class="card"><h1>Marks</h1>{picture}<p><a href="#x">After</a></p></section></main><script>{SCRIPT}</script>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


@pytest.mark.parametrize("mode", list(browser.MODES))
@pytest.mark.parametrize("units", [QUADRANT, MANY], ids=["marks", "bins"])
def test_marks_are_read_by_keys_and_by_pointer(chromium, mode, units):
    context = chromium.new_context(**browser.MODES[mode])
    page = context.new_page()
    page.set_content(page_of(quadrant(units)))
    marks = page.locator("svg > :not(svg):has(> title)")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "readable"
    said = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        said.append(page.evaluate(READ))
        assert page.locator(".read-now").count() == 1
        assert page.locator(".read-now > title").text_content() == said[-1]
    assert all("use " in words for words in said)
    assert len(set(said)) > 1
    page.keyboard.press("Escape")
    assert page.evaluate(READ) == ""
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")  # no trap, and nothing stays marked
    assert page.evaluate("document.activeElement.textContent") == "After"
    assert page.locator(".read-now").count() == 0
    box = marks.last.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "use " in page.evaluate(READ)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = browser.axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": browser.TAGS}})
    assert found.violations_count == 0, found.generate_report()
    context.close()
