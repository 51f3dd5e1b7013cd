"""The form of the Licences page by which the licence manager decides on one seat that is proposed for reclaim."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import seats
from uptake.errors import NotPermitted
from uptake.reads import Filters, Part
from uptake.web import routes
from uptake.web.pages.licences import LONGEST_FIRST, MOST_SEATS
from uptake.web.site import Site, Who


def add(app: FastAPI, site: Site) -> None:
    """The route of the form."""
    routes.add(app, site, "/licences/decide", _decide, gate="act", post=True)


def _decide(site: Site, request: Request, form: dict[str, str]) -> Response:
    """A seat is found among those that the form offers now, by its opaque name: no other is read, and so none is said to be looked at."""
    acting = site.acting(request)
    if acting.viewer.role != "licence":
        raise NotPermitted("not permitted")
    with site.asker(Who(acting.session, acting.viewer, acting.policy), "POST /licences/decide") as ask:
        found = [
            row
            for row in ask("idle_seats", Filters(), Part(MOST_SEATS, None, LONGEST_FIRST)).rows()
            if site.opaque(f"{row['person_id']} {row['tool']}") == form.get("seat")
        ]
    if not found:
        raise NotPermitted("not permitted")
    row, act = found[0], site.act(acting, "POST /licences/decide")
    shown = {**{name: row[name] for name in ("since", "last_seen", "monthly_cost")}, "snapshot": site.snapshot().id}
    answer = (form.get("answer", ""), form.get("reason", ""))
    seats.decide(site.state, acting.policy, acting.viewer, (row["person_id"], row["tool"]), answer, shown, act)
    return RedirectResponse("/licences#list", 303)
