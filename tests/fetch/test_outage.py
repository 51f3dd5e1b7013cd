"""A small company through an outage of three days, to the scores: nothing lost, nothing double, nobody in another segment."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest

from tests.attack.drive import asked, home_with_roles, run
from tests.fetch.answers import Answer, Seen, as_json
from tests.fetch.conftest import Home, claude

TUESDAY = dt.datetime(2026, 11, 24, 8)
ONE_DAY = dt.timedelta(days=1)
EVERY_DAY = [f"e{n}" for n in range(1, 13)]
NOW_AND_THEN = ["o1", "o2"]
NEVER = ["n1", "n2"]
PEOPLE = [*EVERY_DAY, *NOW_AND_THEN, *NEVER]


def used(day: dt.date) -> list[dict]:
    """The rows of a day: nobody on week-ends, some on every working day, some on Mondays."""
    if day.weekday() > 4:
        return []
    names = EVERY_DAY + (NOW_AND_THEN if day.weekday() == 0 else [])
    return [claude(name, day, 4) for name in names]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A home with the quarter up to the day before last Tuesday, as files."""
    folder = tmp_path_factory.mktemp("company")
    home = home_with_roles(folder / "home", "administrator", "compliance")
    people = [f"{name},{name}@x.example,Payments" for name in PEOPLE]
    seats = [f"claude_code,{name},2026-01-01" for name in PEOPLE]
    (folder / "people.csv").write_text("\n".join(["person_id,email,lob", *people]) + "\n")
    (folder / "seats.csv").write_text("\n".join(["tool,person_id,first_day", *seats]) + "\n")
    days = [dt.date(2026, 10, 1) + n * ONE_DAY for n in range(52)]
    (folder / "days.ndjson").write_text("".join(json.dumps(row) + "\n" for day in days for row in used(day)))
    for source, file in (("hr-people", "people.csv"), ("seats", "seats.csv"), ("claude-code", "days.ndjson")):
        assert run(home, "ingest", source, folder / file).code == 0
    return home


def copied(company, folder, vendor) -> Home:
    made = Home(shutil.copytree(company, folder), vendor, now=TUESDAY)
    made.write()
    return made


def outage(day: int):
    """What the vendor does on each day of its outage."""

    def down(_seen: Seen) -> Answer:
        return Answer(503)

    def silent(_seen: Seen) -> Answer:
        return as_json({"data": [], "has_more": False, "next_page": None})

    def half(seen: Seen) -> Answer:
        return Answer(200, json.dumps({"data": used(dt.date.fromisoformat(seen.query["starting_at"]))}).encode()[:500])

    return (down, silent, half)[day]


def segments(home: Home) -> dict[str, str]:
    return {row["person_id"]: row["segment"] for row in asked(home.path, "quarter_scores")}


def states(home: Home, day: dt.date) -> set[str]:
    words = ("--from", day, "--to", day)
    return {row["state"] for row in asked(home.path, "day_scores", *words) if row["tool"] == "claude_code"}


def canonical(home: Home) -> dict[str, str]:
    return home.held("select key, cast((account, day, sessions, accept_unsplit) as varchar) from usage")


def test_an_outage_of_three_days_changes_nobody(company, vendor, tmp_path):
    vendor.days["claude-code"] = {
        TUESDAY.date() - n * ONE_DAY: used(TUESDAY.date() - n * ONE_DAY) for n in range(-5, 9)
    }
    whole, hit = copied(company, tmp_path / "whole", vendor), copied(company, tmp_path / "hit", vendor)
    for n in range(4):
        whole.now = hit.now = TUESDAY + n * ONE_DAY
        assert not whole.fetch("claude-code").failed
        if n:
            vendor.once(outage(n - 1), 10**6)
        report = hit.fetch("claude-code")
        assert bool(report.whole) == (not n)
        vendor.tricks.clear()
    for home in (whole, hit):
        home.score(home.now.date())
    # During the outage: nobody's zero follows from it, and nobody is anything else than without it.
    wednesday = TUESDAY.date() + ONE_DAY
    assert states(whole, wednesday) == {"active", "zero"}
    assert states(hit, wednesday) == {"not_observed"}
    assert {name for name, segment in segments(whole).items() if segment == "non_user"} == set(NEVER)
    assert segments(hit) == segments(whole)
    # After it: the same as if it had never been.
    whole.now = hit.now = TUESDAY + 4 * ONE_DAY
    assert hit.fetch("claude-code").whole[-4:] == [(TUESDAY + n * ONE_DAY).date() for n in range(4)]
    assert not whole.fetch("claude-code").failed
    assert canonical(hit) == canonical(whole)
    for home in (whole, hit):
        home.score(home.now.date())
    assert states(hit, wednesday) == {"active", "zero"}
    scores = [asked(home.path, "quarter_scores") for home in (whole, hit)]
    assert scores[0] == scores[1]
