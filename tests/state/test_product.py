"""The whole product with its state on PostgreSQL: the invented company made, asked, signed in to, contested and verified; as on SQLite."""

from __future__ import annotations

import json
import pathlib

import psycopg
import pytest

from tests import demo_home, product
from tests.web.conftest import SAME_ORIGIN, Site

PEOPLE = 100
QUESTIONS = ("funnel", "segments", "coverage", "idle_groups", "unmatched_accounts", "reconciliation")
REPORT = {"category": "leave", "quarter": "2026Q3"}


@pytest.fixture(scope="module")
def homes(server, tmp_path_factory):
    """The same company twice: (home, URL of its state), on SQLite and on PostgreSQL."""
    folder, url = tmp_path_factory.mktemp("product"), server.database("product")
    plain = demo_home.made(folder / "plain", PEOPLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPTAKE_STATE__URL", url)
        shared = demo_home.made(folder / "shared", PEOPLE)
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
