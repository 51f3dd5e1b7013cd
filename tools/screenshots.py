"""Pictures of every page in light, dark and phone size: `make screenshots`, or `python -m tools.screenshots OUT --home DIR`.

Serves a demo home on a free port, signs in as somebody of the role that a page is for, and takes the whole page in Debian's
Chromium. The docs show what it writes to `docs/pictures`.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tools import played

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
]  # fmt: skip
QUALITIES = (80, 60, 40, 20)
"""The first that keeps a picture below what a committed file may have: pages of long tables are tall."""
MOST_BYTES = 300_000
WIDE = {"width": 1280, "height": 900}
MODES: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
PAGES = {
    "overview": "Executive", "adoption": "Executive", "compare": "Executive", "effect": "Executive", "quality": "Executive", "team": "Manager",
    "tasks": "Executive", "licences": "Executive", "value": "Executive",
    "admin": "Administrator", "definitions": "Executive", "me": "Engineer", "policy": "Compliance officer", "cases": "Compliance officer",
    "assurance": "Compliance officer", "signin": "",
}  # fmt: skip
"""Page -> heading of the sign-in page under which its viewer is chosen."""


SCENES = {"contest": 3, "policy-change": 5}
"""Not a page but what several people do, and how many: a contest from its report to the notice, a policy from its proposal to its effect."""
PLAYED = ("light", "phone")


@contextlib.contextmanager
def served(home: pathlib.Path) -> Iterator[str]:
    """The pages of a home on a free port; its address."""
    command = [sys.executable, "-m", "uptake", "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            line = server.stderr.readline() if server.stderr else ""
            if not line.startswith("Pages: "):
                raise SystemExit(f"the pages were not served: {line.strip()}")
            yield line.split()[1].rstrip("/")
        finally:
            server.terminate()


def take(browser: Browser, base: str, page: str, mode: str, out: pathlib.Path) -> pathlib.Path:
    """One picture of one page."""
    context = browser.new_context(reduced_motion="reduce", **MODES[mode])
    try:
        tab = context.new_page()
        if PAGES[page]:
            tab.goto(f"{base}/signin")
            who = tab.locator("section", has=tab.get_by_role("heading", name=PAGES[page], exact=True))
            who.locator("button").first.click()
            tab.wait_for_load_state("networkidle")
        tab.goto(f"{base}/{page}")
        tab.wait_for_load_state("networkidle")
        file = out / f"{page}-{mode}.webp"
        file.write_bytes(_whole(context, tab))
        return file
    finally:
        context.close()


def _whole(context: BrowserContext, tab: Page) -> bytes:
    """The whole page as WebP: a third of the size of PNG, which the driver's own method does not offer."""
    height = tab.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": tab.evaluate("innerWidth"), "height": height, "scale": 1}
    session = context.new_cdp_session(tab)
    made = b""
    for quality in QUALITIES:
        asked = {"format": "webp", "quality": quality, "captureBeyondViewport": True, "clip": clip}
        made = base64.b64decode(session.send("Page.captureScreenshot", asked)["data"])
        if len(made) < MOST_BYTES:
            break
    return made


def play(
    scene: str, browser: Browser, base: str, home: pathlib.Path, mode: str, out: pathlib.Path
) -> list[pathlib.Path]:
    """Pictures of a scene."""
    context = [browser.new_context(reduced_motion="reduce", **MODES[mode]) for _ in range(SCENES[scene])]
    free, made = iter(context), list[pathlib.Path]()

    def picture(tab: Page, name: str) -> None:
        made.append(out / f"{name}-{mode}.webp")
        made[-1].write_bytes(_whole(tab.context, tab))

    def new_tab() -> Page:
        return next(free).new_page()

    try:
        if scene == "contest":
            played.contest(new_tab, base, home, picture)
        else:
            played.policy(new_tab, home, picture)
    finally:
        for one in context:
            one.close()
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path, nargs="?", default=pathlib.Path("docs/pictures"))
    parser.add_argument("--home", type=pathlib.Path, required=True, help="a home made by `uptake demo`")
    parser.add_argument(
        "--page", choices=[*sorted(PAGES), *SCENES], action="append", help="only this one; may be repeated"
    )
    parser.add_argument("--mode", choices=sorted(MODES), action="append")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with served(asked.home) as base, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for page in asked.page or [*PAGES, *SCENES]:
            for mode in asked.mode or (PLAYED if page in SCENES else MODES):
                made = (
                    play(page, browser, base, asked.home, mode, asked.out)
                    if page in SCENES
                    else [take(browser, base, page, mode, asked.out)]
                )
                print(*made, sep="\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
