"""The first five minutes of each reader (PAGES.md section 2), as far as this part goes: what they click, and what is true then.

Each walk clicks only what its row names, and counts: more than 12 clicks fail.
"""

from __future__ import annotations

import re
import shutil

import pytest

from tests.web import test_browser as browser
from tests.web.conftest import TITLES, Site

chromium, pytestmark = browser.chromium, browser.pytestmark
MOST_CLICKS = 12
WIDE = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def base(demo_home, tmp_path_factory):
    """A copy of the demo home: readers offer, report and switch."""
    home = tmp_path_factory.mktemp("minutes") / "home"
    shutil.copytree(demo_home, home)
    with browser.served(Site(home)) as where:
        yield where


class Reader(browser.Eyes):
    """Somebody with a browser, who counts clicks."""

    def __init__(self, chromium, base):
        super().__init__(chromium, base, **WIDE)
        self.clicks = 0

    def click(self, locator):
        locator.click()
        self.page.wait_for_load_state("load")
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS

    def sign_in(self, role):
        self.go("/signin")
        section = self.page.locator("section", has=self.page.get_by_role("heading", name=TITLES[role], exact=True))
        self.click(section.locator("button").first)
        self.page.wait_for_url(lambda url: not url.endswith("/signin"))

    def menu(self, name):
        self.click(self.page.locator("#menu").get_by_role("link", name=name, exact=True))

    @property
    def text(self):
        return self.page.inner_text("body")


@pytest.fixture
def reader(chromium, base):
    one = Reader(chromium, base)
    yield one
    one.clean()
    one.context.close()


def test_an_executive_reads_the_answer_compares_a_line_and_prints(reader):
    reader.sign_in("executive")
    assert reader.page.url.endswith("/overview")
    assert re.match(r"\d+\s%\sof engineers used an AI tool", reader.page.inner_text("h1"))
    before = reader.page.inner_text("h1")
    with reader.page.expect_response(lambda answer: "/overview?" in answer.url):
        reader.page.select_option("#pick-scope", index=1)
        reader.clicks += 1
    reader.page.wait_for_function("text => document.querySelector('h1').innerText !== text", arg=before)
    line = reader.page.inner_text(".crumbs li:last-child")
    assert line in reader.page.inner_text("h1")
    assert "scope=" in reader.page.url
    reader.page.emulate_media(media="print")
    printed = reader.page.inner_text(".printed")
    assert all(part in printed for part in (line, "Q3 2026", "Purpose: investment", "Coverage", "Snapshot"))
    assert "How computed" not in reader.page.inner_text("main")


def test_the_lead_of_a_line_finds_what_is_stalled_and_what_is_idle(reader):
    reader.sign_in("lob_lead")
    reader.menu("Adoption")
    assert reader.page.locator("#figures tbody tr").count() >= 1
    scope = reader.page.inner_text(".crumbs li:last-child")
    assert scope
    reader.menu("Licences")
    assert re.search(r"seats?", reader.page.inner_text("h1"))
    assert "proven" in reader.text or "zero" in reader.text


def test_a_manager_sees_why_offers_help_and_is_refused_an_appraisal(reader):
    reader.sign_in("manager")
    assert "/team" in reader.page.url
    assert re.search(r"\d+ of your \d+ engineers|Nobody|No ", reader.page.inner_text("h1"))
    assert reader.page.locator("#not_using tbody tr").count() >= 1
    assert "Why on this list" in reader.text
    reader.click(reader.page.locator("#steps button, #what button, .steps button").first)
    assert "/team" in reader.page.url
    assert re.search(r"offered \d+ \w+", reader.text)
    reader.errors.clear()
    reader.click(reader.page.get_by_text("Export for appraisal"))
    assert "Export for appraisal is refused" in reader.page.inner_text("h1")
    assert "two people" in reader.text
    assert "compliance officer" in reader.text
    reader.errors = [error for error in reader.errors if "403" not in error]


def test_a_manager_without_names_offers_blind_and_learns_no_count(reader):
    reader.go("/signin")
    reader.click(reader.page.get_by_role("button", name="Switch to team-first"))
    reader.sign_in("manager")
    people = re.findall(r"(?<![\w-])\d{6}(?![\w-])", reader.page.inner_text("main"))
    assert people == []
    reader.click(reader.page.locator("form[action='/team/offer'] button").first)
    assert "/team" in reader.page.url
    assert not re.search(r"\d+ (people|engineers|person) (was|were) reached", reader.text)
    reader.go("/signin")
    reader.click(reader.page.get_by_role("button", name="Switch to managed", exact=True))


def test_an_engineer_sees_the_score_taken_apart_corrects_and_takes_it_away(reader):
    reader.sign_in("self")
    assert "/me" in reader.page.url
    assert reader.page.inner_text("h1").startswith("Your score for Q3 is ")
    for words in ("Asked or accepted?", "Against the medians of your line", "What is held on you?", "Who looked?"):
        assert words in reader.text
    reader.page.select_option("select[name=category]", "wrong_team")
    reader.click(reader.page.get_by_role("button", name="Report an error"))
    assert re.search(r"Case \d+, opened", reader.text)
    assert "Answer due" in reader.text
    assert "Under review" in reader.text
    with reader.page.expect_download() as download:
        reader.click(reader.page.locator(".held a[download]").first)
    assert download.value.suggested_filename.endswith(".json")


def test_a_compliance_officer_sees_sources_and_no_person_without_a_case(reader):
    reader.sign_in("compliance")
    reader.menu("Sources and health")
    assert "complete" in reader.text
    assert reader.page.locator("#menu").get_by_role("link", name="Team").count() == 0
    reader.go("/team")
    assert "There is no such page" in reader.text
    reader.errors = [error for error in reader.errors if "404" not in error]


def test_an_administrator_sees_which_sources_are_whole_and_which_accounts_match_nobody(reader):
    reader.sign_in("administrator")
    assert "/admin" in reader.page.url
    assert re.search(r"complete", reader.page.inner_text("h1"))
    assert "Which accounts belong to nobody?" in reader.text
    assert reader.page.locator("#sources tbody tr, #freshness tbody tr, main table tbody tr").count() >= 2
