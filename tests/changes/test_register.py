"""The register of changes with exposure to AI, as those who prove control read it; and who does not."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import pytest

from tests.attack.drive import COMPLIANCE, run
from tests.changes.cases import CASES, OWNERS, REGISTER, REQUIRED
from tests.changes.payloads import REPOSITORY

QUESTIONS = ("change_register", "verification", "error_propagation")
LOGINS = ("ana", "ben", "cem", "dora")


def ask(home, question, *who):
    done = run(home, "ask", question, *who, "--format", "json")
    return json.loads(done.out) if done.code == 0 else done.code


@pytest.fixture(scope="module")
def register(home):
    return {row["change"]: row for row in ask(home, "change_register", *COMPLIANCE)}


@pytest.mark.parametrize(("pull", "payloads", "expected"), [one for one in CASES if set(one.values[2]) & set(REGISTER)])
def test_status_and_missing_item(register, pull, payloads, expected):
    assert payloads
    row = register[f"{REPOSITORY}#{pull.number}"]
    assert {name: row[name] for name in REGISTER} == {name: expected[name] for name in REGISTER}


def test_what_the_rules_required_and_what_ran(register):
    assert {number: register[f"{REPOSITORY}#{number}"]["required_checks"] for number in REQUIRED} == REQUIRED
    approvals = [register[f"{REPOSITORY}#85"][name] for name in ("approvals", "approvals_required", "checks_required")]
    assert approvals == [1, 2, 0]
    assert {number: register[f"{REPOSITORY}#{number}"]["owner_approval"] for number in OWNERS} == OWNERS


def test_it_holds_every_merged_change_with_exposure_and_no_other(register):
    stand = {
        f"{REPOSITORY}#{one.values[0].number}"
        for one in CASES
        if one.values[2].get("exposure") or "status" in one.values[2]
    }
    assert set(register) == stand
    assert {row["risk_tier"] for row in register.values()} == {"critical"}


def test_evidence_is_ids_and_times(register):
    row = register[f"{REPOSITORY}#60"]
    assert row["reviewed_at"] == "2026-05-05T09:30:00Z"
    assert row["review"].isdigit()
    assert len(row["merge_sha"]) == 40
    assert row["basis"] == "line"
    assert register[f"{REPOSITORY}#35"]["basis"] == "use"


def test_the_rates_are_those_of_the_register(home, register):
    for row in ask(home, "verification", *COMPLIANCE):
        mine = [one for one in register.values() if one["exposure"] == row["exposure"]]
        counts = [sum(one["status"] == status for one in mine) for status in ("verified", "partly", "missing")]
        assert [row["verified"], row["partly"], row["missing"]] == counts
        assert row["changes"] == sum(counts) == len(mine)


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_who_proves_control_may_ask(home, question):
    assert isinstance(ask(home, question, "--as", "compliance"), list)
    assert isinstance(ask(home, question, "--as", "internal_audit"), list)
    assert ask(home, question) == 5
    assert ask(home, question, "--as", "executive") == 5


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_register_names_a_person(home, question):
    text = json.dumps(ask(home, question, *COMPLIANCE))
    assert not [name for name in (*LOGINS, "P1", "P2", "P4") if f'"{name}"' in text]


def test_who_made_and_reviewed_a_change_is_read_under_a_case_only(home):
    assert ask(home, "my_changes", "--as", "compliance", "--purpose", "assurance") == 5
    assert ask(home, "my_changes", "--as", "internal_audit") == 5
    rows = ask(home, "my_changes", *COMPLIANCE)
    parts = {(row["person_id"], row["part"]) for row in rows if row["change"] == f"{REPOSITORY}#60"}
    assert parts == {("P1", "author"), ("P2", "reviewer")}


def test_days_narrow_the_register(home):
    rows = ask(home, "change_register", *COMPLIANCE, "--from", "2026-05-05", "--to", "2026-05-05")
    assert rows
    assert {dt.date.fromisoformat(row["day"]) for row in rows} == {dt.date(2026, 5, 5)}


def test_a_pack_of_evidence_holds_the_register_and_verifies(home, tmp_path):
    file = tmp_path / "pack.zip"
    days = ("--from", "2026-04-01", "--to", "2099-12-31")
    assert run(home, "ask", "change_register", *COMPLIANCE).code == 0
    assert run(home, "evidence", "--out", file, *days).code == 0
    assert run(home, "verify", file).code == 0
    with zipfile.ZipFile(file) as pack:
        rows = json.loads(pack.read("change_register.json"))
        assert json.loads(pack.read("error_propagation.json")) is not None
        parts = {name: pack.read(name) for name in pack.namelist()}
    assert {row["change"] for row in rows} == {row["change"] for row in ask(home, "change_register", *COMPLIANCE)}
    for name, body in {"dropped": None, "changed": b"[]"}.items():
        broken = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(broken, "w") as pack:
            for part, content in parts.items():
                kept = content if part != "change_register.json" else body
                if kept is not None:
                    pack.writestr(part, kept)
        assert run(home, "verify", broken).code == 1
