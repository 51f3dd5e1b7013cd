"""A pack of evidence: whoever has it verifies it with nothing else; whatever is changed in it is found; it names nobody."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import zipfile

import pytest

from tests import policies
from tests.attack import drive, tampering
from uptake.acts import Act
from uptake.acts import evidence as acts
from uptake.errors import NotPermitted, WrongUsage
from uptake.jobs import State
from uptake.policy import Policy, Viewer
from uptake.settings import read_settings
from uptake.state import audit, changes, decisions, evidence, rights

DAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 12)
PEOPLE = ["person-one", "person-two"]
ACT = Act("session:a", "test", NOW, "officer:anna@bank.example")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with a log, heads, a policy by two people, and decisions on people."""
    home = tampering.home(tmp_path_factory.mktemp("pack") / "home", 60)
    state = State.of(read_settings(home))
    rows, _ = rights.tree(
        [rights.Employee(who, None if who == PEOPLE[0] else PEOPLE[0], "A", None, None, "NL") for who in PEOPLE]
    )
    rights.write(state, rows)
    policies.decided(state, DAY, profile="managed", dpia=policies.assessments(state))
    with state.writing() as connection:
        body = json.dumps({"person_id": PEOPLE[1]})
        changes.propose(
            connection, changes.CORRECTION, body, "because of a reason", "officer:anna@bank.example", ACT.time
        )
        decisions.write(
            connection,
            decisions.Decision(
                "seat", "copilot", PEOPLE[0], "keep", "a good reason", "person:person-two", ACT.time, "{}"
            ),
        )
    for number, who in enumerate(PEOPLE):
        audit.record(state, {"action": "ask", "case_id": f"CASE-{number}", "time": ACT.time}, [who])
    state.engine.dispose()
    return home


@pytest.fixture
def state(made, tmp_path):
    return State.of(read_settings(shutil.copytree(made, tmp_path / "home")))


def packed(state, role="compliance", days=(DAY, DAY), case=""):
    return acts.pack(state, Policy(), Viewer(role=role, case_id="CASE-9"), days, ACT, case)


def parts(pack):
    with zipfile.ZipFile(io.BytesIO(pack)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, body in members.items():
            file.writestr(name, body)
    return made.getvalue()


@pytest.mark.parametrize("role", ["compliance", "internal_audit"])
def test_a_pack_verifies_with_nothing_else(state, role):
    pack = packed(state, role)
    verdict = evidence.check(pack, state.signer.public_key)
    assert verdict.reasons == []
    assert verdict.records == len(parts(pack)["records.jsonl"].splitlines())
    assert verdict.heads == len(parts(pack)["heads.jsonl"].splitlines()) >= 6


def test_making_a_pack_is_written_down(state):
    packed(state)
    with state.reading() as connection:
        newest = json.loads(
            connection.execute(audit.select(audit.AUDIT.c.record).order_by(audit.AUDIT.c.seq.desc())).scalars().first()
        )
    assert (newest["action"], newest["role"], newest["case_id"]) == ("evidence", "compliance", "CASE-9")


def test_a_pack_names_nobody(state):
    names = [*PEOPLE, *(f'"{name}"' for name in ("officer:anna@bank.example", "anna@bank.example"))]
    names += [one.maker for one in every_change(state)] + [one.checker for one in every_change(state)]
    everything = b"\n".join(parts(packed(state)).values()).decode()
    assert [name for name in names if name and name in everything] == []
    assert state.pseudonym(PEOPLE[0]) in everything


def every_change(state):
    with state.reading() as connection:
        found = changes.every(connection, changes.POLICY)
    assert found
    return found


@pytest.mark.parametrize("role", ["validator", "manager", "administrator", "self"])
def test_nobody_else_makes_one(state, role):
    with pytest.raises(NotPermitted):
        packed(state, role)


@pytest.mark.parametrize("days", [(DAY + dt.timedelta(1), DAY + dt.timedelta(2)), (DAY, DAY - dt.timedelta(1))])
def test_days_without_a_record_make_no_pack(state, days):
    with pytest.raises(WrongUsage):
        packed(state, days=days)


def test_a_pack_of_a_case_holds_its_records_and_those_between(state):
    pack = packed(state, case="CASE-1")
    assert [
        json.loads(json.loads(line)["record"])["case_id"] for line in parts(pack)["records.jsonl"].splitlines()
    ] == ["CASE-1"]
    assert evidence.check(pack, None).ok
    with pytest.raises(WrongUsage):
        packed(state, case="CASE-7")


@pytest.mark.parametrize("name", [*evidence.MEMBERS, evidence.MANIFEST, evidence.SIGNATURE])
@pytest.mark.parametrize("place", [0, 0.5, -2])
def test_a_changed_byte_in_any_file_is_found(state, name, place):
    members = parts(packed(state))
    body = bytearray(members[name])
    place = int(len(body) * place) if place >= 0 else place
    body[place] ^= 1
    try:
        verdict = evidence.check(zipped({**members, name: bytes(body)}), None)
    except WrongUsage:
        return
    assert not verdict.ok


def test_a_pack_made_anew_by_somebody_else_is_found_by_the_key(state, tmp_path):
    other = State.of(read_settings(tampering.home(tmp_path / "other", 20)))
    pack = packed(other)
    assert evidence.check(pack, None).ok
    assert evidence.check(pack, state.signer.public_key).reasons == [
        "the pack is signed by another key than the one that was given"
    ]


def test_a_file_more_or_less_is_no_pack(state):
    members = parts(packed(state))
    for wrong in ({**members, "more": b""}, {name: body for name, body in members.items() if name != evidence.HEADS}):
        with pytest.raises(WrongUsage):
            evidence.check(zipped(wrong), None)


def test_the_commands_make_and_verify_one(made, tmp_path):
    home, out = shutil.copytree(made, tmp_path / "home"), tmp_path / "pack.zip"
    (home / "settings.toml").write_text('[operator]\nroles = ["internal_audit"]\n')
    done = drive.run(home, "evidence", "--out", out, "--from", DAY, "--to", DAY, "--json")
    assert done.code == 0, done.err
    key = json.loads(done.out)["public_key"]
    nowhere = tmp_path / "nowhere"
    done = drive.run(nowhere, "verify", out, "--public-key", key, "--json")
    assert (done.code, json.loads(done.out)["ok"]) == (0, True)
    assert drive.run(nowhere, "verify", out, "--public-key", "0" * 64).code == 1
    assert drive.run(home, "evidence", "--out", out, "--from", DAY, "--to", DAY).code == 2
    (home / "settings.toml").write_text('[operator]\nroles = ["administrator"]\n')
    assert drive.run(home, "evidence", "--out", tmp_path / "x.zip", "--from", DAY, "--to", DAY).code == 5
    assert not (tmp_path / "x.zip").exists()


def test_a_byte_that_breaks_the_packing_is_no_fault_of_the_program(state):
    packed = bytearray(acts.pack(state, Policy(), Viewer(role="compliance"), (DAY, DAY), ACT))
    with zipfile.ZipFile(io.BytesIO(bytes(packed))) as file:
        place = file.infolist()[0].header_offset + 60
    said = set()
    for number in range(200):
        broken = packed.copy()
        broken[place + number] ^= 0xFF
        try:
            verdict = evidence.check(bytes(broken), state.signer.public_key)
            said.add(verdict.ok)
        except WrongUsage:
            said.add("no pack")
    assert said <= {False, "no pack"}
