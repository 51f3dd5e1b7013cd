"""Sign-in through a real provider process: who gets in and as what, and every way of getting in as somebody else."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from tests.web import provider
from tests.web.conftest import DAY, SAME_ORIGIN, Site
from tests.web.test_browser import launched, pytestmark, served
from uptake import jobs
from uptake.errors import Unreachable, WrongUsage
from uptake.jobs import State
from uptake.settings import SignIn
from uptake.state import audit, rights
from uptake.state.tables import AUDIT
from uptake.web.oidc import LOGIN_SECONDS, TIMEOUT_SECONDS, Login, NotIdentified, Provider
from uptake.web.server import bound

in_chromium = pytestmark
del pytestmark


@pytest.fixture(name="home")
def _home(oidc_home):
    return oidc_home


@pytest.fixture
def site(home):
    return Site(home)


def test_an_engineer_is_found_by_e_mail_whatever_its_case_and_sees_their_own_page(site, people):
    client = provider.signed_in(site, "report")
    assert client.get("/me").status_code == 200
    rows = client.get("/api/v1/quarter_scores").json()
    assert {row["person_id"] for row in rows} <= {people["report"]}
    assert rows


def test_a_manager_is_who_has_reports_now_and_a_lead_who_is_in_the_group(site, people):
    client = provider.signed_in(site, "manager")
    session = site.app.state.site.sessions.of(client.cookies["uptake_session"])
    assert (session.identity, session.roles) == (f"person:{people['manager']}", ("lob_lead", "manager", "self"))
    assert [hat.key for hat in session.hats] == ["lob_lead", "self", "support", "training", "board"]


@pytest.mark.parametrize("group", [name for name in provider.GROUPS if name != "leads"])
def test_officers_are_who_their_group_says_and_no_person(site, group):
    client = provider.signed_in(site, group)
    session = site.app.state.site.sessions.of(client.cookies["uptake_session"])
    assert (session.roles, session.person_id) == ((provider.GROUPS[group],), None)
    assert session.identity.startswith("officer:")
    assert client.get("/me").status_code == 404


@pytest.mark.parametrize("sub", ["stranger", "unverified", "byid", "leads", "never seen before"])
def test_who_is_nobody_here_is_not_let_in(site, sub):
    client = site.client()
    answer = provider.sign_in(client, sub)
    assert answer.status_code == 401
    assert "nobody here" in answer.text
    assert "uptake_session" not in client.cookies
    assert client.get("/overview").status_code in (303, 401)


def test_with_a_provider_there_is_no_local_operator(site):
    client = site.client()
    assert client.get("/overview").headers["location"] == "/signin"
    assert client.get("/api/v1/funnel").status_code == 401
    assert client.get("/definitions").status_code == 200


def test_the_way_there_carries_state_nonce_and_a_challenge_and_no_verifier(site):
    client = site.client()
    asked = parse_qs(urlsplit(provider.there(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert "code_verifier" not in asked


def test_another_browser_another_state_and_a_used_answer_do_not_sign_in(site):
    mine, other = site.client(), site.client()
    where = provider.back(provider.there(mine), "report")
    assert other.get(where).status_code == 401, "a link to somebody else's answer"
    provider.there(other)
    assert other.get(where).status_code == 401, "the state of another attempt"
    assert mine.get(where.replace("code=", "code=x")).status_code == 401, "a code that the provider did not give"
    fresh = provider.back(provider.there(mine), "report")
    assert mine.get(fresh).status_code == 303
    assert mine.get(fresh).status_code == 401, "an answer is used once"


def test_an_attempt_comes_back_once_even_with_its_cookie(site):
    client, thief = site.client(), site.client()
    where = provider.there(client)
    cookie = client.cookies["uptake_login"]
    assert client.get(provider.back(where, "report")).status_code == 303
    thief.cookies.set("uptake_login", cookie)
    assert thief.get(provider.back(where, "manager")).status_code == 401, "another code for the same attempt"


def test_an_attempt_ends_after_ten_minutes(site, monkeypatch):
    client = site.client()
    where = provider.back(provider.there(client), "report")
    later = time.time() + LOGIN_SECONDS + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert client.get(where).status_code == 401


def test_under_https_cookies_are_kept_to_it_and_to_this_host(home, issuer, tmp_path):
    made = tmp_path / "home"
    shutil.copytree(home, made)
    (made / "settings.toml").write_text(provider.settings_text(issuer, "https://uptake.example"))
    client = Site(made).client("https://uptake.example")
    begun = client.get("/signin/start")
    signed = client.get(provider.back(begun.headers["location"], "report"))
    assert signed.status_code == 303
    gone = client.post("/signout", headers=SAME_ORIGIN)
    lines = [line for answer in (begun, signed, gone) for line in answer.headers.get_list("set-cookie")]
    assert len(lines) == 4
    for line in lines:
        assert line.startswith("__Host-uptake_"), line
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(line.split("; ")), line
    assert client.get("/me", headers={"host": "evil.example"}).status_code == 421


def test_a_provider_that_hangs_holds_up_no_page(home, tmp_path):
    made = tmp_path / "home"
    shutil.copytree(home, made)
    with bound("127.0.0.1", 0) as deaf, ThreadPoolExecutor(8) as many:
        deaf.listen()
        (made / "settings.toml").write_text(provider.settings_text(f"http://127.0.0.1:{deaf.getsockname()[1]}"))
        with served(Site(made)) as where:
            waiting = [many.submit(httpx.get, f"{where}/signin/start", timeout=60) for _ in range(4)]
            begun = time.monotonic()
            assert httpx.get(f"{where}/definitions", timeout=8).status_code == 200
            assert not any(one.done() for one in waiting)
            assert time.monotonic() - begun < TIMEOUT_SECONDS
            deaf.close()
            assert {one.result().status_code for one in waiting} == {503}


def test_who_the_provider_knows_and_nobody_here_is_written_down_without_a_name(site):
    provider.sign_in(site.client(), "stranger")
    with site.state.reading() as connection:
        text = [str(row.record) for row in connection.execute(AUDIT.select().order_by(AUDIT.c.seq))][-1]
    assert '"action":"sign_in"' in text
    assert '"result":"refused"' in text
    assert "stranger" not in text


@pytest.mark.parametrize(
    "other", ["Stra\u00df@x.example", "STRA\u017fS@x.example", "strass@x.example\u0000", "stra\u1e9e@x.example"]
)
def test_letters_that_fold_into_others_are_not_those_others(tmp_path, other):
    state = State(tmp_path / "state.db")
    person = rights.Employee("1", None, "L", "D", "T", "E", rights.email_key(state, "Strass@X.example"))
    rights.write(state, rights.tree([person])[0])
    assert rights.by_email(state, "sTRASS@x.EXAMPLE") == "1"
    assert rights.by_email(state, other) is None


def test_a_refusal_at_the_provider_is_a_plain_page(site):
    client = site.client()
    state = parse_qs(urlsplit(provider.there(client)).query)["state"][0]
    answer = client.get("/signin/callback", params={"error": "access_denied<script>", "state": state})
    assert answer.status_code == 401
    assert "access_denied" not in answer.text


def test_another_hat_is_another_session_and_the_old_cookie_is_dead(site):
    client = provider.signed_in(site, "manager")
    old = client.cookies["uptake_session"]
    assert client.post("/purpose", data={"purpose": "support"}, headers=SAME_ORIGIN).status_code == 303
    assert client.cookies["uptake_session"] != old
    thief = site.client()
    thief.cookies.set("uptake_session", old)
    assert thief.get("/me").headers["location"] == "/signin"


def test_a_restart_keeps_sessions_and_a_removed_person_or_group_loses_them_at_once(site, home, people):
    client, officer = provider.signed_in(site, "report"), provider.signed_in(site, "operators")
    again = Site(home)
    for cookies, path in ((client.cookies, "/me"), (officer.cookies, "/admin")):
        other = again.client()
        other.cookies.set("uptake_session", cookies["uptake_session"])
        assert other.get(path).status_code == 200
    before = (home / "settings.toml").read_text()
    (home / "settings.toml").write_text(before.replace('operators = "administrator"\n', ""))
    try:
        other = Site(home).client()
        other.cookies.set("uptake_session", officer.cookies["uptake_session"])
        assert other.get("/admin").status_code == 303
    finally:
        (home / "settings.toml").write_text(before)
    rows = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(site.state)]
    rights.write(site.state, [row for row in rows if row["person_id"] != people["report"]])
    try:
        assert client.get("/me").status_code == 303
    finally:
        jobs.write_rights(site.settings, site.state, DAY)


def test_signing_in_and_out_is_written_down_with_no_name_and_no_mail(site, people):
    client = provider.signed_in(site, "report")
    client.post("/signout", headers=SAME_ORIGIN)
    with site.state.reading() as connection:
        records = [str(row.record) for row in connection.execute(AUDIT.select().order_by(AUDIT.c.seq))]
        assert audit.verify(connection)[2] is None
    assert ['"action":"sign_in"' in one for one in records[-2:]] == [True, False]
    assert '"action":"sign_out"' in records[-1]
    assert all(
        people["email"].casefold() not in one.casefold() and f'"{people["report"]}"' not in one for one in records
    )


def test_nobody_is_signed_in_when_it_cannot_be_written_down(site, monkeypatch):
    client = site.client()
    where = provider.back(provider.there(client), "report")

    def full(*_):
        raise Unreachable("The state store cannot be written")

    monkeypatch.setattr(audit, "append", full)
    assert client.get(where).status_code == 503
    assert "uptake_session" not in client.cookies


# what the provider signs


KEY, OTHER = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "a"})
GOOD = {"iss": "https://idp.example", "aud": "uptake", "sub": "s", "nonce": "n"}


def checked(monkeypatch, claims, key=KEY, alg="RS256"):
    made = Provider(SignIn(issuer="https://idp.example", client_id="uptake", base_url="https://uptake.example"))
    public = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})
    monkeypatch.setattr(made, "_key_set", lambda **_: public)
    text = jwt.encode({"alg": alg, "kid": "a"}, {"exp": int(time.time()) + 300, **claims}, key, algorithms=[alg])
    monkeypatch.setattr(made, "_metadata", lambda: {"token_endpoint": "https://idp.example/token"})
    monkeypatch.setattr("uptake.web.oidc.OAuth2Client.fetch_token", lambda *_, **__: {"id_token": text})
    return made.claims(Login("state", "n", "v"), {"state": "state", "code": "c"})


def test_a_token_that_holds_is_taken(monkeypatch):
    assert checked(monkeypatch, GOOD)["sub"] == "s"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"}, {"aud": "another service"}, {"nonce": "of another attempt"}, {"exp": int(time.time()) - 300},
        {"sub": None}, {"aud": ["uptake", "another"], "azp": "another"}, {"azp": "another"}, {"iss": None}, {"nonce": None}, {"exp": None},
    ],
)  # fmt: skip
def test_a_token_of_another_issuer_service_attempt_or_time_is_refused(monkeypatch, wrong):
    claims = {name: value for name, value in {**GOOD, **wrong}.items() if value is not None}
    if "exp" in wrong and wrong["exp"] is None:
        claims["exp"] = "never"
    with pytest.raises(NotIdentified):
        checked(monkeypatch, claims)


def test_a_token_signed_by_another_key_or_by_a_shared_secret_is_refused(monkeypatch):
    with pytest.raises(NotIdentified):
        checked(monkeypatch, GOOD, key=OTHER)
    secret = OctKey.import_key(b"a secret that browsers may know, 32 bytes and more", {"kid": "a"})
    with pytest.raises(NotIdentified):
        checked(monkeypatch, GOOD, key=secret, alg="HS256")


def test_a_provider_that_is_down_is_said_and_nothing_else(home, tmp_path):
    made = tmp_path / "home"
    shutil.copytree(home, made)
    (made / "settings.toml").write_text(provider.settings_text("http://127.0.0.1:9"))
    answer = Site(made).client().get("/signin/start")
    assert answer.status_code == 503
    assert "127.0.0.1:9" not in answer.text
    assert Site(made).client().get("/definitions").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": ""}, {"base_url": ""}, {"issuer": "http://idp.example"}, {"base_url": "http://uptake.example"}, {"issuer": "idp.example"},
        {"issuer": "file:///etc/hosts"},
    ],
)  # fmt: skip
def test_settings_that_would_sign_nobody_in_safely_stop_the_start(wrong):
    right = {"issuer": "https://idp.example", "client_id": "uptake", "base_url": "https://uptake.example"}
    Provider(SignIn(**right))
    with pytest.raises(WrongUsage, match="sign_in"):
        Provider(SignIn(**{**right, **wrong}))


@in_chromium
def test_the_whole_way_in_chromium(home, issuer, tmp_path):
    made = tmp_path / "home"
    shutil.copytree(home, made)
    with bound("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    (made / "settings.toml").write_text(provider.settings_text(issuer, base))
    with served(Site(made), port) as where, launched() as browser:
        page = browser.new_context().new_page()
        page.route("https://**", lambda route: route.abort())
        page.goto(f"{where}/me")
        assert page.url == f"{base}/signin"
        page.get_by_role("link", name="Sign in", exact=True).last.click()
        page.locator("input[name=sub]").fill("manager")
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(lambda url: url.startswith(base) and "signin" not in url)
        old = page.context.cookies()
        page.goto(f"{base}/overview")
        page.locator("details.purpose summary").click()
        page.get_by_role("button", name="Change to own data").click()
        page.wait_for_url(f"{base}/me")
        assert page.locator("h1").count() == 1
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{base}/signin")
        page.context.add_cookies(old)
        page.goto(f"{base}/me")
        assert page.url == f"{base}/signin"
