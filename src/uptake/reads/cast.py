"""A few invented people of each role, whom the sign-in page of a demo home offers. Empty in any other home."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.disclosure import scope_text, unit_path
from uptake.settings import Settings
from uptake.state import State, rights

EACH = 3


@dataclass(frozen=True, slots=True)
class Member:
    """An invented person: the role they show, their unit as scope text, and how many people report to them directly."""

    person_id: str
    role: str
    unit: str
    reports: int


def cast(settings: Settings, state: State) -> list[Member]:
    """The head of the company, then a few leads of lines, managers and engineers, from as many lines as there are."""
    if not settings.demo:
        return []
    rows = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)]
    reports: dict[object, int] = {}
    for row in rows:
        reports[row["manager_id"]] = reports.get(row["manager_id"], 0) + 1
    found: list[Member] = []
    for role, per_role in (("executive", 1), ("lob_lead", EACH), ("manager", EACH), ("self", EACH)):
        lines: set[object] = set()
        for row in rows:
            if _role(row, reports) == role and (row["lob"] not in lines) and len(lines) < per_role:
                lines.add(row["lob"])
                found.append(_member(row, role, reports))
    return found


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
