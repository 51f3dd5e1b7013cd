"""The forms by which a person makes an API token for their own rows, sees which there are, and ends one. A secret is shown once."""

from __future__ import annotations

import datetime as dt

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import sessions
from uptake.charts.core import esc
from uptake.errors import NotPermitted, WrongUsage
from uptake.reads import sessions as reads
from uptake.web import render, routes, words
from uptake.web.pages import forms
from uptake.web.site import Acting, Site, Who

PLACE = "/me/tokens"
HEADS = ("Number", "What it is for", "Made", "Until", "State")


def add(app: FastAPI, site: Site) -> None:
    """The list and the forms."""
    routes.add(app, site, PLACE, _list, gate="session")
    routes.add(app, site, "/me/token", _new, gate="act", post=True)
    routes.add(app, site, "/me/token/revoke", _revoke, gate="act", post=True)


def _new(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting, person = _oneself(site, request)
    act, days = site.act(acting, "POST /me/token"), _number("days", form)
    ends = sessions.token_end(act, days)
    identity = acting.session.identity
    wanted = sessions.Token(
        0, form.get("label", ""), identity, person, "self", "self", None, identity, act.time, ends, None
    )
    number, secret = sessions.new_token(site.state, acting.policy.version, wanted, days, act)
    shown = f"<p><code>{esc(secret)}</code></p><p>Copy it now: it is shown once, and only its hash is kept. Number {number}, until {esc(ends[:10])}.</p>"
    how = "<p>A program sends it as <code>Authorization: Bearer …</code> to /api/v1, or has it in UPTAKE_TOKEN for <code>uptake ask</code>.</p>"
    said = "It reads your own rows, and nothing else."
    return render.result(site, _who(acting), "Your key", said, [("The key", shown + how)], back=PLACE)


def _list(site: Site, request: Request, _form: dict[str, str]) -> Response:
    acting, _ = _oneself(site, request)
    now = f"{site.clock().isoformat(timespec='seconds')}Z"
    made = reads.token_list(site.state, acting.session.identity)
    alive = [one for one in made if one.revoked_at is None and one.expires_at > now]
    rows = [
        (str(one.id), one.label, _day(one.made_at), _day(one.expires_at), "in use" if one in alive else "ended")
        for one in reversed(made)
    ]
    parts = [
        (
            "Keys that you made",
            forms.plain_table("Keys that you made", HEADS, rows) if rows else "<p>You have made none.</p>",
        )
    ]
    if alive:
        chosen = {str(one.id): f"Number {one.id}, {one.label}" for one in reversed(alive)}
        parts.append(
            (
                "End a key",
                forms.form(
                    "/me/token/revoke", [forms.choice("Which", "number", chosen)], "End this key", kind="outlined"
                ),
            )
        )
    said = "Each reads your own rows, and nothing else."
    return render.result(site, _who(acting), "Keys for programs of yours", said, parts, back="/me")


def _revoke(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting, _ = _oneself(site, request)
    act, number = site.act(acting, "POST /me/token/revoke"), _number("number", form)
    version, role = acting.policy.version, acting.viewer.role
    sessions.revoke_token(site.state, version, role, number, act, own=acting.session.identity)
    return RedirectResponse(PLACE, 303)


def _oneself(site: Site, request: Request) -> tuple[Acting, str]:
    """Somebody signed in for their own data, and their id.

    Raises:
        NotPermitted: nobody, or in another role.
    """
    acting = site.acting(request)
    viewer = acting.viewer
    if (viewer.role, viewer.purpose) != ("self", "self") or viewer.person_id is None:
        raise NotPermitted("not permitted")
    return acting, viewer.person_id


def _number(name: str, form: dict[str, str]) -> int:
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WrongUsage(f"`{name}` cannot be used", next_step="Give a whole number; a key lives at most 90 days")
    return int(text)


def _day(time: str) -> str:
    return words.day(dt.date.fromisoformat(time[:10]), year=True)


def _who(acting: Acting) -> Who:
    return Who(acting.session, acting.viewer, acting.policy)
