"""`uptake ingest`: every form of a file gives the same records, loads repeat safely, and what vanished upstream vanishes here."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import subprocess
import sys

import pytest

from tests.attack.drive import asked, home_with_roles, run
from tests.oracle.world import ClaudeRow, CopilotDay, CopilotFile, Feature
from tests.oracle.write import claude_row, copilot_row
from uptake.sources import SOURCES

DAY = dt.date(2026, 5, 4)
KEYS = {
    "source": str, "files": int, "refused": dict, "records_in": int, "loaded": int, "duplicate": int, "ignored": int,
    "quarantined": int, "conflicts": int, "days": list, "ignored_reasons": dict, "unknown_keys": dict,
}  # fmt: skip


def user_day(number, prompts=3, day=DAY):
    features = (Feature("chat_panel_ask_mode", prompts, prompts), Feature("code_completion", 0, 5, 2, 4))
    row = CopilotDay(number, f"dev{number}", day, features)
    return copilot_row(row, CopilotFile("900", [row], dt.datetime(2026, 5, 6)))


def claude_day(number, sessions=2):
    return claude_row(ClaudeRow(f"dev{number}@x.example", DAY, sessions, (("edit_tool", 4, 1),)), "900")


def seat(number):
    return {
        "created_at": "2026-01-05T00:00:00Z",
        "last_activity_at": "2026-05-04T10:00:00Z",
        "assignee": {"login": f"dev{number}", "id": number, "type": "User"},
    }


def copilot_envelope(rows, created="2026-05-06T03:00:00Z", first=DAY, last=DAY):
    span = {"report_start_day": str(first), "report_end_day": str(last), "enterprise_id": "900"}
    return {**span, "created_at": created, "day_totals": rows}


RECORDS = {
    "copilot-users": [user_day(number) for number in range(1, 6)],
    "claude-code": [claude_day(number) for number in range(1, 6)],
    "copilot-seats": [seat(number) for number in range(1, 6)],
}
ENVELOPES = {
    "copilot-users": copilot_envelope,
    "claude-code": lambda rows: {"data": rows, "has_more": False, "next_page": None},
    "copilot-seats": lambda rows: {"total_seats": len(rows), "seats": rows},
}
LINES = {
    "ndjson": lambda _source, rows: "".join(json.dumps(row) + "\n" for row in rows),
    "array": lambda _source, rows: json.dumps(rows),
    "indented": lambda _source, rows: json.dumps(rows, indent=2),
    "envelope": lambda source, rows: json.dumps(ENVELOPES[source](rows)),
}


@pytest.fixture
def home(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    lines = [f"P-{number},dev{number}@x.example,dev{number},Payments" for number in range(1, 6)]
    (tmp_path / "people.csv").write_text("person_id,email,github_login,lob\n" + "\n".join(lines) + "\n")
    assert run(home, "ingest", "hr-people", tmp_path / "people.csv").code == 0
    return home


def load(home, source, *words, code=0):
    """The `--json` answer of a load; its records must add up."""
    account = (
        () if source == "git" else ("--account", "900")
    )  # there it names one repository, and a folder holds several
    done = run(home, "ingest", source, *words, *account, "--json")
    assert done.code == code, done.err
    report = json.loads(done.out)
    assert {name: type(report[name]) for name in KEYS} == KEYS
    parts = ("loaded", "duplicate", "ignored", "quarantined")
    assert report["records_in"] == sum(report[name] for name in parts)
    return report


def usage(home):
    assert run(home, "score", "--as-of", "2026-05-20", "--json").code == 0
    return asked(home, "usage_days")


def known(home, source):
    """What the product knows after a load: usage, and seats where the source gives them."""
    rows = usage(home)
    return asked(home, "seats") if source == "copilot-seats" else rows


def prompts(home):
    return {row["account"]: row["prompts"] for row in usage(home) if row["feature"] == "chat_panel_ask_mode"}


# forms


@pytest.mark.parametrize("source", RECORDS)
def test_ndjson_array_and_envelope_plain_and_packed_are_the_same_records(home, tmp_path, source):
    """The first form brings them, and of every other form each record is known already, to the last field."""
    found = []
    for form, text in LINES.items():
        for packed in (False, True) if form == "ndjson" else (form == "envelope",):
            file = tmp_path / f"file-{form}.json{'.gz' if packed else ''}"
            data = text(source, RECORDS[source]).encode()
            file.write_bytes(gzip.compress(data) if packed else data)
            report = load(home, source, file, "--fetched-at", "2026-05-06T03:00:00Z")
            found.append((report["records_in"], report["loaded"], report["duplicate"], report["conflicts"]))
    assert found == [(5, 5, 0, 0)] + [(5, 0, 5, 0)] * 4
    assert len({row["account"] for row in known(home, source)}) == 5


def test_standard_input_is_a_file(home, tmp_path):
    data = LINES["ndjson"]("copilot-users", RECORDS["copilot-users"]).encode()
    command = [sys.executable, "-m", "uptake", "ingest", "copilot-users", "-", "--json", "--home", str(home)]
    done = subprocess.run(command, input=gzip.compress(data), capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["loaded"] == 5
    again = subprocess.run(command, input=data, capture_output=True, check=False, cwd=tmp_path)
    assert json.loads(again.stdout)["duplicate"] == 5


def test_a_folder_is_read_with_all_folders_in_it_but_not_what_is_hidden(home, tmp_path):
    rows = RECORDS["copilot-users"]
    for name, own in (
        ("a.ndjson", rows[:1]),
        ("in/b.json", rows[1:3]),
        ("in/deep/c.ndjson", rows[3:]),
        (".d.json", rows[:1]),
    ):
        file = tmp_path / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LINES["ndjson"]("", own))
    report = load(home, "copilot-users", tmp_path / "files")
    assert (report["files"], report["loaded"], report["duplicate"]) == (3, 5, 0)
    whole = run(home, "ingest", "copilot-users", tmp_path / "files", tmp_path / "files" / "a.ndjson", "--json")
    assert json.loads(whole.out)["files"] == 3


def test_the_same_files_again_change_nothing(home, tmp_path):
    file = tmp_path / "users.ndjson"
    file.write_text(LINES["ndjson"]("", RECORDS["copilot-users"] * 2))
    first = load(home, "copilot-users", file)
    before = usage(home)
    again = load(home, "copilot-users", file)
    assert (first["loaded"], first["duplicate"], first["conflicts"]) == (5, 5, 0)
    assert (again["loaded"], again["duplicate"], again["conflicts"]) == (0, 10, 0)
    assert usage(home) == before
    assert first["days"] == [str(DAY), str(DAY)]


# versions of one record


def write(tmp_path, name, value):
    file = tmp_path / name
    file.write_text(json.dumps(value))
    return file


def test_the_version_that_was_fetched_later_wins_whatever_the_order(home, tmp_path):
    old, new = write(tmp_path, "old.json", [user_day(1, 3)]), write(tmp_path, "new.json", [user_day(1, 7)])
    load(home, "copilot-users", old, "--fetched-at", "2026-05-06T00:00:00Z")
    newer = load(home, "copilot-users", new, "--fetched-at", "2026-05-07T00:00:00Z")
    assert (newer["loaded"], newer["conflicts"]) == (1, 0)
    assert prompts(home) == {"1": 7}
    older = load(home, "copilot-users", old, "--fetched-at", "2026-05-05T00:00:00Z")
    assert (older["loaded"], older["duplicate"], older["conflicts"]) == (0, 1, 1)
    assert prompts(home) == {"1": 7}


def test_two_versions_in_one_call_are_a_conflict_that_one_of_them_wins(home, tmp_path):
    files = [write(tmp_path, f"{count}.json", [user_day(1, count)]) for count in (3, 7)]
    report = load(home, "copilot-users", *files)
    assert (report["loaded"], report["duplicate"], report["conflicts"]) == (1, 1, 1)
    kept = prompts(home)
    other = home_with_roles(tmp_path / "other", "administrator", "compliance")
    assert run(other, "ingest", "hr-people", tmp_path / "people.csv").code == 0
    load(other, "copilot-users", *reversed(files))
    assert prompts(other) == kept


# vanished upstream


def first_and_later(home, tmp_path, later, *words):
    """Five accounts, then `later` with two; answers the accounts that are still known."""
    before = write(tmp_path, "before.json", copilot_envelope(RECORDS["copilot-users"]))
    load(home, "copilot-users", before)
    load(home, "copilot-users", write(tmp_path, "later.json", later), *words)
    return set(prompts(home))


TWO = RECORDS["copilot-users"][:2]
LATER = ("--fetched-at", "2026-05-09T00:00:00Z")
ALL = {"1", "2", "3", "4", "5"}


def test_a_later_whole_envelope_takes_away_what_it_lacks(home, tmp_path):
    assert first_and_later(home, tmp_path, copilot_envelope(TWO, "2026-05-09T00:00:00Z")) == {"1", "2"}


def test_complete_takes_away_what_the_files_lack(home, tmp_path):
    assert first_and_later(home, tmp_path, TWO, *LATER, "--complete") == {"1", "2"}


def test_a_bare_file_takes_nothing_away(home, tmp_path):
    assert first_and_later(home, tmp_path, TWO, *LATER) == ALL


def test_an_older_envelope_takes_nothing_away(home, tmp_path):
    assert first_and_later(home, tmp_path, copilot_envelope(TWO, "2026-05-05T00:00:00Z")) == ALL


def test_an_envelope_of_another_day_takes_nothing_away(home, tmp_path):
    day = DAY + dt.timedelta(days=1)
    rows = [user_day(1, day=day)]
    assert first_and_later(home, tmp_path, copilot_envelope(rows, "2026-05-09T00:00:00Z", day, day)) == ALL


def test_an_envelope_with_an_unreadable_record_takes_nothing_away(home, tmp_path):
    broken = {**TWO[0], "user_id": "not a number"}
    file = write(tmp_path, "before.json", copilot_envelope(RECORDS["copilot-users"]))
    load(home, "copilot-users", file)
    later = write(tmp_path, "later.json", copilot_envelope([broken, TWO[1]], "2026-05-09T00:00:00Z"))
    assert load(home, "copilot-users", later, code=4)["quarantined"] == 1
    assert set(prompts(home)) == ALL


def test_people_that_are_missing_from_a_file_are_kept_until_it_is_called_complete(home, tmp_path):
    short = tmp_path / "short.csv"
    short.write_text("person_id,lob\nP-1,Payments\n")
    held = run(home, "ingest", "hr-people", short, "--json")
    assert held.code == 3
    assert "held" in json.loads(held.out)["error"]
    assert load(home, "hr-people", short, "--complete")["loaded"] == 1


# what is known and not taken, and what cannot be read


def test_days_outside_from_and_to_are_ignored_with_their_reason(home, tmp_path):
    rows = [user_day(1, day=DAY + dt.timedelta(days=count)) for count in range(4)]
    file = write(tmp_path, "users.json", rows)
    report = load(home, "copilot-users", file, "--from", DAY + dt.timedelta(days=1), "--to", DAY + dt.timedelta(days=2))
    assert (report["loaded"], report["ignored"]) == (2, 2)
    assert sum(report["ignored_reasons"].values()) == 2
    assert report["days"] == ["2026-05-05", "2026-05-06"]


def test_a_refused_file_is_listed_and_the_others_load(home, tmp_path):
    good = write(tmp_path, "good.json", RECORDS["copilot-users"])
    bad = write(tmp_path, "bad.json", [{"copilot_ide_chat": {}, "date": "2026-05-04"}])
    report = load(home, "copilot-users", good, bad, code=4)
    assert (report["loaded"], list(report["refused"])) == (5, ["bad.json"])
    alone = run(home, "ingest", "copilot-users", bad, "--json")
    assert alone.code == 3
    assert "bad.json" in json.loads(alone.out)["error"]


def test_a_damaged_record_is_quarantined_with_line_and_field_and_the_rest_loads(home, tmp_path):
    file = tmp_path / "users.ndjson"
    rows = [json.dumps(row) for row in RECORDS["copilot-users"]]
    wrong = json.dumps({**RECORDS["copilot-users"][0], "user_id": "SECRET-VALUE"})
    file.write_text("\n".join([*rows[:2], "{not json SECRET-VALUE", wrong, *rows[2:]]) + "\n")
    report = load(home, "copilot-users", file, code=4)
    assert (report["records_in"], report["loaded"], report["quarantined"]) == (7, 5, 2)
    assert run(home, "score", "--as-of", "2026-05-20").code == 0
    text = run(home, "ask", "quarantine", "--json").out
    listed = [(row["source"], row["file"], row["line"], row["field"]) for row in json.loads(text)]
    assert listed == [("copilot-users", "users.ndjson", 3, ""), ("copilot-users", "users.ndjson", 4, "user_id")]
    assert "SECRET-VALUE" not in text
    assert run(home, "ingest", "copilot-users", write(tmp_path, "bad.json", [{}]), "--json").code == 3


def test_unknown_keys_are_kept_out_and_counted(home, tmp_path):
    rows = [{**row, "brand_new_total": 7} for row in RECORDS["copilot-users"]]
    report = load(home, "copilot-users", write(tmp_path, "users.json", rows))
    assert (report["loaded"], report["unknown_keys"]) == (5, {"brand_new_total": 5})


def test_records_add_up_for_every_source_of_the_demo(demo, tmp_path):
    """Every folder of the demo's vendor files in a home of its own: the answer adds up, and a second load is all duplicates."""
    place = home_with_roles(tmp_path / "again", "administrator")
    loaded = {}
    for folder in sorted((demo.path / "vendor").iterdir()):
        words = (folder, "--fetched-at", "2026-12-01T00:00:00Z")
        report = load(place, folder.name, *words)
        loaded[folder.name] = report["loaded"]
        again = load(place, folder.name, *words)
        assert (again["loaded"], again["records_in"]) == (0, report["records_in"]), folder.name
    assert set(loaded) >= {"hr-people", "copilot-users", "copilot-seats", "claude-code", "accounts", "seats"}
    assert all(count > 0 for count in loaded.values())
    assert set(loaded) <= set(SOURCES)
