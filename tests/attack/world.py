"""A company written straight into vendor files. It shares nothing with the generator of the oracle, on purpose.

Everybody is an engineer of one line. What a person did is said in vendor words only: rows of accounts, seats of lists.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import pathlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Day = dt.date
ONE = dt.timedelta(days=1)
FIRST, LAST, AS_OF = Day(2026, 7, 1), Day(2026, 9, 30), Day(2026, 10, 20)
QUARTER = "2026Q3"
LISTS = (Day(2026, 3, 31), Day(2026, 6, 30), Day(2026, 8, 14), Day(2026, 10, 10))
"""Days on which seat lists are taken."""
LONG_AGO = Day(2026, 3, 2)
HR_COLUMNS = (
    *("person_id", "email", "github_login", "team", "department", "lob", "engineer", "fte", "start_date", "end_date"),
    *("effective_from", "legal_entity"),
)
MAIN = "100"
NEW, OLD = ("1.110.0", "0.40.0"), ("1.85.0", "0.20.0")


def weekdays(first: Day = FIRST, last: Day = LAST) -> list[Day]:
    return [first + ONE * n for n in range((last - first).days + 1) if (first + ONE * n).weekday() < 5]


@dataclass
class Account:
    """A Copilot account. `login` may change during the quarter: pairs of first day and login."""

    number: int
    login: str
    tenant: str = MAIN
    logins: tuple[tuple[Day, str], ...] = ()

    def login_on(self, day: Day) -> str:
        return next((login for first, login in reversed(self.logins) if day >= first), self.login)


@dataclass
class World:
    """What is written: HR, our own lists, seat lists by day, rows of both tools."""

    first: Day = FIRST
    hr: list[dict[str, Any]] = field(default_factory=list)
    absences: list[tuple[str, Day, Day, str]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    grants: list[dict[str, Any]] = field(default_factory=list)
    listings: dict[Day, list[dict[str, Any]]] = field(default_factory=lambda: {day: [] for day in LISTS})
    copilot: dict[str, dict[Day, list[dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    claude: dict[Day, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    hidden: dict[str, Callable[[Day, list[dict[str, Any]]], list[dict[str, Any]] | None]] = field(default_factory=dict)
    """Tenant -> what is left of the rows of a day; None: there is no file."""
    number: int = 0

    def days(self) -> list[Day]:
        return weekdays(self.first)

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def person(self, key: str, **more: Any) -> str:
        """An HR row; login and e-mail are made from the key unless given (None: the person has none)."""
        row = {"person_id": key, "email": f"{key.lower()}@corp.example", "github_login": f"gh-{key.lower()}"}
        place = {"team": f"T{self.number % 7}", "department": "D", "lob": "Line", "start_date": "2020-01-01"}
        self.hr.append({**row, **place, **more})
        return key

    def account(self, key: str, login: str = "", tenant: str = MAIN, **more: Any) -> Account:
        return Account(10_000 + self.next_number(), login or f"gh-{key.lower()}", tenant, **more)

    def seat(
        self,
        account: Account,
        *,
        created: Day = LONG_AGO,
        lists: Iterable[Day] = LISTS,
        active: Day | None = None,
        **more: Any,
    ) -> None:
        """The account stands in these seat lists (those taken after it was created)."""
        for taken in lists:
            if taken < created:
                continue
            shown = active if active and active < taken else None
            self.listings[taken].append(
                {
                    "created_at": f"{created}T08:00:00Z",
                    "assignee": {
                        "id": account.number, "login": account.login_on(taken), "type": more.get("kind", "User"),
                    },
                    "last_activity_at": f"{shown}T09:30:00-06:00" if shown else None,
                    "pending_cancellation_date": more.get("ends"),
                    "plan_type": "business",
                }
            )  # fmt: skip

    def reports(
        self, account: Account, days: Iterable[Day], prompts: Callable[[Day], int] = lambda _day: 0, version: Any = NEW
    ) -> None:
        """Rows of an account: zeros unless `prompts` says otherwise."""
        for day in days:
            self.copilot[account.tenant][day].append(copilot_row(account, day, prompts(day), version))

    def codes(self, email: str, days: Iterable[Day], sessions: int = 2) -> None:
        for day in days:
            self.claude[day].append(claude_row({"type": "user_actor", "email_address": email}, day, sessions))

    def write(self, folder: pathlib.Path, form: str = "bare") -> list[tuple[str, list[pathlib.Path], list[str]]]:
        """Vendor files, and the ingest calls that load them."""
        folder.mkdir(parents=True)
        calls = self._ours(folder)
        for taken, seats in self.listings.items():
            if seats:
                path = folder / f"seats-{taken}.json"
                path.write_text(json.dumps({"total_seats": len(seats), "seats": seats}))
                calls.append(("copilot-seats", [path], ["--account", "corp", "--fetched-at", f"{taken}T06:00:00Z"]))
        for tenant, rows in self.copilot.items():
            part = folder / f"copilot-{tenant}"
            part.mkdir()
            write_copilot(part, tenant, {day: rows.get(day, []) for day in self.days()}, form, self.hidden.get(tenant))
            calls.append(("copilot-users", [part], ["--fetched-at", "2026-10-15T06:00:00Z"]))
        if self.claude:
            path = folder / "claude.json"
            path.write_text(
                json.dumps(
                    {"data": [row for day in sorted(self.claude) for row in self.claude[day]], "has_more": False}
                )
            )
            span = [
                "--from",
                str(self.first),
                "--to",
                str(LAST),
                "--fetched-at",
                "2026-10-15T06:00:00Z",
                "--account",
                "org",
            ]
            calls.append(("claude-code", [path], span))
        return calls  # fmt: skip

    def _ours(self, folder: pathlib.Path) -> list[tuple[str, list[pathlib.Path], list[str]]]:
        grants = ("tool", "account", "person_id", "first_day", "last_day")
        tables = {
            "hr-people": (HR_COLUMNS, self.hr),
            "hr-absences": (
                ("person_id", "first_day", "last_day", "kind"),
                [dict(zip(("person_id", "first_day", "last_day", "kind"), row, strict=True)) for row in self.absences],
            ),
            "accounts": (
                ("source", "account", "person_id"),
                [dict(zip(("source", "account", "person_id"), row, strict=True)) for row in self.links],
            ),
            "seats": (grants, self.grants),
        }
        calls: list[tuple[str, list[pathlib.Path], list[str]]] = []
        for source, (columns, rows) in tables.items():
            if rows:
                path = folder / f"{source}.csv"
                with path.open("w", encoding="utf-8", newline="") as file:
                    out = csv.DictWriter(file, columns)
                    out.writeheader()
                    out.writerows(rows)
                calls.append((source, [path], []))
        return calls


def copilot_row(account: Account, day: Day, prompts: int, version: tuple[str, str] = NEW) -> dict[str, Any]:
    feature = {
        "feature": "chat_panel_ask_mode", "user_initiated_interaction_count": prompts,
        "code_generation_activity_count": prompts, "code_acceptance_activity_count": 0,
    }  # fmt: skip
    client = {
        "ide": "vscode",
        "last_known_ide_version": {"ide_version": version[0]},
        "last_known_plugin_version": {"plugin": "copilot-chat", "plugin_version": version[1]},
    }
    return {
        "day": str(day), "user_id": account.number, "user_login": account.login_on(day), "organization_id": account.tenant,
        "user_initiated_interaction_count": prompts, "totals_by_feature": [feature], "totals_by_ide": [client],
    }  # fmt: skip


def claude_row(actor: dict[str, str], day: Day, sessions: int) -> dict[str, Any]:
    return {
        "date": f"{day}T00:00:00Z", "actor": actor, "organization_id": "org", "customer_type": "api", "terminal_type": "vscode",
        "core_metrics": {"num_sessions": sessions, "lines_of_code": {"added": 3, "removed": 1}},
        "tool_actions": {"edit_tool": {"accepted": 2, "rejected": 0}},
        "model_breakdown": [{"model": "m", "tokens": {"input": 5, "output": 6}, "estimated_cost": {"currency": "USD", "amount": 12}}],
    }  # fmt: skip


def write_copilot(
    folder: pathlib.Path,
    tenant: str,
    rows: dict[Day, list[dict[str, Any]]],
    form: str,
    hidden: Callable[[Day, list[dict[str, Any]]], list[dict[str, Any]] | None] | None,
) -> None:
    """Rows of a tenant as bare 1-day files, as 28-day envelopes, or as files of the organisation and the enterprise."""
    left = {day: hidden(day, found) if hidden else found for day, found in rows.items()}
    if form == "envelope":
        first = min(left)
        while first <= max(left):
            last = first + 27 * ONE
            inside = [left[day] for day in sorted(left) if first <= day <= last]
            kept = [row for found in inside for row in found or []]
            if any(found is not None for found in inside):
                _envelope(folder / f"report-{first}.json", first, last, tenant, kept)
            first = last + ONE
        return
    for day, found in left.items():
        if found is None:
            continue
        if not found:
            _envelope(folder / f"day-{day}.json", day, day, tenant, [])
            continue
        lines = "".join(_line(row) for row in found)
        (folder / f"day-{day}.ndjson").write_text(lines)
        if form == "both" and tenant == MAIN:
            twice = ({key: value for key, value in row.items() if key != "organization_id"} for row in found)
            (folder / f"enterprise-{day}.ndjson").write_text(
                "".join(_line({**row, "enterprise_id": "ent"}) for row in twice)
            )


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row) + "\n"


def _envelope(path: pathlib.Path, first: Day, last: Day, tenant: str, rows: list[dict[str, Any]]) -> None:
    stamps = {"report_start_day": str(first), "report_end_day": str(last), "organization_id": tenant}
    path.write_text(json.dumps({**stamps, "created_at": "2026-10-15T06:00:00Z", "day_totals": rows}))
