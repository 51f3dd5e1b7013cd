"""PAGES: one row a page, in the order of the menu. The row makes the HTML page, its files, the menu entry and the tests."""

from __future__ import annotations

from uptake.web.pages.adoption import ADOPTION
from uptake.web.pages.assurance import ASSURANCE
from uptake.web.pages.cases import CASES
from uptake.web.pages.compare import COMPARE
from uptake.web.pages.definitions import DEFINITIONS
from uptake.web.pages.health import HEALTH
from uptake.web.pages.licences import LICENCES
from uptake.web.pages.me import ME
from uptake.web.pages.overview import OVERVIEW
from uptake.web.pages.policy import POLICY
from uptake.web.pages.shape import Card, Headline, Look, Page, Row, Rows
from uptake.web.pages.tasks import TASKS
from uptake.web.pages.team import TEAM
from uptake.web.pages.value import VALUE

PAGES = (OVERVIEW, ADOPTION, COMPARE, TEAM, TASKS, LICENCES, VALUE, HEALTH, DEFINITIONS, POLICY, CASES, ASSURANCE, ME)
BY_SLUG = {page.slug: page for page in PAGES}

__all__ = ["BY_SLUG", "PAGES", "Card", "Headline", "Look", "Page", "Row", "Rows"]
