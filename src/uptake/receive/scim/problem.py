"""A request that is refused, as SCIM says it (RFC 7644 section 3.12)."""

from __future__ import annotations

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(Exception):
    """`status` of HTTP, `kind` as `scimType` (empty where the RFC has none), and why, with no value of the request in it."""

    def __init__(self, status: int, why: str, kind: str = "") -> None:
        super().__init__(why)
        self.status, self.why, self.kind = status, why, kind

    def body(self) -> dict[str, object]:
        """The answer."""
        kind = {"scimType": self.kind} if self.kind else {}
        return {"schemas": [ERROR], **kind, "detail": self.why, "status": str(self.status)}


def bad_value(name: str, why: str) -> ScimError:
    """An attribute that cannot be used; names it, never its value."""
    return ScimError(400, f"{name}: {why}", "invalidValue")
