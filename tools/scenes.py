"""Scenes of several people, played in a browser: what the docs show of them and what a test plays are the same steps."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

OFFICERS = "Compliance officer"


def sign_in(tab: Page, base: str, title: str, place: int = 0) -> None:
    """As the somebody at `place` below a heading of the demo's sign-in page."""
    tab.goto(f"{base}/signin")
    section = tab.locator("section", has=tab.get_by_role("heading", name=title, exact=True))
    section.locator("button").nth(place).click()
    tab.wait_for_url(lambda url: not url.endswith("/signin"))


def contest(
    new_tab: Callable[[], Page], base: str, score: Callable[[], object], picture: Callable[[Page, str], object]
) -> Page:
    """From a report of missing leave to the notice of both values; answers the tab of the person, with the notice open."""
    person, first, second = new_tab(), new_tab(), new_tab()
    sign_in(person, base, "Engineer")
    person.goto(f"{base}/me#contest")
    person.select_option('form[action="/me/contest"] [name="category"]', "leave")
    person.click("text=Report an error")
    person.wait_for_load_state("networkidle")
    for place, officer in enumerate((first, second)):
        sign_in(officer, base, OFFICERS, place)
        officer.goto(f"{base}/cases")
        officer.get_by_role("button", name="Work on it").first.click()
        officer.wait_for_url("**/cases/*")
    first.get_by_role("button", name="Take it under review").click()
    form = first.locator("form", has=first.get_by_role("button", name="Propose this correction"))
    form.locator('[name="first_day"]').fill("2026-07-06")
    form.locator('[name="last_day"]').fill("2026-07-17")
    form.locator('[name="reason"]').fill("HR has this leave on file, looked up by hand")
    picture(first, "case")
    form.get_by_role("button").click()
    first.get_by_text("somebody else decides").wait_for()
    second.reload()
    picture(second, "decision")
    second.get_by_role("button", name="Approve").click()
    second.get_by_text("The next score run applies the correction").wait_for()
    score()
    person.goto(f"{base}/me")
    picture(person, "notice")
    return person


def policy(
    new_tab: Callable[[], Page], base: str, later: Callable[[], object], picture: Callable[[Page, str], object]
) -> Page:
    """From no names at all to a manager's list: proposed, approved by somebody else, told, and two weeks waited; answers the manager's tab."""
    maker, checker, person, manager, after = (new_tab() for _ in range(5))
    sign_in(maker, base, "Administrator")
    maker.goto(f"{base}/policy")
    entities = maker.locator("#entities tbody tr td:first-child").all_inner_texts()
    maker.get_by_text("Propose a change", exact=True).click()
    form = maker.locator("form", has=maker.get_by_role("button", name="Propose", exact=True))
    form.locator('[name="profile"]').select_option("managed")
    form.locator('[name="dpia"]').fill("\n".join(f"{name} = {'ab12' * 16}" for name in entities))
    form.locator('[name="reason"]').fill("Managers offer help to people who do not get to use a tool")
    form.get_by_role("button").click()
    maker.locator("#changes").get_by_text("Proposed by").wait_for()
    sign_in(checker, base, OFFICERS)
    checker.goto(f"{base}/policy")
    picture(checker, "approval")
    checker.get_by_role("button", name="Approve").click()
    checker.get_by_role("button", name="Tell the people").click()
    checker.get_by_text("people told, 0 not").wait_for()
    picture(checker, "told")
    sign_in(person, base, "Engineer")
    person.goto(f"{base}/me#notices")
    picture(person, "policy-notice")
    sign_in(manager, base, "Manager")
    manager.goto(f"{base}/team")
    picture(manager, "before")
    later()
    sign_in(after, base, "Manager")
    after.goto(f"{base}/team")
    picture(after, "after")
    return after
