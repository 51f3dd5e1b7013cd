"""A directory that provisions people: requests in the shapes of Microsoft Entra and Okta, to an app or to a real server."""

from __future__ import annotations

import hashlib
import http.client
import json
import pathlib
from typing import Any

KEY = "uptake_send_directory"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def home_of(folder: pathlib.Path, more: str = "") -> pathlib.Path:
    """A home into which a directory may send."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    (folder / "settings.toml").write_text(f'[scim]\nsenders = ["{digest}"]\n{more}')
    return folder


def user(number: int, department: str = "Payments", boss: str = "", **more: Any) -> dict[str, Any]:
    """A user as Microsoft Entra creates one, with names and a title that nobody here may keep."""
    work = {"employeeNumber": f"P{number}", "department": department, "division": "Retail", "costCenter": "canary-cost"}
    if boss:
        work["manager"] = boss
    return {
        "schemas": [USER, ENTERPRISE], "userName": f"P{number}@bank.example", "externalId": f"x-{number}", "active": True,
        "displayName": "canary-display", "title": "canary-title", "name": {"formatted": "canary-name", "familyName": "canary-name"},
        "emails": [{"value": f"P{number}@bank.example", "type": "work", "primary": True, "display": "canary-mail"}],
        "phoneNumbers": [{"value": "canary-phone", "type": "work"}], ENTERPRISE: work, **more,
    }  # fmt: skip


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    """The body of a PATCH."""
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


class Wire:
    """Requests to a real server by its port."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: Any = None, key: str = KEY, **headers: str) -> tuple[int, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            sent = None if body is None else json.dumps(body)
            said = {"Content-Type": "application/scim+json", "Authorization": f"Bearer {key}", **headers}
            line.request(method, f"/scim/v2/{path}", sent, said)
            answer = line.getresponse()
            found = answer.read()
            return answer.status, json.loads(found) if found else None
        finally:
            line.close()
