"""A few invented people of each role, whom the sign-in page of a demo home offers. Empty in any other home.

Of the engineers one has use, one a proven zero, one is not known: found through the gate, as each of them, of their own row.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from uptake.disclosure import scope_text, unit_path
from uptake.policy import Policy, Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import Settings
from uptake.snapshot import current
from uptake.state import State, rights

EACH, ENGINEERS = 3, 24
KINDS = ({"heavy", "light"}, {"non_user", "non_adopter", "lapsed"}, {"insufficient"})


@dataclass(frozen=True, slots=True)
class Member:
    """An invented person: the role they show, their unit as scope text, and how many people report to them directly."""

    person_id: str
    role: str
    unit: str
    reports: int


_KEPT: dict[tuple[str, int], list[Member]] = {}
"""Cast by home and snapshot: the sign-in page would read the same rows again and again."""


def cast(settings: Settings, state: State, now: dt.datetime) -> list[Member]:
    """The head of the company, then a few leads of lines, managers and engineers, from as many lines as there are."""
    if not settings.demo:
        return []
    key = (str(settings.home.absolute()), current(settings.snapshot_folder).id)
    if key not in _KEPT:
        _KEPT[key] = _found(settings, state, now)
    return _KEPT[key]


def _found(settings: Settings, state: State, now: dt.datetime) -> list[Member]:
    rows = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)]
    reports = Counter(row["manager_id"] for row in rows)
    most = {"executive": 1, "lob_lead": EACH, "manager": EACH, "self": ENGINEERS}
    by_role: dict[str, dict[object, Member]] = {role: {} for role in most}
    for row in rows:
        role = _role(row, reports)
        places, place = by_role.get(role, {}), row["team"] if role == "self" else row["lob"]
        if role and place not in places and len(places) < most[role]:
            places[place] = _member(row, role, reports)
    found = [member for places in by_role.values() for member in places.values()]
    engineers = [member for member in found if member.role == "self"]
    return [member for member in found if member.role != "self"] + _varied(settings, state, now, engineers)


def _varied(settings: Settings, state: State, now: dt.datetime, engineers: list[Member]) -> list[Member]:
    """One engineer of each kind, in the order of KINDS, made up with others to as many as there are kinds."""
    left, chosen = [(member, _segment(settings, state, now, member)) for member in engineers], list[Member]()
    for kind in KINDS:
        member = next((member for member, segment in left if segment in kind and member not in chosen), None)
        chosen += [member] if member else []
    rest = [member for member, _ in left if member not in chosen]
    return (chosen + rest)[:EACH]


def _segment(settings: Settings, state: State, now: dt.datetime, member: Member) -> str | None:
    viewer = Viewer(role="self", purpose="self", person_id=member.person_id)
    caller = Caller("demo", "the cast of the sign-in page", now)
    rows = ask(settings, state, Policy(), "quarter_scores", viewer, Filters(), caller).rows()
    closed = [row["segment"] for row in rows if not row["provisional"]]
    return str(closed[-1]) if closed else None


def _role(row: dict[str, object], reports: dict[object, int]) -> str:
    """What a place in the reporting tree shows: no manager and reports; a line without department; reports; nobody below."""
    if not reports.get(row["person_id"]):
        return "self" if row["team"] else ""
    if row["manager_id"] is None:
        return "executive"
    if row["department"] is None:
        return "lob_lead"
    return "manager" if row["team"] else ""


def _member(row: dict[str, object], role: str, reports: dict[object, int]) -> Member:
    parts = [str(row[name]) if row[name] is not None else None for name in ("lob", "department", "team")]
    given = [part for part in parts if part is not None]
    unit = "/".join(scope_text(unit_path(parts[0] or "", parts[1], parts[2])).split("/")[: len(given)])
    return Member(str(row["person_id"]), role, unit, reports.get(row["person_id"], 0))


def entities(settings: Settings, state: State) -> frozenset[str]:
    """Legal entities of the invented company, for the board of a demo home. Empty in any other home."""
    if not settings.demo:
        return frozenset()
    place = rights.RIGHTS_COLUMNS.index("legal_entity")
    return frozenset(str(row[place]) for row in rights.read(state) if row[place] is not None)
