"""PAGES: one row a page, in the order of the menu. The row makes the HTML page, its files, the menu entry and the tests."""

from __future__ import annotations

from uptake.web.pages.definitions import DEFINITIONS
from uptake.web.pages.health import HEALTH
from uptake.web.pages.overview import OVERVIEW
from uptake.web.pages.shape import Card, Headline, Look, Page, Row, Rows

PAGES = (OVERVIEW, HEALTH, DEFINITIONS)
BY_SLUG = {page.slug: page for page in PAGES}

__all__ = ["BY_SLUG", "PAGES", "Card", "Headline", "Look", "Page", "Row", "Rows"]
