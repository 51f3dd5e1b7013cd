"""What is kept of a User and a Group: an allow-list. All else that a directory sends is dropped before anything is stored.

A resource is a dict in the shape of the RFC: core attributes, and those of the enterprise extension below its name. Names of attributes are
case-blind (rule R-SC-1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from uptake.receive.scim.problem import ScimError, bad_value
from uptake.sources.scim.attributes import Attributes, BadAttributeError
from uptake.sources.scim.parse import ENTERPRISE

USER, GROUP = "User", "Group"
CORE = {USER: "urn:ietf:params:scim:schemas:core:2.0:User", GROUP: "urn:ietf:params:scim:schemas:core:2.0:Group"}
TEXTS = {
    USER: {"username": "userName", "externalid": "externalId"},
    GROUP: {"displayname": "displayName", "externalid": "externalId"},
}
ENTERPRISE_TEXTS = {name.lower(): name for name in ("employeeNumber", "department", "division", "organization")}
REQUIRED = {USER: "userName", GROUP: "displayName"}
MOST_EMAILS, MOST_MEMBERS = 50, 50_000
Resource = dict[str, Any]

_PATH = re.compile(r"(?:(urn:[A-Za-z0-9.:_-]+):)?([A-Za-z$][\w$-]*)(?:\[(.{1,500})\])?(?:\.([\w$-]+))?", re.IGNORECASE)
_CONDITION = re.compile(r"([\w$.:-]+)\s+(eq|sw|ew|co)\s*(\"(?:[^\"\\]|\\.)*\"|\b(?:true|false|\d+))", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", re.IGNORECASE)
Condition = tuple[str, str, str]
"""Attribute in lower case, eq, sw (starts with), ew (ends with) or co (contains), and a value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: core or enterprise attribute in lower case, the conditions in brackets, all of which hold, and the part after the point."""

    enterprise: bool
    name: str
    conditions: tuple[Condition, ...] = ()
    part: str = ""


def place_of(path: str, kind: str) -> Place:
    """A path of a change, such as `emails[type eq "work"].value`.

    Raises:
        ScimError: it is none.
    """
    if kind == USER and path.lower() == ENTERPRISE.lower():
        return Place(enterprise=True, name="")
    found = _PATH.fullmatch(path.strip())
    if found is None:
        raise ScimError(400, "a path cannot be read", "invalidPath")
    urn, name, condition, part = found.groups()
    inside = (urn or "").lower() == ENTERPRISE.lower()
    if urn and not inside and urn.lower() != CORE[kind].lower():
        return Place(enterprise=False, name="")  # a department of somebody's own extension is not ours
    return Place(inside, name.lower(), conditions_of(condition) if condition else (), (part or "").lower())


def conditions_of(text: str) -> tuple[Condition, ...]:
    """`type eq "work" and value ew "example.org"`, part by part.

    Raises:
        ScimError: it is something else.
    """
    found = [_CONDITION.fullmatch(part.strip()) for part in _AND.split(text)]
    if None in found:
        raise ScimError(400, "a filter compares with eq, sw, ew or co, and joins with and", "invalidFilter")
    return tuple((one[1].lower(), one[2].lower(), unquoted(one[3])) for one in found if one)


def compares(found: str, verb: str, wanted: str) -> bool:
    """Whether a value meets a condition, letter by letter."""
    if verb == "eq":
        return found == wanted
    return {"sw": found.startswith, "ew": found.endswith}.get(verb, found.__contains__)(wanted)


def unquoted(text: str) -> str:
    """A value of a filter without its quotation marks."""
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text.lower()


def text_of(name: str, value: Any) -> str | None:
    """A text attribute, cleaned as the reader of files does it; None where it is empty.

    Raises:
        ScimError: it is no text.
    """
    if isinstance(value, list) and len(value) == 1:  # some directories send each value of a change in a list
        value = value[0].get("value") if isinstance(value[0], dict) else value[0]
    try:
        return Attributes({name: value}).text(name)
    except BadAttributeError as error:
        raise bad_value(name, error.reason) from None


def truth_of(name: str, value: Any) -> bool | None:
    """A truth value, also as the text `False` (Microsoft Entra).

    Raises:
        ScimError: it is none.
    """
    try:
        return Attributes({name: value}).truth(name)
    except BadAttributeError as error:
        raise bad_value(name, error.reason) from None


def manager_of(value: Any) -> Resource | None:
    """The manager by SCIM id: an object with `value` or `$ref`, the id alone (Microsoft Entra), or nothing."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        held = {key.lower(): one for key, one in value.items()}
        reference = text_of("manager.$ref", held.get("$ref")) or ""
        value = text_of("manager.value", held.get("value")) or reference.rstrip("/").rsplit("/", 1)[-1]
    found = text_of("manager", value)
    return {"value": found} if found else None


def email_of(value: Any) -> Resource | None:
    """One address: `value`, `type`, `primary`; None without a value."""
    if isinstance(value, str):
        value = {"value": value}
    if not isinstance(value, dict):
        raise bad_value("emails", "expected objects")
    held = {key.lower(): one for key, one in value.items()}
    address = text_of("emails.value", held.get("value"))
    kind, first = text_of("emails.type", held.get("type")), truth_of("emails.primary", held.get("primary"))
    made = {"value": address, "type": kind, "primary": first}
    return {name: one for name, one in made.items() if one is not None} if address else None


def emails_of(value: Any) -> list[Resource]:
    """A list of addresses, or one."""
    found = [email_of(one) for one in listed("emails", value, MOST_EMAILS)]
    return [one for one in found if one is not None]


def members_of(value: Any) -> list[str]:
    """Ids of members: objects with `value`, or ids."""
    found = [one.get("value") if isinstance(one, dict) else one for one in listed("members", value, MOST_MEMBERS)]
    return [one for one in (text_of("members.value", each) for each in found) if one]


def listed(name: str, value: Any, most: int) -> list[Any]:
    """A list, or one value as a list of one.

    Raises:
        ScimError: it holds too many.
    """
    found = value if isinstance(value, list) else [] if value is None else [value]
    if len(found) > most:
        raise bad_value(name, f"more than {most} values")
    return found


def checked(kind: str, resource: Resource) -> Resource:
    """A resource that may be stored.

    Raises:
        ScimError: what must be there is not.
    """
    if not resource.get(REQUIRED[kind]):
        raise bad_value(REQUIRED[kind], "required attribute missing")
    return resource
