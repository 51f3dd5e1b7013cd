"""A small company in which each fetched source has people of its own: some every working day, some on Mondays, some never."""

from __future__ import annotations

import datetime as dt
import pathlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.attack.drive import home_with_roles, run
from tests.fetch.answers import Rows
from tests.fetch.conftest import ONE_DAY, Home, claude
from tests.fetch.lists import message
from tests.fetch.vendors import Vendor
from tests.oracle.world import CopilotDay, CopilotFile, Feature
from tests.oracle.write import copilot_row
from uptake.fetch import FETCHERS

KINDS = {"daily": 5, "mondays": 2, "never": 2}
"""How many of whom there are with each source."""
FRIDAY = 4
USED = 4


@dataclass(frozen=True)
class Kind:
    """A source that feeds person-days: its tool, and the rows of one person and day. `witness`: who did nothing has a row of zeros."""

    tool: str
    rows: Callable[[int, str, dt.date, int], Rows]
    witness: bool = False


def _copilot(n: int, _name: str, day: dt.date, used: int) -> Rows:
    row = CopilotDay(n, f"dev{n}", day, (Feature("chat_panel_ask_mode", used, used),))
    return [copilot_row(row, CopilotFile("900", [row], dt.datetime(2026, 12, 1)))]


def _member(n: int, name: str, _day: dt.date, used: int) -> Rows:
    user = {"id": f"u{n}", "email_address": f"{name}@x.example", "type": "user"}
    return [{"user": user, "chat_metrics": {"message_count": used}}]


def _cursor(n: int, name: str, day: dt.date, used: int) -> Rows:
    at = _seconds(day) * 1000
    mail = f"{name}@x.example"
    return [{"userId": n, "email": mail, "day": str(day), "date": at, "isActive": True, "chatRequests": used}]


def _codex(n: int, name: str, day: dt.date, used: int) -> Rows:
    span = {"start_time": _seconds(day), "end_time": _seconds(day + ONE_DAY)}
    return [{**span, "user_id": f"u{n}", "actor": {"email": f"{name}@x.example"}, "totals": {"turns": used}}]


def _windsurf(_n: int, name: str, day: dt.date, used: int) -> Rows:
    beside = {"date": str(day), "ide": "vscode", "api_key": f"hash-{name}"}
    return [{**beside, "sum_num_acceptances": str(used)}, {**beside, "sum_num_chats_received": str(used)}]


PERSON_DAYS = {
    "copilot-users": Kind("copilot", _copilot, witness=True),
    "claude-code": Kind("claude_code", lambda _, name, day, used: [claude(name, day, used)]),
    "claude-enterprise": Kind("claude", _member),
    "cursor": Kind("cursor", _cursor),
    "codex": Kind("codex", _codex),
    "chatgpt-days": Kind(
        "chatgpt", lambda _, name, day, used: [message(m, day, name, conversation=f"c{m}") for m in range(used)]
    ),
    "windsurf": Kind("windsurf", _windsurf, witness=True),
}
"""Every fetched source that feeds person-days."""
OTHERS = frozenset(FETCHERS) - set(PERSON_DAYS)


def _seconds(day: dt.date) -> int:
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


def people(source: str) -> dict[str, str]:
    """Who has a seat for its tool -> how often they use it."""
    return {f"{source}-{kind}-{n}": kind for kind, count in KINDS.items() for n in range(count)}


def _number(source: str, place: int) -> int:
    return 100 * (list(PERSON_DAYS).index(source) + 1) + place


def rows_of_day(source: str, day: dt.date, more: int = 0) -> Rows:
    """What a vendor has of a day: nothing on week-ends. `more`: by how much it has restated the use of each."""
    kind, found = PERSON_DAYS[source], []
    for place, (name, often) in enumerate(people(source).items()):
        uses = often == "daily" or (often == "mondays" and day.weekday() == 0)
        if day.weekday() <= FRIDAY and (uses or kind.witness):
            found += kind.rows(_number(source, place), name, day, USED + more if uses else 0)
    return found


def fill(vendor: Vendor, first: dt.date, last: dt.date, restated: Mapping[str, dt.date] = MappingProxyType({})) -> None:
    """All days of all sources, and all lists, as a vendor has them who is well."""
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    vendor.days = {
        source: {day: rows for day in days if (rows := rows_of_day(source, day, int(restated.get(source) == day)))}
        for source in PERSON_DAYS
    }
    vendor.users = {f"hash-{name}": f"{name}@x.example" for name in people("windsurf")}
    vendor.seats = [seat(place, often) for place, often in enumerate(people("copilot-users").values())]


def seat(place: int, often: str) -> dict[str, Any]:
    """A seat of Copilot; the vendor says when it was last used."""
    n = _number("copilot-users", place)
    used = None if often == "never" else "2026-11-23T10:00:00Z"
    assignee = {"login": f"dev{n}", "id": n, "type": "User"}
    return {"created_at": "2026-01-05T00:00:00Z", "last_activity_at": used, "assignee": assignee}


def make(folder: pathlib.Path, vendor: Vendor, now: dt.datetime, first: dt.date) -> pathlib.Path:
    """A home that holds all days up to `now` as a fetch of each would have landed them, loaded in one call a source."""
    home = home_with_roles(folder / "home", "administrator", "compliance")
    hr, seats = ["person_id,email,github_login,lob"], ["tool,person_id,first_day"]
    for source, kind in PERSON_DAYS.items():
        for place, name in enumerate(people(source)):
            login = f"dev{_number(source, place)}" if kind.tool == "copilot" else ""
            hr.append(f"{name},{name}@x.example,{login},{source}")
            seats += [] if login else [f"{kind.tool},{name},2026-01-01"]
    for name, lines in (("hr-people", hr), ("seats", seats)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        assert run(home, "ingest", name, folder / f"{name}.csv").code == 0
    made = Home(home, vendor, now=now)
    made.write()
    for source in PERSON_DAYS:
        landed = Home(folder / "landing", vendor, now=now)
        landed.path.mkdir()
        landed.write()
        report = landed.land(source, first, None)
        assert not report.failed
        files = folder / source
        files.mkdir()
        for day, text in landed.landed.items():
            end = "csv" if FETCHERS[source].columns else "json"
            (files / f"{day}.{end}").write_text(text)
        words = ["--from", first, "--to", max(landed.landed)] + ["--complete"] * FETCHERS[source].complete
        assert run(home, "ingest", source, files, *words).code == 0, source
        shutil.rmtree(landed.path)
    assert made.fetch("copilot-seats").whole
    return home
