"""The Assurance page: who reads the trail, who searches for a person and under what, packs, and the head that stands below."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections import Counter

import pytest
from sqlalchemy import event

from tests.web.conftest import SAME_ORIGIN, Site, every
from uptake.errors import Unreachable
from uptake.jobs import State
from uptake.state import audit, evidence
from uptake.state.tables import AUDIT
from uptake.web import app

PERSON = re.compile(r"\b0\d{5}\b")


@pytest.fixture(scope="module")
def site(demo_home, tmp_path_factory):
    """A copy of the demo home whose heads are kept."""
    home = tmp_path_factory.mktemp("assurance") / "home"
    shutil.copytree(demo_home, home)
    made = Site(home)
    made.state = State.of(made.settings)
    made.app = app(made.settings, made.state, clock=lambda: dt.datetime(2026, 11, 24, 9))
    return made


@pytest.fixture
def officer(site):
    return site.signed_in("compliance")


def newest(site, count=1):
    with site.state.reading() as connection:
        texts = (
            connection.execute(audit.select(AUDIT.c.record).order_by(AUDIT.c.seq.desc()).limit(count)).scalars().all()
        )
    return [json.loads(text) for text in texts]


def seen_by_somebody(site):
    """A person whose rows a manager has just read."""
    rows = site.signed_in("manager").get("/api/v1/not_using").json()
    return rows[0]["person_id"]


def entered(client, case="CASE-7"):
    answer = client.post("/case", data={"case": case}, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    return client


def search(client, person):
    return client.post("/assurance/search", data={"person": person}, headers=SAME_ORIGIN)


def test_it_says_whether_owners_of_the_code_approved(officer):
    """In the picture, in words and change by change, as the register has it; of chosen days the register alone."""
    rows = [row for row in every(officer, "/api/v1/change_register") if row["owner_approval"]]
    status, approval = (Counter(row[name] for row in rows) for name in ("status", "owner_approval"))
    assert set(status) == {"verified", "partly", "missing"}
    assert set(approval) == {"met", "missing", "unknown"}
    items = {item for row in rows for item in (row["missing_item"] or "").split(", ")}
    assert {"owner_approval_unknown", "review_rules_unmet"} <= items
    assert {row["status"] for row in rows if row["owner_approval"] == "unknown"} == {"partly", "missing"}
    page = officer.get("/assurance").text
    bar = page.split("Where an owner of the code has to approve")[-1].split('class="row"')[0]
    assert f"{len(rows):,} changes; {status['partly']:,} in part; {status['missing']:,} not verified" in bar
    said = f"An owner of the code had to approve {len(rows):,} changes: of {approval['met']:,} one did, of {approval['missing']:,} none did, of {approval['unknown']:,} it is not known."
    assert said in page
    assert ">Owner approval</th>" in page
    assert "Where an owner of the code" not in officer.get("/assurance?from=2026-07-06&to=2026-07-17").text


def test_what_is_withheld_stands_behind_what_is_shown(officer):
    bounds = [row["bound"] == "withheld" for row in officer.get("/assurance/followed.json").json()["rows"]]
    assert {True, False} == set(bounds)
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("role", ["compliance", "internal_audit"])
def test_the_trail_holds_pseudonyms_and_the_read_of_it_is_in_the_next_one(site, role):
    seen_by_somebody(site)
    client, before = site.signed_in(role), newest(site)[0]["seq"]
    answer = client.get("/assurance")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert not PERSON.search(answer.text)
    read = [one for one in newest(site, 9) if one["seq"] > before and one.get("question") == "audit_trail"]
    assert [(one["role"], one["route"], one["result"]) for one in read] == [(role, "GET /assurance", "answered")]
    rows = client.get("/api/v1/audit_trail").json()
    assert rows[0]["seq"] > rows[-1]["seq"]
    assert {one["question"] for one in rows} >= {"not_using", "audit_trail"}


def test_the_trail_of_days_holds_only_them(officer):
    assert officer.get("/api/v1/audit_trail?from=2026-11-24&to=2026-11-24").json()
    assert officer.get("/api/v1/audit_trail?to=2020-01-01").json() == []
    assert officer.get("/api/v1/audit_trail?from=2027-01-01").json() == []


def test_a_search_needs_a_case_and_answers_who_looked(site, officer):
    person = seen_by_somebody(site)
    before = newest(site)[0]["seq"]
    assert search(officer, person).status_code == 404
    assert "enter a case first" in officer.get("/assurance").text
    answer = search(entered(officer), person)
    assert answer.status_code == 200
    assert "not_using" in answer.text
    assert not PERSON.search(answer.text)
    record = newest(site)[0]
    assert record["seq"] > before
    assert (record["case_id"], record["question"], record["subjects"]) == (
        "CASE-7",
        "who_looked",
        [site.state.pseudonym(person)],
    )
    assert record["rows"] >= 1


def test_somebody_who_is_not_there_looks_like_somebody_nobody_read(officer):
    entered(officer)
    assert "No record names this person" in search(officer, "nobody-of-that-id").text


@pytest.mark.parametrize("role", ["self", "manager", "executive", "administrator", "licence", "internal_audit"])
def test_nobody_else_searches_and_the_refusal_is_that_of_a_page_that_is_not_there(site, role):
    client = site.signed_in(role)
    answer = search(client, seen_by_somebody(site))
    assert answer.status_code == 404
    assert answer.content == client.get("/nothing").content


def test_the_person_sees_the_search(site, officer):
    """Whoever is searched for finds it in their own list."""
    me = site.signed_in("self")
    person = me.get("/me.json").json()["rows"][0].get("person_id")
    person = person or me.get("/api/v1/quarter_scores").json()[0]["person_id"]
    search(entered(officer), person)
    looked = me.get("/api/v1/who_looked").json()
    assert [one for one in looked if one["role"] == "compliance" and one["purpose"] == "assurance"]


@pytest.mark.parametrize("role", ["compliance", "internal_audit"])
def test_a_pack_is_made_written_down_and_verifies(site, role):
    seen_by_somebody(site)
    answer = site.signed_in(role).post(
        "/assurance/pack", data={"from": "2026-11-24", "to": "2026-11-24"}, headers=SAME_ORIGIN
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert evidence.check(answer.content, site.state.signer.public_key).ok
    assert (newest(site)[0]["action"], newest(site)[0]["role"]) == ("evidence", role)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        everything = b"\n".join(file.read(name) for name in file.namelist()).decode()
    assert not PERSON.search(everything)


@pytest.mark.parametrize("role", ["self", "manager", "administrator", "licence"])
def test_nobody_else_makes_a_pack(site, role):
    client = site.signed_in(role)
    form = {"from": "2026-11-24", "to": "2026-11-24"}
    assert client.post("/assurance/pack", data=form, headers=SAME_ORIGIN).content == client.get("/nothing").content


@pytest.mark.parametrize("form", [{}, {"from": "x", "to": "2026-11-24"}, {"from": "2026-11-25", "to": "2026-11-24"}])
def test_days_that_cannot_be_are_wrong_usage(officer, form):
    assert officer.post("/assurance/pack", data=form, headers=SAME_ORIGIN).status_code == 400


def test_the_newest_head_stands_in_the_footer(site, officer):
    site.state.keep_head()
    head = site.state.keeper.newest
    said = f"audit head {head.count}:{head.hash[:12]}"
    assert said in officer.get("/assurance").text
    assert said in site.signed_in("manager").get("/team").text


def test_a_head_that_is_late_is_said_on_the_page(site, officer, monkeypatch):
    assert "No signed head" not in officer.get("/assurance").text
    monkeypatch.setattr(site.state.keeper, "failing", True)
    assert "No signed head of the audit log is younger" in officer.get("/assurance").text
    assert "No signed head" not in site.client().get("/overview").text


PEOPLE_READ = {
    "manager": (
        "/team",
        "/team/not_using.csv",
        "/team/not_using.xlsx",
        "/api/v1/not_using",
        "/api/v1/not_using.parquet",
    ),
    "self": ("/me", "/me.json", "/api/v1/quarter_scores"),
}
READS = [(role, path) for role, paths in PEOPLE_READ.items() for path in paths]


@pytest.mark.parametrize(("role", "path"), READS)
def test_each_answer_with_people_has_its_record(site, role, path):
    client, before = site.signed_in(role), newest(site)[0]["seq"]
    assert client.get(path).status_code == 200
    made = [one for one in newest(site, 40) if one["seq"] > before and one["action"] == "ask"]
    assert sum(one["subject_count"] > 0 for one in made) >= 1
    assert {
        "seq",
        "time",
        "actor",
        "role",
        "purpose",
        "case_id",
        "action",
        "route",
        "subjects",
        "rows",
        "columns",
        "policy_version",
        "snapshot",
        "score_version",
        "result",
    } <= set(made[0])


def fill(state, size):
    while True:
        audit.record(state, {"action": "fill", "text": "x" * size, "time": "2026-11-24T09:00:00Z"})


@pytest.fixture
def full(demo_home, tmp_path):
    """A site whose state store has no room for another page, and its clients, who signed in before."""
    site = Site(shutil.copytree(demo_home, tmp_path / "home"))
    clients = {role: site.signed_in(role) for role in PEOPLE_READ}
    clients["compliance"] = entered(site.signed_in("compliance"))
    people = {row["person_id"] for row in clients["manager"].get("/api/v1/not_using").json()}
    assert people
    with site.state.engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    site.state.engine.dispose()
    full = sqlite3.connect(site.settings.state_file)
    pages = full.execute("pragma page_count").fetchone()[0]
    full.close()

    def no_room(connection, _record):
        connection.execute(f"pragma max_page_count = {pages}")

    event.listen(site.state.engine, "connect", no_room)
    for size in (20_000, 0):
        with pytest.raises(Unreachable):
            fill(site.state, size)
    return site, clients, people


def test_a_log_that_cannot_be_written_answers_503_and_no_row(full):
    """Page, file, API and form, for every role that sees people."""
    _, clients, people = full
    for role, path in READS:
        answer = clients[role].get(path)
        assert answer.status_code == 503, path
        assert answer.headers["retry-after"] == "2"
        assert not [one for one in people if one.encode() in answer.content]
    assert search(clients["compliance"], next(iter(people))).status_code == 503
    form = {"from": "2026-11-24", "to": "2026-11-24"}
    answer = clients["compliance"].post("/assurance/pack", data=form, headers=SAME_ORIGIN)
    assert (answer.status_code, b"PK" in answer.content[:4]) == (503, False)


def test_the_register_says_what_is_missing_and_is_narrowed_by_the_address(officer):
    """Counts above, the changes that they count below, and the same rows in files."""
    whole = every(officer, "/api/v1/change_register")
    status = Counter(row["status"] for row in whole)
    items = Counter(item for row in whole for item in (row["missing_item"] or "").split(", ") if item)
    page = officer.get("/assurance").text
    gaps = page.split('id="gaps"')[1].split("</section>")[0]
    for item, number in items.items():
        assert f'href="?lacks={item}#register">{item.replace("_", " ").capitalize()}</a>' in gaps
        assert f"{number:,} change" in gaps
    register = page.split('id="register"')[1].split("</section>")[0]
    assert f'<a href="?#register" aria-current=true>All {len(whole):,}</a>' in register
    assert f'<a href="?status=missing#register">Not verified {status["missing"]:,}</a>' in register
    for name, number in status.items():
        rows = officer.get(f"/assurance/register.json?status={name}").json()["rows"]
        assert ({row["status"] for row in rows}, len(rows)) == ({name}, number)
    for item, number in items.items():
        rows = officer.get(f"/assurance/register.json?lacks={item}").json()["rows"]
        assert all(item in row["missing_item"].split(", ") for row in rows)
        assert len(rows) == number
        chosen = officer.get(f"/assurance?lacks={item}").text.split('id="register"')[1].split("</section>")[0]
        assert f"{number:,} of {len(whole):,} changes: only those that lack: {item.replace('_', ' ')}." in chosen
        assert "aria-current" not in chosen
    nothing = officer.get("/assurance?status=verified&lacks=no_review").text.split('id="register"')[1]
    assert "No such change" in nothing
    assert f"All {len(whole):,}</a>" in nothing
    assert officer.get("/assurance?status=worst").status_code == 400
    assert officer.get("/assurance?lacks=A%20B").status_code == 400
