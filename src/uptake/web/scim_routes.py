"""`/scim/v2`: where a directory (Microsoft Entra, Okta and others) keeps its users and groups. Acknowledged is what is committed.

A directory has a key of its own, which opens nothing else; it reads back what it sent and nothing of anybody's use.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.errors import Unreachable, UserError
from uptake.jobs.provisioning import ABSENT, Desk
from uptake.receive.posts import RefusedPostError, sender_of
from uptake.receive.scim import documents
from uptake.receive.scim.problem import ScimError
from uptake.receive.scim.query import projected, query_of
from uptake.receive.scim.resource import GROUP, USER
from uptake.web import receivers
from uptake.web.bodies import Intake
from uptake.web.pools import Pool
from uptake.web.site import Site

PATH = "/scim/v2/{rest:path}"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
KIND = "application/scim+json"
LARGEST, IN_HAND_BYTES = 8 * 2**20, 64 * 2**20
"""Bytes of one body, and of all that are read or wait at one time."""
THREADS, WAITING = 2, 64
KINDS = {"users": USER, "groups": GROUP}


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came."""

    method: str
    parts: tuple[str, ...]
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base: str

    def json(self) -> Any:
        """The body.

        Raises:
            ScimError: 400, it is no JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise ScimError(400, "the body is no JSON", "invalidSyntax") from None


def add(app: FastAPI, site: Site) -> None:
    """The one route."""
    pool = Pool("directory", THREADS, WAITING)
    site.pools.others.append(pool)
    intake = Intake(LARGEST, IN_HAND_BYTES)
    senders = dict.fromkeys(site.settings.scim.senders, "")

    async def take(request: Request) -> Response:
        sender_of(senders, request.headers.get("authorization", ""))
        async with intake.whole(request) as body:
            call = _call(request, body)
            try:
                return await pool.run(lambda: answer(call, Desk(site.state, site.clock(), call.base)))
            except ScimError as error:
                return _said(error.body(), error.status)
            except UserError as error:
                raise RefusedPostError(503 if isinstance(error, Unreachable) else 500, error.what) from None

    receivers.add(app, PATH, take, _worded, methods=METHODS)


def _worded(_request: Request, refused: RefusedPostError) -> tuple[str, str]:
    return json.dumps(ScimError(refused.status, refused.why).body()), KIND


def _call(request: Request, body: bytes) -> Call:
    parts = tuple(part for part in request.path_params["rest"].split("/") if part)
    base = f"{str(request.base_url).rstrip('/')}/scim/v2"
    return Call(request.method, parts, dict(request.query_params), dict(request.headers), body, base)


def answer(call: Call, desk: Desk) -> Response:
    """The answer to a request of a directory that is let in.

    Raises:
        ScimError: it is refused.
    """
    match call.parts:
        case [name] if name.lower() in KINDS:
            return _collection(call, desk, KINDS[name.lower()])
        case [".search"] if call.method == "POST":
            return _everything(_searching(call), desk)
        case [name, ".search"] if name.lower() in KINDS and call.method == "POST":
            return _collection(_searching(call), desk, KINDS[name.lower()])
        case [name, identity] if name.lower() in KINDS:
            return _one(call, desk, KINDS[name.lower()], identity)
    return _described(call)


def _searching(call: Call) -> Call:
    """A search whose words stand in the body (RFC 7644 section 3.4.3), as one whose words stand in the address."""
    body = call.json()
    if not isinstance(body, dict):
        raise ScimError(400, "expected a JSON object", "invalidSyntax")
    words = {key: ",".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in body.items()}
    return replace(call, method="GET", query={key: value for key, value in words.items() if key != "schemas"})


def _collection(call: Call, desk: Desk, kind: str) -> Response:
    if call.method == "POST":
        made, version = desk.create(kind, call.json())
        headers = {"Location": made["meta"]["location"], "ETag": version}
        return _said(projected(made, call.query), 201, headers)
    if call.method not in ("GET", "HEAD"):
        raise ScimError(405, "this can be read and added to")
    found = desk.search(kind, query_of(call.query))
    found["Resources"] = [projected(one, call.query) for one in found["Resources"]]
    return _said(found)


def _everything(call: Call, desk: Desk) -> Response:
    """Users, then groups, as one list."""
    query = query_of(call.query)
    users = desk.search(USER, query)
    rest = replace(
        query, start=max(1, query.start - users["totalResults"]), count=query.count - len(users["Resources"])
    )
    groups = desk.search(GROUP, rest)
    found = [projected(one, call.query) for one in (*users["Resources"], *groups["Resources"])]
    return _said(documents.listed(found, users["totalResults"] + groups["totalResults"], query.start))


def _one(call: Call, desk: Desk, kind: str, identity: str) -> Response:
    expected = call.headers.get("if-match", "")
    if call.method == "DELETE":
        desk.remove(kind, identity, expected)
        return Response(status_code=204)
    acts: dict[str, Callable[[], tuple[dict[str, Any], str]]] = {
        "PUT": lambda: desk.replace(kind, identity, call.json(), expected),
        "PATCH": lambda: desk.patch(kind, identity, call.json(), expected),
        "GET": lambda: desk.read(kind, identity),
        "HEAD": lambda: desk.read(kind, identity),
    }
    if call.method not in acts:
        raise ScimError(405, "this can be read, changed and deleted")
    found, version = acts[call.method]()
    if call.method == "GET" and version in call.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": version})
    return _said(projected(found, call.query), 200, {"ETag": version})


def _described(call: Call) -> Response:
    described: dict[str, Any] = {
        "serviceproviderconfig": documents.service(call.base),
        "resourcetypes": documents.resource_types(call.base),
        "schemas": documents.schemas(call.base),
    }
    name, *rest = [*call.parts, ""]
    found = described.get(name.lower())
    if isinstance(found, list) and rest[0]:
        found = next((one for one in found if one["id"].lower() == rest[0].lower()), None)
    if found is None or len(call.parts) > 2 or (isinstance(found, dict) and "filter" in call.query):
        raise ABSENT
    if call.method not in ("GET", "HEAD"):
        raise ScimError(405, "this can only be read")
    if isinstance(found, list):
        if "filter" in call.query:
            raise ScimError(403, "this list takes no filter")
        found = documents.listed(found, len(found))
    return _said(found)


def _said(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, KIND)
