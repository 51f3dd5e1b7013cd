"""Signing in as an invented person: only in a home made by `uptake demo`, only on loopback. Anywhere else these are absent."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import Act, sessions
from uptake.errors import NotPermitted, UserError
from uptake.policy import PROFILES
from uptake.reads.cast import cast
from uptake.web import routes, session_routes, words
from uptake.web.sessions import HATS
from uptake.web.site import Site

OFFICERS = {
    "compliance": ("Compliance officer", 2), "administrator": ("Administrator", 1), "licence": ("Licence manager", 1),
    "internal_audit": ("Internal audit", 1),
}  # fmt: skip
"""Title, and how many there are: what needs two people needs two compliance officers."""
TITLES = {"executive": "Executive", "lob_lead": "Lead of a line", "manager": "Manager", "self": "Engineer"}
SAYS = {
    "team-first": "No names: managers see counts of their unit.",
    "managed": "Managers see their own people by name, to offer help.",
    "open-board": "As managed, and the board of people is open within a line.",
}
BANDS = "managed, board in bands"
SAYS_BANDS = "As managed, and who opts in stands on a board in rank bands, under a pseudonym."


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody to sign in as. `key` stands in the form: an opaque name, never a person's id."""

    key: str
    role: str
    person_id: str | None
    words: str
    identity: str = ""


def add(app: FastAPI, site: Site) -> None:
    """The sign-in page and its forms. They exist in a demo only."""
    if not site.demo:
        return
    routes.add(app, site, "/signin", _page, gate="session")
    for path, handler in (("/signin", _sign_in), ("/profile", _profile)):
        routes.add(app, site, path, handler, gate="session", post=True)


def offers(site: Site) -> dict[str, list[Offer]]:
    """Title of the role -> whom to sign in as."""
    found: dict[str, list[Offer]] = {}
    for member in cast(site.settings, site.state, site.clock()):
        place = words.unit(member.unit) if member.role != "executive" else "the whole company"
        reports = f", {words.plural(member.reports, 'report')}" if member.reports else ""
        offer = Offer(site.state.pseudonym(f"offer {member.person_id}"), member.role, member.person_id,
                      f"Person {member.person_id}, {place}{reports}")  # fmt: skip
        found.setdefault(TITLES[member.role], []).append(offer)
    for role, (title, count) in OFFICERS.items():
        found[title] = [
            Offer(
                f"{role}-{n}",
                role,
                None,
                f"{title}{f' {n}' if count > 1 else ''}, no person of the company",
                f"demo:{role}-{n}",
            )
            for n in range(1, count + 1)
        ]
    return found


def _page(site: Site, request: Request, _form: dict[str, str]) -> Response:
    who = site.who(request)
    body = site.page(
        "signin.html",
        site=site,
        who=who,
        offers=offers(site),
        profiles={name: SAYS[name] for name in PROFILES} | {BANDS: SAYS_BANDS},
        hats=HATS,
        in_force=BANDS if site.policy.board == "bands" else site.policy.profile,
    )
    return Response(body, 200, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")


def _sign_in(site: Site, request: Request, form: dict[str, str]) -> Response:
    chosen = next((o for group in offers(site).values() for o in group if o.key == form.get("who")), None)
    if chosen is None:
        raise NotPermitted("not permitted")
    before = site.who(request).session
    if before is not None:
        site.sessions.close(before)
    return session_routes.answered(site, site.sessions.open(chosen.role, chosen.person_id, chosen.identity))


def _profile(site: Site, _request: Request, form: dict[str, str]) -> Response:
    chosen, before = form.get("profile", ""), site.policy
    site.switch_profile("managed" if chosen == BANDS else chosen, bands=chosen == BANDS)
    act = Act("demo", "POST /profile", site.clock())
    try:
        sessions.note(site.state, site.policy.version, "profile", ("administrator", None), act)
    except UserError:
        site.switch_profile(before.profile, bands=before.board_bands)
        raise
    return RedirectResponse("/signin", 303)
