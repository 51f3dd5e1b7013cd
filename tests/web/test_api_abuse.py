"""The API and the forms under abuse: the small form of check 23, faults that it must notice, and what it found once."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import threading

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.acceptance import check_23_api as check
from tests.web.conftest import SAME_ORIGIN, Site
from uptake.errors import WrongUsage
from uptake.web import routes
from uptake.web.server import _Server, address, bound

FEW = 3
QUESTIONS = re.compile(r"/api/v1/(funnel|quarter_scores|who_looked|audit_trail|definitions\.csv)$")
FORMS = re.compile(r"^/(cases/{number}.*|policy/propose|me/.*|assurance/(pack|search)|case|team)$")
ROWS = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}


@pytest.fixture(scope="module")
def served(tmp_path_factory, demo_home):
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("abused") / "home")
    with check.opened(home) as (site, base):
        yield site, base


@pytest.mark.parametrize("role", ["self", "compliance"])
def test_the_api_keeps_to_its_description(served, role):
    found = check.strict(*served, role, FEW, QUESTIONS)
    assert not found.faults
    assert len(found.operations) == 5
    assert {200, 400, 404, 405} >= set(found.statuses) >= {200, 400, 405}


@pytest.mark.parametrize("role", ["self", "compliance"])
def test_no_page_and_no_form_breaks(served, role):
    found = check.loose(*served, role, FEW, FORMS)
    assert not found.faults
    assert set(found.statuses) <= {200, 303, 400, 401, 403, 404}
    assert len(found.operations) >= 8


def test_every_route_is_in_one_of_the_two_descriptions(served):
    site, _ = served
    pages, forms = check.rest(site)
    described = (
        set(site.app.openapi()["paths"]) | set(pages["paths"]) | {path for form in forms for path in form["paths"]}
    )
    left_out = {check.described(route.path) for route in site.app.routes} - described
    assert left_out == {"/api/openapi.json", "/static/{name}", "/healthz", "/readyz"}


def _planted(fault: str):
    kept = {"Cache-Control": "public" if fault == "keeps" else "no-store"}

    async def rows(request):
        scope = request.query_params.get("scope")
        if scope is not None and not 0 < len(scope) <= 300 and fault != "accepts":
            return JSONResponse({}, 400, kept)
        status = {"breaks": 500, "teapot": 418}.get(fault, 200) if scope else 200
        return JSONResponse([{"n": "one" if fault == "mistypes" else 1}], status, kept)

    scope = {"name": "scope", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": 300}}
    answers = {
        "200": {"description": "-", "content": {"application/json": {"schema": ROWS}}},
        "400": {"description": "-"},
    }
    described = check._whole({"/api/v1/rows": {"get": {"parameters": [scope], "responses": answers}}})
    return Starlette(routes=[Route("/api/v1/rows", rows)]), described


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("none", ""), ("breaks", "not_a_server_error"), ("teapot", "status_code_conformance"), ("accepts", "negative_data_rejection"),
        ("keeps", "nothing_is_kept"), ("mistypes", "response_schema_conformance"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_noticed_and_nothing_else_is(fault, named):
    app, described = _planted(fault)
    listening = bound("127.0.0.1", 0)
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        checks = [one for one in check.STRICT if one not in {"unsupported_method", "content_type_conformance"}]
        found = check.drive(address(listening), described, {}, 20, checks, edges=False)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()
    kinds = {name.split()[0] for name in found.faults}
    assert named in kinds if named else not kinds, found.faults


@pytest.fixture(scope="module")
def site(served):
    return served[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "20260930"), ("from", "2026-W39-3"), ("to", "0000-01-01"), ("to", "2026-02-30"), ("quarter", "\u0662\u0660\u0662\u0666Q3"), ("quarter", "2026Q3\n"),
        ("scope", ""), ("scope", "x" * 301), ("tool", "A"), ("after", "0"), ("person_id", "p"), ("purpose", "support"),
    ],
)  # fmt: skip
def test_a_filter_outside_its_description_is_refused(site, name, value):
    answer = site.client().get("/api/v1/definitions", params={name: value})
    assert answer.status_code == 400
    assert value not in answer.text or len(value) < 2
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"error", "next_step"}


@pytest.mark.parametrize("text", ["\0", "scope\0", "٢", "é" * 300, "'; drop table people --", "%", "\u202e"])
def test_a_unit_of_any_text_is_answered(site, text):
    assert site.client().get("/api/v1/funnel", params={"scope": text}).status_code in {200, 400, 404}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("quarter=0000Q1", 400), ("quarter=0001Q1", 400), ("quarter=9999Q4", 400), ("from=9999-12-01&to=9999-12-31", 400),
        ("from=0001-01-01&to=0001-01-31", 400), ("quarter=0002Q1", None), ("quarter=9998Q4", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/definitions", "/definitions.csv", "/health", "/health.csv"])
@pytest.mark.parametrize("role", [None, "administrator"])
def test_a_quarter_at_an_end_of_the_calendar_is_refused(site, role, path, query, status):
    """Who may see no unit knows no quarter, and any was taken as it came: days beyond the calendar were a fault."""
    client = site.signed_in(role) if role else Site(site.home, "0.0.0.0").client()  # noqa: S104  nobody is the operator there
    answer = client.get(f"{path}?{query}")
    assert answer.status_code < 500
    if path == "/definitions" and status:
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"&".join(b"f%d=1" % number for number in range(40)), "many fields"), (b"reason=%00", "NUL"), (b"a%00=1", "NUL in a name"),
        (b"x=" + b"y" * 20_000, "long"), (b"\xff\xfe=%ff%fe", "no UTF-8"), (b"a;b;c=%", "broken"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/case", "/me/contest", "/policy/propose", "/signin"])
def test_a_broken_form_is_refused(site, path, body, kind):
    kept = {"content-type": "application/x-www-form-urlencoded", **SAME_ORIGIN}
    answer = site.signed_in("compliance").post(path, content=body, headers=kept)
    assert answer.status_code in {303, 400, 404}, kind
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "origin", ["http://[", "null", "", "//", "http://127.0.0.1:8321.evil.example", "http://evil@127.0.0.1:1"]
)
def test_an_origin_that_is_not_ours_is_refused(site, origin):
    assert site.client().post("/signin", data={"who": "x"}, headers={"origin": origin}).status_code == 403


def test_a_method_that_is_not_there_says_which_are(site):
    answer = site.client().request("DELETE", "/api/v1/funnel", headers=SAME_ORIGIN)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_an_answer_is_sent_at_once():
    """Without the name of the protocol the event loop leaves small parts waiting for the reader: 40 ms each."""
    listening = bound("127.0.0.1", 0)
    try:
        assert listening.proto == socket.IPPROTO_TCP
    finally:
        listening.close()


def test_no_file_of_the_description_names_a_person(site):
    described = site.client().get("/api/openapi.json")
    assert described.status_code == 200
    assert not re.search(r"\bp\d{3,}\b|@", json.dumps(described.json()["paths"]))


@pytest.mark.parametrize(("length", "sent"), [("50", b"x=1"), ("9" * 20, b"x=1")])
def test_half_a_form_holds_nothing_open(served, monkeypatch, length, sent):
    """Who says more than they send is answered, after a while or at once; who hangs up is no fault."""
    monkeypatch.setattr(routes, "PATIENCE", 0.2)
    host, port = served[1].removeprefix("http://").split(":")
    head = f"POST /signin HTTP/1.1\r\nHost: {host}:{port}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(head.encode() + sent)
        assert line.recv(100).startswith(b"HTTP/1.1 400")


def test_who_hangs_up_is_no_fault():
    async def hung_up():
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "headers": []}, hung_up)
    with pytest.raises(WrongUsage):
        asyncio.run(routes._form(request))
