"""A segment of the spool that cannot be read: set aside whole, named, and no stop for the others or for scoring."""

import datetime as dt
import os
import pathlib

import pytest

from tests.attack.drive import home_with_roles, run
from tests.receive.test_telemetry import log, request, usage
from uptake import pipeline
from uptake.jobs import State, drain, draining
from uptake.receive.aside import UNREADABLE
from uptake.receive.spool import Spool
from uptake.settings import read_settings
from uptake.sources.otlp.parse import encoded, post

NOW = dt.datetime(2026, 11, 23)
PEOPLE = "person_id,lob,email\nana,One,ana@example.com\nben,One,ben@example.com\n"


def segment(home, who):
    """A whole segment of one prompt and one call, as a drain finds it."""
    body = request(log(0, "user_prompt"), log(1, "api_request", request_id=who), who=who)
    spool = Spool(home / "spool")
    spool.append(encoded(post("logs", body, NOW, protobuf=False)))
    return spool.taken()[-1]


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def packed(path):
    path.write_bytes(b"\x1f\x8b" + path.read_bytes()[2:])


def a_dead_link(path):
    path.unlink()
    path.symlink_to("nowhere")


@pytest.fixture
def home(tmp_path):
    made = home_with_roles(tmp_path / "home", "administrator", "compliance")
    (tmp_path / "people.csv").write_text(PEOPLE)
    assert run(made, "ingest", "hr-people", tmp_path / "people.csv").code == 0
    return made


@pytest.mark.parametrize("damage", [a_folder, a_pipe, packed, a_dead_link])
def test_one_bad_segment_stops_neither_the_others_nor_scoring(damage, home):
    bad, good = segment(home, "ana@example.com"), segment(home, "ben@example.com")
    damage(bad)
    scored = run(home, "score", "--as-of", "2026-11-23")
    assert scored.code == 0, scored.err
    assert bad.name in scored.err
    assert [row[:2] for row in usage(home)] == [(1, 1)]
    assert [path.name for path in (home / "quarantine" / "spool").iterdir()] == [bad.name]
    assert list((home / "spool").glob("*.spool")) == []
    assert not good.exists()
    told = run(home, "doctor", "--json").json()["checks"]
    (check,) = [one for one in told if one["name"] == "spool"]
    assert (check["ok"], bad.name in check["detail"]) == (False, True)
    rows = run(home, "ask", "quarantine", "--format", "json").json()
    assert {(row["file"], row["reason"], row["field"]) for row in rows} == {(bad.name, UNREADABLE, "segment")}
    again = run(home, "score", "--as-of", "2026-11-23")
    assert (again.code, bad.name in again.err) == (0, False)


def test_a_drain_of_bad_segments_alone_says_so_and_what_is_mended_loads(home, monkeypatch):
    """A disk that fails for a moment: nothing that was acknowledged is lost, and the doctor is content afterwards."""
    bad = segment(home, "ana@example.com")
    content, real = bad.read_bytes(), pathlib.Path.open

    def failing(path, *given, **more):
        if (
            path.name == bad.name
            and path.parent.name == "spool"
            and path.exists()
            and path.stat().st_size == len(content)
        ):
            raise OSError(5, "Input/output error")
        return real(path, *given, **more)

    settings = read_settings(home)
    with monkeypatch.context() as broken:
        broken.setattr(pathlib.Path, "open", failing)
        report = drain(settings, State.of(settings), lambda: NOW)
    assert report.refused == {bad.name: "it cannot be read: Input/output error"}
    assert (report.loaded, report.quarantined) == (0, report.records_in)
    aside = home / "quarantine" / "spool" / bad.name
    assert aside.read_bytes() == content
    assert [one["ok"] for one in draining.checks(settings)] == [False]
    done = run(home, "ingest", "otlp", aside)
    assert done.code == 0, done.err
    assert [row[:2] for row in usage(home)] == [(1, 1)]
    assert [one["ok"] for one in draining.checks(settings)] == [True]


def test_the_days_of_a_segment_that_cannot_be_read_prove_no_zero(home):
    """Ana's posts of Friday are in it; Ben's tell that telemetry works. Until it is loaded, Ana's Friday is not observed."""
    bad = segment(home, "ana@example.com")
    segment(home, "ben@example.com")
    content = bad.read_bytes()
    os.utime(bad, (NOW.replace(tzinfo=dt.UTC).timestamp(),) * 2)
    written = bad.stat().st_mtime
    a_folder(bad)
    os.utime(bad, (written, written))
    settings = read_settings(home)

    def states():
        assert run(home, "score", "--as-of", "2026-11-23").code == 0
        with pipeline.of_home(settings) as connection:
            return connection.execute(
                "select day, state, cause from source_days where source = 'otlp' order by day"
            ).fetchall()

    before = states()
    assert {(state, cause) for _, state, cause in before} == {("incomplete", "quarantined_record")}
    mended = home.parent / bad.name
    mended.write_bytes(content)
    assert run(home, "ingest", "otlp", mended).code == 0
    assert {(state, cause) for _, state, cause in states()} == {("complete", "")}


def test_a_segment_that_somebody_else_named_is_loaded_too(home):
    good = segment(home, "ana@example.com")
    good.rename(good.with_name("taken-by-hand.spool"))
    segment(home, "ben@example.com")
    assert run(home, "score", "--as-of", "2026-11-23").code == 0
    assert len(usage(home)) == 2
