"""Changes of a resource (RFC 7644 section 3.5.2), in the shapes that Microsoft Entra and Okta send. A whole resource is a change of an empty one."""

from __future__ import annotations

import copy
from typing import Any

from uptake.model.folding import fold
from uptake.receive.scim.problem import ScimError, bad_value
from uptake.receive.scim.resource import (
    ENTERPRISE_TEXTS,
    GROUP,
    MOST_EMAILS,
    MOST_MEMBERS,
    REQUIRED,
    TEXTS,
    USER,
    Condition,
    Place,
    Resource,
    checked,
    compares,
    emails_of,
    manager_of,
    members_of,
    place_of,
    text_of,
    truth_of,
)
from uptake.sources.scim.parse import ENTERPRISE

ADD, REPLACE, REMOVE = "add", "replace", "remove"
MOST_OPERATIONS = 1000
_EMAIL_PARTS = ("value", "type", "primary")


def whole(kind: str, body: Any, stored: Resource | None = None) -> Resource:
    """The kept part of a resource that was sent whole. A directory that leaves the extension out does not mean to empty it: what is stored stays.

    Raises:
        ScimError: it cannot be used.
    """
    if not isinstance(body, dict):
        raise ScimError(400, "expected a JSON object", "invalidSyntax")
    made: Resource = {}
    _apply_each(made, kind, REPLACE, body)
    _settle_members(made)
    if stored and ENTERPRISE in stored and not any(name.lower().startswith(ENTERPRISE.lower()) for name in body):
        made[ENTERPRISE] = copy.deepcopy(stored[ENTERPRISE])
    return checked(kind, made)


def changed(kind: str, stored: Resource, body: Any) -> Resource:
    """A stored resource after a PATCH: all its operations, or none.

    Raises:
        ScimError: an operation cannot be used.
    """
    held = {key.lower(): value for key, value in body.items()} if isinstance(body, dict) else {}
    operations = held.get("operations")
    if not isinstance(operations, list) or not operations or len(operations) > MOST_OPERATIONS:
        raise ScimError(400, f"expected Operations, 1 to {MOST_OPERATIONS}", "invalidSyntax")
    made = copy.deepcopy(stored)
    _open_members(made)
    for operation in operations:
        _operate(made, kind, operation)
    _settle_members(made)
    return checked(kind, made)


def _operate(resource: Resource, kind: str, operation: Any) -> None:
    said = {key.lower(): value for key, value in operation.items()} if isinstance(operation, dict) else {}
    verb, path, value = said.get("op"), said.get("path"), said.get("value")
    if not isinstance(verb, str) or verb.lower() not in (ADD, REPLACE, REMOVE):
        raise ScimError(400, "op: expected add, replace or remove", "invalidSyntax")
    if path is None or path == "":
        if verb.lower() == REMOVE:
            raise ScimError(400, "remove needs a path", "noTarget")
        if not isinstance(value, dict):
            raise bad_value("value", "expected an object where there is no path")
        _apply_each(resource, kind, verb.lower(), value)
        return
    if not isinstance(path, str):
        raise ScimError(400, "a path cannot be read", "invalidPath")
    _apply(resource, kind, verb.lower(), place_of(path, kind), value)


def _apply_each(resource: Resource, kind: str, verb: str, values: dict[str, Any]) -> None:
    """Each key of an object is a path: directories send `active`, flat `urn:...:User:department`, and whole extensions so."""
    for key, value in values.items():
        if key.lower() in ("schemas", "id", "meta"):
            continue
        try:
            place = place_of(key, kind)
        except ScimError:
            continue  # a name that we cannot read is none that is kept
        _apply(resource, kind, verb, place, value)


def _apply(resource: Resource, kind: str, verb: str, place: Place, value: Any) -> None:
    """One attribute. What is not kept is taken and dropped."""
    if place.enterprise and not place.name:
        _extension(resource, kind, verb, value)
    elif kind == USER and (place.enterprise or place.name in (*ENTERPRISE_TEXTS, "manager")):
        inside = resource.setdefault(ENTERPRISE, {})
        _enterprise(inside, verb, place, value)
        if not inside:
            del resource[ENTERPRISE]
    elif place.name in TEXTS[kind]:
        _text(resource, TEXTS[kind][place.name], kind, verb, value)
    elif kind == USER and place.name == "active":
        found = None if verb == REMOVE else truth_of("active", value)
        _put(resource, "active", found)
    elif kind == USER and place.name == "emails":
        _put(resource, "emails", _emails(resource.get("emails", []), verb, place, value) or None)
    elif kind == GROUP and place.name == "members":
        _members(resource.setdefault("members", {}), verb, place, value)


def _extension(resource: Resource, kind: str, verb: str, value: Any) -> None:
    if verb == REMOVE:
        resource.pop(ENTERPRISE, None)
    elif isinstance(value, dict):
        for key, one in value.items():
            _apply(resource, kind, verb, place_of(f"{ENTERPRISE}:{key}", kind), one)
    elif value is not None:
        raise bad_value("enterprise", "expected an object")


def _enterprise(inside: Resource, verb: str, place: Place, value: Any) -> None:
    if place.name in ENTERPRISE_TEXTS:
        name = ENTERPRISE_TEXTS[place.name]
        _put(inside, name, None if verb == REMOVE else text_of(name, value))
    elif place.name == "manager" and place.part in ("", "value", "$ref"):
        given = {place.part: value} if place.part == "$ref" else value
        _put(inside, "manager", None if verb == REMOVE else manager_of(given))


def _text(resource: Resource, name: str, kind: str, verb: str, value: Any) -> None:
    found = None if verb == REMOVE else text_of(name, value)
    if found is None and name == REQUIRED[kind]:
        raise bad_value(name, "required attribute missing")
    _put(resource, name, found)


def _put(resource: Resource, name: str, value: Any) -> None:
    if value is None:
        resource.pop(name, None)
    else:
        resource[name] = value


def _emails(held: list[Resource], verb: str, place: Place, value: Any) -> list[Resource]:
    if not place.conditions and not place.part:
        if verb == REMOVE:
            gone = {fold(one["value"]) for one in emails_of(value)}
            return [one for one in held if gone and fold(one["value"]) not in gone]
        return emails_of(value) if verb == REPLACE else _one_primary(_united(held, emails_of(value)))
    if place.part and place.part not in _EMAIL_PARTS:
        return held
    matching = [one for one in held if _meets(one, place.conditions)]
    if verb == REMOVE:
        return _without(held, matching, place.part)
    if not matching:  # Microsoft Entra replaces the work address of a user who has none yet
        matching = [
            {name: wanted for name, verb, wanted in place.conditions if verb == "eq" and name in _EMAIL_PARTS}
            or {"type": "work"}
        ]
        held = [*held, *matching]
    for one in matching:
        given = {place.part: value} if place.part else value
        one.update(_parts(given, one))
    return [one for one in held if one.get("value")][:MOST_EMAILS]


def _parts(given: Any, one: Resource) -> Resource:
    """The parts of an address that are changed; the address of the rest is its own."""
    if not isinstance(given, dict):
        given = {"value": given}
    named = {key.lower(): value for key, value in given.items()}
    found = emails_of([{"value": one.get("value", "unsaid"), **named}])
    return {name: value for name, value in (found[0] if found else {"value": ""}).items() if name in named}


def _without(held: list[Resource], matching: list[Resource], part: str) -> list[Resource]:
    if part in ("type", "primary"):
        for one in matching:
            one.pop(part, None)
        return held
    return [one for one in held if one not in matching]


def _meets(one: Resource, conditions: tuple[Condition, ...]) -> bool:
    return all(compares(str(one.get(name, "")).lower(), verb, wanted.lower()) for name, verb, wanted in conditions)


def _united(held: list[Resource], more: list[Resource]) -> list[Resource]:
    new = {(fold(one["value"]), one.get("type")) for one in more}
    return [*(one for one in held if (fold(one["value"]), one.get("type")) not in new), *more][:MOST_EMAILS]


def _one_primary(found: list[Resource]) -> list[Resource]:
    """Only one address is primary: the newest that says so."""
    first = next((one for one in reversed(found) if one.get("primary")), None)
    return [one if one is first or not one.get("primary") else {**one, "primary": False} for one in found]


def _open_members(resource: Resource) -> None:
    """While a resource changes its members lie by id: a thousand operations on 50,000 of them would look through all each time, and
    nobody else can write meanwhile.
    """
    if "members" in resource:
        resource["members"] = {one["value"].lower(): one for one in resource["members"]}


def _settle_members(resource: Resource) -> None:
    """The members as a list again, none where nobody is left."""
    if "members" in resource:
        _put(resource, "members", list(resource.pop("members").values()) or None)


def _members(held: dict[str, Resource], verb: str, place: Place, value: Any) -> None:
    """Change the members; ids are told apart without their case, as the RFC has it (RFC 7643 section 8.7.1)."""
    if place.conditions:
        _remove_met(held, place.conditions if verb == REMOVE else ())
        return
    if verb == REPLACE or (verb == REMOVE and value is None):
        held.clear()
    for one in members_of(value):
        if verb == REMOVE:
            held.pop(one.lower(), None)
        else:
            held.setdefault(one.lower(), {"value": one})
    if len(held) > MOST_MEMBERS:
        raise bad_value("members", f"more than {MOST_MEMBERS} values")


def _remove_met(held: dict[str, Resource], conditions: tuple[Condition, ...]) -> None:
    """Remove the one member that the conditions name by its id, if it meets the others as well."""
    if not conditions:
        return
    named = next((wanted.lower() for name, verb, wanted in conditions if (name, verb) == ("value", "eq")), None)
    if named is None:
        raise ScimError(400, "a member is chosen by value eq", "invalidFilter")
    if named in held and _meets(held[named], conditions):
        del held[named]
