"""Telemetry events into day rows: the rules of SOURCES.md 5.3, 6 and 7 that look at more than one event. Pure; any order gives the same rows."""

from __future__ import annotations

import bisect
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from uptake.model import ALL_FEATURES, PROACTIVE, SlotUse, TelemetryEvent, Usage
from uptake.model.outcome import Taken
from uptake.sources.reading.checks import joined_key, sum_known

SLOT_MINUTES = 10
ASIDE = dt.timedelta(seconds=5)
"""So soon after a person's prompt Codex begins a conversation of its own, to give the first one a title."""
AT_ONCE = dt.timedelta(seconds=1)
"""So soon after its begin it asks there; a person has to type first."""
Part = tuple[str, dt.date]
"""Surface and day."""


@dataclass(slots=True)
class _Account:
    """The events of one account with one tool, and what its sessions are known to be."""

    events: list[TelemetryEvent]
    live: set[str | None] = field(default_factory=set)
    """Sessions with a model call: one without is a failed start, not use (rule R-CC-9)."""
    printing: set[str | None] = field(default_factory=set)
    """Sessions of print mode and SDK, in which a rule may speak as a person (rule R-CC-3)."""
    unasked: set[str | None] = field(default_factory=set)
    """Sessions in which the tool approves by itself (rule R-GE-4)."""
    asides: set[str | None] = field(default_factory=set)
    """Conversations that the client holds with itself: what they cost counts, their prompt is no person's."""
    turns: dict[str | None, dt.datetime] = field(default_factory=dict)
    """Turn, else session, that a person's prompt began -> when."""


def rows(events: Iterable[TelemetryEvent], first: dt.date) -> Iterator[Taken]:
    """The day rows, from `first` on, of all events of some accounts; earlier events are looked at, not made anew."""
    accounts: dict[tuple[str, str], list[TelemetryEvent]] = defaultdict(list)
    for event in events:
        accounts[event.tool, event.account].append(event)
    for _, found in sorted(accounts.items()):
        ordered = sorted(
            found, key=lambda event: (event.happened_at, event.basis, event.series, event.started, event.ended)
        )
        yield from _account(ordered, first)


def _account(events: list[TelemetryEvent], first: dt.date) -> Iterator[Taken]:
    known = _known(events)
    points = _increments([event for event in events if event.basis == "metrics"])
    based = {event.day for event in events if event.basis == "logs" and event.kind in ("prompt", "request", "decision")}
    parts: dict[Part, list[TelemetryEvent]] = defaultdict(list)
    for event in events:
        if event.day >= first:
            parts[event.surface, event.day].append(event)
    for (surface, day), found in sorted(parts.items()):
        row = _usage(found[0], surface, day, email=_email(found))
        slots: list[SlotUse] = []
        if day in based:
            slots = _from_events(row, known, found)
        else:
            _from_points(row, found, points)
        _from_metrics(row, [event for event in found if event.basis == "metrics"], points)
        key = joined_key("day", row.tool, row.account, day.isoformat(), surface)
        # Of two that were made at one time, the one made of more events is the later one.
        yield Taken(0, key, [row, *slots], day=day, account=row.account, report=0, rank=f"{len(events):012}")


def _known(events: list[TelemetryEvent]) -> _Account:
    known = _Account(events)
    for event in events:
        if event.kind == "request" and event.basis == "logs":
            known.live.add(event.session)
            if event.detail == "sdk":
                known.printing.add(event.session)
        if event.kind == "mode" and event.detail == "other":
            known.unasked.add(event.session)
    known.asides = _asides(events)
    for event in events:
        if _prompt(known, event):
            known.turns.setdefault(event.turn or event.session, event.happened_at)
    return known


def _asides(events: list[TelemetryEvent]) -> set[str | None]:
    """Those that may write nothing, did nothing, begin just after a prompt of another conversation, and ask once and at once."""
    begun = {event.session: event.happened_at for event in events if event.kind == "mode" and event.detail == "aside"}
    if not begun:
        return set()
    prompts = [(event.happened_at, event.session) for event in events if event.kind == "prompt"]
    asked: dict[str | None, list[dt.datetime]] = defaultdict(list)
    for at, session in prompts:
        asked[session].append(at)
    acted = {event.session for event in events if event.kind == "decision"}
    return {
        session
        for session, at in begun.items()
        if session not in acted
        and len(asked[session]) == 1
        and at <= asked[session][0] <= at + AT_ONCE
        and _asked_before(prompts, session, at)
    }


def _asked_before(prompts: list[tuple[dt.datetime, str | None]], session: str | None, at: dt.datetime) -> bool:
    """Whether another conversation was asked something just before; `prompts` in the order of time."""
    first = bisect.bisect_left(prompts, at - ASIDE, key=lambda prompt: prompt[0])
    last = bisect.bisect_right(prompts, at, key=lambda prompt: prompt[0])
    return any(other != session for _, other in prompts[first:last])


def _usage(event: TelemetryEvent, surface: str, day: dt.date, email: str | None) -> Usage:
    return Usage(
        tool=event.tool, account=event.account, email=email, day=day, surface=surface, feature=ALL_FEATURES, feature_class=PROACTIVE
    )  # fmt: skip


def _email(events: list[TelemetryEvent]) -> str | None:
    return max((event.email for event in events if event.email), default=None)


def _prompt(known: _Account, event: TelemetryEvent) -> bool:
    """Whether it is a prompt that counts (rules R-CC-2, R-CC-9): no slash command, in a session in which the model answered and a person asked."""
    return (
        event.kind == "prompt"
        and event.detail != "command"
        and (event.tool != "claude_code" or event.session in known.live)
        and event.session not in known.asides
    )


def _from_events(row: Usage, known: _Account, found: list[TelemetryEvent]) -> list[SlotUse]:
    events = [event for event in found if event.basis == "logs"]
    prompts = [event for event in events if _prompt(known, event)]
    requests = [event for event in events if event.kind == "request"]
    # Claude numbers its prompts; one that comes without a number counts by itself.
    turns = {event.turn or event.series: event.happened_at for event in reversed(prompts)}
    row.prompts = len(turns)
    row.requests = row.generations = len(requests)
    live = {event.session for event in events if event.session} - known.asides
    row.sessions = len(live & known.live if row.tool == "claude_code" else live)
    for name in ("tokens_in", "tokens_out", "tokens_cache_read", "tokens_cache_write"):
        setattr(row, name, sum_known(getattr(event, name) for event in requests))
    costs = [event.cost_est_usd for event in requests]
    row.cost_est_usd = None if None in costs else sum_known(costs)
    accepts = _decisions(row, known, [event for event in events if event.kind == "decision"])
    slots = _slots(row, list(turns.values()), _work(known, events), accepts)
    row.agent_slots = sum(slot.agent and not slot.prompts for slot in slots)
    commands = sum(event.kind == "prompt" and event.detail == "command" for event in events)
    flags: dict[str, str | int] = {"base": "events", **({"slash_commands": commands} if commands else {})}
    row.flags_json = msgspec.json.encode(flags).decode()
    return slots


def _decisions(row: Usage, known: _Account, decisions: list[TelemetryEvent]) -> list[dt.datetime]:
    """Counts them; when a person accepted."""
    accepts = []
    row.accept_user = row.accept_auto = row.accept_unsplit = row.reject_user = 0
    for event in decisions:
        if event.detail == "reject":
            row.reject_user += 1
        elif event.detail == "auto" or (event.detail in ("accept", "unsure") and event.session in known.unasked):
            row.accept_auto += 1
        elif event.detail == "accept" and event.session not in known.printing:
            row.accept_user += 1
            accepts.append(event.happened_at)
        elif event.detail != "blocked":
            row.accept_unsplit += 1
    return accepts


def _work(known: _Account, events: list[TelemetryEvent]) -> list[dt.datetime]:
    """When an agent worked on a turn that a person had started."""
    return [
        event.happened_at
        for event in events
        if event.kind in ("request", "decision")
        and (at := known.turns.get(event.turn or event.session, known.turns.get(event.session)))
        and at <= event.happened_at
    ]


def _slots(
    row: Usage, prompts: list[dt.datetime], work: list[dt.datetime], accepts: list[dt.datetime]
) -> list[SlotUse]:
    """The ten-minute slots in which a person, or an agent on a turn of theirs, did anything (MEASUREMENT.md section 2)."""
    counted = [Counter(map(_slot, times)) for times in (prompts, work, accepts)]
    return [
        SlotUse(
            tool=row.tool, account=row.account, day=row.day, surface=row.surface, slot=slot,
            prompts=counted[0][slot], agent=counted[1][slot] > 0, accepts=counted[2][slot],
        )
        for slot in sorted(set().union(*counted))
    ]  # fmt: skip


def _slot(at: dt.datetime) -> int:
    return (at.hour * 60 + at.minute) // SLOT_MINUTES


def _from_points(row: Usage, found: list[TelemetryEvent], points: dict[int, Decimal]) -> None:
    """The day of a client that sends metrics alone: they are then the base of tokens and cost too (rule R-CC-1)."""

    def of(kind: str, *details: str) -> int | None:
        said = [
            points[id(event)]
            for event in found
            if event.basis == "metrics" and event.kind == kind and event.detail in details
        ]
        return int(sum(said)) if said else None

    cache, whole = of("tokens", "cacheread", "cache"), of("tokens", "input")
    row.tokens_in = max(whole - (cache or 0), 0) if whole is not None and row.tool == "gemini_cli" else whole
    row.tokens_out, row.tokens_cache_read = of("tokens", "output", "thought"), cache
    row.tokens_cache_write = of("tokens", "cachecreation")
    row.accept_auto, row.accept_unsplit = of("decision", "auto"), of("decision", "unsure")
    row.reject_user = of("decision", "reject")
    costs = [points[id(event)] for event in found if event.kind == "cost"]
    row.cost_est_usd = sum(costs, Decimal()) if costs else None
    sessions = {event.session for event in found if event.kind == "session" and event.detail != "agents_view"}
    row.sessions = len(sessions)
    row.flags_json = '{"base":"metrics"}' if any(event.basis == "metrics" for event in found) else '{"base":"events"}'


def _from_metrics(row: Usage, found: list[TelemetryEvent], points: dict[int, Decimal]) -> None:
    """What only metrics tell."""
    kinds = {
        ("lines", "added"): "lines_agent_added", ("lines", "removed"): "lines_agent_deleted", ("commits", None): "commits",
        ("pull_requests", None): "pull_requests", ("active", "user"): "active_seconds_user", ("active", "cli"): "active_seconds_agent",
    }  # fmt: skip
    sums: dict[str, Decimal] = {}
    for event in found:
        name = kinds.get((event.kind, event.detail))
        if name:
            sums[name] = sums.get(name, Decimal()) + points[id(event)]
    for name, value in sums.items():
        setattr(row, name, int(value))


def _increments(points: list[TelemetryEvent]) -> dict[int, Decimal]:
    """What each point adds (rule R-OT-5): a delta itself; of a cumulative series what it grew by, and all of it after a reset."""
    found: dict[int, Decimal] = {}
    before: dict[tuple[str, int], Decimal] = {}
    for event in sorted(points, key=lambda event: (event.ended, event.series, event.started)):
        amount = event.amount or Decimal()
        last = before.get((event.series, event.started), Decimal()) if event.cumulative else Decimal()
        found[id(event)] = amount - last if amount >= last else amount
        before[event.series, event.started] = amount
    return found
