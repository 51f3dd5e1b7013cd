"""The pages in Chromium: accessibility, console, content policy, labels, filters, Back, keys, no script, phone, print."""

from __future__ import annotations

import contextlib
import os
import pathlib
import threading

import pytest
import uvicorn

from tests.web.conftest import TITLES, Site
from tests.web.test_pages import MATRIX
from uptake.settings import read_settings
from uptake.web.server import _Server, address, bound

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here: browser tests do not run")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here: browser tests do not run")

CHROMIUM = pathlib.Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: browser tests do not run")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
MODES = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
}
CASES = [("nobody", "overview"), ("nobody", "adoption"), ("nobody", "compare"), ("nobody", "admin"), ("nobody", "definitions"),
         ("manager", "team"), ("self", "me"), ("licence", "licences"), ("executive", "licences"), ("executive", "tasks"), ("executive", "value"), ("executive", "effect"), ("executive", "quality"), ("nobody", "signin"),
         ("compliance", "policy"), ("compliance", "cases"), ("compliance", "assurance")]  # fmt: skip
"""One role a page, by equivalence class: what differs between roles is whose rows, not what is drawn."""
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
"""
OUTSIDE = """
() => [...document.querySelectorAll('main svg.marks text, main svg text')].filter((text) => {
    const style = getComputedStyle(text);
    if (style.display === 'none' || style.visibility === 'hidden' || !text.textContent.trim()) return false;
    const box = text.getBoundingClientRect(), card = text.closest('section').getBoundingClientRect();
    return box.width > 0 && (box.left < card.left - 1 || box.right > card.right + 1);
}).map((text) => text.textContent)
"""
SMALL = """
() => [...document.querySelectorAll('body *')].filter((item) => item.childNodes.length
    && [...item.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(item).fontSize) < 12 && item.getBoundingClientRect().width > 1
    && !item.closest('sup')).map((item) => item.outerHTML.slice(0, 80))
"""


@contextlib.contextmanager
def served(site, port=0):
    """The app of a site on a port of this process, a free one unless given; its address."""
    listening = bound("127.0.0.1", port)
    server = _Server(uvicorn.Config(site.app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield address(listening)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()


@contextlib.contextmanager
def launched():
    """Debian's Chromium."""
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def base(demo_home):
    with served(Site(demo_home)) as where:
        yield where


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


SIGNED_IN = {}
"""(Server, role) -> the cookies of one sign-in by the page: the pages are what the tests look at, and each sign-in draws two more."""


class Eyes:
    """A page that notes every console error and every breach of the content policy."""

    def __init__(self, browser, base, role="nobody", **options):
        known = SIGNED_IN.get((base, role))
        self.base, self.context = base, browser.new_context(**options, storage_state=known)
        self.context.add_init_script(WATCH)
        self.page, self.errors = self.context.new_page(), []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if role != "nobody" and not known:
            self.go("/signin")
            section = self.page.locator("section", has=self.page.get_by_role("heading", name=TITLES[role], exact=True))
            section.locator("button").first.click()
            self.page.wait_for_url(lambda url: not url.endswith("/signin"))
            SIGNED_IN[base, role] = self.context.storage_state()

    def go(self, path):
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def clean(self):
        assert self.errors == []
        assert self.page.evaluate("window.violations") == []


@pytest.fixture
def eyes(chromium, base):
    opened = []

    def look(role="nobody", **options):
        opened.append(Eyes(chromium, base, role, **options))
        return opened[-1]

    yield look
    for one in opened:
        one.context.close()


@pytest.mark.parametrize("mode", list(MODES))
@pytest.mark.parametrize(("role", "slug"), CASES)
def test_a_page_is_sound(eyes, role, slug, mode):
    """axe, console, content policy, text size, clipped labels, sideways scroll, budgets of nodes."""
    seen = eyes(role, **MODES[mode])
    page = seen.go(f"/{slug}")
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(SMALL) == []
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelectorAll('*').length") <= 1500
    seen.clean()


def test_a_planted_fault_is_seen(eyes):
    """The eyes are not blind: a picture without a name, a tiny text, a forbidden style and a console error are found."""
    seen = eyes(**MODES["light"])
    page = seen.go("/definitions")
    page.evaluate("""() => {
        const main = document.querySelector('main');
        main.insertAdjacentHTML('beforeend', '<img src="/static/none.png"><p id="tiny" style="color: red">tiny</p>');
        document.getElementById('tiny').style.fontSize = '9px';
    }""")
    page.wait_for_load_state("networkidle")
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert "image-alt" in found.generate_report()
    assert len(page.evaluate(SMALL)) == 1
    assert seen.errors != []
    assert page.evaluate("window.violations") != []


def test_the_cases_cover_every_page():
    assert {slug for _, slug in CASES} == {*MATRIX, "signin"}


def test_filters_swap_the_body_and_back_restores_it(eyes):
    seen = eyes(**MODES["light"])
    page = seen.go("/overview")
    first = page.locator("h1").inner_text()
    page.select_option("#pick-tool", "claude_code")
    page.wait_for_url("**tool=claude_code*")
    playwright.expect(page.locator("h1")).to_contain_text("Claude Code")
    page.select_option("#pick-quarter", "2026Q2")
    page.wait_for_url("**quarter=2026Q2*")
    playwright.expect(page.locator("h1")).to_contain_text("Q2")
    second = page.url
    copied = eyes(**MODES["light"]).page
    copied.goto(second)
    assert copied.locator("h1").inner_text() == page.locator("h1").inner_text()
    page.go_back()
    playwright.expect(page.locator("#pick-quarter")).to_have_value("2026Q3")
    page.go_back()
    playwright.expect(page.locator("#pick-tool")).to_have_value("all")
    playwright.expect(page.locator("h1")).to_have_text(first)
    seen.clean()


def test_everything_works_without_script(eyes):
    seen = eyes(java_script_enabled=False, **MODES["light"])
    page = seen.page
    page.goto(f"{seen.base}/signin")
    section = page.locator("section", has=page.get_by_role("heading", name="Manager", exact=True))
    section.locator("button").first.click()
    assert page.url.endswith("/team")
    # figures of single tools are of the company and its lines; the manager's own unit may be smaller
    page.goto(f"{seen.base}/overview?scope=%28company%29")
    page.select_option("#pick-tool", "copilot")
    page.get_by_role("button", name="Apply").click()
    assert "tool=copilot" in page.url
    assert "Copilot" in page.locator("h1").inner_text()
    page.locator("#figures").get_by_text("Table").click()
    assert page.locator("#figures table").is_visible()


def test_without_script_a_phone_folds_filters_and_menu(eyes):
    seen = eyes(java_script_enabled=False, **MODES["phone"])
    page = seen.page
    page.goto(f"{seen.base}/overview")
    assert not page.locator("#filters").is_visible()
    page.get_by_role("button", name="Change").click()
    assert page.locator("#pick-quarter").is_visible()
    page.locator("#pick-quarter").select_option("2026Q2")
    page.get_by_role("button", name="Apply").click()
    assert "quarter=2026Q2" in page.url
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Compare").click()
    assert page.url.endswith("/compare")


def test_keys_move_between_cards_and_open_the_table(eyes):
    seen = eyes(**MODES["light"])
    page = seen.go("/overview")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "figures"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "funnel"
    page.keyboard.press("k")
    page.keyboard.press("h")
    assert page.locator("#figures details.how").get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert page.locator("#figures details.how").get_attribute("open") is None
    page.keyboard.press("t")
    page.wait_for_url("**view=table#figures")
    seen.clean()


def test_print_names_scope_period_purpose_and_stamp(eyes):
    page = eyes(**MODES["light"]).go("/overview")
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    line = page.locator(".printed").inner_text()
    for text in ("Whole company", "Q3 2026", "Purpose", "Snapshot 1", "Not for individual performance review"):
        assert text in line
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_page_asks_for_few_things_and_nothing_from_elsewhere(eyes):
    seen = eyes(**MODES["light"])
    asked, size = [], []
    seen.page.on("response", lambda answer: asked.append(answer.url))
    seen.page.on("requestfinished", lambda request: size.append(request.sizes()["responseBodySize"]))
    seen.go("/overview")
    assert all(url.startswith(seen.base) for url in asked)
    assert len(asked) <= 7
    assert sum(size) < 145_000


def test_settings_are_those_of_the_demo(demo):
    assert read_settings(demo.home).demo
