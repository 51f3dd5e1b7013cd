"""A folder of reports that is loaded in several transactions, killed half-way, and loaded again: it goes on, and gives what one gives."""

from __future__ import annotations

import json
import pathlib
import shutil
import signal

import duckdb
import pytest

from tests.attack.drive import Done, apart, home_with_roles, run
from tests.attack.faults import KILL, Fault, Stage, calls_of, records_of
from tests.attack.world import Account, copilot_row, weekdays

FILES, PEOPLE = 5, 4
LOG = "warehouse.duckdb.wal"

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def reports(folder: pathlib.Path) -> pathlib.Path:
    folder.mkdir()
    accounts = [Account(10_000 + number, f"gh-p{number}") for number in range(PEOPLE)]
    for number, day in enumerate(weekdays()[:FILES]):
        rows = [copilot_row(account, day, 1 + number) for account in accounts]
        (folder / f"{day}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def home_of(folder: pathlib.Path, load_bytes: int) -> pathlib.Path:
    home = home_with_roles(folder, "administrator")
    with (home / "settings.toml").open("a") as file:
        file.write(f"[engine]\nthreads = 1\nload_bytes = {load_bytes}\n")
    return home


def counted(home: pathlib.Path, sql: str) -> int:
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        row = connection.execute(sql).fetchone()
        return int(row[0]) if row else 0


SPANS, OPEN = "select count(*) from spans", "select count(*) from open_loads"


def loaded(home: pathlib.Path, folder: pathlib.Path, *more: str) -> Done:
    done = run(home, "ingest", "copilot-users", folder, *more, "--json")
    assert done.code == 0, done.err
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> pathlib.Path:
    return reports(tmp_path_factory.mktemp("vendor") / "reports")


@pytest.fixture(scope="module")
def killed(tmp_path_factory, folder) -> pathlib.Path:
    """A home in which the load was killed when its third file was to be committed."""
    place = tmp_path_factory.mktemp("killed")
    empty = home_of(place / "empty", 1)
    run(empty, "doctor")  # the warehouse and the state store are made
    words: list[object] = ["ingest", "copilot-users", folder, "--json"]
    stage = Stage("load", empty, words, [], "", ("", ""), 0)
    commits = [number for call, number, file in calls_of(stage, place) if (call, file) == ("fdatasync", LOG)]
    assert len(commits) >= FILES
    home = shutil.copytree(empty, place / "home")
    done = apart(home, *words, before=Fault(KILL, commits[2], "fdatasync", LOG).tracer(place / "log"))
    assert done.code == -signal.SIGKILL
    return home


@pytest.fixture
def cut(killed, tmp_path) -> pathlib.Path:
    return shutil.copytree(killed, tmp_path / "home")


def test_the_same_call_goes_on_and_gives_what_one_transaction_gives(cut, folder, tmp_path):
    assert counted(cut, OPEN) == 1
    report = loaded(cut, folder).json()
    assert 2 <= report["already_loaded"] < FILES
    assert report["files"] == FILES - report["already_loaded"]
    assert report["records_in"] == FILES * PEOPLE == report["loaded"] + report["duplicate"]
    assert report["duplicate"] == PEOPLE * report["already_loaded"]
    assert counted(cut, OPEN) == 0
    whole = home_of(tmp_path / "whole", 10**9)
    began = counted(cut, "select epoch_us(min(fetched_at)) from records")
    assert counted(cut, "select count(distinct fetched_at) from records") == 1
    with duckdb.connect() as clock:
        time = clock.execute("select strftime(make_timestamp(?), '%Y-%m-%dT%H:%M:%S.%f')", [began]).fetchall()[0][0]
    loaded(whole, folder, "--fetched-at", f"{time}Z")
    assert records_of(cut) == records_of(whole)
    assert counted(cut, SPANS) == counted(whole, SPANS) > 0
    assert loaded(cut, folder).json()["already_loaded"] == 0


def test_until_then_its_records_count_and_no_day_is_whole(cut):
    assert counted(cut, "select count(*) from usage") > 0
    assert counted(cut, SPANS) == 0
    checks = {one["name"]: one for one in run(cut, "doctor", "--json").json()["checks"]}
    assert not checks["whole loads"]["ok"]
    assert "copilot-users" in checks["whole loads"]["detail"]


def test_with_a_file_that_changed_it_begins_anew(cut, folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    first = min(other.iterdir())
    first.write_text(
        first.read_text().replace('"user_initiated_interaction_count": 1', '"user_initiated_interaction_count": 9')
    )
    report = loaded(cut, other).json()
    assert report["already_loaded"] == 0
    assert report["records_in"] == FILES * PEOPLE
    assert counted(cut, f"select sum(prompts) from usage where day = '{first.stem}'") == 9 * PEOPLE
    assert counted(cut, OPEN) == 0
    assert counted(cut, SPANS) > 0


def test_another_call_of_the_source_is_not_taken_for_it(cut, folder, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(max(folder.iterdir()), alone)
    assert loaded(cut, alone).json()["already_loaded"] == 0
    assert counted(cut, OPEN) == 0
    assert loaded(cut, folder).json()["already_loaded"] == 0


def test_parts_of_a_report_stay_together(tmp_path, folder):
    """The envelope that names them says that they are the report of many days; in several transactions it would come too late."""
    whole, parts = tmp_path / "whole", shutil.copytree(folder, tmp_path / "parts")
    names = sorted(file.name for file in parts.iterdir())
    days = {"report_start_day": names[0][:10], "report_end_day": names[-1][:10]}
    (parts / "zz.json").write_text(
        json.dumps({**days, "download_links": [f"https://x.example/{name}" for name in names]})
    )
    for home in (home_of(whole, 10**9), home_of(tmp_path / "home", 1)):
        loaded(home, parts, "--fetched-at", "2026-10-05T06:00:00Z")
        assert counted(home, "select count(*) from batches") == 1
    assert records_of(whole) == records_of(tmp_path / "home")
