"""Arrivals of vendor files in any order: duplicate, late, restated, vanished. One history must give one result."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
import random
from typing import Any

from tests.attack.drive import run
from tests.attack.world import ONE, Account, claude_row, copilot_row

Day = dt.date
Call = list[object]
FIRST, AS_OF = Day(2026, 7, 1), Day(2026, 8, 31)
PEOPLE = 12


def history(folder: pathlib.Path, seed: int) -> list[Call]:
    """Ingest calls, each with its own time of fetching, oldest first. All of them together are the history."""
    folder.mkdir(parents=True)
    draw = random.Random(seed)
    makers = (_people, _map, _seat_list, _bare_days, _report, _report, _claude, _complete)
    calls: list[Call] = []
    for number in range(9):
        fetched = dt.datetime(2026, 9, 1) + dt.timedelta(hours=7 * number + draw.randrange(7))
        maker = _people if number == 0 else draw.choice(makers)
        calls.append(maker(folder / f"{number}", draw, fetched))
    return calls


def arrivals(calls: list[Call], draw: random.Random) -> list[Call]:
    """The same calls in another order, some of them twice."""
    mixed = [*calls, *draw.sample(calls, 2)]
    draw.shuffle(mixed)
    return mixed


def _call(source: str, path: pathlib.Path, text: str, fetched: dt.datetime, *more: str) -> Call:
    path.write_text(text)
    return ["ingest", source, path, "--fetched-at", f"{fetched.isoformat()}Z", *more, "--json"]


def _people(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    lines = ["person_id,email,github_login,lob,team,fte"]
    for number in range(PEOPLE):
        place = f"L{draw.randrange(2)},T{draw.randrange(3)},{draw.choice(('1', '0.8'))}"
        lines += [f"P{number},p{number}@corp.example,gh-p{number},{place}"]
    return _call("hr-people", path, "\n".join(lines) + "\n", fetched)


def _map(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    chosen = draw.sample(range(PEOPLE), 4)
    rows = [f"{draw.choice(('copilot', 'claude_code'))},shared-{n},P{draw.randrange(PEOPLE)}" for n in chosen]
    rows += [f"copilot,{10_000 + n},P{draw.choice((n, draw.randrange(PEOPLE)))}" for n in chosen[:2]]
    return _call("accounts", path, "source,account,person_id\n" + "\n".join(dict.fromkeys(rows)) + "\n", fetched)


def _account(number: int) -> Account:
    return Account(10_000 + number, f"gh-p{number}", "100")


def _days(draw: random.Random, length: int) -> list[Day]:
    first = FIRST + draw.choice((0, 3, 7, 14, 28)) * ONE  # few starts, so that files overlap
    return [first + n * ONE for n in range(length)]


def _rows(draw: random.Random, days: list[Day]) -> list[dict[str, Any]]:
    """Not everybody on every day: rows appear, change and vanish from one file to the next."""
    people = draw.sample(range(PEOPLE), draw.randrange(PEOPLE // 2, PEOPLE + 1))
    return [copilot_row(_account(n), day, draw.randrange(0, 6)) for day in days for n in people if draw.random() < 0.9]


def _bare_days(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    path.mkdir()
    for day in _days(draw, draw.choice((1, 5))):
        (path / f"{day}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in _rows(draw, [day])))
    return ["ingest", "copilot-users", path, "--fetched-at", f"{fetched.isoformat()}Z", "--json"]


def _report(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    """A whole report in its envelope: what it lacks of its days has vanished."""
    days = _days(draw, draw.choice((1, 28, 28)))
    stated = {"report_start_day": str(days[0]), "report_end_day": str(days[-1]), "organization_id": "100"}
    text = json.dumps({**stated, "created_at": f"{fetched.isoformat()}Z", "day_totals": _rows(draw, days)})
    return _call("copilot-users", path, text, dt.datetime(2026, 12, 1))


def _seat_list(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    seats = [
        {"created_at": "2026-03-01T00:00:00Z", "assignee": {"id": 10_000 + n, "login": f"gh-p{n}", "type": "User"},
         "last_activity_at": draw.choice((None, "2026-08-01T00:00:00Z")), "plan_type": "business"}
        for n in draw.sample(range(PEOPLE), PEOPLE - 2)
    ]  # fmt: skip
    return _call(
        "copilot-seats", path, json.dumps({"total_seats": len(seats), "seats": seats}), fetched, "--account", "corp"
    )


def _claude_text(draw: random.Random, days: list[Day]) -> str:
    rows = [
        claude_row({"type": "user_actor", "email_address": f"p{n}@corp.example"}, day, draw.randrange(3))
        for day in days
        for n in draw.sample(range(PEOPLE), 5)
    ]
    return json.dumps({"data": rows, "has_more": False})


def _span(days: list[Day]) -> list[str]:
    return ["--from", str(days[0]), "--to", str(days[-1])]


def _claude(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    days = _days(draw, 7)
    return _call("claude-code", path, _claude_text(draw, days), fetched, *_span(days))


def _complete(path: pathlib.Path, draw: random.Random, fetched: dt.datetime) -> Call:
    days = _days(draw, 7)
    return _call("claude-code", path, _claude_text(draw, days), fetched, "--complete", *_span(days))


def result(home: pathlib.Path, calls: list[Call]) -> tuple[str, str]:
    """Both digests after these calls."""
    for call in calls:
        done = run(home, *call)
        assert done.code == 0, done.err
    done = run(home, "score", "--as-of", AS_OF, "--json")
    assert done.code == 0, done.err
    return done.json()["inputs_digest"], done.json()["scores_digest"]


def differing(folder: pathlib.Path, seed: int, orders: int) -> list[str]:
    """Which orders of one history give another result than the order of fetching."""
    calls = history(folder / "files", seed)
    wanted = result(folder / "in-order", calls)
    wrong = []
    for number in range(orders):
        mixed = arrivals(calls, random.Random(f"{seed} {number}"))
        found = result(folder / f"order-{number}", mixed)
        if found != wanted:
            which = "inputs" if found[0] != wanted[0] else "scores"
            wrong.append(f"history {seed}, order {number}: other {which}: {[calls.index(call) for call in mixed]}")
    return wrong
