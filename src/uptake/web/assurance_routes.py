"""The forms of the Assurance page: a pack of evidence, and who looked at one person, under a case."""

from __future__ import annotations

import datetime as dt

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.acts import evidence
from uptake.errors import NotPermitted, WrongUsage
from uptake.reads import Caller, changes, trail
from uptake.web import render, routes
from uptake.web.pages import forms
from uptake.web.site import Site, Who

MOST_CASE = 80
HEADS = ("Record", "Time", "Role", "Purpose", "Case", "Action", "Question", "Columns", "Result", "Actor")


def add(app: FastAPI, site: Site) -> None:
    """The routes of the forms."""
    routes.add(app, site, "/assurance/pack", _pack, gate="act", post=True, heavy=True)
    routes.add(app, site, "/assurance/search", _search, gate="ask", post=True)


def _pack(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = site.acting(request)
    if acting.viewer.role not in evidence.MAKERS:
        raise NotPermitted("not permitted")
    days = (_day(form.get("from", "")), _day(form.get("to", "")))
    act, case = site.act(acting, "POST /assurance/pack"), form.get("case", "").strip()[:MOST_CASE]
    caller = Caller(act.actor, act.route, act.now)
    held = changes.registers(site.settings, site.state, acting.policy, acting.viewer, days, caller)
    made = evidence.pack(site.state, acting.policy, acting.viewer, days, act, case, held)
    name = f"evidence-{days[0]}-{days[1]}.zip"
    return Response(
        made,
        200,
        {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'},
        "application/zip",
    )


def _search(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = site.acting(request)
    act = site.act(acting, "POST /assurance/search")
    caller = Caller(act.actor, act.route, act.now)
    found = trail.of_person(site.state, acting.policy, acting.viewer, form.get("person", "")[:80], caller)
    rows = [
        (str(one.seq), one.time, one.role, one.purpose, one.case_id, one.action, one.question, str(one.columns), one.result, one.actor)
        for one in found
    ]  # fmt: skip
    table = (
        forms.plain_table("Records that name this person", HEADS, rows)
        if rows
        else "<p>No record names this person.</p>"
    )
    who = Who(acting.session, acting.viewer, acting.policy)
    return render.result(site, who, "Who looked at this person?", f"Case {acting.viewer.case_id}. This search is written down too.",
                         [("Records", table)], back="/assurance")  # fmt: skip


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUsage("`day` cannot be used", next_step="Choose the days in the form") from None
