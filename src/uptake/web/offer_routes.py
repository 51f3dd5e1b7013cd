"""The forms of the Team page: help is offered, by name or blind, and an export for appraisal is refused."""

from __future__ import annotations

import datetime as dt

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import offers
from uptake.errors import NotPermitted
from uptake.policy import may_offer
from uptake.reads import Caller, Filters
from uptake.reads.targets import closed_quarter, targets
from uptake.web import routes
from uptake.web.site import Acting, Site, Who

OFFER = "POST /team/offer"
APPRAISAL = "POST /team/appraisal"


def add(app: FastAPI, site: Site) -> None:
    """The routes of the forms."""
    routes.add(app, site, "/team/offer", _offer, gate="act", post=True)
    routes.add(app, site, "/team/appraisal", _appraisal, gate="act", post=True)


def _offer(site: Site, request: Request, form: dict[str, str]) -> Response:
    """The answer is one and the same for everybody whom policy lets offer: it says nothing of whom the offer reached."""
    acting, step, person = site.acting(request), form.get("step", ""), form.get("who")
    may_offer(acting.viewer, acting.policy)
    if step not in offers.STEPS:
        raise NotPermitted("not permitted")
    reach = _by_name if offers.sees_names(acting.viewer, acting.policy) else _blind
    reached = reach(site, acting, step, person)
    offers.offer(site.state, acting.policy, acting.viewer, step, reached, site.act(acting, OFFER))
    return RedirectResponse("/team#offered", 303)


def _by_name(site: Site, acting: Acting, step: str, person: str | None) -> dict[str, str]:
    """Of the people whom the gate lists for this viewer: all to whom the step is suggested, or one of them."""
    snapshot = site.snapshot()
    with site.asker(Who(acting.session, acting.viewer, acting.policy), OFFER, snapshot) as ask:
        rows = ask("not_using", Filters(quarter=closed_quarter(dt.date.fromisoformat(snapshot.as_of)))).rows()
    listed = {row["person_id"]: row["reason"] for row in rows if row["suggestion"] == step}
    if person is None:
        return listed
    found = {who: reason for who, reason in listed.items() if site.opaque(who) == person}
    if not found:
        raise NotPermitted("not permitted")
    return found


def _blind(site: Site, acting: Acting, step: str, person: str | None) -> dict[str, str]:
    """Whom it may help, below this manager; nobody is picked out."""
    if person is not None:
        raise NotPermitted("not permitted")
    act = site.act(acting, OFFER)
    caller = Caller(act.actor, act.route, act.now)
    return targets(site.settings, site.state, acting.policy, acting.viewer, step, caller, site.snapshot())


def _appraisal(site: Site, request: Request, _form: dict[str, str]) -> Response:
    acting = site.acting(request)
    offers.refuse_appraisal(site.state, acting.policy, acting.viewer, site.act(acting, APPRAISAL))
    body = site.page(
        "error.html",
        site=site,
        what="Export for appraisal is refused",
        why="",
        step=offers.APPRAISAL,
        signin=False,
        again=False,
    )
    return Response(body, 403, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")
