"""Of the newest quarter only what a change reaches is made again, and that is all of it (decision 0062)."""

from __future__ import annotations

import datetime as dt
import pathlib
import random
import shutil

import duckdb
import pytest

from tests import product
from tests.oracle.generate import make_world
from tests.test_refresh import arrivals, score, snapshot_of, tables
from uptake.model.reach import Reach
from uptake.warehouse import reach, strips
from uptake.warehouse.connect import opened

MADE = (
    "usage_facts",
    "tool_use",
    "slot_use",
    "tool_states",
    "day_states",
    "day_scores",
    "quarter_scores",
    "tool_quarters",
)


def anew(home: pathlib.Path, to: pathlib.Path, as_of: dt.date) -> dict[str, object]:
    """A copy of a home in which every row of the newest quarter was made again, and the whole snapshot."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("snapshots", "vendor"))
    with opened(product.home_settings(to).warehouse_file) as connection:
        connection.execute("drop table if exists reach_base")
        connection.execute("delete from quarter_runs where quarter = (select max(quarter) from quarter_runs)")
    return score(to, as_of)


def differing(home: pathlib.Path, other: pathlib.Path) -> list[str]:
    """Tables of two homes whose rows are not the same."""
    found = []
    for file in (lambda one: product.home_settings(one).warehouse_file, snapshot_of):
        ours, theirs = tables(file(home)), tables(file(other))
        names = MADE if "quarter_runs" in ours else ours.keys() | theirs.keys()
        found += [name for name in names if ours.get(name) != theirs.get(name)]
    return sorted(found)


@pytest.fixture
def seen(monkeypatch) -> list[Reach]:
    """What the runs of a test made again, where that was not all."""
    found: list[Reach] = []
    ask = reach.found

    def told(connection, must):
        answer = ask(connection, must)
        found.extend([answer] if answer else [])
        return answer

    monkeypatch.setattr(reach, "found", told)
    return found


def test_what_is_made_again_of_a_running_quarter_is_all_that_changed(tmp_path, seen):
    """Files come in any order, of days and of people, while the as-of day moves on: every row is as if all had been made anew."""
    world = make_world(911, 24, 1, odd=0.12, as_of="running")
    home = tmp_path / "home"
    calls = arrivals(world, tmp_path / "vendor", 5)
    late, others = calls[::7], [call for place, call in enumerate(calls) if place % 7]
    for source, paths, more in others:
        assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}
    score(home, world.as_of - dt.timedelta(days=6))
    random.Random(5).shuffle(late)
    pieces = [late[start::2] for start in range(2)]
    for number, piece in enumerate(pieces):
        for source, paths, more in piece:
            assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}
        as_of = world.as_of - dt.timedelta(days=3 - 3 * number)
        made, again = score(home, as_of, "--release"), anew(home, tmp_path / f"anew-{number}", as_of)
        assert differing(home, tmp_path / f"anew-{number}") == []
        assert made["scores_digest"] == again["scores_digest"]
    assert any(one.people for one in seen), "somebody was reached on days that did not change"
    assert any(one.days for one in seen)
    assert any(len(one.days) < 60 for one in seen), "not every day was made again"


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    """A home whose quarters were made at once, the day that was, and a home of the same files, scored for a later day."""
    folder = tmp_path_factory.mktemp("strips")
    world = make_world(914, 24, 2, odd=0.12, as_of="running")
    home, other = folder / "home", folder / "later"
    for source, paths, more in arrivals(world, folder / "vendor", 6):
        assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}
    shutil.copytree(home, other)
    score(other, world.as_of)
    as_of = world.as_of - dt.timedelta(days=2)
    return home, score(home, as_of, "--full"), as_of, other


@pytest.mark.parametrize("person_days", [1, 24 * 5, 24 * 40])
def test_a_quarter_made_in_strips_of_days_is_the_quarter_made_at_once(at_once, tmp_path, monkeypatch, person_days):
    """Of the running quarter and of one that is over, also where fewer days are asked than stand."""
    home, made, as_of, later = at_once
    other = tmp_path / "strips"
    shutil.copytree(later, other)
    monkeypatch.setattr(strips, "PERSON_DAYS", person_days)
    in_strips = score(other, as_of, "--full")
    assert differing(home, other) == []
    assert made["scores_digest"] == in_strips["scores_digest"]


@pytest.mark.parametrize("people", [0, 1, 7, 65_000, 5_000_000])
@pytest.mark.parametrize("to_day", ["2026-10-01", "2026-10-02", "2026-12-31"])
def test_strips_name_every_day_once(people, to_day):
    """Also days outside the quarter: rows that stand there by a fault are replaced too."""
    with duckdb.connect() as connection:
        connection.execute(f"create table period as select date '2026-10-01' as first_day, date '{to_day}' as to_day")
        connection.execute(f"create table roster as select range as person_id from range({people})")
        found = strips.conditions(connection)
        connection.execute(
            "create table named as select cast(range as date) as day from range(timestamp '2026-09-01', timestamp '2027-02-01', interval 1 day)"
        )
        for where in found:
            connection.execute(f"create or replace table other as select day from named where {where}")
            connection.execute("create table if not exists told as select * from other limit 0")
            connection.execute("insert into told select * from other")
        ((rows, days),) = connection.execute("select count(*), count(distinct day) from told").fetchall()
    assert rows == days == 153
    assert len(found) <= max(1, (dt.date.fromisoformat(to_day) - dt.date(2026, 10, 1)).days + 1)
    assert people < 65_000 or to_day != "2026-12-31" or len(found) > 2


@pytest.mark.parametrize(
    ("to_day", "changed", "written"),
    [
        ("2026-10-16", ["2026-10-14", "2026-10-16"], ["2026-10-14", "2026-10-16"]),
        ("2026-10-17", ["2026-10-07"], [f"2026-10-{day:02}" for day in range(5, 12)]),
        ("2026-10-19", ["2026-10-19"], [f"2026-10-{day:02}" for day in range(12, 20)]),
        ("2026-10-20", ["2026-10-20"], ["2026-10-20"]),
    ],
)
def test_a_week_is_put_in_order_when_the_next_one_begins(to_day, changed, written):
    """The days of the running week are written one by one, those of an older week together."""
    days = tuple(dt.date.fromisoformat(day) for day in changed)
    reach_of = Reach("2026Q4", "", days, days[:1], people=False, to_day=dt.date.fromisoformat(to_day)).by_week()
    assert [day.isoformat() for day in reach_of.days] == written
