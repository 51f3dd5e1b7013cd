"""The forms of the Policy page: propose, approve, refuse, tell the people, lock down; and a dry run that changes nothing."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import policies
from uptake.charts.core import esc
from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import PURPOSES, ROLES, Policy, Viewer, grants_for
from uptake.policy.in_force import as_if_told
from uptake.reads import policies as reads
from uptake.web import compose, render, routes
from uptake.web.pages import PAGES, forms
from uptake.web.pages.policy import MAKERS
from uptake.web.site import Acting, Site, Who

LISTS, TABLES, NUMBERS = (
    ("aggregate_only", "performance_review", "detector"),
    ("dpia", "works_council"),
    ("k", "manager_depth", "lob_lead_depth"),
)


def add(app: FastAPI, site: Site) -> None:
    """The routes of the forms."""
    for name, handler in (
        ("propose", _propose),
        ("approve", _approve),
        ("refuse", _refuse),
        ("notify", _notify),
        ("lockdown", _lockdown),
    ):
        routes.add(app, site, f"/policy/{name}", handler, gate="act", post=True)
    routes.add(app, site, "/policy/view-as", _view_as, gate="session", post=True)


def _propose(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = _officer(site, request, MAKERS)
    act = site.act(acting, "POST /policy/propose")
    policies.propose(site.state, acting.policy.version, acting.viewer.role, document(form), form.get("reason", ""), act)
    return RedirectResponse("/policy#changes", 303)


def _officer(site: Site, request: Request, roles: Container[str]) -> Acting:
    """Who may send the form at all, before any field of it is looked at: to others there is no such form."""
    acting = site.acting(request)
    if acting.viewer.role not in roles:
        raise NotPermitted("not permitted")
    return acting


def document(form: dict[str, str]) -> dict[str, Any]:
    """The proposal that a form holds.

    Raises:
        WrongUsage: a line that is no `entity = text`, or a number that is none; names the field.
    """
    given: dict[str, Any] = {"profile": form.get("profile", ""), "board_bands": form.get("board_bands") == "yes"}
    if form.get("board_reach"):
        given["board_reach"] = form["board_reach"]
    for name in NUMBERS:
        text = form.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise WrongUsage(f"`{name}` cannot be used", next_step="Give a whole number")
        given[name] = int(text)
    for name in LISTS:
        given[name] = [line.strip() for line in form.get(name, "").splitlines() if line.strip()]
    for name in TABLES:
        lines = [line.partition("=") for line in form.get(name, "").splitlines() if line.strip()]
        if any(not sign for _, sign, _ in lines):
            raise WrongUsage(f"`{name}` cannot be used", next_step="Give one legal entity a line, as: entity = text")
        given[name] = {entity.strip(): text.strip() for entity, _, text in lines}
    if form.get("effective_from"):
        given["effective_from"] = form["effective_from"]
    return given


def _approve(site: Site, request: Request, form: dict[str, str]) -> Response:
    return _decide(site, request, form, approve=True)


def _refuse(site: Site, request: Request, form: dict[str, str]) -> Response:
    return _decide(site, request, form, approve=False)


def _decide(site: Site, request: Request, form: dict[str, str], *, approve: bool) -> Response:
    acting = _officer(site, request, ("compliance",))
    act = site.act(acting, "POST /policy/approve" if approve else "POST /policy/refuse")
    policies.decide(site.state, acting.policy.version, acting.viewer.role, _number(form), act, approve=approve)
    return RedirectResponse("/policy#changes", 303)


def _notify(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = _officer(site, request, MAKERS)
    policies.notify(
        site.state, acting.policy.version, acting.viewer.role, _number(form), site.act(acting, "POST /policy/notify")
    )
    return RedirectResponse("/policy#changes", 303)


def _lockdown(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = site.acting(request)
    policies.lock(
        site.state,
        acting.policy.version,
        acting.viewer.role,
        form.get("value", ""),
        site.act(acting, "POST /policy/lockdown"),
    )
    return RedirectResponse("/policy", 303)


def _view_as(site: Site, request: Request, form: dict[str, str]) -> Response:
    """What a role would see for a purpose, in words, under the policy in force or a change: no row is read."""
    acting, role, purpose = site.acting(request), form.get("role", ""), form.get("purpose", "")
    if acting.viewer.role not in MAKERS or role not in ROLES or purpose not in ("", *PURPOSES):
        raise NotPermitted("not permitted")
    policy, under = acting.policy, "the policy in force"
    if form.get("change"):
        number = _number(form)
        policy, under = _proposed(site, number, policy), f"change {number}, once everybody it names is told"
    found = [
        (question.replace("_", " "), level, rows, columns)
        for question, level, rows, columns in grants_for(role, purpose or None, policy)
    ]
    table = (
        forms.plain_table("What is granted", ("Question", "Level", "Rows", "Columns"), found)
        if found
        else "<p>Nothing at all.</p>"
    )
    title = f"As {role.replace('_', ' ')}, for {purpose.replace('_', ' ') or 'no purpose'}"
    who = Who(acting.session, acting.viewer, acting.policy)
    parts = [
        ("Which pages would open?", f"<p>{esc(_pages(role, purpose, policy))}</p>"),
        ("What would be granted?", table),
    ]
    return render.result(
        site, who, title, f"A dry run of {under}: decisions alone, and no row was read.", parts, back="/policy"
    )


def _proposed(site: Site, number: int, policy: Policy) -> Policy:
    with site.state.reading() as connection:
        document = reads.proposed(connection, number)
    made = as_if_told(document, policy)
    narrow = frozenset(site.settings.policy.aggregate_only_entities)
    return replace(made, k=max(made.k, site.settings.groups.k), aggregate_only=made.aggregate_only | narrow)


def _pages(role: str, purpose: str, policy: Policy) -> str:
    viewer = Viewer(
        role=role, purpose=purpose or None, person_id="somebody", case_id="a case", unit="Line/Department", lob="Line"
    )
    return ", ".join(page.title for page in PAGES if compose.opens(page, viewer, policy)) or "None."


def _number(form: dict[str, str]) -> int:
    text = form.get("change", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WrongUsage("`change` cannot be used", next_step="Use the buttons of the page Policy")
    return int(text)
