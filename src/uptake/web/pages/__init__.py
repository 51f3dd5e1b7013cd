"""PAGES: one row a page, in the order of the menu. The row makes the HTML page, its files, the menu entry and the tests."""

from __future__ import annotations

from uptake.web.pages.adoption import ADOPTION
from uptake.web.pages.assurance import ASSURANCE
from uptake.web.pages.cases import CASES
from uptake.web.pages.compare import COMPARE
from uptake.web.pages.definitions import DEFINITIONS
from uptake.web.pages.effect import EFFECT
from uptake.web.pages.health import HEALTH
from uptake.web.pages.licences import LICENCES
from uptake.web.pages.me import ME
from uptake.web.pages.overview import OVERVIEW
from uptake.web.pages.policy import POLICY
from uptake.web.pages.quality import QUALITY
from uptake.web.pages.shape import Card, Headline, Look, Page, Row, Rows
from uptake.web.pages.tasks import TASKS
from uptake.web.pages.team import TEAM
from uptake.web.pages.value import VALUE

PAGES = (
    OVERVIEW, ADOPTION, COMPARE, EFFECT, TEAM, TASKS, LICENCES, VALUE, QUALITY, HEALTH, DEFINITIONS, POLICY, CASES, ASSURANCE, ME,
)  # fmt: skip
BY_SLUG = {page.slug: page for page in PAGES}

__all__ = ["BY_SLUG", "PAGES", "Card", "Headline", "Look", "Page", "Row", "Rows"]
