"""Commands that switch or prove something act on a home that is there; what they write is its owner's; a log without heads proves little."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from tests.attack import drive, tampering
from uptake import jobs
from uptake.pipeline import Ingest
from uptake.settings import read_settings
from uptake.state import State, rights


@pytest.mark.parametrize(
    "words",
    [
        ("lockdown", "on"), ("verify",), ("policy", "show"), ("token", "list"), ("ask", "funnel"), ("score",), ("rebuild",),
        ("doctor",),
        ("serve", "--port", "0"),
    ],
)  # fmt: skip
def test_a_folder_that_is_no_home_is_not_made_one(tmp_path, words):
    """Figures of nobody would come from a home that was mistyped, and exit code 0 with them."""
    done = drive.run(tmp_path / "mistyped", *words)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "There is no home" in done.err
    assert not (tmp_path / "mistyped").exists()


def test_what_a_command_writes_is_for_its_owner_alone(tmp_path):
    assert drive.apart(tmp_path / "home", "init").code == 0
    assert drive.apart(tmp_path / "home", "lockdown", "on").code == 0
    made = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_records_without_a_head_do_not_verify_and_a_head_that_was_seen_is_held_against_them(tmp_path):
    home = tampering.home(tmp_path / "home", 60)
    assert drive.apart(home, "verify").code == 0
    shutil.rmtree(home / "heads")
    alone = drive.apart(home, "verify")
    assert alone.code == 1
    assert "no signed head" in alone.out + alone.err
    assert drive.apart(home, "verify", "--heads", home / "nowhere").code == 2
    copied = shutil.copy(home / "state.db", tmp_path / "no-pack.zip")
    assert drive.apart(home, "verify", copied).code == 1, "a name makes no pack of it"
    assert drive.apart(home, "verify", "--head", "60:0000000000").code == 1


def test_rights_follow_the_calendar_after_a_file_that_holds_nothing_new(tmp_path):
    settings = read_settings(tmp_path / "home")
    state = State(settings.state_file)
    file = tmp_path / "people.csv"
    file.write_text("person_id,lob,end_date\nstays,A,\nleaves,A,2026-11-30\n")
    for day, employed in ((dt.datetime(2026, 11, 24), {"stays", "leaves"}), (dt.datetime(2026, 12, 5), {"stays"})):
        report = jobs.ingest(settings, state, Ingest("hr-people", (str(file),), day))
        assert {row[0] for row in rights.read(state)} == employed
    assert report.loaded == 0


@pytest.fixture
def somebodys(tmp_path):
    """A folder with a people file, in which a home lies beside another one."""
    for name in ("mine", "other"):
        home = tmp_path / "srv" / name
        drive.home_with_roles(home, "administrator")
        assert drive.run(home, "lockdown", "on").code == 0
        for folder in ("warehouse", "logs"):
            (home / folder).mkdir(exist_ok=True)
        (home / "inbox").mkdir()
        (home / "inbox" / "people.csv").write_text("person_id,lob\nA,Line\n")
        (home / "holds" / "a").mkdir(parents=True)
        shutil.copy(home / "state.db", home / "holds" / "a")
    return tmp_path / "srv"


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("mine", "it is a home"), ("other", "it is a home"), ("mine/warehouse", "it lies inside a home"), ("other/logs", "it lies inside a home"),
        ("mine/inbox/../warehouse", "it lies inside a home"), ("mine/holds", "a home of uptake lies inside it"), ("link", "it is a home"), (".", "a home of uptake lies inside it"),
    ],
)  # fmt: skip
def test_a_folder_that_has_to_do_with_a_home_is_not_read(somebodys, folder, why):
    """Its settings, logs and tables would be taken for files of a vendor, and be told as quarantine."""
    (somebodys / "link").symlink_to(somebodys / "other")
    done = drive.run(somebodys / "mine", "ingest", "hr-people", somebodys / folder)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert why in done.err
    assert "or the files by name" in done.err
    assert not (somebodys / "mine" / "warehouse" / "warehouse.duckdb").exists()


def test_files_of_a_home_by_name_and_folders_of_other_programs_are_read(somebodys, tmp_path):
    assert drive.run(somebodys / "mine", "ingest", "hr-people", somebodys / "mine" / "inbox" / "people.csv").code == 0
    assert drive.run(somebodys / "mine", "ingest", "hr-people", somebodys / "other" / "inbox").code == 0, (
        "a folder of the site's own"
    )
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "people.csv").write_text("person_id,lob\nA,Line\n")
    (tmp_path / "settings.toml").write_text("[another]\n")
    assert drive.run(somebodys / "mine", "ingest", "hr-people", tmp_path / "files").code == 0


def test_a_search_for_repositories_passes_by_a_home(somebodys):
    done = drive.run(somebodys / "mine", "ingest", "git", somebodys)
    assert "a home of uptake lies inside it" not in done.err
    assert "it is a home" in drive.run(somebodys / "mine", "ingest", "git", somebodys / "mine").err
