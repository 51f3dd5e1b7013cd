"""A contest in Chromium, from the report to the notice, by three people without a script of theirs; the new pages are sound on the way."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from tests.web import test_browser as browsers
from tests.web.conftest import Site
from uptake import jobs

scenes = pytest.importorskip("tools.scenes", reason="no playwright here: browser tests do not run")
pytestmark = browsers.pytestmark


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_from_the_report_to_the_notice(demo_home, tmp_path, mode):
    shutil.copytree(demo_home, tmp_path / "home")
    site, looked = Site(tmp_path / "home"), []

    def score():
        as_of = dt.date.fromisoformat(site.app.state.site.snapshot().as_of)
        jobs.score(site.settings, site.state, as_of, clock=site.app.state.site.clock)

    def picture(page, name):
        found = browsers.axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": browsers.TAGS}})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(browsers.SMALL) == []
        looked.append(name)

    with browsers.served(site) as base, browsers.launched() as browser:
        seen = []

        def new_tab():
            seen.append(browsers.Eyes(browser, base, **browsers.MODES[mode]))
            return seen[-1].page

        person = scenes.contest(new_tab, base, score, picture)
        assert looked == ["case", "decision", "notice"]
        assert "Your case 1 is closed" in person.inner_text("#notices")
        assert "Upheld" in person.inner_text("#contest")
        person.get_by_role("button", name="I have read this").click()
        person.wait_for_load_state("networkidle")
        assert person.get_by_role("button", name="I have read this").count() == 0
        for one in seen:
            one.clean()
