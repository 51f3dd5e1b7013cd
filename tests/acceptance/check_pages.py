"""Every page x every role that it opens for x light, dark and phone, in Chromium: axe, console, content policy, text size, labels.

UPTAKE_ACCEPT_PAGES changes the number of people of the demo.
"""

from __future__ import annotations

import os
import pathlib
from collections import Counter

from bench import measure

from tests.acceptance import frame
from tests.web import test_browser as browser
from tests.web.conftest import TITLES, Site, profile
from uptake.web import compose
from uptake.web.pages import PAGES
from uptake.web.sessions import HATS, viewer_of

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_PAGES", "5000"))
PROFILES = ("team-first", "managed", "open-board")
WIDTHS = (320, 390, 768, 1280)
ASKED = f"demo of {PEOPLE}: 0 axe violations, 0 console errors, 0 breaches of the content policy, 0 clipped labels at {WIDTHS} px"


def opened(site: Site, role: str) -> list[str]:
    """Pages that open for the first hat of a role."""
    person = None
    if role in ("self", "manager", "lob_lead", "executive"):
        from uptake.reads.cast import cast  # noqa: PLC0415 - only here

        person = next(
            one.person_id for one in cast(site.settings, site.state, site.app.state.site.clock()) if one.role == role
        )
    session = site.app.state.site.sessions.open(role, person)
    viewer = viewer_of(site.settings, site.state, session, local=True)
    return [page.slug for page in PAGES if viewer and compose.opens(page, viewer, site.app.state.site.policy)]


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "home"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    site, found, seen = Site(home), Counter[str](), 0
    with browser.served(site) as base, browser.launched() as chromium:
        for name in PROFILES:
            with profile(site, name):
                for role in HATS:
                    for slug in opened(site, role):
                        for mode, options in browser.MODES.items():
                            found += faults(chromium, base, (role, slug, mode), options)
                            seen += 1
    text = f"{seen} views of {len(TITLES)} roles under {len(PROFILES)} profiles"
    return frame.Seen(f"{text}; faults: {dict(found) or 'none'}", held=not found)


def faults(chromium: object, base: str, view: tuple[str, str, str], options: dict[str, object]) -> Counter[str]:
    """Faults of one view by kind and place."""
    role, slug, mode = view
    eyes = browser.Eyes(chromium, base, role, **options)
    try:
        page = eyes.go(f"/{slug}")
        answer = browser.axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": browser.TAGS}})
        counted = {
            "axe": answer.violations_count,
            "small text": len(page.evaluate(browser.SMALL)),
            "console": len(eyes.errors),
            "content policy": len(page.evaluate("window.violations")),
        }
        for width in WIDTHS if mode == "light" else ():
            page.set_viewport_size({"width": width, "height": 900})
            counted[f"clipped at {width}"] = len(page.evaluate(browser.OUTSIDE))
            counted[f"sideways at {width}"] = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return Counter({f"{kind} {role} {slug} {mode}": int(number) for kind, number in counted.items() if number})
    finally:
        eyes.context.close()


if __name__ == "__main__":
    frame.alone(__spec__)
