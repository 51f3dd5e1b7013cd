"""Signing in through the identity provider: the page, the way there, the way back. Absent where none is configured."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import Act
from uptake.acts import sessions as acts
from uptake.reads import sessions as reads
from uptake.web import routes, session_routes
from uptake.web.oidc import LOGIN_SECONDS, Login, NotIdentified, Provider
from uptake.web.sessions import OF_A_PERSON
from uptake.web.site import Site

LOGIN_COOKIE = "uptake_login"
PATH = "/signin"


def add(app: FastAPI, site: Site) -> None:
    """The routes; none without a provider. A demo keeps its own page."""
    if site.provider is None or site.demo:
        return
    routes.add(app, site, PATH, _page, gate="session")
    routes.add(app, site, f"{PATH}/start", _start, gate="session", outside=True)
    routes.add(app, site, f"{PATH}/callback", _callback, gate="session", outside=True)


def _page(site: Site, request: Request, _form: dict[str, str]) -> Response:
    body = site.page("signin_provider.html", site=site, who=site.who(request))
    return Response(body, 200, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")


def _start(site: Site, _request: Request, _form: dict[str, str]) -> Response:
    provider, login = _provider(site), Login.new()
    answer = RedirectResponse(provider.address(login), 303)
    answer.set_cookie(
        site.cookie(LOGIN_COOKIE), _signer(site).dumps(asdict(login)), max_age=LOGIN_SECONDS, path="/", httponly=True, samesite="lax",
        secure=site.secure,
    )  # fmt: skip
    return answer


def _callback(site: Site, request: Request, _form: dict[str, str]) -> Response:
    provider = _provider(site)
    try:
        given = request.cookies.get(site.cookie(LOGIN_COOKIE), "")
        login = Login(**_signer(site).loads(given, max_age=LOGIN_SECONDS))
    except (BadSignature, TypeError):
        raise NotIdentified(
            "The sign-in took too long, or began in another browser", next_step="Start it again from the sign-in page"
        ) from None
    claims = provider.claims(login, dict(request.query_params))
    person, roles = _roles(site, claims)
    if not roles:
        who = Act("nobody", f"GET {PATH}/callback", site.clock(), f"officer:{_subject(provider, claims)}")
        acts.refuse(site.state, site.policy.version, who)
        raise NotIdentified(
            "You are signed in at the provider, and nobody here",
            next_step="Ask the administrator to check the people file, or your groups",
        )
    subject = _subject(provider, claims)
    identity = f"person:{person}" if person else f"officer:{subject}"
    before = site.who(request).session
    if before is not None:
        site.sessions.close(before)
    answer = session_routes.answered(site, site.sessions.open(roles, person, identity, subject))
    answer.delete_cookie(site.cookie(LOGIN_COOKIE), path="/", httponly=True, samesite="lax", secure=site.secure)
    return answer


def _roles(site: Site, claims: dict[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """The person, and the roles: those of their groups, then manager where somebody reports to them, then everybody's own."""
    settings = site.settings.sign_in
    claim = claims.get(settings.person_claim)
    verified = settings.person_claim != "email" or claims.get("email_verified", True) is True
    person = (
        reads.person_of(site.state, claim, by_email=settings.person_claim == "email")
        if isinstance(claim, str) and verified
        else None
    )
    given = claims.get(settings.groups_claim)
    groups = given if isinstance(given, list) else [given]
    granted = dict.fromkeys(
        settings.roles[group] for group in groups if isinstance(group, str) and group in settings.roles
    )
    roles: list[str] = [role for role in granted if role not in OF_A_PERSON or (role == "lob_lead" and person)]
    if person:
        roles += ["manager", "self"] if reads.leads(site.state, person) else ["self"]
    return person, tuple(roles)


def _subject(provider: Provider, claims: dict[str, Any]) -> str:
    """A hash of issuer and subject, the same at every sign-in, whatever the other claims say."""
    return hashlib.sha256(f"{provider.settings.issuer}|{claims['sub']}".encode()).hexdigest()[:24]


def _provider(site: Site) -> Provider:
    if site.provider is None:
        raise NotIdentified("Sign-in is not configured here")
    return site.provider


def _signer(site: Site) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(site.secret, salt="uptake login")
