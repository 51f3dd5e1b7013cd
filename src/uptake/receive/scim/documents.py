"""Answers: a resource with its meta, a list, and what the service says of itself (RFC 7643 sections 5 to 7). It names what is kept, and nothing else."""

from __future__ import annotations

from typing import Any

from uptake.receive.scim.query import LARGEST_PAGE
from uptake.receive.scim.resource import CORE, ENTERPRISE_TEXTS, GROUP, USER, Resource
from uptake.sources.scim.parse import ENTERPRISE

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PLURAL = {USER: "Users", GROUP: "Groups"}
_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"


def resource(
    kind: str, stored: Resource, base: str, *, identity: str, version: int, created: str, changed: str
) -> Resource:
    """A stored resource as it is answered. `base`: URL up to `/scim/v2`."""
    extension = [ENTERPRISE] if ENTERPRISE in stored else []
    where = f"{base}/{PLURAL[kind]}/{identity}"
    meta = {
        "resourceType": kind,
        "created": created,
        "lastModified": changed,
        "location": where,
        "version": etag(version),
    }
    return {"schemas": [CORE[kind], *extension], "id": identity, **stored, "meta": meta}


def etag(version: int) -> str:
    """The version of a resource as HTTP tells it."""
    return f'W/"{version}"'


def listed(found: list[Resource], total: int, start: int = 1) -> dict[str, Any]:
    """A page of a list."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }


def service(base: str) -> dict[str, Any]:
    """What is supported."""
    no = {"supported": False}
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": LARGEST_PAGE},
        "changePassword": no,
        "sort": no,
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A key of the settings, section scim",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def resource_types(base: str) -> list[dict[str, Any]]:
    """Users and Groups."""
    made = []
    for kind, plural in PLURAL.items():
        more = {"schemaExtensions": [{"schema": ENTERPRISE, "required": False}]} if kind == USER else {}
        made.append(
            {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": kind, "name": kind, "endpoint": f"/{plural}",
                "schema": CORE[kind], **more, "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{kind}"},
            }
        )  # fmt: skip
    return made


def schemas(base: str) -> list[dict[str, Any]]:
    """The attributes that are kept."""
    value = _attribute("value", required=True)
    emails = [value, _attribute("type"), _attribute("primary", "boolean")]
    manager = [_attribute("value")]
    user = [
        _attribute("userName", required=True, uniqueness="server"), _attribute("active", "boolean"),
        _attribute("emails", "complex", many=True, parts=emails),
    ]  # fmt: skip
    group = [_attribute("displayName", required=True), _attribute("members", "complex", many=True, parts=[value])]
    work = [*map(_attribute, ENTERPRISE_TEXTS.values()), _attribute("manager", "complex", parts=manager)]
    described = ((CORE[USER], USER, user), (CORE[GROUP], GROUP, group), (ENTERPRISE, "EnterpriseUser", work))
    return [
        {
            "schemas": [_SCHEMA], "id": urn, "name": name, "description": f"What is kept of {name}", "attributes": attributes,
            "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{urn}"},
        }
        for urn, name, attributes in described
    ]  # fmt: skip


def _attribute(
    name: str, kind: str = "string", *, many: bool = False, required: bool = False, uniqueness: str = "none", parts: list[Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    exact = {} if kind in ("boolean", "complex") else {"caseExact": False}
    below = {"subAttributes": parts} if parts else {}
    return {
        "name": name, "type": kind, "multiValued": many, "description": name, "required": required, "mutability": "readWrite",
        "returned": "default", "uniqueness": uniqueness, **exact, **below,
    }  # fmt: skip
