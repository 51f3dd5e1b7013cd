"""Property 19 (MEASUREMENT.md section 9 and rule 1.8): one SHA-256 for any threads, order of rows and files, and split of batches."""

from __future__ import annotations

import json
import pathlib
import random

import duckdb
import pytest

from tests import product
from tests.oracle.generate import make_world
from tests.oracle.world import World
from tests.oracle.write import Call, Quirks, write
from uptake.snapshot import current

THREADS = (1, 2, 4, 8)


def small() -> World:
    """A world with every oddity, cut to its first month so that ten loads of it take seconds."""
    world = make_world(19, 60, 1, odd=0.12)
    last = world.as_of.replace(month=2, day=2)
    world.copilot = [
        file
        for file in world.copilot
        if all(row.day < last for row in file.rows) and (not file.span or file.span[1] < last)
    ]
    world.claude = [
        file
        for file in world.claude
        if all(row.day < last for row in file.rows) and (not file.span or file.span[1] < last)
    ]
    world.people = [row for row in world.people if not row.start_date or row.start_date < last]
    world.seat_lists = [seats for seats in world.seat_lists if seats.taken_at.date() < last]
    world.as_of = last
    return world


def load(home: pathlib.Path, calls: list[Call]) -> None:
    for source, paths, more in calls:
        assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}


def score(home: pathlib.Path, world: World, command: str = "score") -> tuple[str, str]:
    """(digest of the scores, digest of the inputs) of a run."""
    assert product.uptake(home, command, "--as-of", world.as_of, "--json") == 0
    snapshot = current(product.home_settings(home).snapshot_folder)
    return snapshot.scores_digest, snapshot.inputs_digest


@pytest.fixture(scope="module")
def world() -> World:
    return small()


@pytest.fixture(scope="module")
def plain(world, tmp_path_factory) -> tuple[pathlib.Path, tuple[str, str]]:
    """The home loaded in the plain order, and its digests."""
    home = tmp_path_factory.mktemp("plain")
    load(home, write(world, home / "vendor"))
    digests = score(home, world)
    rows = product.results(home, world.as_of)[1]
    assert len({row["segment"] for row in rows.values()}) >= 2
    assert any(row["score_micro"] for row in rows.values())
    return home, digests


@pytest.mark.parametrize("threads", THREADS)
def test_property_19_threads_do_not_matter(world, plain, monkeypatch, threads):
    monkeypatch.setenv("UPTAKE_ENGINE__THREADS", str(threads))
    assert score(plain[0], world) == plain[1]


def test_rebuild_gives_the_same_digest(world, plain):
    assert score(plain[0], world, "rebuild") == plain[1]


def test_property_4_the_same_files_again_change_nothing(world, plain):
    for source, paths, more in write(world, plain[0] / "again"):
        assert product.uptake(plain[0], "ingest", source, *paths, *more, "--json") in {0, 4}
    assert score(plain[0], world) == plain[1]


@pytest.mark.parametrize("seed", range(4))
def test_property_19_the_order_of_rows_files_and_calls_does_not_matter(world, plain, tmp_path, monkeypatch, seed):
    """Ten shuffles: rows inside files, files inside calls, and calls of use and seats among themselves; threads in turn."""
    monkeypatch.setenv("UPTAKE_ENGINE__THREADS", str(THREADS[seed % 4]))
    calls = write(world, tmp_path / "vendor", Quirks(shuffle=seed, repeat=seed % 2 == 1))
    random.Random(seed).shuffle(calls)
    load(tmp_path, calls)
    assert score(tmp_path, world) == plain[1]


@pytest.mark.parametrize("pieces", [3])
def test_property_19_the_split_into_batches_does_not_matter(world, plain, tmp_path, pieces):
    """Every call of Copilot and Claude days in several calls with the same time of fetching; seat lists stay whole."""
    split: list[Call] = []
    for source, paths, more in write(world, tmp_path / "vendor"):
        if source in ("copilot-users", "claude-code"):
            split += [(source, paths[start::pieces], more) for start in range(min(pieces, len(paths)))]
        else:
            split.append((source, paths, more))
    load(tmp_path, split)
    assert score(tmp_path, world) == plain[1]


@pytest.mark.parametrize("seed", [3, 4])
def test_property_19_the_cut_into_transactions_does_not_matter(world, plain, tmp_path, monkeypatch, seed):
    """Every file of use in a transaction of its own, files in any order, some of them twice."""
    monkeypatch.setenv("UPTAKE_ENGINE__LOAD_BYTES", "1")
    load(tmp_path, write(world, tmp_path / "vendor", Quirks(shuffle=seed, repeat=True)))
    with duckdb.connect(str(product.home_settings(tmp_path).warehouse_file)) as connection:
        ((batches, files),) = connection.execute(
            "select count(distinct batch_id), count(*) from files where source = 'copilot-users'"
        ).fetchall()
    assert batches == files > 1
    assert score(tmp_path, world) == plain[1]


def test_one_more_prompt_gives_another_digest(world, plain, tmp_path):
    """The digest is not blind: it sees a single count."""
    calls = write(world, tmp_path / "vendor")
    (path,) = [
        own for source, paths, _ in calls if source == "copilot-users" for own in paths if own.suffix == ".ndjson"
    ][:1]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    changed = next(line for line in lines if line["totals_by_feature"] and line.get("user_id"))
    changed["totals_by_feature"][0]["code_acceptance_activity_count"] += 1
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    load(tmp_path, calls)
    scores, inputs = score(tmp_path, world)
    assert inputs != plain[1][1]
    del scores


@pytest.fixture(scope="module")
def at_size(tmp_path_factory):
    """400 people, two whole quarters, and what one thread makes of them."""
    made, home = make_world(190, 400, 2, odd=0.1), tmp_path_factory.mktemp("at-size")
    return made, loaded(made, home, 1, Quirks())


def loaded(made, home, threads, quirks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPTAKE_ENGINE__THREADS", str(threads))
        load(home, write(made, home / "vendor", quirks))
        return score(home, made)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "threads"), [(0, 1), (3, 8)])
def test_property_19_at_size(tmp_path, at_size, seed, threads):
    """Every quirk of files, every number of threads."""
    made, plain = at_size
    assert loaded(made, tmp_path, threads, Quirks(shuffle=seed, repeat=True)) == plain
