"""API tokens: one role, one purpose, an end; printed once, kept as a hash; for what somebody may do already, and never for an act."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from starlette.testclient import TestClient

from tests import demo_home
from tests.attack.drive import run
from tests.test_routes_gate import RECEIVERS
from uptake import cli
from uptake.jobs import State
from uptake.settings import read_settings
from uptake.state import audit, rights
from uptake.state.tables import TOKENS
from uptake.web import app

BASE = "http://127.0.0.1:8321"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("tokens") / "home", 200, quarters=1)


@pytest.fixture
def demo(made, tmp_path):
    shutil.copytree(made, tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def plain(demo):
    """The same figures where nobody is invented, and the operator has two roles."""
    (demo / "DEMO").unlink()
    grant(demo, "administrator", "compliance")
    return demo


def grant(home, *roles):
    (home / "settings.toml").write_text(f"[operator]\nroles = {list(roles)}\n".replace("'", '"'))


def client(home, secret=None, now=None):
    settings = read_settings(home)
    more = {} if now is None else {"clock": lambda: now}
    made = app(settings, State(settings.state_file), **more)
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    return TestClient(made, base_url=BASE, headers=headers, follow_redirects=False, raise_server_exceptions=False)


def new(home, *words):
    done = run(home, "token", "new", *words)
    assert done.code == 0, done.err
    return done.out.strip()


def somebody(home):
    """The first manager and one of their reports."""
    rows = rights.read(State(read_settings(home).state_file))
    return next((str(row[1]), str(row[0])) for row in rows if row[1])


def test_a_token_is_printed_once_and_kept_as_a_hash(plain):
    secret = new(plain, "--role", "administrator", "--label", "nightly figures")
    assert secret.startswith("uptake_")
    assert len(secret) > 40
    listed = run(plain, "token", "list", "--json")
    assert listed.json()["tokens"][0]["label"] == "nightly figures"
    kept = b"".join(file.read_bytes() for file in plain.rglob("*") if file.is_file())
    assert secret.encode() not in kept
    assert secret not in listed.out + listed.err + run(plain, "token", "list").out


def test_a_token_of_the_operator_reads_what_that_role_may_and_sets_no_cookie(plain):
    http = client(plain, new(plain, "--role", "administrator"))
    for path in ("/api/v1/unmatched_accounts", "/api/v1/funnel", "/admin.csv", "/overview.json"):
        answer = http.get(path)
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers
    assert http.get("/api/v1/quarter_scores").status_code == 404
    assert http.get("/api/v1/audit_trail").status_code == 404


def test_assurance_needs_the_case_in_the_token(plain):
    without = client(plain, new(plain, "--role", "compliance", "--purpose", "assurance"))
    under = client(plain, new(plain, "--role", "compliance", "--purpose", "assurance", "--case", "C-1"))
    assert without.get("/api/v1/quarter_scores").status_code == 404
    assert under.get("/api/v1/quarter_scores").json()


@pytest.mark.parametrize(
    "words",
    [
        ("--role", "compliance"),  # not granted here
        ("--role", "executive"),
        ("--role", "self", "--person", "000001"),  # a person makes their own
        ("--role", "self"),
        ("--role", "no such role"),
        ("--role", "administrator", "--days", "91"),
        ("--role", "administrator", "--days", "0"),
        ("--role", "administrator", "--days", "999999999"),
        ("--role", "administrator", "--purpose", "curiosity"),
        ("--role", "administrator", "--case", "C-1"),
        ("--role", "administrator", "--label", ""),
        ("--role", "administrator", "--label", "x" * 61),
    ],
)
def test_what_may_not_be_made_is_refused(plain, words):
    grant(plain, "administrator")
    done = run(plain, "token", "new", *words)
    assert done.code in (2, 5)
    assert "uptake_" not in done.out
    assert run(plain, "token", "list", "--json").json()["tokens"] == []


@pytest.mark.parametrize(
    "account", ["not an email", "ana@", "@example.com", "a@b@c", "a/b@c", 'a"@b', "ana@example.com\n", "ana"]
)
def test_the_key_of_a_sender_is_for_an_address_or_for_nobody(capsys, account):
    code, said = cli.run(["token", "sender", account]), capsys.readouterr()
    wrong = account.strip() != "ana@example.com"
    assert code == (2 if wrong else 0)
    assert ("uptake_send_" in said.out) is not wrong
    assert ("no e-mail address" in said.err) is wrong


@pytest.mark.parametrize("person", ["no such person", ""])
def test_even_in_a_demo_nobody_gets_a_token_who_is_not_employed(demo, person):
    assert run(demo, "token", "new", "--role", "self", "--purpose", "self", "--person", person).code == 5


def test_a_token_of_a_person_reads_their_rows_until_they_leave(demo):
    _, person = somebody(demo)
    secret = new(demo, "--role", "self", "--purpose", "self", "--person", person)
    http = client(demo, secret)
    assert {row["person_id"] for row in http.get("/api/v1/quarter_scores").json()} == {person}
    assert http.get("/me.csv").status_code == 200
    state = State(read_settings(demo).state_file)
    rows = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)]
    rights.write(state, [row for row in rows if row["person_id"] != person])
    assert http.get("/api/v1/quarter_scores").status_code == 401
    assert run(demo, "ask", "quarter_scores", "--token-file", kept(demo, secret)).code == 5


def test_a_manager_s_token_ends_when_nobody_reports_to_them(demo):
    manager, _ = somebody(demo)
    http = client(demo, new(demo, "--role", "manager", "--purpose", "support", "--person", manager))
    assert http.get("/api/v1/funnel").status_code == 200
    state = State(read_settings(demo).state_file)
    rows = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)]
    rights.write(state, [{**row, "manager_id": None} for row in rows])
    assert http.get("/api/v1/funnel").status_code == 401


def test_a_token_ends_with_the_grant_with_its_time_and_by_revocation(plain):
    secret = new(plain, "--role", "administrator", "--days", "10")
    assert client(plain, secret).get("/api/v1/funnel").status_code == 200
    grant(plain, "compliance")
    assert client(plain, secret).get("/api/v1/funnel").status_code == 401
    grant(plain, "administrator")
    later = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(days=10, seconds=5)
    assert client(plain, secret, later).get("/api/v1/funnel").status_code == 401
    assert client(plain, secret).get("/api/v1/funnel").status_code == 200
    assert run(plain, "token", "revoke", 1).code == 0
    assert client(plain, secret).get("/api/v1/funnel").status_code == 401
    assert run(plain, "token", "revoke", 99).code == 5


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer uptake_guess", "Bearer \u00e9", "x" * 5000, ""]
)
def test_a_wrong_token_is_nobody_and_never_the_local_operator(plain, header):
    http = client(plain)
    assert http.get("/api/v1/funnel").status_code == 200, "the local operator"
    answer = http.get("/api/v1/funnel", headers={"authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert header not in answer.text or header == ""


def test_a_token_acts_on_nothing_and_opens_no_page(demo):
    _, person = somebody(demo)
    secret = new(demo, "--role", "self", "--purpose", "self", "--person", person)
    http = client(demo, secret)
    tokens = State(read_settings(demo).state_file)
    with tokens.reading() as connection:
        before = connection.execute(TOKENS.select()).all()
    absent = http.get("/nothing").content
    paths = {route.path for route in http.app.routes if "POST" in getattr(route, "methods", ())}
    assert {"/me/contest", "/me/token", "/me/token/revoke", "/signin", "/signout", "/purpose", "/case"} <= paths
    for path in RECEIVERS:
        assert http.post(path, content=b"{}", headers={"content-type": "application/json"}).status_code == 401, path
    assert http.post("/scim/v2/Users", content=b"{}").status_code == 401
    for path in paths - RECEIVERS - {"/scim/v2/{rest:path}"}:
        answer = http.post(
            path, data={"days": "9", "label": "more", "number": "1"}, headers={"sec-fetch-site": "same-origin"}
        )
        assert (answer.status_code, answer.content) == (404, absent), path
        assert "set-cookie" not in answer.headers
    with tokens.reading() as connection:
        assert connection.execute(TOKENS.select()).all() == before
    for path in ("/me", "/overview", "/me/tokens"):
        assert http.get(path).status_code in (401, 404), path


def test_a_token_and_a_cookie_together_are_the_token(demo):
    _, person = somebody(demo)
    secret = new(demo, "--role", "self", "--purpose", "self", "--person", person)
    http = client(demo)
    site = http.app.state.site
    http.cookies.set("uptake_session", site.sessions.cookie(site.sessions.open("compliance", None)))
    assert http.get("/api/v1/audit_trail").status_code == 200
    assert http.get("/api/v1/audit_trail", headers={"authorization": f"Bearer {secret}"}).status_code == 404
    for wrong in ("Bearer uptake_guess", "Basic eDp5", ""):
        assert http.get("/api/v1/audit_trail", headers={"authorization": wrong}).status_code == 401, wrong


def kept(home, secret):
    file = home / "token.txt"
    file.write_text(secret + "\n")
    return file


def test_the_command_line_asks_as_the_token_says(plain, monkeypatch):
    secret = new(plain, "--role", "compliance", "--purpose", "assurance", "--case", "C-1")
    file = kept(plain, secret)
    assert run(plain, "ask", "quarter_scores").code == 5, "the operator alone may not"
    assert run(plain, "ask", "quarter_scores", "--token-file", file, "--json").json()
    for said in (("--as", "administrator"), ("--purpose", "support"), ("--case", "C-2"), ("--as", "000001")):
        assert run(plain, "ask", "quarter_scores", "--token-file", file, *said).code == 5, said
    monkeypatch.setenv("UPTAKE_TOKEN", secret)
    assert run(plain, "ask", "quarter_scores", "--json").json()
    monkeypatch.setenv("UPTAKE_TOKEN", "uptake_guess")
    assert run(plain, "ask", "funnel").code == 5, "a wrong token is not the operator"
    monkeypatch.delenv("UPTAKE_TOKEN")
    for file in (plain / "absent", plain, kept(plain, "")):
        assert run(plain, "ask", "funnel", "--token-file", file).code == 2


def test_a_person_makes_lists_and_ends_their_own_keys_on_their_page(demo):
    manager, person = somebody(demo)
    http = client(demo)
    site = http.app.state.site
    same = {"sec-fetch-site": "same-origin"}

    def be(who):
        http.cookies.set("uptake_session", site.sessions.cookie(site.sessions.open("self", who)))

    be(person)
    shown = http.post("/me/token", data={"label": "<b>notebook", "days": "30"}, headers=same)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    secret = shown.text.split("<code>")[1].split("</code>")[0]
    assert {row["person_id"] for row in client(demo, secret).get("/api/v1/quarter_scores").json()} == {person}
    listed = http.get("/me/tokens").text
    assert "&lt;b&gt;notebook" in listed
    assert secret not in listed
    be(manager)
    assert "notebook" not in http.get("/me/tokens").text
    assert http.post("/me/token/revoke", data={"number": "1"}, headers=same).status_code == 404, "another's"
    be(person)
    assert http.post("/me/token/revoke", data={"number": "1"}, headers=same).status_code == 303
    assert client(demo, secret).get("/api/v1/quarter_scores").status_code == 401
    for days in ("0", "91", "-1", "", "x", "3000000", "9" * 9, "9" * 12):
        assert http.post("/me/token", data={"label": "l", "days": days}, headers=same).status_code == 400, days
    assert (
        http.post("/me/token", data={"label": "l", "days": "9"}, headers={"sec-fetch-site": "cross-site"}).status_code
        == 403
    )


def test_making_and_ending_a_token_is_written_down_without_its_secret(plain):
    secret = new(plain, "--role", "administrator")
    run(plain, "token", "revoke", 1)
    state = State(read_settings(plain).state_file)
    with state.reading() as connection:
        texts = [str(row.record) for row in connection.execute(audit.AUDIT.select().order_by(audit.AUDIT.c.seq))]
        assert audit.verify(connection)[2] is None
    assert '"action":"token_new"' in texts[-2]
    assert '"action":"token_revoke"' in texts[-1]
    assert all(secret not in text for text in texts)


def test_ending_the_sessions_of_somebody_at_the_command_line(demo):
    _, person = somebody(demo)
    http = client(demo)
    site = http.app.state.site
    http.cookies.set("uptake_session", site.sessions.cookie(site.sessions.open("self", person)))
    secret = new(demo, "--role", "self", "--purpose", "self", "--person", person)
    assert http.get("/me").status_code == 200
    done = run(demo, "token", "end-sessions", f"person:{person}", "--json")
    assert done.json() == {"sessions": 1, "tokens": 1}
    assert http.get("/me").status_code == 303
    assert client(demo, secret).get("/api/v1/quarter_scores").status_code == 401
