"""The purpose wall from outside: every route and every question, asked for performance_review by every role while it is off."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from unittest import mock

from tests.attack import drive
from tests.attack.hostile import Findings, Visitor, Wire, people_in
from tests.attack.hostile_day import WRITES
from tests.web.conftest import Site
from uptake.policy import QUESTIONS, ROLES, Viewer
from uptake.reads.cast import cast
from uptake.state import tokens

REVIEW = "performance_review"
OF_PEOPLE = ("self", "peer", "manager", "lob_lead")


@dataclass
class Wall:
    """Which routes were asked, how many requests, and what came through."""

    routes: set[tuple[str, str]] = field(default_factory=set)
    requests: int = 0
    rows: list[str] = field(default_factory=list)


def routes_of(site: Site) -> Iterator[tuple[str, str]]:
    """(method, path pattern) of every route of the app."""
    for route in site.app.routes:
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield method, str(getattr(route, "path", ""))


def keys(site: Site, roles: Iterable[str]) -> list[Visitor]:
    """A key for each role whose purpose is performance_review, written straight into the store: no form and no command makes one."""
    people = {one.role: one.person_id for one in cast(site.settings, site.state, site.app.state.site.clock())}
    found = []
    with site.state.writing() as connection:
        for role in roles:
            person = people.get("self" if role == "peer" else role) if role in OF_PEOPLE else None
            case = "C-1" if role == "compliance" else None
            wanted = tokens.Token(
                0, "the wall", f"test:{role}", person, role, REVIEW, case, "test", "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z", None
            )  # fmt: skip
            viewer = Viewer(role=role, purpose=REVIEW, person_id=person, case_id=case)
            found.append(Visitor(f"{role} for {REVIEW}", viewer, bearer=tokens.write(connection, wanted)[1]))
    return found


def over_routes(wire: Wire, site: Site, visitors: Iterable[Visitor]) -> Wall:
    """Every route by every key, plain, with the purpose in the address, and with it in a header."""
    wall, judged = Wall(), Findings()
    for visitor in visitors:
        for method, pattern in routes_of(site):
            path = pattern.replace("{number}", "1").replace("{name}", "x")
            for asked, more in ((path, {}), (f"{path}?purpose={REVIEW}", {}), (path, {"X-Purpose": REVIEW})):
                headers = {**visitor.headers, **more, **({"Sec-Fetch-Site": "same-origin"} if method == "POST" else {})}
                fields = {**WRITES.get(pattern.replace("{number}", "1"), {}), "purpose": REVIEW}
                body = (
                    "&".join(f"{name}={value}" for name, value in fields.items()).encode() if method == "POST" else None
                )
                reply = wire.ask(asked, headers, method, body)
                if pattern != "/signin":  # the page of a demo names those whom it offers, to whoever opens it
                    judged.judge("wall", replace(visitor, may_see=frozenset()), f"{method} {asked}", reply)
                wall.requests += 1
            wall.routes.add((method, pattern))
    wall.rows = judged.leaks
    return wall


def over_hats(wire: Wire, visitors: Iterable[Visitor]) -> list[str]:
    """Nobody who is signed in can put on the purpose."""
    taken = []
    for visitor in visitors:
        for field_name in ("purpose", "hat", "role"):
            reply = wire.post("/purpose", {field_name: REVIEW}, visitor.headers)
            taken += [f"{visitor.name} wears {REVIEW}"] if reply.status not in (400, 404) else []
    return taken


def over_commands(
    home: pathlib.Path, people: Iterable[str], visitors: Iterable[Visitor], questions: Iterable[str]
) -> Wall:
    """Every question at the command line, as every role, as people, and by every key."""
    wall, asking = Wall(), [("--as", who) for who in (*ROLES, *people)]
    named = [((*words, "--case", "C-1"), "") for words in ((), *asking)] + [((), one.bearer or "") for one in visitors]
    for question in questions:
        for words, secret in named:
            with mock.patch.dict(os.environ, {"UPTAKE_TOKEN": secret} if secret else {}):
                done = drive.run(home, "ask", question, *words, "--purpose", REVIEW, "--json")
            wall.requests += 1
            answered = json.loads(done.out) if done.out.strip() else None
            if done.code == 0 or isinstance(answered, list) or people_in(done.out.encode()):
                wall.rows.append(f"ask {question} {words}: exit {done.code}")
    wall.routes = {("cli", name) for name in QUESTIONS}
    return wall
