"""The whole product with its state on PostgreSQL: the invented company made, asked, signed in to, contested and verified; as on SQLite."""

from __future__ import annotations

import json
import pathlib
import threading
from collections import Counter

import psycopg
import pytest

from tests import demo_home, product
from tests.state import two_servers
from tests.web.conftest import SAME_ORIGIN, Site

PEOPLE = 60
QUESTIONS = ("funnel", "segments", "coverage", "idle_groups", "unmatched_accounts", "reconciliation")
REPORT = {"category": "leave", "quarter": "2026Q3"}


@pytest.fixture(scope="module")
def homes(server, tmp_path_factory):
    """The same company twice: (home, URL of its state), on SQLite and on PostgreSQL."""
    folder, url = tmp_path_factory.mktemp("product"), server.database("product")
    plain = demo_home.made(folder / "plain", PEOPLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPTAKE_STATE__URL", url)
        shared = demo_home.fresh(folder / "shared", PEOPLE)
    return plain, shared, url


@pytest.fixture
def shared(homes, monkeypatch):
    monkeypatch.setenv("UPTAKE_STATE__URL", homes[2])
    return homes[1]


def answers(home: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found = {}
    for question in QUESTIONS:
        assert product.uptake(home, "ask", question, "--json") == 0
        found[question] = json.loads(capsys.readouterr().out)
    return found


def test_the_answers_are_those_of_the_same_company_on_sqlite(homes, shared, capsys, monkeypatch):
    on_server = answers(shared, capsys)
    monkeypatch.delenv("UPTAKE_STATE__URL")
    assert on_server == answers(homes[0], capsys)
    assert all(on_server.values())
    assert not (shared / "state.db").exists()


def test_the_doctor_and_the_verification_find_the_log_on_the_server(shared, capsys):
    assert product.uptake(shared, "doctor", "--json") in {0, 1}
    state = next(one for one in json.loads(capsys.readouterr().out)["checks"] if one["name"] == "state")
    assert (state["ok"], state["detail"].split(",")[0]) == (True, "postgresql")
    assert product.uptake(shared, "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["records"] > 0


def test_people_sign_in_see_their_own_and_object(shared):
    site = Site(shared)
    try:
        engineer = site.signed_in("self")
        assert engineer.get("/me").status_code == 200
        assert engineer.get("/api/v1/quarter_scores").json()
        answer = engineer.post("/me/contest", data=REPORT, headers=SAME_ORIGIN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me#contest")
        assert len(engineer.get("/api/v1/my_contests").json()) == 1
        assert site.signed_in("manager").get("/team").status_code == 200
        assert engineer.post("/signout", headers=SAME_ORIGIN).status_code == 303
        assert engineer.get("/api/v1/quarter_scores").status_code in {401, 404}
    finally:
        site.state.close()


def test_everything_of_it_lies_on_the_server(homes):
    with psycopg.connect(homes[2]) as connection:
        for table in ("audit", "rights", "runs", "notices", "changes", "decisions", "sessions", "contests"):
            assert connection.execute(f"select count(*) from {table}").fetchone()[0] > 0, table


def test_two_servers_share_everything_and_one_may_be_killed(homes, shared):
    """Sessions, contests and the audit log of two servers are one; what a server has answered is there when it is gone."""
    with two_servers.running(shared, two_servers.beside(shared)) as servers:
        people = [two_servers.Person(servers, "self", place) for place in range(3)]
        told = [two_servers.Told() for _ in people]
        half = threading.Barrier(len(people) + 1)
        threads = [threading.Thread(target=one.work, args=(who, half)) for who, one in zip(people, told, strict=True)]
        before = _records(homes[2])
        for thread in threads:
            thread.start()
        half.wait(timeout=120)
        servers[0].kill()
        for thread in threads:
            thread.join(timeout=120)
        assert [one.wrong for one in told] == [[]] * len(people)
        assert all(len(one.claims) == len(two_servers.CLAIMS) for one in told)
        assert sum(who.retried for who in people) > 0
        for who in people:
            assert who.ask("GET", "/me").status_code == 200
            who.close()
    after = _records(homes[2])
    assert after["my_contests"] - before["my_contests"] >= sum(one.pages for one in told)
    assert product.uptake(shared, "verify", "--json") == 0
    with psycopg.connect(homes[2]) as connection:
        twice = "select 1 from contests group by person_id, category, quarter having count(*) > 1"
        assert connection.execute(twice).fetchall() == []


def _records(url: str) -> Counter[str]:
    """Answered questions in the audit log."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select record from audit").fetchall()
    return Counter(json.loads(text).get("question", "") for (text,) in rows)
