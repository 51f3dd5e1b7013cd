"""The form by which a person reports an error about themselves."""

from __future__ import annotations

import datetime as dt

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import contests
from uptake.web import routes
from uptake.web.site import Site


def add(app: FastAPI, site: Site) -> None:
    """The route of the form."""
    routes.add(app, site, "/me/contest", _open, gate="act", post=True)


def _open(site: Site, request: Request, form: dict[str, str]) -> Response:
    who = site.acting(request)
    claim = contests.Claim(*(form.get(name, "") for name in ("category", "quarter", "day", "tool")))
    as_of = dt.date.fromisoformat(site.snapshot().as_of)
    contests.open_contest(site.state, who.policy, who.viewer, claim, as_of, site.act(who, "POST /me/contest"))
    return RedirectResponse("/me#contest", 303)
