"""The app itself: gates by introspection, headers, same origin, hosts, caches, health, errors."""

import re

import pytest
from fastapi import FastAPI
from starlette.responses import Response

from tests.test_routes_gate import RECEIVERS
from tests.web.conftest import SAME_ORIGIN, Site
from uptake.policy import QUESTIONS
from uptake.web import routes
from uptake.web.middleware import HEADERS, POLICY
from uptake.web.pages import PAGES
from uptake.web.site import FORWARDED

ACTS = {
    "/team/offer", "/team/appraisal", "/board", "/me/contest", "/me/notices", "/me/token", "/me/token/revoke", "/licences/decide",
    "/assurance/pack", "/policy/propose", "/policy/approve", "/policy/refuse", "/policy/notify", "/policy/lockdown",
    "/cases/{number}/take", "/cases/{number}/propose", "/cases/{number}/decide",
}  # fmt: skip
OPEN = {"/static/{name}", "/healthz", "/readyz"}
SESSION = {"/signin", "/signout", "/purpose", "/profile", "/case", "/cases/open", "/policy/view-as", "/me/tokens"}
DESCRIPTION = {"/api/openapi.json"}


def ungated(app):
    """Routes that are neither gated by the door nor on one of the lists above."""
    found = []
    for path, gate in routes.gates(app):
        allowed = {
            "ask": True,
            "act": path in ACTS,
            "session": path in SESSION,
            "open": path in OPEN,
            "receive": path in {*RECEIVERS, "/scim/v2/{rest:path}"},
            None: path in DESCRIPTION,
        }
        if not allowed[gate]:
            found.append(path)
    return found


def test_every_route_has_a_gate(demo):
    assert ungated(demo.app) == []


def test_a_route_without_a_gate_is_found(demo_home):
    site = Site(demo_home)

    @site.app.get("/planted")
    def planted() -> dict[str, str]:
        return {}

    routes.add(site.app, site.app.state.site, "/planted-open", lambda *_: Response(), gate="open")
    assert set(ungated(site.app)) == {"/planted", "/planted-open"}


def test_every_card_asks_a_question_that_policy_knows():
    assert {card.question for page in PAGES for card in page.cards} <= set(QUESTIONS)
    names = [(page.slug, card.name) for page in PAGES for card in page.cards]
    assert len(names) == len(set(names))


def test_every_page_and_file_and_question_is_a_route(demo):
    paths = {path for path, gate in routes.gates(demo.app) if gate == "ask"}
    wanted = {f"/{page.slug}" for page in PAGES} | {
        f"/{page.slug}.{form}" for page in PAGES for form in ("csv", "json", "parquet")
    }
    wanted |= {f"/api/v1/{name}" for name in QUESTIONS} | {"/"}
    assert wanted <= paths


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/healthz", "/overview.csv", "/api/v1/funnel", "/signin", "/overview?scope=x"]
)
def test_every_answer_carries_the_security_headers(demo, path):
    answer = demo.client().get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "server" not in answer.headers
    assert "cache-control" in answer.headers


def test_no_page_has_inline_script_or_style(demo):
    assert "unsafe" not in POLICY
    client = demo.client()
    for path in ["/signin", *(f"/{page.slug}" for page in PAGES)]:
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), path


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8321"}, 403),
        ({"origin": "http://127.0.0.1:8321"}, 303),
        (SAME_ORIGIN, 303),
    ],
)
def test_a_form_counts_only_from_a_page_of_ours(demo, headers, status):
    assert demo.client().post("/profile", data={"profile": "managed"}, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8321", 200),
        ("localhost", 200),
        ("[::1]:1", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("[", 421),
    ],
)
def test_a_foreign_name_for_this_machine_is_refused(demo, host, status):
    assert demo.client().get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize("named", [["127.0.0.1:8321", "evil.example"], ["127.0.0.1:8321", "127.0.0.1:8321"]])
def test_a_request_names_one_host(demo, named):
    """Of two hosts a proxy may have believed the one, and we the other."""
    request = demo.client().build_request("GET", "/healthz")
    del request.headers["host"]
    request.headers = type(request.headers)([*request.headers.multi_items(), *(("host", one) for one in named)])
    assert demo.client().send(request).status_code == 421


@pytest.mark.parametrize(
    "name", [*FORWARDED, *(f"X-Forwarded-{word}" for word in ("For", "Host", "Proto", "Port", "Server"))]
)
def test_what_a_proxy_passed_on_is_not_from_the_local_operator(demo, name):
    client = demo.client()
    for path in ("/api/v1/unmatched_accounts", "/overview.csv"):
        assert client.get(path).status_code == 200
        assert client.get(path, headers={name: "198.51.100.7"}).status_code == 401
    assert client.get("/definitions", headers={name: "198.51.100.7"}).status_code == 200


def test_a_group_page_is_cached_by_its_scope_and_answered_by_tag(demo):
    first = demo.client().get("/overview")
    again = demo.client().get("/overview", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"
    assert demo.client().get("/overview").content == first.content
    narrower = demo.signed_in("lob_lead").get("/overview", headers={"if-none-match": first.headers["etag"]})
    assert narrower.status_code == 200
    assert narrower.content != first.content


def test_two_viewers_of_one_scope_get_the_same_bytes(demo):
    lead, other = demo.signed_in("self", 0), demo.signed_in("executive")
    assert demo.signed_in("self", 0).get("/overview").content == lead.get("/overview").content
    assert other.get("/overview").content != lead.get("/overview").content


def test_two_viewers_of_one_role_and_other_scopes_never_share_bytes(demo):
    first, second = (demo.signed_in("lob_lead", place).get("/overview?quarter=2026Q3&view=table") for place in (0, 1))
    scopes = [
        set(re.findall(r'data-value="([^"/]+)(?:/[^"]*)?"[^>]*>[^<]*</td><td class="d"', answer.text))
        for answer in (first, second)
    ]
    assert scopes[0] != scopes[1]
    assert first.headers["etag"] != second.headers["etag"]


def test_health_and_readiness(demo, tmp_path):
    assert demo.client().get("/healthz").json() == {"ok": True}
    assert demo.client().get("/readyz").json() == {"ok": True, "snapshot": 1}
    empty = Site(tmp_path / "home").client()
    assert empty.get("/healthz").status_code == 200
    assert empty.get("/readyz").status_code == 503


def test_absent_and_forbidden_pages_are_one_answer(demo):
    absent = demo.client().get("/nothing-here")
    assert absent.status_code == 404
    for path in (
        "/overview?scope=Nowhere",
        "/overview?scope=Nowhere/At all",
        "/overview?quarter=1999Q1",
        "/overview?tool=nothing",
    ):
        found = demo.client().get(path)
        assert (found.status_code, found.content) == (404, absent.content), path


@pytest.mark.parametrize(
    "query", ["scop=x", "quarter=2026", "view=map", "tool=a&tool=b", "compare=ever", "after=1", "purpose=self"]
)
def test_an_address_that_cannot_be_is_refused_by_the_name_of_its_field(demo, query):
    answer = demo.client().get(f"/overview?{query}")
    assert answer.status_code == 400
    assert query.split("=")[1] not in re.sub(r"<[^>]+>", "", answer.text) or len(query.split("=")[1]) < 5


def test_a_bug_tells_nothing_of_the_data(demo_home, monkeypatch, caplog):
    site = Site(demo_home)

    def broken(*_):
        raise RuntimeError("person 000123")

    monkeypatch.setattr("uptake.web.page_routes.render.page_html", broken)
    answer = site.client().get("/overview")
    assert answer.status_code == 500
    assert "000123" not in answer.text + caplog.text
    assert answer.headers["x-request-id"] in answer.text
    assert answer.headers["content-security-policy"] == POLICY


def test_a_large_form_is_refused(demo):
    assert demo.client().post("/profile", data={"profile": "x" * 20_000}, headers=SAME_ORIGIN).status_code == 400


def test_static_files_are_kept_for_good_and_named_by_their_hash(demo):
    client = demo.client()
    urls = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/overview").text)
    assert len(urls) == 6
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert re.search(r"\.[0-9a-f]{16}\.(css|js|woff2|svg)$", url)
    assert client.get("/static/../settings.toml").status_code == 404


def test_the_log_line_names_the_route_and_nothing_of_the_request(demo, caplog):
    caplog.set_level("INFO", logger="uptake.web")
    demo.signed_in("manager").get("/overview?scope=Payments&tool=copilot")
    lines = [record.getMessage() for record in caplog.records if record.name == "uptake.web"]
    assert any('"route": "/overview"' in line and '"role": "manager"' in line for line in lines)
    assert not any("Payments" in line or "scope=" in line for line in lines)


def test_the_framework_hands_nothing_to_an_exporter(demo):
    assert isinstance(demo.app, FastAPI)
    assert not demo.app._native_telemetry.enabled()


def test_the_api_describes_every_question_and_no_page(demo):
    paths = demo.client().get("/api/openapi.json").json()["paths"]
    assert set(paths) == {f"/api/v1/{name}{form}" for name in QUESTIONS for form in ("", ".csv", ".parquet")}
    for name, found in paths.items():
        assert {"400", "401", "404", "503"} <= set(found["get"]["responses"])
        if "." in name:
            continue
        rows = found["get"]["responses"]["200"]["content"]["application/json"]["schema"]["items"]["properties"]
        assert list(rows) == list(QUESTIONS[name.rsplit("/", 1)[1]].names)
