"""The routes of PAGES: the HTML page, the files of each of its cards, and nothing that does not pass `reads.ask`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.errors import NotPermitted
from uptake.jobs import Snapshot
from uptake.policy import NOT_FOR, Viewer
from uptake.web import address, compose, render, routes
from uptake.web.cache import Rendered, rendered
from uptake.web.compose import ANYBODY
from uptake.web.files import FORMS, file_of
from uptake.web.pages import PAGES
from uptake.web.pages.frame import look as resolve
from uptake.web.pages.shape import Card, Look, Page
from uptake.web.site import Site, Who

HTML = "text/html; charset=utf-8"


def add(app: FastAPI, site: Site) -> None:
    """All routes of all pages."""
    for page in PAGES:
        for path in ("/", f"/{page.slug}") if page is PAGES[0] else (f"/{page.slug}",):
            routes.add(app, site, path, _html(page, path), gate="ask")
        for form in FORMS:
            routes.add(
                app, site, f"/{page.slug}.{form}", _file(page, page.cards[0], form), gate="ask", html=False, heavy=True
            )
            for card in page.cards[1:]:
                path = f"/{page.slug}/{card.name}.{form}"
                routes.add(app, site, path, _file(page, card, form), gate="ask", html=False, heavy=True)


def _html(page: Page, path: str) -> routes.Handler:
    def handler(site: Site, request: Request, _form: dict[str, str]) -> Response:
        who = _admitted(site, request, page)
        if who is None:
            return RedirectResponse("/signin", 303)
        if who.session and who.session.bearer:
            raise routes.NotSignedIn("A token reads files and /api/v1", next_step="Sign in to see pages")
        cards, asked = compose.granted(page, _viewer(who), who.policy), address.read(request.query_params.multi_items())
        policy_scope = compose.scope_of_policy(cards, _viewer(who), who.policy)
        frame_scope = compose.scope_of_frame(_viewer(who), who.policy)
        kind = who.session.frame if who.session else "nobody"

        def make(snapshot: Snapshot) -> bytes:
            with site.asker(who, f"GET /{page.slug}", snapshot) as ask:
                known = site.facts(frame_scope, who.policy, snapshot, ask)
                stated = (snapshot, site.settings.demo, site.opaque)
                view = resolve(page, page.slug, asked, known, (_viewer(who), who.policy), stated)
                view = replace(view, opens=frozenset(item.slug for item in render.menu(who)))
                shown = compose.every_shown(cards, view, ask, site.secret)
                headline = page.headline(view, compose.by_name(shown))
                return render.page_html(site, page, view, who, shown, headline)

        snapshot = site.snapshot()
        if compose.kept_out_of_caches(cards):
            return Response(make(snapshot), 200, {"Cache-Control": "no-store", "Vary": "Cookie"}, HTML)
        key = (policy_scope, kind, str(request.url.query), path, str(snapshot.id), who.policy.version)
        return _conditional(request, site.cache.made(key, lambda: rendered(make(snapshot))))

    return handler


def _file(page: Page, card: Card, form: str) -> routes.Handler:
    def handler(site: Site, request: Request, _form: dict[str, str]) -> Response:
        who = _admitted(site, request, page)
        if who is None:
            raise routes.NotSignedIn("Not signed in", next_step="Sign in first")
        viewer = _viewer(who)
        if not compose.may_ask(card.question, viewer, who.policy):
            raise NotPermitted("not permitted")
        items = request.query_params.multi_items()
        header = form == "csv" and ("header", "1") in items
        asked = address.read([pair for pair in items if not (header and pair == ("header", "1"))])
        frame_scope = compose.scope_of_frame(viewer, who.policy)

        def make(snapshot: Snapshot) -> bytes:
            with site.asker(who, f"GET /{page.slug}.{form}", snapshot) as ask:
                known = site.facts(frame_scope, who.policy, snapshot, ask)
                stated = (snapshot, site.settings.demo, site.opaque)
                view = resolve(page, page.slug, asked, known, (viewer, who.policy), stated)
                return file_of(form, compose.kept(card, view, ask), about(page, card, view), header=header)

        name = page.slug if card is page.cards[0] else f"{page.slug}-{card.name}"
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}.{form}"'}
        return Response(make(site.snapshot()), 200, headers, FORMS[form])

    return handler


def about(page: Page, card: Card, look: Look) -> dict[str, Any]:
    """What every file says of itself."""
    return {
        "title": f"{page.title}: {card.title}", "question": card.question, "scope": look.scope, "quarter": look.quarter,
        "from": str(look.period[0]), "to": str(look.period[1]), "tool": look.tool, "purpose": look.viewer.purpose or "none", "role": look.viewer.role,
        "provisional": look.provisional, "as_of": look.snapshot.as_of, "snapshot": look.snapshot.id,
        "published_at": look.snapshot.published_at, "score_version": look.snapshot.score_version,
        "scores_digest": look.snapshot.scores_digest, "policy_version": look.policy.version,
        "invented": look.demo, "not_for": NOT_FOR,
    }  # fmt: skip


def _viewer(who: Who) -> Viewer:
    return who.viewer or ANYBODY


def _admitted(site: Site, request: Request, page: Page) -> Who | None:
    """Who may open the page; None leads to the sign-in.

    Raises:
        NotSignedIn: nobody is signed in, and nowhere to do it.
        NotPermitted: signed in, and not for them; looks like absent.
    """
    who = site.who(request)
    if compose.is_public(page):
        return who if who.viewer else replace(who, viewer=ANYBODY)
    anonymous = who.session is None and (who.viewer is None or compose.needs_person(page))
    if anonymous and site.signs_in and "authorization" not in request.headers:
        return None
    if anonymous or who.viewer is None:
        raise routes.NotSignedIn("This page needs a signed-in person", next_step="Sign-in is not configured here")
    if not compose.opens(page, who.viewer, who.policy):
        raise NotPermitted("not permitted")
    return who


def _conditional(request: Request, made: Rendered) -> Response:
    headers = {"ETag": made.tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if made.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(made.body, 200, headers, HTML)
