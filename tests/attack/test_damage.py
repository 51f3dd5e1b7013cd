"""Damaged input ends in quarantine or in a refusal: never in a crash, a lost neighbour or a record that nobody counted."""

from __future__ import annotations

import os
import random

import duckdb
import pytest

from tests.attack import mutate, samples
from tests.attack.drive import apart, run
from tests.attack.fuzz import GOOD, count_good, counted, damaged_file, one_call

SOURCES = (*samples.JSON_SOURCES, *samples.CSV_SOURCES)
PER_SOURCE = 40
FORMS = ("lines", "array", "envelope")


@pytest.mark.parametrize("source", SOURCES)
def test_damaged_records_take_nothing_with_them(source, tmp_path):
    found = []
    for round_number in range(PER_SOURCE // 8):
        seed = f"{source} {round_number}"
        form = FORMS[round_number % 3] if source in samples.JSON_SOURCES else "lines"
        found += one_call(tmp_path / f"{round_number}", source, form, seed, damaged=8)
    assert found == []


@pytest.mark.parametrize("source", ["copilot-users", "hr-people"])
def test_a_damaged_file_takes_nothing_with_it(source, tmp_path):
    """Beside a good file: the good one loads, whatever the other one is."""
    wrong = []
    for number, (name, damage) in enumerate(mutate.FILES.items()):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        good = damaged_file(source, "lines", random.Random(0), damaged=0)
        (folder / "bad").write_bytes(damage(good.replace(b"good-", b"odd-").replace(b"500", b"600")))
        (folder / "good").write_bytes(good)
        done = run(
            folder / "home", "ingest", source, folder / "bad", folder / "good", "--json", *samples.MORE.get(source, ())
        )
        if done.code not in {0, 4} or counted(done) or count_good(folder / "home", source) != GOOD:
            wrong.append(f"{name}: exit {done.code} {counted(done)} {count_good(folder / 'home', source)} {done.err}")
    assert wrong == []


@pytest.mark.parametrize("source", ["copilot-seats", "claude-code"])
def test_a_damaged_file_alone_answers_in_json(source, tmp_path):
    wrong = []
    for name, damage in mutate.FILES.items():
        good = damaged_file(source, "lines", random.Random(0), damaged=0)
        (tmp_path / "bad").write_bytes(damage(good))
        done = run(tmp_path / "home", "ingest", source, tmp_path / "bad", "--json", *samples.MORE.get(source, ()))
        if done.code not in {0, 3, 4} or counted(done):
            wrong.append(f"{name}: exit {done.code} {counted(done)} {done.err}")
    assert wrong == []


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, codes in (("absent", {2}), ("fifo", {2, 3}), ("loop", {2, 3})):
        done = run(tmp_path / "home", "ingest", "copilot-users", tmp_path / path, "--json")
        assert done.code in codes, path
        assert set(done.json()) == {"error", "exit_code"}


def test_a_folder_without_files_loads_nothing(tmp_path):
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    os.mkfifo(tmp_path / "folder" / "fifo")
    done = run(tmp_path / "home", "ingest", "copilot-users", tmp_path / "folder", "--json")
    assert (done.code, counted(done)) == (3, [])


def test_wrong_usage_is_exit_2(tmp_path):
    for words in (
        ["ingest"],
        ["ingest", "no-such"],
        ["ingest", "copilot-users"],
        ["no-such"],
        ["score", "--as-of", "x"],
    ):
        assert run(tmp_path, *words).code == 2, words


def test_an_unreadable_file_is_listed_and_the_others_load(tmp_path):
    """Reading this file fails with EIO for everybody, root too."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "bad.json").symlink_to("/proc/self/mem")
    (folder / "good.json").write_bytes(damaged_file("copilot-users", "lines", random.Random(0), damaged=0))
    done = run(tmp_path / "home", "ingest", "copilot-users", folder, "--json")
    assert done.code == 4, done.err
    assert list(done.json()["refused"]) == ["bad.json"]
    assert count_good(tmp_path / "home", "copilot-users") == GOOD


def test_a_file_name_of_odd_bytes_loads(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    name = os.fsdecode(b"\xff\xfe.json")
    (folder / name).write_bytes(damaged_file("copilot-users", "lines", random.Random(0), damaged=0))
    done = apart(tmp_path / "home", "ingest", "copilot-users", folder, "--json")
    assert done.code == 0, done.err
    assert count_good(tmp_path / "home", "copilot-users") == GOOD


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000])
def test_a_path_that_no_file_can_have_is_wrong_usage(name, tmp_path):
    assert run(tmp_path / "home", "ingest", "copilot-users", name, "--json").code == 2


def test_damage_is_seen_by_this_harness(tmp_path):
    """The counters compare: a lost good record and a wrong sum are both reported."""
    assert one_call(tmp_path, "copilot-users", "lines", "seed", damaged=3) == []
    with duckdb.connect(str(tmp_path / "home" / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute("delete from usage where login = 'good-0'")
    assert count_good(tmp_path / "home", "copilot-users") == GOOD - 1
