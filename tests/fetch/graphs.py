"""More of the vendor: identities over GraphQL, whose errors stand in answers that are well, and which is paid in points."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fetch.answers import Answer, Seen, as_json

if TYPE_CHECKING:
    from tests.fetch.vendors import Vendor

GRAPHQL = "/graphql"
MOST_FIRST = 100
RESET = "2026-11-27T08:01:10Z"
"""When there are new points: seventy seconds after the clock of the tests."""


def identity(n: int, **more: Any) -> dict[str, Any]:
    """An identity that account `n` has claimed, by the names of SAML."""
    mails = [
        {"value": f"e{n}@x.example", "type": "work", "primary": True},
        {"value": f"me{n}@home.example", "type": "home"},
    ]
    saml = {"nameId": f"E{n}@X.example", "username": None, "emails": mails}
    user = {"login": f"dev{n}", "databaseId": n}
    return {"guid": f"guid-{n}", "user": user, "samlIdentity": saml, "scimIdentity": None, **more}


def answer(vendor: Vendor, seen: Seen) -> Answer:
    """The answer to a question: what it does not ask for is not in it, and a question that does not say how many is refused."""
    query, variables = seen.body["query"], seen.body["variables"]
    of = "enterprise" if "enterprise(slug:$name)" in query else "organization"
    provider = "oidcProvider" if "oidcProvider" in query else "samlIdentityProvider"
    if f"(first:{MOST_FIRST},after:$after)" not in query or (of == "enterprise") != ("ownerInfo" in query):
        return as_json({"errors": [{"type": "MISSING_PAGINATION_BOUNDARIES", "message": "no"}]})
    if variables["name"] != "acme":
        return as_json(refusal("NOT_FOUND", of))
    if vendor.points < vendor.cost:
        vendor.points = 5_000  # their time has come: whether somebody waited for it is seen by the pauses
    vendor.points -= vendor.cost
    data = {"rateLimit": {"cost": vendor.cost, "remaining": vendor.points, "resetAt": RESET}}
    found: Any = {provider: _connection(vendor, variables["after"]) if provider == vendor.provider else None}
    return as_json({"data": data | {of: {"ownerInfo": found} if of == "enterprise" else found}})


def _connection(vendor: Vendor, after: str | None) -> dict[str, Any]:
    start = int((after or "cursor-0").removeprefix("cursor-"))
    size = min(vendor.page, MOST_FIRST)
    part = vendor.identities[start : start + size]
    more = start + size < len(vendor.identities)
    page = {"hasNextPage": more, "endCursor": f"cursor-{start + len(part)}" if part else None}
    return {"externalIdentities": {"totalCount": len(vendor.identities), "pageInfo": page, "nodes": part}}


def refusal(kind: str, of: str = "enterprise") -> dict[str, Any]:
    """What an answer that is well says when it is not; its text names somebody."""
    return {"data": {of: None}, "errors": [{"type": kind, "path": [of], "message": "Canary of dev1 and acme"}]}


def out_of_points() -> Answer:
    """No points are left until a time that the head says (seconds since 1970)."""
    head = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795766470", "Content-Type": "application/json"}
    return Answer(200, json.dumps({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit"}]}).encode(), head)
