"""The commands of the contract: answers of `--json`, exit codes, error lines, settings."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import duckdb
import pytest

from tests.attack.drive import COMPLIANCE, apart, home_with_roles, run
from uptake import cli, errors, jobs

NUMBER = (int, float)
ANSWERS = {
    "init": {"home": str},
    "ingest": {
        "source": str, "files": int, "records_in": int, "loaded": int, "duplicate": int, "ignored": int,
        "quarantined": int, "conflicts": int, "days": list,
    },
    "fetch": {
        "source": str, "files": int, "records_in": int, "loaded": int, "duplicate": int, "ignored": int,
        "quarantined": int, "conflicts": int, "days": list, "fetched": list, "empty": list, "failed": dict,
    },
    "score": {"snapshot": int, "as_of": str, "score_version": str, "inputs_digest": str, "seconds": NUMBER},
    "rebuild": {"snapshot": int, "as_of": str, "score_version": str, "inputs_digest": str, "seconds": NUMBER},
    "demo": {"home": str, "people": int, "truth": str},
    "doctor": {"checks": list},
    "verify": {"ok": bool, "records": int, "head": str, "first_bad": (int, type(None))},
    "config show": {"settings": list},
}  # fmt: skip
"""Command -> named keys of its `--json` document and their types."""


def document(done, code=0):
    """The one JSON document of an answer; nothing else may stand on stdout."""
    assert done.code == code, done.err
    assert done.out.endswith("\n")
    assert done.out.count("\n") == 1
    return json.loads(done.out)


def assert_shape(command, found):
    assert {name for name in ANSWERS[command] if name not in found} == set()
    wrong = [name for name, kind in ANSWERS[command].items() if not isinstance(found[name], kind)]
    assert wrong == []


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A small scored home whose operator is administrator and compliance."""
    folder = tmp_path_factory.mktemp("commands")
    home = home_with_roles(folder / "home", "administrator", "compliance")
    (folder / "people.csv").write_text("person_id,email,lob\nE-1,e1@x.example,Payments\nE-2,e2@x.example,Payments\n")
    (folder / "seats.csv").write_text("tool,person_id\nclaude_code,E-1\n")
    assert run(home, "ingest", "hr-people", folder / "people.csv").code == 0
    assert run(home, "ingest", "seats", folder / "seats.csv").code == 0
    assert run(home, "score", "--as-of", "2026-05-01").code == 0
    return home


def copied(home, tmp_path):
    """The same home to break."""
    return pathlib.Path(shutil.copytree(home, tmp_path / "broken"))


# answers


def test_init_makes_a_home_and_keeps_the_one_that_is_there(tmp_path):
    home = tmp_path / "new"
    assert_shape("init", document(run(home, "init", "--json")))
    for name in ("settings.toml", "warehouse", "snapshots", "spool", "quarantine", "logs"):
        assert (home / name).exists()
    assert run(home, "ask", "quarter_scores", *COMPLIANCE).code == 5
    (home / "settings.toml").write_text('[operator]\nroles = ["compliance"]\n')
    assert run(home, "init", "--json").code == 0
    assert "compliance" in (home / "settings.toml").read_text()


def test_ingest_answers_what_became_of_the_records(tmp_path):
    (tmp_path / "people.csv").write_text("person_id,lob\nE-1,Payments\n")
    found = document(run(tmp_path / "home", "ingest", "hr-people", tmp_path / "people.csv", "--json"))
    assert_shape("ingest", found)
    assert (found["source"], found["records_in"], found["loaded"], found["days"]) == ("hr-people", 1, 1, [None, None])


def test_score_and_rebuild_answer_alike_and_with_the_same_digests(home):
    score, rebuild = (document(run(home, name, "--as-of", "2026-05-01", "--json")) for name in ("score", "rebuild"))
    assert_shape("score", score)
    assert_shape("rebuild", rebuild)
    assert (score["as_of"], score["score_version"]) == ("2026-05-01", "engagement-1.0.0")
    assert score["inputs_digest"] == rebuild["inputs_digest"]
    assert score["scores_digest"] == rebuild["scores_digest"]
    assert re.fullmatch(r"[0-9a-f]{64}", score["inputs_digest"])
    assert rebuild["snapshot"] == score["snapshot"] + 1
    assert (
        document(run(home, "score", "--as-of", "2026-05-01", "--full", "--json"))["scores_digest"]
        == score["scores_digest"]
    )


def test_demo_answers_where_it_is_and_how_many_people(tmp_path):
    home = tmp_path / "demo"
    words = ("--people", "60", "--quarters", "1", "--seed", "3", "--no-serve", "--json")
    found = document(run(home, "demo", *words))
    assert_shape("demo", found)
    assert (found["home"], found["people"]) == (str(home), 60)
    assert (pathlib.Path(found["truth"]) / "person_quarters.csv").is_file()
    assert document(run(home, "ask", "funnel", "--json"))


def test_doctor_answers_checks_with_a_next_step_where_one_fails(home, tmp_path):
    found = document(run(home, "doctor", "--json"))
    assert_shape("doctor", found)
    assert all(set(check) >= {"name", "ok", "detail", "next_step"} for check in found["checks"])
    assert {"settings", "disk", "state", "engine", "people", "snapshot"} <= {check["name"] for check in found["checks"]}
    assert run(tmp_path / "empty", "init").code == 0
    empty = document(run(tmp_path / "empty", "doctor", "--json"), code=1)
    failed = {check["name"]: check["next_step"] for check in empty["checks"] if not check["ok"]}
    assert set(failed) == {"people", "snapshot"}
    assert all(failed.values())


def test_verify_answers_head_and_length_of_the_chain(home):
    before = document(run(home, "verify", "--json"))
    assert_shape("verify", before)
    assert run(home, "ask", "quarter_scores", *COMPLIANCE, "--json").code == 0
    after = document(run(home, "verify", "--json"))
    assert (after["ok"], after["records"], after["first_bad"]) == (True, before["records"] + 1, None)
    assert after["head"] != before["head"]


def test_every_answer_to_a_person_level_question_is_one_audit_record(home):
    records = document(run(home, "verify", "--json"))["records"]
    for words in (COMPLIANCE, COMPLIANCE, ("--as", "compliance")):
        run(home, "ask", "day_scores", *words, "--json")
    assert document(run(home, "verify", "--json"))["records"] == records + 3


def test_ask_answers_one_array_of_objects(home):
    found = document(run(home, "ask", "funnel", "--format", "json"))
    assert isinstance(found, list)
    assert document(run(home, "ask", "funnel", "--json")) == found
    assert document(run(home, "ask", "quarantine", "--json")) == []


def test_config_show_tells_every_key_its_value_and_its_origin(home, monkeypatch):
    monkeypatch.setenv("UPTAKE_GROUPS__K", "12")
    found = document(run(home, "config", "show", "--json"))
    assert_shape("config show", found)
    rows = {f"{row['section']}.{row['key']}": (row["value"], row["origin"]) for row in found["settings"]}
    assert rows["groups.k"] == (12, "environment")
    assert rows["operator.roles"] == (["administrator", "compliance"], "settings.toml")
    assert rows["score.version"] == ("engagement-1.0.0", "default")
    assert all(row["help"] for row in found["settings"])
    text = run(home, "config", "show").out
    assert all(name.lstrip(".") in text for name in rows)


def test_a_list_from_the_environment_is_json(home, monkeypatch):
    monkeypatch.setenv("UPTAKE_OPERATOR__ROLES", '["executive"]')
    assert run(home, "ask", "quarter_scores", *COMPLIANCE).code == 5
    assert run(home, "ask", "funnel", "--as", "executive").code == 0


def test_the_home_may_come_from_the_environment(home, monkeypatch, capsys):
    monkeypatch.setenv("UPTAKE_HOME", str(home))
    assert cli.run(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["checks"]


def test_version_and_help_are_answered_on_stdout():
    for words, text in ((["--version"], "0."), (["--help"], "Usage"), (["ask", "--help"], "--purpose")):
        done = subprocess.run([sys.executable, "-m", "uptake", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert text in done.stdout


# exit codes: 0 is met above

USAGE = [
    ("no_such_command",),
    ("ask",),
    ("ask", "funnel", "--no-such-option"),
    ("ask", "funnel", "--from", "yesterday"),
    ("ask", "funnel", "--format", "xml"),
    ("ask", "funnel", "--format", "parquet"),
    ("ask", "funnel", "--quarter", "2026Q5"),
    ("ask", "funnel", "--tool", "' or 1=1"),
    ("ask", "adoption_days", "--from", "2026-05-02", "--to", "2026-05-01"),
    ("ingest", "no-such-source", "."),
    ("ingest", "copilot-users"),
    ("ingest", "copilot-users", "/no/such/file.json"),
    ("ingest", "copilot-users", ".", "--from", "2026-01-01"),
    ("ingest", "copilot-users", ".", "--fetched-at", "noon"),
    ("fetch", "no-such-source"),
    ("fetch", "claude-code"),
    ("fetch", "copilot-users", "--from", "yesterday"),
    ("score", "--engine", "abacus"),
    ("score", "--as-of", "2014-12-31"),
    ("score", "--as-of", "2200-01-01"),
    ("serve", "--port", "99999"),
    ("demo", "--people", "1", "--no-serve"),
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_2_is_wrong_usage(home, words):
    assert_error(run(home, *words), 2)
    if "--format" not in words:
        assert document(run(home, *words, "--json"), code=2)["exit_code"] == 2


def assert_error(done, code):
    """One line on stderr with what, why and what to do; nothing on stdout; no traceback."""
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("uptake: ")
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err
    assert len(done.err) > 20


def test_1_is_a_failed_check(home, tmp_path):
    assert run(tmp_path / "new", "init").code == 0
    assert_error(run(tmp_path / "new", "ask", "funnel"), 1)
    assert_error(run(tmp_path / "new", "rebuild"), 1)
    broken = copied(home, tmp_path)
    assert run(broken, "ask", "quarter_scores", *COMPLIANCE).code == 0
    with sqlite3.connect(broken / "state.db") as state:
        (table,) = next(state.execute("select name from sqlite_master where name like 'audit%' and type = 'table'"))
        columns = [row[1] for row in state.execute(f"pragma table_info({table})")]
        (text,) = [name for name in columns if name in {"body", "event", "record", "payload"}]
        state.execute("drop trigger if exists audit_no_update")
        assert state.execute(f"update {table} set {text} = replace({text}, 'compliance', 'executive')").rowcount > 0
    state.close()
    found = document(run(broken, "verify", "--json"), code=1)
    assert (found["ok"], found["first_bad"] is None) == (False, False)
    assert run(broken, "doctor").code == 1


def test_1_is_a_rebuild_whose_digest_differs(home, tmp_path):
    broken = copied(home, tmp_path)
    pointer = broken / "snapshots" / "current.json"
    pointer.write_text(re.sub(r'("scores_digest": ")[0-9a-f]{8}', r"\g<1>00000000", pointer.read_text()))
    done = run(broken, "rebuild", "--json")
    assert done.code == 1
    assert "digest differs" in done.err


def test_3_is_input_of_which_nothing_could_be_taken(home, tmp_path):
    (tmp_path / "people.csv").write_text("name,age\nx,3\n")
    assert_error(run(home, "ingest", "hr-people", tmp_path / "people.csv"), 3)
    assert document(run(home, "ingest", "hr-people", tmp_path / "people.csv", "--json"), code=3)["exit_code"] == 3


def test_3_and_4_answer_in_json_whether_all_or_some_is_quarantined(tmp_path):
    good, bad = '{"person_id": 1}', "person_id,lob,start_date\n"
    (tmp_path / "some.csv").write_text(bad + "E-1,Payments,2026-01-01\nE-2,Payments,soon\n")
    (tmp_path / "none.csv").write_text(bad + "E-2,Payments,soon\n")
    some = document(run(tmp_path / "some", "ingest", "hr-people", tmp_path / "some.csv", "--json"), code=4)
    assert (some["loaded"], some["quarantined"]) == (1, 1)
    none = document(run(tmp_path / "none", "ingest", "hr-people", tmp_path / "none.csv", "--json"), code=3)
    assert (none["loaded"], none["quarantined"]) == (0, 1)
    assert run(tmp_path / "none", "ingest", "hr-people", tmp_path / "none.csv").err.startswith(
        "uptake: Nothing was loaded: "
    )
    (tmp_path / "words.csv").write_text(good)
    assert run(tmp_path / "some", "ingest", "hr-people", tmp_path / "words.csv").code == 3


def test_5_is_what_policy_does_not_grant(home):
    assert_error(run(home, "ask", "quarter_scores"), 5)
    assert document(run(home, "ask", "quarter_scores", "--json"), code=5)["exit_code"] == 5


def test_6_is_a_warehouse_that_another_command_holds(home, tmp_path):
    held = copied(home, tmp_path)
    with duckdb.connect(str(held / "warehouse" / "warehouse.duckdb")):
        done = apart(held, "score", "--as-of", "2026-05-01")
    assert_error(done, 6)
    assert "in use" in done.err
    assert run(held, "score", "--as-of", "2026-05-01").code == 0


def test_answers_are_given_while_the_warehouse_is_held(home, tmp_path):
    held = copied(home, tmp_path)
    with duckdb.connect(str(held / "warehouse" / "warehouse.duckdb")):
        assert apart(held, "ask", "funnel", "--json").code == 0


def broken_verify(*_):
    raise RuntimeError("SECRET-VALUE of a person")


def test_70_is_a_bug_that_tells_neither_its_text_nor_its_traceback(home, monkeypatch):
    monkeypatch.setattr(jobs, "verified", broken_verify)
    done = run(home, "verify")
    assert_error(done, 70)
    assert "SECRET-VALUE" not in done.err
    assert "RuntimeError" in done.err
    assert document(run(home, "verify", "--json"), code=70)["exit_code"] == 70


def test_ctrl_c_in_a_query_of_the_engine_is_no_bug(home, monkeypatch):
    """The engine makes an error of its own of it, of no kind of its own."""
    met = []
    # Where the suite runs in the background of a shell, Ctrl-C is ignored from the start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def endless(*_):
        threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
        # One thread: a second one works on to the end of its part of the query, and this one waits for it.
        with duckdb.connect(config={"threads": 1}) as connection:
            try:
                connection.execute("select sum(a.range * b.range) from range(100000000) as a, range(100000) as b")
            except BaseException as error:
                met.append(type(error))
                raise

    monkeypatch.setattr(jobs, "verified", endless)
    try:
        done = run(home, "verify")
    finally:
        signal.signal(signal.SIGINT, before)
    assert (done.code, done.err, done.out) == (130, "", "")
    assert met == [RuntimeError], "the signal did not meet the query"


def test_debug_shows_the_traceback_of_a_bug_and_only_of_a_bug(home, monkeypatch):
    with pytest.raises(SystemExit) as ended:
        cli.main(["ask", "quarter_scores", "--debug", "--home", str(home)])
    assert ended.value.code == 5
    monkeypatch.setattr(jobs, "verified", broken_verify)
    with pytest.raises(RuntimeError):
        cli.main(["verify", "--debug", "--home", str(home)])


def test_the_exit_codes_are_those_of_the_contract():
    found = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert found == {
        "EXIT_DONE": 0, "EXIT_CHECK_FAILED": 1, "EXIT_USAGE": 2, "EXIT_REFUSED": 3, "EXIT_PARTLY": 4,
        "EXIT_NOT_PERMITTED": 5, "EXIT_UNREACHABLE": 6, "EXIT_BUG": 70,
        "EXIT_INTERRUPTED": 130,
    }  # fmt: skip


# settings


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[groups]\nkk = 11\n", "groups.kk"),
        ("[grups]\nk = 11\n", "grups"),
        ("[groups]\nk = 4\n", "groups.k"),
        ('[operator]\nroles = ["emperor"]\n', "operator.roles"),
        ("colour = 3\n", "colour"),
    ],
)
def test_a_misspelt_or_unusable_key_of_the_file_stops_with_its_path(tmp_path, text, path):
    (tmp_path / "settings.toml").write_text(text)
    for words in (("config", "show"), ("doctor",), ("ask", "funnel"), ("score",)):
        done = run(tmp_path, *words)
        assert_error(done, 2)
        assert f"`{path}" in done.err
    assert "emperor" not in run(tmp_path, "doctor").err


@pytest.mark.parametrize(
    ("variable", "path"),
    [("UPTAKE_GROUPS__KK", "groups.kk"), ("UPTAKE_GRUPS__K", "grups"), ("UPTAKE_GROUPS__K", "groups.k")],
)
def test_a_misspelt_or_unusable_variable_stops_with_its_path(tmp_path, monkeypatch, variable, path):
    monkeypatch.setenv(variable, "3")
    done = run(tmp_path, "config", "show")
    assert_error(done, 2)
    assert path in done.err.lower().replace("__", ".")


def test_a_settings_file_that_is_no_toml_is_wrong_usage(tmp_path):
    (tmp_path / "settings.toml").write_text("[groups\n")
    assert_error(run(tmp_path, "config", "show"), 2)
