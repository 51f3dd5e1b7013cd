"""What a signed-in session may change about itself: another hat, a case, its end. However it was signed in."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.errors import NotPermitted
from uptake.web import compose, routes
from uptake.web.pages import PAGES
from uptake.web.sessions import COOKIE, LIFE, Session, viewer_of
from uptake.web.site import Site

FIRST = {"self": "me", "manager": "team", "administrator": "admin"}


def add(app: FastAPI, site: Site) -> None:
    """The forms; none where nobody can sign in."""
    if not site.signs_in:
        return
    for path, handler in (("/signout", _sign_out), ("/purpose", _purpose), ("/case", _case)):
        routes.add(app, site, path, handler, gate="session", post=True)


def answered(site: Site, session: Session) -> Response:
    """To the page that the role is for, else to the first one that it may open, with the cookie of the session."""
    viewer = viewer_of(site.settings, site.state, session, local=False)
    open_pages = [page.slug for page in PAGES if viewer is not None and compose.opens(page, viewer, site.policy)]
    first = FIRST.get(session.hat.role)
    answer = RedirectResponse(f"/{first if first in open_pages else [*open_pages, 'definitions'][0]}", 303)
    answer.set_cookie(
        site.cookie(COOKIE), site.sessions.cookie(session), max_age=int(LIFE.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=site.secure,
    )  # fmt: skip
    return answer


def _sign_out(site: Site, request: Request, _form: dict[str, str]) -> Response:
    session = site.who(request).session
    if session is not None:
        site.sessions.close(session)
    answer = RedirectResponse("/signin", 303)
    answer.delete_cookie(site.cookie(COOKIE), path="/", httponly=True, samesite="lax", secure=site.secure)
    return answer


def _purpose(site: Site, request: Request, form: dict[str, str]) -> Response:
    return answered(site, site.sessions.wear(_session(site, request), form.get("purpose", "")))


def _case(site: Site, request: Request, form: dict[str, str]) -> Response:
    return answered(site, site.sessions.enter(_session(site, request), form.get("case", "")))


def _session(site: Site, request: Request) -> Session:
    session = site.who(request).session
    if session is None:
        raise NotPermitted("not permitted")
    return session
