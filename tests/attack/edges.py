"""Narrow gaps in the evidence: each hides real use of a few people, so a proven zero would be a false one."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
from collections.abc import Callable

from tests.attack.drive import asked, home_with_roles, ingest_all, run
from tests.attack.world import AS_OF, FIRST, LAST, MAIN, ONE, QUARTER, Account, World, claude_row, copilot_row, weekdays

Day = dt.date
Calls = list[tuple[str, list[pathlib.Path], list[str]]]
FETCHED = ["--fetched-at", "2026-10-15T06:00:00Z"]
PART_DAYS = (Day(2026, 7, 29), Day(2026, 8, 25))
ORDINARY = 40
FIRST_USER = Account(10_001, "gh-user0")


def crowd(world: World, days: list[Day]) -> None:
    """Ordinary users of both tools, so that completeness has something to count."""
    for number in range(ORDINARY):
        key = f"USER{number}"
        world.person(key)
        account = world.account(key)
        world.seat(account, active=LAST)
        world.reports(account, days, lambda day, shift=number: (shift + day.day) % 4)
        world.codes(f"{key.lower()}@corp.example", days)


def segments(home: pathlib.Path, calls: Calls, settings: str = "") -> dict[str, str]:
    """Segment and reason of each person after these loads."""
    home_with_roles(home, "administrator", "compliance")
    with (home / "settings.toml").open("a") as file:
        file.write(settings)
    ingest_all(home, calls)
    done = run(home, "score", "--as-of", AS_OF, "--json")
    assert done.code == 0, (done.code, done.out, done.err)
    rows = asked(home, "quarter_scores", "--quarter", QUARTER)
    return {row["person_id"]: f"{row['segment']}/{row['reason']}" for row in rows}


def hidden_user(world: World, key: str = "HIDDEN") -> Account:
    """A person whose client reports zeros outside the days on which they use the tool."""
    world.person(key)
    account = world.account(key)
    world.seat(account)
    return account


def two_parts(folder: pathlib.Path, second: Callable[[str], str | None]) -> Calls:
    """A report of 28 days in two parts. `second` says what there is of the second part, which holds all use of HIDDEN."""
    inside, world = weekdays(*PART_DAYS), World()
    crowd(world, [day for day in weekdays() if day not in inside])
    account = hidden_user(world)
    world.reports(account, [day for day in weekdays() if day not in inside])
    calls = world.write(folder)
    part_a, part_b, envelope = (folder / name for name in ("part-a.ndjson", "part-b.ndjson", "report.json"))
    users = [Account(10_001 + number, f"gh-user{number}") for number in range(ORDINARY)]
    part_a.write_text("".join(json.dumps(copilot_row(user, day, 1)) + "\n" for day in inside for user in users))
    hidden = "".join(json.dumps(copilot_row(account, day, 9)) + "\n" for day in inside)
    stated = {"report_start_day": str(PART_DAYS[0]), "report_end_day": str(PART_DAYS[1]), "organization_id": MAIN}
    links = [f"https://reports.example/x/{path.name}?sig=1" for path in (part_a, part_b)]
    envelope.write_text(json.dumps({**stated, "download_links": links}))
    paths = [part_a, envelope]
    if (text := second(hidden)) is not None:
        part_b.write_text(text)
        paths.append(part_b)
    return [*calls, ("copilot-users", paths, FETCHED)]


def claude_page(folder: pathlib.Path, *, whole: bool) -> Calls:
    """Two pages a day; the second one, which holds HIDDEN, is loaded only if `whole`."""
    world = World()
    crowd(world, weekdays())
    world.person("HIDDEN")
    world.grants.append({"tool": "claude_code", "account": "hidden@corp.example"})
    world.claude = {}
    calls = world.write(folder)
    pages = []
    for day in weekdays():
        rows = [claude_row(_actor(f"user{number}@corp.example"), day, 2) for number in range(ORDINARY)]
        pages.append({"data": rows, "has_more": True, "next_page": f"page_{day}"})
        if whole:
            pages.append({"data": [claude_row(_actor("hidden@corp.example"), day, 2)], "has_more": False})
    paths = [folder / f"claude-{number}.json" for number in range(len(pages))]
    for path, page in zip(paths, pages, strict=True):
        path.write_text(json.dumps(page))
    span = ["--from", str(FIRST), "--to", str(LAST), "--account", "org"]
    return [*calls, ("claude-code", list(paths), [*FETCHED, *span])]


def _actor(email: str) -> dict[str, str]:
    return {"type": "user_actor", "email_address": email}


def late_contradiction(folder: pathlib.Path) -> Calls:
    """Telemetry ends two working days before the activity that the seat list knows of."""
    world = World()
    crowd(world, weekdays())
    world.person("HIDDEN")
    account = world.account("HIDDEN")
    world.seat(account, active=Day(2026, 9, 30))
    world.reports(account, weekdays(FIRST, Day(2026, 9, 28)))
    return world.write(folder)


def short_outage(folder: pathlib.Path) -> Calls:
    """All use falls on two days without a file; the seat list saw it; zeros came afterwards."""
    lost = (Day(2026, 8, 12), Day(2026, 8, 13))
    world = World()
    crowd(world, weekdays())
    account = hidden_user(world)
    for seats in world.listings.values():
        for seat in seats:
            if seat["assignee"]["id"] == account.number and seat is not world.listings[Day(2026, 6, 30)][-1]:
                seat["last_activity_at"] = None
    world.listings[Day(2026, 8, 14)][-1]["last_activity_at"] = "2026-08-13T10:00:00Z"
    world.listings[Day(2026, 10, 10)][-1]["last_activity_at"] = "2026-08-13T10:00:00Z"
    world.reports(account, weekdays(), lambda day: 8 * int(day in lost))
    world.hidden[MAIN] = lambda day, rows: None if day in lost else rows
    return world.write(folder)


def _told(name: str, **counts: int) -> dict[str, object]:
    """What a row of one feature says in place of a row of zeros."""
    prompts = counts.get("user_initiated_interaction_count", 0)
    return {"totals_by_feature": [{"feature": name, **counts}], "user_initiated_interaction_count": prompts}


def decomposed_address(folder: pathlib.Path) -> Calls:
    """The vendor writes the accent of an e-mail as a sign of its own (NFD), HR as one letter (NFC)."""
    world = World()
    crowd(world, weekdays())
    world.person("HIDDEN", email="ren\u00e9@corp.example")
    world.grants.append({"tool": "claude_code", "person_id": "HIDDEN"})
    world.codes("rene\u0301@corp.example", weekdays(LAST - 20 * ONE))
    return world.write(folder)


def misspelt_address(folder: pathlib.Path, spelt: str, own: str = "ren\u00e9@corp.example", seat: str = "") -> Calls:
    """HR and our list of seats write the address with its accent in small letters, the vendor's report in another way: two accounts, and one of them is nobody's.

    `seat`: how our list of seats writes it, where it is not as HR does.
    """
    world = World()
    crowd(world, weekdays())
    world.person("HIDDEN", email=own)
    world.grants.append({"tool": "claude_code", "account": seat or own})
    world.codes(spelt, weekdays(LAST - 20 * ONE))
    return world.write(folder)


KNOWN = "insufficient/use_without_days"
UNSCORED: dict[str, tuple[dict[str, object], str]] = {
    "NEWCHAT": (_told("chat_panel_of_tomorrow", user_initiated_interaction_count=5), KNOWN),
    "NEWKIND": (_told("edit_of_tomorrow", code_acceptance_activity_count=4), KNOWN),
    "OTHERS": (_told("others", user_initiated_interaction_count=5), KNOWN),
    "AGENT": (_told("agent_edit", code_generation_activity_count=5, loc_added_sum=40), KNOWN),
    "TERMINAL": ({"totals_by_cli": {"session_count": 3, "request_count": 9, "prompt_count": 0}}, KNOWN),
    "APP": ({"totals_by_copilot_app": {"prompt_count": 4}}, KNOWN),
    "LINES": (_told("code_completion", loc_added_sum=4), KNOWN),
    "CREDITS": ({"ai_credits_used": 3.5}, KNOWN),
    "NOWHERE": ({"totals_by_feature": [], "user_initiated_interaction_count": 5}, KNOWN),
    "SHOWN": (_told("code_completion", code_generation_activity_count=50), "non_user/seat_never_used"),
    "SILENT": ({}, "non_user/seat_never_used"),
}
"""Person -> what one row of the quarter says instead of nothing, and what may be said of the person."""


def unscored(folder: pathlib.Path) -> Calls:
    """One day of the quarter tells of use that earns no point; on the others the clients report zeros."""
    world = World()
    crowd(world, weekdays())
    for key, (change, _wanted) in UNSCORED.items():
        account = hidden_user(world, key)
        world.reports(account, weekdays())
        world.copilot[account.tenant][PART_DAYS[0]][-1].update(change)
    return world.write(folder)


def passed_on(folder: pathlib.Path) -> Calls:
    """The address of somebody who left is that of a joiner now, who uses the tool every day."""
    world = World()
    crowd(world, weekdays())
    own = {"email": "j.smith@corp.example", "github_login": None}
    world.person("GONE", end_date="2026-03-31", **own)
    world.person("HIDDEN", start_date="2026-05-01", **own)
    world.grants.append({"tool": "claude_code", "account": "j.smith@corp.example"})
    world.codes("j.smith@corp.example", weekdays())
    return world.write(folder)


def damage_cleared_by_others(folder: pathlib.Path) -> Calls:
    """All use stands in damaged records; later a clean file comes, of other people on the same days."""
    inside, world = weekdays(*PART_DAYS), World()
    crowd(world, weekdays())
    account = hidden_user(world)
    world.reports(account, [day for day in weekdays() if day not in inside])
    calls = world.write(folder)
    damaged, clean = folder / "damaged.ndjson", folder / "clean.ndjson"
    rows = [{**copilot_row(account, day, 9), "user_login": 7} for day in inside]
    damaged.write_text("".join(json.dumps(row) + "\n" for row in [*rows, copilot_row(FIRST_USER, inside[0], 1)]))
    clean.write_text("".join(json.dumps(copilot_row(FIRST_USER, day, 1)) + "\n" for day in inside))
    loads = [
        ("copilot-users", [path], ["--fetched-at", f"2026-10-{day}"]) for path, day in ((damaged, 16), (clean, 17))
    ]
    return [*calls, *loads]
