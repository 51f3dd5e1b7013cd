"""Writes a world as the files that vendors and HR send, and says how to give them to `uptake ingest`."""

from __future__ import annotations

import csv
import datetime as dt
import json
import pathlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .world import ClaudeFile, ClaudeRow, CopilotDay, CopilotFile, Feature, SeatEntry, SeatList, World

Call = tuple[str, list[pathlib.Path], list[str]]
"""Source, files and further arguments of one `uptake ingest`."""

VERSIONS = {"ok": ("1.110.0", "0.40.0"), "old": ("1.85.0", "0.20.0")}
FEATURE_COUNTERS = (
    ("user_initiated_interaction_count", "prompts"),
    ("code_generation_activity_count", "generations"),
    ("code_acceptance_activity_count", "accepts"),
    ("loc_added_sum", "added"),
    ("loc_deleted_sum", "deleted"),
)


@dataclass(frozen=True)
class Quirks:
    """How the files are laid out; none of these may change a score."""

    shuffle: int | None = None
    """Seed of the order of rows and files; None keeps the order of the world."""
    repeat: bool = False
    """Every tenth row stands twice in its file."""


def write(world: World, folder: pathlib.Path, quirks: Quirks = Quirks()) -> list[Call]:
    """Files below `folder`, and the calls in the order in which they are to be made."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(folder, quirks)
    calls = writer.hr(world)
    feeds: list[tuple[int, list[Call]]] = []
    for call in sorted({file.call for file in world.copilot} | {file.call for file in world.claude}):
        own = writer.copilot([file for file in world.copilot if file.call == call])
        own += writer.claude([file for file in world.claude if file.call == call])
        feeds.append((call, own))
    seats = [writer.seats(seat_list) for seat_list in world.seat_lists]
    return calls + seats + [call for _number, own in feeds for call in own]


class Writer:
    """One set of files. Names are counted, so that no file is written over another."""

    def __init__(self, folder: pathlib.Path, quirks: Quirks) -> None:
        self.folder = folder
        self.quirks = quirks
        self.random = random.Random(quirks.shuffle)
        self.files = 0

    def _path(self, name: str) -> pathlib.Path:
        self.files += 1
        return self.folder / f"{self.files:05d}-{name}"

    def _laid_out(self, rows: list[Any]) -> list[Any]:
        laid = list(rows)
        if self.quirks.repeat:
            laid += rows[::10]
        if self.quirks.shuffle is not None:
            self.random.shuffle(laid)
        return laid

    def _csv(self, source: str, columns: tuple[str, ...], rows: Iterable[Sequence[object]]) -> Call:
        path = self._path(f"{source}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(columns)
            out.writerows(self._laid_out([tuple(_cell(value) for value in row) for row in rows]))
        return (source, [path], [])

    def hr(self, world: World) -> list[Call]:
        columns = (
            *("person_id", "email", "github_login", "manager_id", "team", "department", "lob", "site", "engineer"),
            *("fte", "start_date", "end_date", "effective_from"),
        )
        calls = [self._csv("hr-people", columns, ([getattr(row, name) for name in columns] for row in world.people))]
        names = ("person_id", "first_day", "last_day", "kind")
        if world.absences:
            rows = ([getattr(row, name) for name in names] for row in world.absences)
            calls.append(self._csv("hr-absences", names, rows))
        if world.holidays:
            days = ((row.site, row.day, "holiday") for row in world.holidays)
            calls.append(self._csv("hr-calendar", ("site", "day", "kind"), days))
        if world.gaps:
            spans = ((row.tool, row.person_id, row.first_day, row.last_day) for row in world.gaps)
            calls.append(self._csv("vendor-gaps", ("tool", "person_id", "first_day", "last_day"), spans))
        if world.links:
            links = ((row.tool, row.account, row.person_id) for row in world.links)
            calls.append(self._csv("accounts", ("source", "account", "person_id"), links))
        if world.grants:
            kept = ("tool", "account", "person_id", "first_day", "last_day", "monthly_cost")
            grants = ([*(getattr(row, name) for name in kept), "USD"] for row in world.grants)
            calls.append(self._csv("seats", (*kept, "currency"), grants))
        return calls

    def copilot(self, files: list[CopilotFile]) -> list[Call]:
        """One call for the files of one tenant and one time of fetching."""

        def of_call(file: CopilotFile) -> tuple[str, dt.datetime]:
            return (file.tenant, file.fetched_at)

        calls: list[Call] = []
        for (tenant, fetched), group in groupby(sorted(files, key=of_call), key=of_call):
            paths = [self._copilot_file(file) for file in group]
            calls.append(("copilot-users", self._laid_out_paths(paths), _given(tenant, fetched)))
        return calls

    def _laid_out_paths(self, paths: list[pathlib.Path]) -> list[pathlib.Path]:
        if self.quirks.shuffle is not None:
            self.random.shuffle(paths)
        return paths

    def _copilot_file(self, file: CopilotFile) -> pathlib.Path:
        rows = [copilot_row(row, file) for row in self._laid_out(file.rows)]
        rows += [_unreadable(day, file) for day in file.unreadable]
        if file.span is None:
            path = self._path("users-1-day.ndjson")
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            return path
        path = self._path("users-report.json")
        envelope = {
            "report_start_day": file.span[0].isoformat(),
            "report_end_day": file.span[1].isoformat(),
            **_entity(file),
            "created_at": stamp(file.fetched_at),
            "day_totals": rows,
        }
        path.write_text(json.dumps(envelope), encoding="utf-8")
        return path

    def claude(self, files: list[ClaudeFile]) -> list[Call]:
        """One call for files of one time without a stated span; one call for each file with one."""

        def of_call(file: ClaudeFile) -> tuple[str, dt.datetime, str]:
            return (file.tenant, file.fetched_at, f"{file.span[0]} {file.span[1]}" if file.span else "")

        calls: list[Call] = []
        for (tenant, fetched, span), group in groupby(sorted(files, key=of_call), key=of_call):
            paths = []
            for file in group:
                path = self._path("claude-code.json")
                rows = [claude_row(row, tenant) for row in self._laid_out(file.rows)]
                path.write_text(json.dumps({"data": rows, "has_more": False}), encoding="utf-8")
                paths.append(path)
            first, _, last = span.partition(" ")
            stated = ["--from", first, "--to", last] if span else []
            calls.append(("claude-code", self._laid_out_paths(paths), _given(tenant, fetched) + stated))
        return calls

    def seats(self, seat_list: SeatList) -> Call:
        """A seat list in its pages; each page states the total."""
        entries = [seat(entry) for entry in self._laid_out(seat_list.entries)]
        size = -(-len(entries) // seat_list.pages) or 1
        paths = []
        for start in range(0, max(len(entries), 1), size):
            path = self._path("copilot-seats.json")
            page = {"total_seats": seat_list.total, "seats": entries[start : start + size]}
            path.write_text(json.dumps(page), encoding="utf-8")
            paths.append(path)
        return ("copilot-seats", paths, _given(seat_list.tenant, seat_list.taken_at))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _given(tenant: str, fetched: dt.datetime) -> list[str]:
    return ["--account", tenant, "--fetched-at", stamp(fetched)]


def stamp(at: dt.datetime) -> str:
    return at.isoformat() + "Z"


def _west(at: dt.datetime | None) -> str | None:
    """The same moment with the offset -06:00, as the vendor's samples have it (R-SE-5)."""
    return (at - dt.timedelta(hours=6)).isoformat() + "-06:00" if at else None


def _entity(file: CopilotFile) -> dict[str, str]:
    if file.scope == "organization":
        return {"organization_id": file.tenant, "enterprise_id": "900001"}
    return {"enterprise_id": file.tenant}


def _unreadable(day: dt.date, file: CopilotFile) -> dict[str, object]:
    return {"day": day.isoformat(), **_entity(file), "user_login": "nobody", "totals_by_feature": []}


def _counters(features: Iterable[Feature]) -> dict[str, int]:
    every = list(features)
    counts = {name: sum(getattr(feature, field) for feature in every) for name, field in FEATURE_COUNTERS}
    return {**counts, "loc_suggested_to_add_sum": 2 * counts["loc_added_sum"], "loc_suggested_to_delete_sum": 0}


def copilot_row(row: CopilotDay, file: CopilotFile) -> dict[str, object]:
    out: dict[str, object] = {
        "day": row.day.isoformat(),
        **_entity(file),
        "user_id": row.user_id,
        "user_login": row.login,
        **_counters(row.features),
        "totals_by_ide": [_ide(row)] if row.client in VERSIONS else [],
        "totals_by_feature": [{"feature": feature.name, **_counters([feature])} for feature in row.features],
        "totals_by_language_feature": [],
        "totals_by_language_model": [],
        "totals_by_model_feature": [],
        "used_agent": any(feature.name == "chat_panel_agent_mode" for feature in row.features),
        "used_chat": any(feature.name.startswith("chat_") for feature in row.features),
        "used_cli": row.cli_prompts is not None,
        "used_copilot_coding_agent": row.cloud_agent,
        "used_copilot_cloud_agent": row.cloud_agent,
        "used_copilot_code_review_active": row.review,
        "used_copilot_code_review_passive": None,
    }
    if row.cli_prompts is not None:
        tokens = {"output_tokens_sum": 900, "prompt_tokens_sum": 4000, "avg_tokens_per_request": None}
        out["totals_by_cli"] = {
            "session_count": 1,
            "request_count": row.cli_prompts + 2,
            "prompt_count": row.cli_prompts,
            "token_usage": tokens,
        }
    return out


def _ide(row: CopilotDay) -> dict[str, object]:
    ide, plugin = VERSIONS[row.client]
    at = f"{row.day.isoformat()}T08:00:00.000Z"
    return {
        "ide": "vscode",
        **_counters(row.features),
        "last_known_ide_version": {"sampled_at": at, "ide_version": ide},
        "last_known_plugin_version": {"sampled_at": at, "plugin": "copilot-chat", "plugin_version": plugin},
    }


def claude_row(row: ClaudeRow, tenant: str) -> dict[str, object]:
    if row.actor.startswith("api_key:"):
        actor = {"type": "api_actor", "api_key_name": row.actor.removeprefix("api_key:")}
    else:
        actor = {"type": "user_actor", "email_address": row.actor}
    return {
        "date": f"{row.day.isoformat()}T00:00:00Z",
        "actor": actor,
        "organization_id": tenant,
        "customer_type": row.customer,
        "terminal_type": row.terminal,
        "core_metrics": {
            "num_sessions": row.sessions,
            "lines_of_code": {"added": 10 * row.sessions, "removed": row.sessions},
            "commits_by_claude_code": 0,
            "pull_requests_by_claude_code": 0,
        },
        "tool_actions": {tool: {"accepted": yes, "rejected": no} for tool, yes, no in row.edits},
        "model_breakdown": [],
    }


def seat(entry: SeatEntry) -> dict[str, object]:
    assignee = None
    if entry.user_id is not None:
        assignee = {"login": entry.login, "id": entry.user_id, "type": "Bot" if entry.bot else "User"}
    return {
        "created_at": _west(entry.created_at),
        "updated_at": _west(entry.created_at),
        "pending_cancellation_date": entry.ends_on.isoformat() if entry.ends_on else None,
        "last_activity_at": _west(entry.last_activity_at),
        "last_activity_editor": "vscode/1.110.0/copilot-chat/0.40.0" if entry.last_activity_at else None,
        "plan_type": "enterprise",
        "assignee": assignee,
        "organization": {"login": entry.granted_by, "id": 7} if entry.granted_by else None,
        "assigning_team": None,
    }
