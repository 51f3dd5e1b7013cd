"""From shown cards to HTML: one template for every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from uptake.charts import Svg, patterns
from uptake.policy import QUESTIONS
from uptake.web import words
from uptake.web.address import link
from uptake.web.compose import ANYBODY, Shown, by_name, is_public, opens
from uptake.web.files import FORMS
from uptake.web.pages import PAGES
from uptake.web.pages.shape import Card, Headline, Look, Page, last_day, no_picture, parent
from uptake.web.site import Site, Who

TEXTS = {"text", "day", "quarter", "yes/no"}
NAMES = {
    "person_id": "Engineer", "lob": "Line", "people": "Engineers", "active_share": "Share", "zero_share": "At zero",
    "median_micro": "Median", "active_median_micro": "Median of active", "p25_micro": "Lower quartile",
    "p75_micro": "Upper quartile", "score_micro": "Score", "first_day": "First day", "last_day": "Last day",
    "lead_minutes": "Lead, h", "review_minutes": "Review, h",
}  # fmt: skip

CODES = ("action", "basis", "bound", "category", "exposure", "missing_item", "purpose", "question", "role", "state")
"""Columns of words of our own; every other text is somebody's name, and stays as it is."""

HOURS = ("lead_minutes", "review_minutes")
"""Columns of minutes that people read in hours; files hold minutes."""
WHOLE = ("use",)
"""Scores that are released to a whole point."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what people read, and the exact value that files hold."""

    text: str
    raw: str
    kind: str


def table(shown: Shown) -> dict[str, Any]:
    """Headings and cells of a card's table, in the columns of the card; only granted columns exist."""
    units = {column.name: column.unit for column in QUESTIONS[shown.card.question].columns}
    wanted = shown.card.columns or shown.answer.columns
    columns = [name for name in wanted if name in shown.answer.columns]
    heads = [(_heading(name), units[name] not in TEXTS) for name in columns]
    cells = [[_cell(name, row[name], units[name]) for name in columns] for row in shown.part]
    return {"heads": heads, "rows": cells}


def _heading(name: str) -> str:
    return NAMES.get(name) or name.removesuffix("_micro").replace("_", " ").capitalize()


def _cell(name: str, value: Any, unit: str) -> Cell:
    kind = "n" if unit not in TEXTS else "d" if unit in ("day", "quarter") else ""
    raw = "" if value is None else str(value)
    if value == "":
        value = None
    if value is not None and unit == "text":
        plain = {
            "scope": words.unit,
            "unit": words.unit,
            "lob": words.unit,
            "segment": words.segment,
            "reason": words.reason,
            "tool": words.tool,
            "task_type": words.task,
            "source": words.source,
            "measure": words.measure,
            "status": words.verification,
            **dict.fromkeys(CODES, words.code),
            "bound": words.bound,
        }
        if name == "month":
            return Cell(words.month_of(value), raw, "d")
        text = plain.get(name, words.moment)(value)
        return Cell(text, raw, "long" if len(text) > words.LONG else "mid" if len(text) > words.MID else kind)
    if name in HOURS and value is not None:
        return Cell(words.hours(value), raw, kind)
    if name in WHOLE and value is not None:
        return Cell(words.score(value), raw, kind)
    if name == "month" and value is not None:
        return Cell(words.month(value.year, value.month), raw, kind)
    return Cell(words.cell(value, unit), raw, kind)


def crumbs(look: Look) -> list[tuple[str, str]]:
    """(name, link) from the company down to the scope; the units above that this viewer may not see are left out."""
    found: list[tuple[str, str]] = []
    scope: str | None = look.scope
    while scope is not None:
        if scope in look.facts.units.get(look.quarter, ()) or scope == look.scope:
            found.append((words.unit(scope), link(look.path, look.address, scope=scope, after=None)))
        scope = parent(scope)
    return found[::-1]


def stamp(page: Page, look: Look) -> list[tuple[str, str]]:
    """Parts of the stamp: (text, kind); `amber` ones speak of a state of the data."""
    ends = last_day(look.quarter)
    known = [source for source in look.facts.sources if source.last]
    parts = []
    if known:
        newest = max(source.last for source in known if source.last)
        each = ", ".join(f"{words.source(s.name)} {words.day(s.last)}" for s in known if s.last)
        closed = "" if look.provisional else f", closed {words.day(words.closing(ends))}"
        parts.append((f"Data to {words.day(min(newest, ends))}{closed} ({each})", ""))
    whole, every = look.facts.complete.get(look.quarter, (0, 0))
    if every:
        parts.append((f"Coverage {words.share(words.ratio(whole, every))}", ""))
    parts += [(f"Snapshot {look.snapshot.id}, {look.snapshot.score_version}, policy {look.policy.version[:8]}", "")]
    if look.provisional:
        parts.append((f"Provisional until {words.day(words.closing(ends), year=True)}", "amber"))
    if look.quarter in look.snapshot.restated:
        again = dt.date.fromisoformat(look.snapshot.restated[look.quarter])
        parts.append((f"Restated {words.day(again, year=True)}", "amber"))
    if look.quarter in look.snapshot.released:
        then = dt.date.fromisoformat(look.snapshot.released[look.quarter])
        parts.append((f"Groups as of {words.day(then, year=True)}, released weekly", ""))
    parts += [
        (f"{words.source(s.name)} is {s.late} days late. Numbers may rise.", "amber") for s in known if s.late > 3
    ]
    if look.tool != "all" and not page.split_by_tool:
        parts.append(("All tools together: scores and segments are not split by tool", "amber"))
    return parts


def _head(site: Site, page: Page) -> list[tuple[str, str]]:
    """What the page that proves control says of the second place of the audit log."""
    if page.slug != "assurance" or site.state.keeper is None:
        return []
    if site.head_late:
        return [("No signed head of the audit log is younger than it must be: see uptake doctor", "amber")]
    return [(f"Signed head {site.head}", "")] if site.head else []


def menu(who: Who) -> list[Page]:
    """Pages that this viewer may open; somebody who is not signed in: the public ones."""
    viewer = who.viewer
    if viewer is None or viewer == ANYBODY:
        return [page for page in PAGES if is_public(page)]
    return [page for page in PAGES if opens(page, viewer, who.policy)]


def page_html(site: Site, page: Page, look: Look, who: Who, cards: Sequence[Shown], headline: Headline) -> bytes:
    """The whole page."""
    return site.page(
        "page.html",
        page=page, look=look, who=who, headline=headline, cards=[_drawn(look, item, cards) for item in sorted(cards, key=lambda item: item.card.place)],
        crumbs=crumbs(look), stamp=[*stamp(page, look), *_head(site, page)], menu=menu(who), link=link, site=site, forms=FORMS, patterns=patterns(),
    )  # fmt: skip


def result(site: Site, who: Who, title: str, lede: str, parts: Sequence[tuple[str, str]], *, back: str) -> Response:
    """A page that answers a form or shows one thing: (title, markup of ours) a part. It is kept nowhere."""
    marked = [(name, Svg(markup)) for name, markup in parts]
    body = site.page("result.html", site=site, who=who, title=title, lede=lede, parts=marked, menu=menu(who), back=back)
    return Response(body, 200, {"Cache-Control": "no-store", "Vary": "Cookie"}, "text/html; charset=utf-8")


def _empty(look: Look, card: Card) -> str:
    """Why a card has no row: no group is large enough, or a tool of its own is not parted further than into lines."""
    if look.facts.small and QUESTIONS[card.question].unit_column:
        return look.too_small
    single = look.tool != "all" and card.filters(look).tool == look.tool
    if single:
        return words.TOOLS_WHERE if "/" in look.scope else look.withheld
    return card.empty if isinstance(card.empty, str) else card.empty(look)


def _drawn(look: Look, shown: Shown, cards: Sequence[Shown]) -> dict[str, Any]:
    """A card as the template needs it: words, picture or table, places of its files."""
    card, others = shown.card, by_name(cards)
    picture = None if look.address.view == "table" or not shown.rows else card.picture(look, shown.rows, others)
    keyed = picture or card.picture is no_picture
    stem = f"/{look.path}" if shown is cards[0] else f"/{look.path}/{card.name}"
    return {
        "name": card.name, "title": card.title, "width": card.width, "terms": card.terms, "empty": words.coded(_empty(look, card)), "stem": stem,
        "deck": words.coded(card.deck(look, shown.rows, others)) if shown.rows else "",
        "foot": words.coded(card.foot(look, shown.rows, others)) if shown.rows else "",
        "form": card.form(look, shown.head, others), "picture": picture, "key": card.key(look, shown.rows, others) if keyed else None,
        "table": None if picture is not None or not shown.rows else table(shown),
        "count": shown.count, "first": shown.first + 1, "last": shown.first + len(shown.part), "following": shown.following,
    }  # fmt: skip
