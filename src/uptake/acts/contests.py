"""Reporting an error: one click by the person; from the next read on they are out of every list and ranking (GOVERNANCE.md section 6).

No number and no group statistic moves until it is decided.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import Policy, Viewer
from uptake.state import Act, State, audit, contests

WORKING_DAYS = 10
MOST_OPEN = 20
_SATURDAY = 5
_QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says is wrong, as a form gives it. Empty `day` and `tool`: not one day, not one tool."""

    category: str
    quarter: str
    day: str = ""
    tool: str = ""


def open_contest(
    state: State, policy: Policy, viewer: Viewer, claim: Claim, as_of: dt.date, act: Act
) -> contests.Contest:
    """Open a case and answer it with its number and due date; the same claim again answers the case that is open.

    `as_of`: the day up to which figures exist; nothing later can be wrong.

    Raises:
        NotPermitted: not a person acting for themselves.
        WrongUsage: a part of the claim cannot be, or too many cases are open; names the part, never what was given.
    """
    if (viewer.role, viewer.purpose) != ("self", "self") or not viewer.person_id:
        raise NotPermitted("not permitted")
    today = act.now.date()
    wanted = _contest(viewer.person_id, claim, as_of, today)
    with state.writing() as connection:
        held = [one for one in contests.stored(connection, viewer.person_id) if one.state != contests.CLOSED]
        same = next((one for one in held if _claimed(one) == _claimed(wanted)), None)
        if same is not None:
            return same
        if len(held) >= MOST_OPEN:
            raise WrongUsage("Too many of your cases are open", next_step="Wait until one of them is decided")
        number = contests.write(connection, wanted)
        event = act.event("contest", policy.version, "self", "self", f"opened {wanted.category}")
        audit.append(connection, state, {**event, "case": number}, [viewer.person_id])
        return contests.stored(connection, viewer.person_id)[-1]


def due_date(opened: dt.date) -> dt.date:
    """Ten working days later, Monday to Friday."""
    day, left = opened, WORKING_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _claimed(one: contests.Contest) -> tuple[object, ...]:
    return one.category, one.quarter, one.day, one.tool


def _contest(person_id: str, claim: Claim, as_of: dt.date, today: dt.date) -> contests.Contest:
    _need("category", claim.category in contests.CATEGORIES)
    found = _QUARTER.fullmatch(claim.quarter)
    _need("quarter", found)
    year, number = (int(found[1]), int(found[2])) if found else (1, 1)
    _need("quarter", dt.MINYEAR < year < dt.MAXYEAR)
    first = dt.date(year, 3 * number - 2, 1)
    _need("quarter", first <= as_of)
    day = _day(claim.day, first, as_of)
    _need("tool", re.fullmatch(r"[a-z0-9_]{0,40}", claim.tool))
    return contests.Contest(
        0,
        person_id,
        today,
        due_date(today),
        claim.category,
        claim.quarter,
        day,
        claim.tool or None,
        contests.RESTRICTED,
    )


def _day(text: str, first: dt.date, as_of: dt.date) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    behind = (first + dt.timedelta(days=100)).replace(day=1)
    _need("day", first <= day < behind and day <= as_of)
    return day


def _need(name: str, held: object) -> None:
    if not held:
        raise WrongUsage(f"`{name}` cannot be used", next_step="Choose it in the form of the page My data")
