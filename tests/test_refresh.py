"""A refresh gives what a rebuild gives, byte for byte, whatever came when (ENGINE.md, Writing); a closed quarter waits to be restated."""

from __future__ import annotations

import datetime as dt
import json
import os
import pathlib
import random
import shutil

import duckdb
import pytest

from tests import product
from tests.oracle.generate import make_world
from tests.oracle.world import World
from tests.oracle.write import Call, Quirks, write
from uptake.snapshot import current
from uptake.warehouse import parts
from uptake.warehouse.connect import opened

HISTORIES = int(os.environ.get("UPTAKE_TEST_HISTORIES", "1"))
"""How many histories are drawn; `make fuzz` draws more."""
IN_PIECES = ("copilot-users", "claude-code")
NOT_COMPARED = {"parts", "loads", "person_restatements"}
"""`loads` tells of batches, which are no result; `parts` of what was made from what; what was shown before a restatement follows from no data."""


def arrivals(world: World, folder: pathlib.Path, seed: int) -> list[Call]:
    """The files of a world in a random order, the long lists in a few pieces, some files twice."""
    chance = random.Random(seed)
    calls: list[Call] = []
    for source, paths, more in write(world, folder, Quirks(repeat=True)):
        chance.shuffle(paths)
        pieces = min(3 if source in IN_PIECES else 1, len(paths))
        calls += [(source, paths[start::pieces], more) for start in range(pieces)]
    chance.shuffle(calls)
    return calls + chance.sample(calls, len(calls) // 8)


ASSURANCE = ("--as", "compliance", "--purpose", "assurance", "--case", "C-1")
RESTATED = ("--restate", "2026Q1", "--restate", "2026Q2")


def score(home: pathlib.Path, as_of: dt.date, *more: object) -> dict[str, object]:
    done = product.uptake_answer(home, "score", "--as-of", as_of, *more)
    return dict(json.loads(done))


def tables(file: pathlib.Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a database, as sorted rows."""
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {
            name: sorted(connection.execute(f"select * from {name}").fetchall(), key=repr)
            for name in names
            if name not in NOT_COMPARED
        }


def snapshot_of(home: pathlib.Path) -> pathlib.Path:
    folder = product.home_settings(home).snapshot_folder
    return folder / current(folder).file


def rebuilt(home: pathlib.Path, as_of: dt.date, to: pathlib.Path) -> tuple[pathlib.Path, dict[str, object]]:
    """A copy of a home, without its snapshots, in which everything derived was made anew."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("snapshots", "vendor"))
    return to, score(to, as_of, "--full")


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_refresh_gives_what_a_rebuild_gives_for_any_history(tmp_path, seed):
    world = make_world(500 + seed, 40, 2, odd=0.12)
    home, chance = tmp_path / "home", random.Random(seed)
    calls = arrivals(world, tmp_path / "vendor", seed)
    stops = sorted(chance.sample(range(len(calls)), 3))
    for number, (source, paths, more) in enumerate(calls):
        assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}
        if number in stops:
            score(home, world.as_of - dt.timedelta(days=chance.choice((0, 1, 9, 40))))
    made = score(home, world.as_of)
    while made["waiting"]:
        made = score(home, world.as_of, *(word for quarter in made["waiting"] for word in ("--restate", quarter)))
    again = score(home, world.as_of)
    other, anew = rebuilt(home, world.as_of, tmp_path / "rebuilt")
    assert made["scores_digest"] == again["scores_digest"] == anew["scores_digest"]
    assert made["inputs_digest"] == anew["inputs_digest"]
    ours, theirs = tables(snapshot_of(home)), tables(snapshot_of(other))
    assert ours.keys() == theirs.keys()
    differ = [name for name in ours if without(ours[name], made["few"]) != without(theirs[name], made["few"])]
    assert differ == []
    assert [name for name in ours if name.startswith("person_") and ours[name] != theirs[name]] == []


def without(rows: list[tuple[object, ...]], quarters: object) -> list[tuple[object, ...]]:
    """Rows but those of quarters whose group figures wait till more people were restated: a home without a past tells them at once."""
    assert isinstance(quarters, list)
    return [row for row in rows if not set(map(str, row[:2])) & set(quarters)]


@pytest.fixture(scope="module")
def late(tmp_path_factory) -> tuple[World, pathlib.Path, Call]:
    """A home whose first quarter is closed and scored, and a file of that quarter that has not come yet."""
    folder = tmp_path_factory.mktemp("late")
    world = make_world(77, 40, 2, odd=0.0)
    calls = write(world, folder / "vendor")
    days = [(source, [path], more) for source, paths, more in calls if source == "copilot-users" for path in paths]
    held = max(days[: len(days) // 3], key=lambda call: call[1][0].stat().st_size)
    for source, paths, more in calls:
        kept = [path for path in paths if path not in held[1]]
        if kept:
            assert product.uptake(folder / "home", "ingest", source, *kept, *more, "--json") in {0, 4}
    score(folder / "home", world.as_of)
    return world, folder / "home", held


def told_before(home: pathlib.Path, who: str) -> dict[str, tuple[object, object, object]]:
    """Quarter -> since when it is another figure, and what it was, as the person is told."""
    with (home / "settings.toml").open("a") as settings:
        settings.write('\n[operator]\nroles = ["compliance"]\n')
    rows = json.loads(product.uptake_answer(home, "ask", "quarter_scores", *ASSURANCE))
    return {
        row["quarter"]: (row["restated"], row["was_micro"], row["was_segment"])
        for row in rows
        if row["person_id"] == who
    }


def test_a_closed_quarter_waits_until_it_is_restated_and_its_old_figures_are_kept(late, tmp_path):
    world, first, held = late
    home = tmp_path / "home"
    shutil.copytree(first, home)
    before = score(home, world.as_of)
    assert before["waiting"] == []
    source, paths, more = held
    assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}
    waiting = score(home, world.as_of)
    assert waiting["waiting"], "the late day belongs to a closed quarter"
    assert waiting["scores_digest"] == before["scores_digest"]
    assert waiting["inputs_digest"] != before["inputs_digest"]
    quarter = waiting["waiting"][0]
    restated = score(home, world.as_of, "--restate", quarter)
    assert restated["scores_digest"] != before["scores_digest"]
    with duckdb.connect(str(product.home_settings(home).warehouse_file), read_only=True) as connection:
        old = connection.execute("select quarter, restatement, count(*) from restated_scores group by all").fetchall()
        same = connection.execute(
            "select count(*) from restated_scores as r join quarter_scores as q using (quarter, person_id)"
            " where (q.segment, q.reason, q.certainty, q.score_micro, q.coverage, q.score_version)"
            " is not distinct from (r.segment, r.reason, r.certainty, r.score_micro, r.coverage, r.score_version)"
        ).fetchall()
        who, was, segment = connection.execute(
            "select person_id, score_micro, segment from restated_scores order by score_micro desc, person_id"
        ).fetchall()[0]
    assert [row[:2] for row in old] == [(quarter, 1)]
    assert same == [(0,)], "only figures that changed are kept"
    again = told_before(home, who)
    assert again.pop(quarter) == (str(world.as_of), was, segment)
    assert set(again.values()) == {(None, None, None)}
    shown = current(product.home_settings(home).snapshot_folder)
    assert (shown.few, shown.restated) == (quarter, {}), "of a few people alone: groups stand, and do not say otherwise"
    other, anew = rebuilt(home, world.as_of, tmp_path / "rebuilt")
    del other
    later = score(home, world.as_of, *(word for name in restated["waiting"] for word in ("--restate", name)))
    assert anew["scores_digest"] == later["scores_digest"]


def test_what_cannot_be_restated_is_a_wrong_usage(late):
    world, home, _ = late
    assert product.uptake(home, "score", "--as-of", world.as_of, "--restate", "soon") == 2
    assert product.uptake(home, "score", "--as-of", world.as_of, "--restate", "1999Q1") == 2


def test_people_of_an_entity_without_figures_leave_closed_quarters_at_once(late, tmp_path):
    """A seal holds late data back, never a rule of policy."""
    world, first, _ = late
    home = tmp_path / "home"
    shutil.copytree(first, home)
    hidden = sorted(row.person_id for row in world.people)[::4]
    with opened(product.home_settings(home).warehouse_file) as connection:
        connection.execute("update people set legal_entity = 'quiet' where person_id in (select unnest(?))", [hidden])
        parts.note_changes(connection, "people", "select source, cast(null as date) as day from people")
    score(home, world.as_of, *RESTATED)
    assert people_in(home) & set(hidden)
    (home / "settings.toml").write_text('[policy]\naggregate_only_entities = ["quiet"]\n')
    assert score(home, world.as_of)["waiting"] == []
    assert people_in(home)
    assert not people_in(home) & set(hidden)
    with duckdb.connect(str(product.home_settings(home).warehouse_file), read_only=True) as connection:
        old = {row[0] for row in connection.execute("select person_id from restated_scores").fetchall()}
    assert not old & set(hidden), "an old figure is a figure too"


def people_in(home: pathlib.Path) -> set[str]:
    """People with a row by name anywhere in the current snapshot; a quarter row that says `legal_profile` holds no figure."""
    with duckdb.connect(str(snapshot_of(home)), read_only=True) as connection:
        asked = (
            "select person_id from person_day_scores",
            "select person_id from person_usage_days",
            "select person_id from person_quarter_scores where reason <> 'legal_profile'",
        )
        return {row[0] for sql in asked for row in connection.execute(sql).fetchall()}
