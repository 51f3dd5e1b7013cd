"""What a directory asks for: one filter, a page, and which attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from uptake.receive.scim.problem import ScimError
from uptake.receive.scim.resource import CORE, Condition, Resource, compares, conditions_of
from uptake.sources.scim.parse import ENTERPRISE

PAGE, LARGEST_PAGE = 100, 200
LONGEST_FILTER = 1000
_EXACT = {"id", "externalid"}
"""Attributes that are compared with their case; all others without."""


@dataclass(frozen=True, slots=True)
class Query:
    """`start` counts from 1. `conditions`: all of them hold."""

    conditions: tuple[Condition, ...]
    start: int
    count: int

    def user_name(self) -> str | None:
        """The one user name that is asked for, if nothing else is."""
        names = [value for name, verb, value in self.conditions if (name, verb) == ("username", "eq")]
        return names[0].lower() if len(names) == len(self.conditions) == 1 else None

    def holds(self, resource: Resource) -> bool:
        """Whether a resource meets every condition."""
        return all(_holds(resource, *one) for one in self.conditions)


def query_of(given: Mapping[str, str]) -> Query:
    """The query string of a list.

    Raises:
        ScimError: a filter that is not supported, or a page that is no number.
    """
    text = given.get("filter", "").strip()
    if len(text) > LONGEST_FILTER or not text.isprintable():
        raise ScimError(400, "the filter is too long, or no text", "invalidFilter")
    conditions = tuple(map(_known, conditions_of(text))) if text else ()
    count = _number(given, "count", PAGE)
    return Query(conditions, max(1, _number(given, "startIndex", 1)), min(max(0, count), LARGEST_PAGE))


def _known(condition: Condition) -> Condition:
    name, verb, value = condition
    for prefix in (f"{ENTERPRISE.lower()}:", *(f"{one.lower()}:" for one in CORE.values())):
        name = name.removeprefix(prefix)
    if name not in _READ:
        raise ScimError(400, "the filter names an attribute that cannot be searched", "invalidFilter")
    return name, verb, value


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise ScimError(400, f"{name}: expected a whole number", "invalidValue")
    return int(text)


def _holds(resource: Resource, name: str, verb: str, value: str) -> bool:
    found = [str(one) for one in _READ[name](resource) if one is not None]
    if name in _EXACT:
        return any(compares(one, verb, value) for one in found)
    return any(compares(one.lower(), verb, value.lower()) for one in found)


def _inside(name: str) -> Callable[[Resource], list[Any]]:
    return lambda found: [found.get(ENTERPRISE, {}).get(name)]


_READ: dict[str, Callable[[Resource], list[Any]]] = {
    "id": lambda found: [found.get("id")],
    "username": lambda found: [found.get("userName")],
    "externalid": lambda found: [found.get("externalId")],
    "displayname": lambda found: [found.get("displayName")],
    "active": lambda found: [found.get("active", True)],
    "emails": lambda found: [one.get("value") for one in found.get("emails", [])],
    "emails.value": lambda found: [one.get("value") for one in found.get("emails", [])],
    "members": lambda found: [one.get("value") for one in found.get("members", [])],
    "members.value": lambda found: [one.get("value") for one in found.get("members", [])],
    "employeenumber": _inside("employeeNumber"),
    "manager": lambda found: [found.get(ENTERPRISE, {}).get("manager", {}).get("value")],
    "manager.value": lambda found: [found.get(ENTERPRISE, {}).get("manager", {}).get("value")],
}


def projected(resource: Resource, given: Mapping[str, str]) -> Resource:
    """Only the attributes that are asked for (`attributes`, `excludedAttributes`), by their first word; `id` and `schemas` always."""
    wanted, unwanted = _names(given.get("attributes", "")), _names(given.get("excludedAttributes", ""))
    always = {"schemas", "id"}
    return {
        name: value
        for name, value in resource.items()
        if name in always or ((not wanted or name.lower() in wanted) and name.lower() not in unwanted)
    }


def _names(text: str) -> set[str]:
    found = set()
    for one in text.lower().split(","):
        name = one.strip()
        below = name.startswith(ENTERPRISE.lower())
        found.add(ENTERPRISE.lower() if below else name.rsplit(":", 1)[-1].partition(".")[0])
    return found - {""}
