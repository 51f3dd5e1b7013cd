"""Policy in Chromium: proposed, approved by a second person, told, and in effect two weeks later; the pages are sound on the way."""

from __future__ import annotations

import pytest

from tests.web import test_browser as browsers
from tests.web.policy_site import Undecided

scenes = pytest.importorskip("tools.scenes", reason="no playwright here: browser tests do not run")
pytestmark = browsers.pytestmark


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_from_the_proposal_to_the_effect(demo_home, tmp_path, mode):
    site, looked, named = Undecided(demo_home, tmp_path), [], []

    def picture(page, name):
        found = browsers.axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": browsers.TAGS}})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(browsers.SMALL) == []
        looked.append(name)
        named.append(page.locator("#people").count())

    with browsers.served(site) as base, browsers.launched() as browser:
        seen = []

        def new_tab():
            seen.append(browsers.Eyes(browser, base, **browsers.MODES[mode]))
            return seen[-1].page

        manager = scenes.policy(new_tab, base, lambda: site.later(14), picture)
        assert looked == ["approval", "told", "policy-notice", "before", "after"]
        assert named == [0, 0, 0, 0, 1]
        assert manager.locator("#people").is_visible()
        for one in seen:
            one.clean()
