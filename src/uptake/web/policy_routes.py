"""The forms of the Policy page: propose, approve, refuse, tell the people, lock down; and a dry run that changes nothing."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from uptake.acts import policies
from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import PURPOSES, ROLES, grants
from uptake.web import render, routes
from uptake.web.pages import forms
from uptake.web.pages.policy import MAKERS
from uptake.web.site import Site, Who

LISTS, TABLES, NUMBERS = (
    ("aggregate_only", "performance_review"),
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
    acting = site.acting(request)
    act = site.act(acting, "POST /policy/propose")
    policies.propose(site.state, acting.policy.version, acting.viewer.role, document(form), form.get("reason", ""), act)
    return RedirectResponse("/policy#changes", 303)


def document(form: dict[str, str]) -> dict[str, Any]:
    """The proposal that a form holds.

    Raises:
        WrongUsage: a line that is no `entity = text`, or a number that is none; names the field.
    """
    given: dict[str, Any] = {"profile": form.get("profile", ""), "board_bands": form.get("board_bands") == "yes"}
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
    acting = site.acting(request)
    act = site.act(acting, "POST /policy/approve" if approve else "POST /policy/refuse")
    policies.decide(site.state, acting.policy.version, acting.viewer.role, _number(form), act, approve=approve)
    return RedirectResponse("/policy#changes", 303)


def _notify(site: Site, request: Request, form: dict[str, str]) -> Response:
    acting = site.acting(request)
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
    """What a role would see for a purpose, in words: no row is read."""
    acting, role, purpose = site.acting(request), form.get("role", ""), form.get("purpose", "")
    if acting.viewer.role not in MAKERS or role not in ROLES or purpose not in ("", *PURPOSES):
        raise NotPermitted("not permitted")
    found = [
        (question.replace("_", " "), level, rows, columns)
        for question, level, whose, reasons, rows, columns in grants(acting.policy)
        if whose == role and (not reasons or purpose in reasons.split(", "))
    ]
    table = (
        forms.plain_table("What is granted", ("Question", "Level", "Rows", "Columns"), found)
        if found
        else "<p>Nothing at all.</p>"
    )
    title = f"As {role.replace('_', ' ')}, for {purpose.replace('_', ' ') or 'no purpose'}"
    who = Who(acting.session, acting.viewer, acting.policy)
    return render.result(site, who, title, "A dry run of the policy in force: decisions alone, and no row was read.", [("What would be granted?", table)],
                         back="/policy")  # fmt: skip


def _number(form: dict[str, str]) -> int:
    text = form.get("change", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WrongUsage("`change` cannot be used", next_step="Use the buttons of the page Policy")
    return int(text)
