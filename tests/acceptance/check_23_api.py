"""Check 23: schemathesis against the served app. Eight roles by token over the API as it is described; then pages, files and forms.

The description of the API is the app's own. That of everything else is made here from the routes, so that a new one is in it.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import pathlib
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from bench import measure
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.acceptance import frame
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_browser import served
from uptake.reads.cast import cast
from uptake.state import tokens
from uptake.web import demo_routes
from uptake.web.sessions import HATS

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_API", "1000"))
EXAMPLES, PROCESSES = int(os.environ.get("UPTAKE_ACCEPT_EXAMPLES", "100")), 2
ROLES = ("executive", "lob_lead", "manager", "self", "compliance", "administrator", "licence", "internal_audit")
ASKED = f"{len(ROLES)} roles x {EXAMPLES} examples of each operation: 0 x 5xx, 0 undocumented status, 0 invalid accepted, no-store"
STRICT = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method", "nothing_is_kept",
)  # fmt: skip
LOOSE = ("not_a_server_error", "status_code_conformance", "nothing_is_kept")
"""For what has no description of its own: a page shows 200, a form leads on (303); all other answers are refusals."""
REFUSALS = ("400", "401", "403", "404")
FIELD = re.compile(r'form(?:\.get\(|\[)"([a-z_]+)"')
KNOWN = (
    "",
    "on",
    "off",
    "in",
    "out",
    "1",
    "0",
    "-1",
    "9999999999999999999",
    "2026Q3",
    "0000Q1",
    "leave",
    "managed",
    "compliance",
    "\0",
    "É",
)


def nothing_is_kept(_context: Any, response: Any, _case: Any) -> None:
    """No answer may lie in a store that is shared; one that holds a person's rows in no store at all."""
    told = ", ".join(response.headers.get("cache-control", []))
    assert "no-store" in told or told == "private, no-cache", f"Cache-Control: {told}"


if nothing_is_kept.__name__ not in CHECKS.get_all_names():
    # A check that is run alone is imported twice, once under the name of a script.
    schemathesis.check(nothing_is_kept)


@dataclass
class Found:
    """Requests by status, and faults by kind, operation and role."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)

    @property
    def asked(self) -> int:
        return self.statuses.total()

    def add(self, other: Found) -> None:
        self.statuses += other.statuses
        self.faults += other.faults
        self.operations |= other.operations


def keys(site: Site) -> dict[str, dict[str, str]]:
    """Role -> the header of a token that was made for somebody of it."""
    people = {one.role: one.person_id for one in cast(site.settings, site.state, site.app.state.site.clock())}
    made = {}
    with site.state.writing() as connection:
        for role in ROLES:
            hat, person = HATS[role][0], people.get(role)
            who = f"person:{person}" if person else f"officer:{role}"
            wanted = tokens.Token(
                0, "check 23", who, person, hat.role, hat.purpose, None, who, "2026-11-24T09:00:00Z", "2099-01-01T00:00:00Z", None
            )  # fmt: skip
            made[role] = {"Authorization": f"Bearer {tokens.write(connection, wanted)[1]}"}
    return made


def session(site: Site, base: str, role: str) -> dict[str, str]:
    """The cookie of somebody of a role who signed in a moment ago."""
    title = demo_routes.OFFICERS.get(role, (demo_routes.TITLES.get(role),))[0]
    chosen = demo_routes.offers(site.app.state.site)[title][0]
    answer = requests.post(
        f"{base}/signin", {"who": chosen.key}, headers=SAME_ORIGIN, allow_redirects=False, timeout=60
    )
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in answer.cookies.items()), **SAME_ORIGIN}


def drive(
    base: str,
    description: dict[str, Any],
    headers: dict[str, str],
    examples: int,
    checks: Sequence[str],
    *,
    edges: bool = True,
) -> Found:
    """Everything that schemathesis finds for one caller. The seed is fixed: the same description gives the same requests.

    `edges`: beside the examples also the edges of each parameter, one by one, and the methods that are not described.
    """
    config = SchemathesisConfig.from_dict(
        {
            "base-url": base, "headers": headers, "seed": 23, "request-timeout": 60, "continue-on-failure": True,
            "max-redirects": 0,
            "generation": {"max-examples": examples, "deterministic": True, "no-shrink": True, "database": "none"},
            "phases": {"stateful": {"enabled": False}, "examples": {"enabled": False}, "coverage": {"enabled": edges}},
        }
    )  # fmt: skip
    found = Found()
    for event in from_schema(schemathesis.openapi.from_dict(description, config=config)).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(found, event, checks)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.faults[f"not driven: {getattr(event, 'info', None) or event.exception}"[:300]] += 1
    return found


def _note(found: Found, event: events.ScenarioFinished, checks: Sequence[str]) -> None:
    if event.label:
        found.operations.add(event.label)
    for one in event.recorder.interactions.values():
        found.statuses[one.response.status_code if one.response else 0] += 1
    for made in event.recorder.checks.values():
        for one in made:
            if one.failure_info is not None and one.name in checks:
                failure = one.failure_info.failure
                found.faults[f"{one.name} {event.label}: {failure.title}: {failure.message}"[:300]] += 1


def _operation(method: str, path: str, fields: Iterable[str]) -> dict[str, Any]:
    """A page or file by the filters of an address, or a form by every field that any form has."""
    value = {"anyOf": [{"enum": list(KNOWN)}, {"type": "string"}]}
    placed = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    body = {
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": dict.fromkeys(fields, value)}
            }
        }
    }
    query = [
        {"name": name, "in": "query", "schema": value}
        for name in ("scope", "quarter", "tool", "compare", "view", "after", "from", "to")
    ]
    statuses = {status: {"description": "-"} for status in ("200", "303", *REFUSALS)}
    return {"parameters": placed + (query if method == "get" else []), "responses": statuses} | (
        {"requestBody": body} if method == "post" else {}
    )


def rest(site: Site, only: re.Pattern[str] | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Of every route that the API's own description leaves out: one description of all pages and files, and one of each form."""
    sources = pathlib.Path(demo_routes.__file__).parent.glob("*.py")
    fields = sorted({name for file in sources for name in FIELD.findall(file.read_text(encoding="utf-8"))})
    pages: dict[str, Any] = {}
    forms = []
    for route in site.app.routes:
        path = described(str(getattr(route, "path", "")))
        methods = getattr(route, "methods", None) or set()
        if path.startswith(("/api/", "/static/", "/healthz", "/readyz")) or (only and not only.search(path)):
            continue
        if "GET" in methods:
            pages[path] = {"get": _operation("get", path, fields)}
        if "POST" in methods:
            forms.append(_whole({path: {"post": _operation("post", path, fields)}}))
    return _whole(pages), forms


def described(path: str) -> str:
    """The path of a route as a description has it, which names a parameter alone: `{rest}` for `{rest:path}`."""
    return re.sub(r"{(\w+):\w+}", r"{\1}", path)


def _whole(paths: dict[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "-", "version": "-"}, "paths": paths}


def strict(site: Site, base: str, role: str, examples: int, only: re.Pattern[str] | None = None) -> Found:
    """The API as it describes itself, asked by a token of a role. A file is the same question in another form: a tenth of the examples."""
    description = requests.get(f"{base}/api/openapi.json", timeout=60).json()
    paths = {path: one for path, one in description["paths"].items() if only is None or only.search(path)}
    headers, found = keys(site)[role] | SAME_ORIGIN, Found()
    for files, number in ((False, examples), (True, -(-examples // 10))):
        part = {path: one for path, one in paths.items() if ("." in path) == files}
        if part:
            found.add(drive(base, description | {"paths": part}, headers, number, STRICT, edges=not files))
    return found


def loose(site: Site, base: str, role: str, examples: int, only: re.Pattern[str] | None = None) -> Found:
    """Pages, files and forms. Each form starts from a session of its own, since some of them end it."""
    pages, forms = rest(site, only)
    found = (
        drive(base, pages, session(site, base, role), -(-examples // 10), LOOSE, edges=False)
        if pages["paths"]
        else Found()
    )
    for form in forms:
        found.add(drive(base, form, session(site, base, role), examples, LOOSE, edges=False))
    return found


def check(folder: pathlib.Path) -> frame.Seen:
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", folder / "home")
    with multiprocessing.get_context("spawn").Pool(PROCESSES, maxtasksperchild=1) as pool:
        done = pool.starmap(_role, [(folder, role) for role in ROLES], chunksize=1)
    api, others = Found(), Found()
    for strictly, loosely in done:
        api.add(strictly)
        others.add(loosely)
    text = "; ".join(f"{name}: {told(found)}" for name, found in (("API", api), ("pages, files and forms", others)))
    faults = api.faults + others.faults
    return frame.Seen(
        "; ".join([text, *(f"{number} x {fault}" for fault, number in faults.most_common(5))]), held=not faults
    )


def _role(folder: pathlib.Path, role: str) -> tuple[Found, Found]:
    """What one role finds, in a copy of the home and a process of its own."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    home = folder / role
    shutil.copytree(folder / "home", home)
    with opened(home) as (site, base):
        both = strict(site, base, role, EXAMPLES), loose(site, base, role, max(EXAMPLES // 5, 1))
    for found in both:
        found.faults = Counter({f"{role}: {fault}": number for fault, number in found.faults.items()})
    return both


@contextlib.contextmanager
def opened(home: pathlib.Path) -> Iterator[tuple[Site, str]]:
    """The app of a home on loopback."""
    site = Site(home)
    with served(site) as base:
        yield site, base


def told(found: Found) -> str:
    served_ = ", ".join(f"{number} x {status}" for status, number in sorted(found.statuses.items()))
    return f"{len(found.operations)} operations, {found.asked} requests ({served_}), {found.faults.total()} faults"


if __name__ == "__main__":
    frame.alone(__spec__)
