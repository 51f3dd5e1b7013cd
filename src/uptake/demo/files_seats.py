"""Copilot seat list: pages of the billing API, one after the other in one file a week (SOURCES.md 4.5)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from uptake.demo.company import Company
from uptake.demo.files_copilot import slug_of
from uptake.demo.seats import COPILOT, Seat
from uptake.demo.window import ONE_DAY, Window
from uptake.demo.writing import write_gzip

PER_PAGE = 100
TAKEN_AT = dt.time(5, 0)
BLANK_AFTER = 90
"""Days after which the vendor blanks the last-activity stamp."""
MONDAY = 0


def is_list_day(day: dt.date) -> bool:
    return day.weekday() == MONDAY


def write_seat_list(
    vendor: Path, number: int, day: dt.date, company: Company, found: list[Seat], window: Window
) -> int:
    """The list as it stands on a Monday morning: activity up to the day before. Answers the number of seats."""
    held = [
        seat
        for seat in found
        if seat.tool == COPILOT and seat.created <= day and (seat.ends is None or seat.ends > day)
    ]
    objects = []
    for seat in held:
        teams = [seat.person.team or 0]
        if seat.two_grants:
            teams.append((teams[0] + 1) % len(company.teams))
        objects += [_object(seat, team, number, day, company, window) for team in teams]
    pages = [objects[start : start + PER_PAGE] for start in range(0, len(objects), PER_PAGE)]
    text = "".join(f'{{"total_seats":{len(held)},"seats":[\n{",".join(page)}\n]}}\n' for page in pages)
    write_gzip(vendor / "copilot-seats" / f"seats-{day}.json.gz", text)
    return len(held)


def _object(seat: Seat, team: int, number: int, day: dt.date, company: Company, window: Window) -> str:
    active = seat.last_activity
    stamp = (
        f'"{_stamp(seat, window.days[active])}"' if active is not None and number - active <= BLANK_AFTER else "null"
    )
    editor = '"vscode/1.112.0/copilot/1.308.0"' if stamp != "null" else "null"
    ends = f'"{seat.ends}"' if seat.ends is not None and seat.ends <= day + ONE_DAY * 31 else "null"
    name = company.teams[team].name
    return (
        f'{{"created_at":"{seat.created}T12:00:00Z","updated_at":"{seat.created}T12:00:00Z","pending_cancellation_date":{ends},'
        f'"last_activity_at":{stamp},"last_activity_editor":{editor},"last_authenticated_at":null,"plan_type":"enterprise",'
        f'"assignee":{{"login":"{seat.name_on(day)}","id":{seat.user_id},"type":"User","site_admin":false}},'
        f'"assigning_team":{{"id":{7000 + team},"name":"{name}","slug":"{slug_of(company, team)}"}}}}'
    )


def _stamp(seat: Seat, day: dt.date) -> str:
    """Some stamps come with an offset; in UTC they fall on the same day (rule R-SE-5)."""
    return f"{day}T09:14:07-06:00" if seat.number % 5 == 0 else f"{day}T15:14:07Z"
