"""The form of the board in bands: a person joins it or leaves it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import board
from uptake.web import routes
from uptake.web.site import Site


def add(app: FastAPI, site: Site) -> None:
    """The route of the form."""
    routes.add(app, site, "/board", _choose, gate="act", post=True)


def _choose(site: Site, request: Request, form: dict[str, str]) -> Response:
    who = site.acting(request)
    board.choose(site.state, who.policy, who.viewer, form.get("value", ""), site.act(who, "POST /board"))
    return RedirectResponse("/compare#board", 303)
