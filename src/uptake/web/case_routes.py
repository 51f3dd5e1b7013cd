"""The forms by which compliance officers work on cases, and the page of one case."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import cases
from uptake.errors import NotPermitted
from uptake.reads import Caller, Filters
from uptake.reads.cases import Case, Contest
from uptake.reads.cases import case as read_case
from uptake.web import render, routes, session_routes
from uptake.web.pages import cases as page
from uptake.web.pages.shape import first_day
from uptake.web.site import Acting, Site, Who


def add(app: FastAPI, site: Site) -> None:
    """The page of a case and its forms."""
    routes.add(app, site, "/cases/open", _open, gate="session", post=True)
    routes.add(app, site, "/cases/{number}", _case, gate="ask")
    for name, handler in (("take", _take), ("propose", _propose), ("decide", _decide)):
        routes.add(app, site, f"/cases/{{number}}/{name}", handler, gate="act", post=True)
    routes.add(app, site, "/me/notices", _read, gate="act", post=True)


def _open(site: Site, request: Request, form: dict[str, str]) -> Response:
    """Enter the case: another session, under its number."""
    number = _number(form.get("case", ""))
    session = site.sessions.enter(site.acting(request).session, f"contest-{number}")
    answer = session_routes.answered(site, session)
    answer.headers["location"] = f"/cases/{number}"
    return answer


def _case(site: Site, request: Request, _form: dict[str, str]) -> Response:
    number = _number(request.path_params["number"])
    who = site.who(request)
    if who.session is not None and who.session.bearer:
        raise NotPermitted("not permitted")
    if who.session is None or who.viewer is None:
        if site.signs_in and who.session is None:
            return RedirectResponse("/signin", 303)
        raise routes.NotSignedIn("This page needs a signed-in person", next_step="Sign in first")
    acting = Acting(who.session, who.viewer, who.policy)
    found = _read_case(site, acting, number)
    rows, looks = _figures(site, acting, found.contest), _looks(site, acting, found.contest)
    parts = page.drawn(found, rows, looks, who.session.identity)
    return render.result(
        site,
        who,
        f"Case {number}",
        "Each reading of this page is written down and shown to the person.",
        parts,
        back="/cases",
    )


def _read_case(site: Site, acting: Acting, number: int) -> Case:
    act = site.act(acting, f"GET /cases/{number}")
    return read_case(site.state, acting.policy, acting.viewer, number, Caller(act.actor, act.route, act.now))


def _figures(site: Site, acting: Acting, contest: Contest) -> list[dict[str, Any]]:
    """The figures of the quarter as the gate grants them under the case; the reading is recorded and shown to the person."""
    with site.asker(Who(acting.session, acting.viewer, acting.policy), f"GET /cases/{contest.id}") as ask:
        return ask("quarter_scores", Filters(quarter=contest.quarter, person=contest.person_id)).rows()


def _looks(site: Site, acting: Acting, contest: Contest) -> list[dict[str, Any]]:
    """Readings by others since the quarter began."""
    since = first_day(contest.quarter)
    with site.asker(Who(acting.session, acting.viewer, acting.policy), f"GET /cases/{contest.id}") as ask:
        return [row for row in ask("who_looked", Filters(person=contest.person_id)).rows() if row["day"] >= since]


def _take(site: Site, request: Request, _form: dict[str, str]) -> Response:
    acting, number = site.acting(request), _number(request.path_params["number"])
    cases.take(site.state, acting.policy, acting.viewer, number, site.act(acting, "POST /cases/take"))
    return RedirectResponse(f"/cases/{number}", 303)


def _propose(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting, number = site.acting(request), _number(request.path_params["number"])
    decision, source = form.get("decision", ""), form.get("kind_of_row", "")
    fields = {name: form[name].strip() for name in cases.FIELDS.get(source, ()) if form.get(name, "").strip()}
    correction = cases.Correction(source, fields) if source else None
    act = site.act(acting, "POST /cases/propose")
    cases.propose(site.state, acting.policy, acting.viewer, number, (decision, correction), form.get("reason", ""), act)
    return RedirectResponse(f"/cases/{number}", 303)


def _decide(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting, number = site.acting(request), _number(request.path_params["number"])
    if form.get("answer") not in ("approve", "refuse"):
        raise NotPermitted("not permitted")
    rows = _figures(site, acting, _read_case(site, acting, number).contest)
    shown = {name: row[name] for row in rows for name in page.SHOWN if name in row}
    stamp = {"snapshot": site.snapshot().id, "policy_version": acting.policy.version}
    act = site.act(acting, "POST /cases/decide")
    approve, change = form["answer"] == "approve", _number(form.get("change", ""))
    given = (site.state, acting.policy, acting.viewer, number, {**shown, **stamp}, act)
    cases.decide(*given, change=change, approve=approve)
    return RedirectResponse(f"/cases/{number}", 303)


def _read(site: Site, request: Request, _form: dict[str, str]) -> Response:
    acting = site.acting(request)
    cases.read_notices(site.state, acting.policy, acting.viewer, site.act(acting, "POST /me/notices"))
    return RedirectResponse("/me#notices", 303)


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII):
        raise NotPermitted("not permitted")
    return int(text)
