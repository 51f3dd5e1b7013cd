"""`/api/v1/<question>`: the rows of `uptake ask`, one JSON array of objects, in parts: 100 rows of people, 1,000 of anything else.

Parts of figures of groups are kept in memory, as pages are; what speaks of people is made anew each time and kept nowhere.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.policy import QUESTIONS
from uptake.policy.questions import BY_POLICY, GROUP, PERSON, PUBLIC
from uptake.reads import Part
from uptake.web import address, compose, routes, streams
from uptake.web.cache import Rendered, rendered
from uptake.web.compose import ANYBODY
from uptake.web.files import FORMS, as_json
from uptake.web.site import Site, Who

PERSON_ROWS, GROUP_ROWS = 100, 1000
KEPT = (GROUP, PUBLIC)
"""Levels whose answers may be kept: no row of theirs speaks of a person or an account, and none comes from the state store."""
FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "scope": ("A unit: its path or its name.", {"minLength": 1, "maxLength": address.LONGEST}),
    "tool": ("A tool, or `all`.", {"pattern": f"^{address.WORD}$"}),
    "quarter": ("Such as 2026Q3.", {"pattern": f"^{address.QUARTER}$"}),
    "from": ("First day (ISO).", {"pattern": f"^{address.DAY}$", "format": "date"}),
    "to": ("Last day (ISO).", {"pattern": f"^{address.DAY}$", "format": "date"}),
    "after": ("Place in a long list: the cursor of the header `Link`.", {"pattern": f"^{address.SEAL}$"}),
}
OF_CSV: dict[str, tuple[str, dict[str, Any]]] = {
    "header": ("Whether the file begins with what it says of itself, in lines that start with `#`.", {"enum": ["1"]})
}
HEADERS = {
    "X-Total-Count": ("Rows of the whole list.", "integer"),
    "Link": ("The next part of a long list.", "string"),
}
FAILURES = {
    "400": "A filter cannot be used", "401": "Not signed in", "404": "Not permitted, or absent: one answer",
    "503": "The store of the audit log, or the server, cannot answer now: no row is told",
}  # fmt: skip
MARKED = ("header", "1")
"""Of a CSV: it begins with what it says of itself, in lines that start with `#`."""
BINARY = {"type": "string", "format": "binary"}


def add(app: FastAPI, site: Site) -> None:
    """One route a question, and its files."""
    for name in QUESTIONS:
        routes.add(
            app, site, f"/api/v1/{name}", _rows(name), gate="ask", html=False,
            documented=_described(name), summary=QUESTIONS[name].about,
        )  # fmt: skip
        for form in ("csv", "parquet"):
            routes.add(
                app, site, f"/api/v1/{name}.{form}", _file(name, form), gate="ask", html=False, heavy=True,
                documented=_spoken(FORMS[form].split(";", maxsplit=1)[0], BINARY), summary=f"{QUESTIONS[name].about[:-1]}, as a file.",
            )  # fmt: skip


def _rows(question: str) -> routes.Handler:
    def handler(site: Site, request: Request, _form: dict[str, str]) -> Response:
        items = request.query_params.multi_items()
        filters, after = address.read_filters(items)
        who, snapshot = _asking(site, request, question), site.snapshot()
        size = GROUP_ROWS if QUESTIONS[question].level in KEPT else PERSON_ROWS

        def make() -> Rendered:
            with site.visit(who, f"GET /api/v1/{question}", snapshot) as visit:
                found = visit.ask(question, filters, Part(size, after))
                told = [("X-Total-Count", str(found.total))]
                if found.following:
                    pairs = [*(pair for pair in items if pair[0] != "after"), ("after", found.following)]
                    told.append(("Link", f'</api/v1/{question}?{urlencode(pairs)}>; rel="next"'))
                return rendered(as_json(found.rows()), told)

        if QUESTIONS[question].level in KEPT:
            granted = compose.scope_of(question, who.viewer or ANYBODY, who.policy)
            made = site.cache.made(
                (question, granted, repr((filters, after)), str(snapshot.id), who.policy.version), make
            )
        else:
            made = make()
        return Response(made.body, 200, {"Cache-Control": "no-store", **dict(made.headers)}, FORMS["json"])

    return handler


def _file(question: str, form: str) -> routes.Handler:
    def handler(site: Site, request: Request, _form: dict[str, str]) -> Response:
        items = request.query_params.multi_items()
        marked = form == "csv" and items.count(MARKED) == 1
        filters, _ = address.read_filters([pair for pair in items if not (marked and pair == MARKED)])
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{question}.{form}"'}
        visit = site.visit(_asking(site, request, question), f"GET /api/v1/{question}.{form}")
        into = streams.writer(form, marked=marked)
        return streams.streamed(visit, (question, filters), into, headers, FORMS[form])

    return handler


def _asking(site: Site, request: Request, question: str) -> Who:
    """Who asks; somebody who is not signed in asks public questions. Raises NotSignedIn."""
    who = site.who(request)
    level = QUESTIONS[question].level
    if who.viewer is None or (who.session is None and level in (PERSON, BY_POLICY)):
        if level != PUBLIC:
            raise routes.NotSignedIn("Not signed in", next_step="This question needs a signed-in person")
        return Who(None, ANYBODY, who.policy)
    return who


def _described(question: str) -> dict[str, Any]:
    """Parameters, rows and failures of a question, for the API description."""
    kinds: dict[str, str | list[str]] = {
        "text": "string",
        "day": "string",
        "quarter": "string",
        "yes/no": ["boolean", "integer"],
        "money": "number",
    }
    columns = {
        column.name: {"type": _nullable(kinds.get(column.unit) or ["integer", "number"]), "description": column.meaning}
        for column in QUESTIONS[question].columns
    }
    return _spoken("application/json", {"type": "array", "items": {"type": "object", "properties": columns}}, HEADERS)


def _spoken(form: str, schema: dict[str, Any], headers: dict[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    """An operation: the filters, what an answer holds, and the failures, which are one shape."""
    told = {name: {"description": text, "schema": {"type": kind}} for name, (text, kind) in (headers or {}).items()}
    text = {"type": ["string", "null"]}
    failed = {"type": "object", "properties": {"error": text, "next_step": text}, "required": ["error", "next_step"]}
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string", **kind}, "description": words}
            for name, (words, kind) in {**FILTERS, **(OF_CSV if form == "text/csv" else {})}.items()
        ],
        "responses": {
            "200": {"description": "Granted rows", "content": {form: {"schema": schema}}, "headers": told},
            **{
                status: {"description": words, "content": {"application/json": {"schema": failed}}}
                for status, words in FAILURES.items()
            },
        },
    }


def _nullable(kind: str | list[str]) -> list[str]:
    return [*([kind] if isinstance(kind, str) else kind), "null"]
