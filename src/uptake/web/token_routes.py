"""The form by which a person makes an API token for their own rows; it is shown once."""

from __future__ import annotations

import datetime as dt

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.acts import sessions
from uptake.charts.core import esc
from uptake.errors import NotPermitted, WrongUsage
from uptake.web import render, routes
from uptake.web.site import Site, Who


def add(app: FastAPI, site: Site) -> None:
    """The route of the form."""
    routes.add(app, site, "/me/token", _new, gate="act", post=True)


def _new(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = site.acting(request)
    viewer, session = acting.viewer, acting.session
    if (viewer.role, viewer.purpose) != ("self", "self") or viewer.person_id is None:
        raise NotPermitted("not permitted")
    text = form.get("days", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise WrongUsage("`days` cannot be used", next_step="Give a whole number, at most 90")
    act, days = site.act(acting, "POST /me/token"), int(text)
    ends = f"{(act.now + dt.timedelta(days=days)).isoformat(timespec='seconds')}Z"
    wanted = sessions.Token(
        0,
        form.get("label", ""),
        session.identity,
        viewer.person_id,
        "self",
        "self",
        None,
        session.identity,
        act.time,
        ends,
        None,
    )
    number, secret = sessions.new_token(site.state, acting.policy.version, wanted, days, act)
    shown = f"<p><code>{esc(secret)}</code></p><p>Copy it now: it is shown once, and only its hash is kept. Number {number}, until {esc(ends[:10])}.</p>"
    how = "<p>A program sends it as <code>Authorization: Bearer …</code> to /api/v1, or has it in UPTAKE_TOKEN for <code>uptake ask</code>.</p>"
    who = Who(session, viewer, acting.policy)
    return render.result(
        site, who, "Your key", "It reads your own rows, and nothing else.", [("The key", shown + how)], back="/me"
    )
