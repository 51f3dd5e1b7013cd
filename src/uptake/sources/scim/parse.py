"""SCIM 2.0 users (SOURCES.md section 12, rules R-SC-1 to R-SC-6): where a person stands on the day of the snapshot.

A manager is named by the SCIM id as `scim:ID`; the loader, which sees all pages of a call, puts the person in its place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from uptake.model import Person
from uptake.model.folding import fold
from uptake.model.outcome import SET_ASIDE, Ignored, InputFile, Listed, Outcome, Refused, Rejected, Taken
from uptake.sources.reading import Envelope, RawRecord, json_records
from uptake.sources.reading.checks import joined_key, stated_total
from uptake.sources.reading.decoding import explain
from uptake.sources.reading.raw import count_unknown
from uptake.sources.scim.attributes import Attributes, BadAttributeError

LISTS = ("Resources", "resources")
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MANAGER = "scim:"
"""Before a manager's SCIM id: no person_id, so nobody else becomes the manager where it cannot be translated."""
_KNOWN = {
    *("id", "externalid", "username", "emails", "active", "schemas", "meta", ENTERPRISE.lower()),
    *("name", "displayname", "nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale", "timezone", "password"),
    *("phonenumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509certificates"),
}  # fmt: skip
_KNOWN_ENTERPRISE = {"employeenumber", "costcenter", "organization", "division", "department", "manager"}
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")
_NO_PERSON = {
    "setaside": SET_ASIDE,
    "group": "group: teams come from the directory's department, not from its groups",
    "schema": "description of the service",
    "resourcetype": "description of the service",
    "serviceproviderconfig": "description of the service",
}
_NO_SNAPSHOT = ("patchop", "bulkrequest", "bulkresponse", "searchrequest", "error")
_NO_LIST = "a SCIM message that holds no users: a change, a request or an error"


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome a resource, and the totals that list responses state."""
    for piece in json_records(file, LISTS):
        if isinstance(piece, Envelope):
            total = stated_total({key.lower(): value for key, value in piece.values.items()}.get("totalresults"))
            if total is not None:
                yield Listed(total)
        elif isinstance(piece, RawRecord):
            yield from _outcomes(piece, file)
        else:
            yield Rejected(piece.line, piece.reason, piece.field)


def _outcomes(record: RawRecord, file: InputFile) -> Iterator[Outcome]:
    try:
        found = Attributes(msgspec.json.decode(record.raw))
        if (total := found.value("totalResults")) == 0 and not isinstance(total, bool):
            return  # a list response without a list: an empty page
        yield _outcome(found, record.line, file)
    except BadAttributeError as error:
        yield Rejected(record.line, error.reason, error.field)
    except (ValueError, RecursionError) as error:
        yield Rejected(record.line, explain(error)[0])


def _outcome(found: Attributes, line: int, file: InputFile) -> Outcome:
    kinds = _kinds(found)
    if any(kind in _NO_SNAPSHOT for kind in kinds):
        raise Refused(_NO_LIST, "Give the answers of GET /Users: the users as they are on that day")
    for kind in kinds:
        if why := _NO_PERSON.get(kind):
            return Ignored(line, why)
    if found.text("userName") is None:
        raise BadAttributeError("userName", "required field missing")
    _count_unknown(found, file)
    active = found.truth("active") is not False
    person = _person(found, file.fetched_at.date(), active=active)
    return Taken(line, joined_key(person.person_id), [person], account=found.text("id"), rank="1" if active else "0")


def _kinds(found: Attributes) -> list[str]:
    """What the resource says that it is: the last words of its schemas, and its resource type; in lower case."""
    schemas = found.value("schemas")
    names: list[Any] = [*(schemas if isinstance(schemas, list) else [schemas]), _resource_type(found)]
    return [name.rsplit(":", 1)[-1].lower() for name in names if isinstance(name, str)]


def _resource_type(found: Attributes) -> Any:
    meta = found.value("meta")
    return Attributes(meta, "meta").value("resourceType") if isinstance(meta, dict) else None


def _count_unknown(found: Attributes, file: InputFile) -> None:
    for name in found.names():
        if name not in _KNOWN:
            count_unknown(file.unknown_keys, name)
    for name in found.part(ENTERPRISE).names():
        if name not in _KNOWN_ENTERPRISE:
            count_unknown(file.unknown_keys, f"enterprise.{name}")


def _person(found: Attributes, day: dt.date, *, active: bool) -> Person:
    work = found.part(ENTERPRISE)
    identity = work.text("employeeNumber") or found.text("externalId") or found.text("id")
    if identity is None:
        raise BadAttributeError("id", "required field missing")
    if identity.startswith(MANAGER):
        raise BadAttributeError("id", "a name that is kept for managers outside the feed")
    lob = work.text("division") or work.text("organization")
    if lob is None and active:
        raise BadAttributeError("division", "required field missing")
    return Person(
        person_id=identity,
        effective_from=day,
        lob=lob or "",
        email=_email(found),
        manager_id=_manager(work),
        department=work.text("department"),
        end_date=None if active else day - dt.timedelta(days=1),
    )


def _email(found: Attributes) -> str | None:
    """The work address, the primary one first; one of another kind only where it is not said to be private; else the user name."""
    ranked: list[tuple[bool, bool, str]] = []
    for one in found.parts("emails"):
        kind, value = (one.text("type") or "").lower(), fold(one.text("value") or "")
        if _EMAIL.fullmatch(value) and kind != "home":
            ranked.append((kind != "work", one.truth("primary") is not True, value))
    if ranked:
        return min(ranked)[2]
    name = fold(found.text("userName") or "")
    return name if _EMAIL.fullmatch(name) else None


def _manager(work: Attributes) -> str | None:
    """The manager's SCIM id: `value`, else the end of `$ref`; some directories give the id alone."""
    if isinstance(work.value("manager"), str):
        identity = work.text("manager")
    else:
        manager = work.part("manager")
        identity = manager.text("value") or (manager.text("$ref") or "").rstrip("/").rsplit("/", 1)[-1]
    return f"{MANAGER}{identity}" if identity else None
