"""Every page for every role: who may open it, whose rows it holds, and that page, table, file, API and `ask` say the same."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
from urllib.parse import parse_qsl

import pytest
from pyarrow import parquet

from tests.web.conftest import SAME_ORIGIN, TITLES, profile
from uptake.policy import QUESTIONS, Viewer
from uptake.policy.questions import BY_POLICY, PERSON
from uptake.reads import Caller, Filters, ask, viewers
from uptake.state import rights
from uptake.tabular import safe
from uptake.web import compose, files
from uptake.web.address import Address, link, read
from uptake.web.pages import BY_SLUG

ALL_ROLES = {"nobody", *TITLES}
MATRIX = {
    "overview": {"executive", "lob_lead", "manager", "self", "compliance", "administrator", "internal_audit", "nobody"},
    "adoption": {"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "nobody"},
    "compare": {"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "nobody"},
    "effect": {"executive", "lob_lead", "manager", "compliance"},
    "quality": {"executive", "lob_lead", "manager", "compliance"},
    "team": {"lob_lead", "manager"},
    "tasks": {"executive", "lob_lead", "manager", "compliance", "internal_audit"},
    "licences": {"executive", "lob_lead", "compliance", "administrator", "licence", "nobody"},
    "value": {"executive", "lob_lead", "compliance"},
    "admin": {"executive", "compliance", "administrator", "internal_audit", "nobody"},
    "definitions": {
        "executive",
        "lob_lead",
        "manager",
        "self",
        "compliance",
        "administrator",
        "licence",
        "internal_audit",
        "nobody",
    },
    "me": {"self"},
    "policy": set(ALL_ROLES),
    "cases": {"compliance", "internal_audit"},
    "assurance": {"compliance", "internal_audit"},
}
"""Page -> roles that may open it; `nobody` is the local operator without a session."""
CELL = re.compile(r'<td[^>]*data-value="([^"]*)"')
BIGGEST = 2_000_000


@pytest.fixture(scope="module")
def clients(demo):
    return {"nobody": demo.client(), **{role: demo.signed_in(role) for role in TITLES}}


def test_the_matrix_names_every_page():
    assert set(MATRIX) == set(BY_SLUG)


@pytest.mark.parametrize("slug", list(MATRIX))
@pytest.mark.parametrize("role", ["nobody", *TITLES])
def test_a_page_opens_for_its_roles_only(clients, role, slug):
    answer = clients[role].get(f"/{slug}")
    if role in MATRIX[slug]:
        assert answer.status_code == 200
        assert len(answer.content) < BIGGEST
    elif role == "nobody" and slug == "me":
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    else:
        assert answer.status_code == 404
        assert answer.content == clients[role].get("/nothing").content
    for form in ("csv", "json", "parquet", "xlsx", "meta.json"):
        wanted = 200 if role in MATRIX[slug] else 401 if (role, slug) == ("nobody", "me") else 404
        assert clients[role].get(f"/{slug}.{form}").status_code == wanted, form


@pytest.mark.parametrize("role", list(TITLES))
def test_the_menu_holds_what_opens_and_nothing_else(clients, role):
    text = clients[role].get(f"/{'definitions'}").text
    menu = set(re.findall(r'href="/([a-z]+)"', text.split('id="menu"')[1].split("</nav>")[0]))
    assert menu == {slug for slug, roles in MATRIX.items() if role in roles}


@pytest.mark.parametrize("role", ["nobody", *TITLES])
def test_person_pages_are_never_kept_and_group_pages_hold_no_person(clients, role):
    for slug in (slug for slug, roles in MATRIX.items() if role in roles):
        answer = clients[role].get(f"/{slug}")
        questions = {
            QUESTIONS[card.question].level for card in BY_SLUG[slug].cards if f'id="{card.name}"' in answer.text
        }
        if questions & {PERSON, BY_POLICY}:
            assert answer.headers["cache-control"] == "no-store"
            assert "etag" not in answer.headers
        else:
            assert not re.search(r">0\d{5}<", answer.text), slug


@pytest.mark.parametrize("question", [name for name, q in QUESTIONS.items() if q.level in (PERSON, BY_POLICY)])
def test_person_questions_need_somebody_signed_in(demo, plain, question):
    for site in (demo, plain):
        answer = site.client().get(f"/api/v1/{question}")
        assert answer.status_code == 401
        assert answer.headers["cache-control"] == "no-store"


def opened(demo, role):
    """(role, page, card, client) of every card that a role sees."""
    client = demo.client() if role == "nobody" else demo.signed_in(role)
    for slug in (slug for slug, roles in MATRIX.items() if role in roles):
        text = client.get(f"/{slug}?view=table").text
        for card in BY_SLUG[slug].cards:
            if f'id="{card.name}"' in text:
                yield BY_SLUG[slug], card, client, text


def url_of(page, card, form):
    return f"/{page.slug}.{form}" if card is page.cards[0] else f"/{page.slug}/{card.name}.{form}"


@pytest.mark.parametrize("role", ["nobody", "manager", "self", "licence", "lob_lead", "compliance"])
def test_table_and_files_hold_the_same_rows_in_the_same_order(demo, role):
    seen = 0
    for page, card, client, text in opened(demo, role):
        if card.name == "trail":
            continue  # each reading of the audit log is a record of it: no two are the same
        rows = client.get(url_of(page, card, "json")).json()["rows"]
        as_csv = list(csv.reader(io.StringIO(client.get(url_of(page, card, "csv")).text)))
        table = parquet.read_table(io.BytesIO(client.get(url_of(page, card, "parquet")).content))
        assert [files._plain(v) if isinstance(v, dt.date) else v for v in as_csv[0]] == table.column_names
        assert len(as_csv) - 1 == len(rows) == table.num_rows, card.name
        for line, row, packed in zip(as_csv[1:], rows, table.to_pylist(), strict=True):
            assert line == [
                safe(packed[name]) if packed[name] is None else str(safe(packed[name])) for name in as_csv[0]
            ]
            assert row == json.loads(files.as_json(packed))
        section = text.split(f'id="{card.name}"')[1].split("</section>")[0]
        shown = [name for name in card.columns or as_csv[0] if name in as_csv[0]]
        wanted = [
            "" if packed[name] is None else str(packed[name])
            for packed in table.to_pylist()[: card.size]
            for name in shown
        ]
        assert [html.unescape(cell) for cell in CELL.findall(section)] == wanted, card.name
        seen += len(rows)
    assert seen > 0


@pytest.mark.parametrize(
    "question", ["funnel", "segments", "adoption_weeks", "lob_compare", "coverage", "definitions", "unmatched_accounts"]
)
def test_the_api_gives_the_rows_of_ask(demo, question):
    viewer = viewers.operator(demo.settings, "administrator", None, None)
    caller = Caller("test", "test", dt.datetime(2026, 11, 24))
    wanted = ask(demo.settings, demo.state, demo.app.state.site.policy, question, viewer, Filters(), caller).rows()
    found, url = [], f"/api/v1/{question}"
    while url:
        answer = demo.client().get(url)
        assert len(answer.content) < BIGGEST
        found += answer.json()
        url = answer.links.get("next", {}).get("url")
    assert found == json.loads(files.as_json(wanted))


def test_the_numbers_of_the_overview_are_those_of_ask(demo):
    rows = {row["quarter"]: row for row in demo.client().get("/api/v1/funnel?scope=(company)").json()}
    text = re.sub(r"<[^>]+>", " ", demo.client().get("/overview?quarter=2026Q3").text)
    own = rows["2026Q3"]
    for name in ("engineers", "provisioned", "active", "regular", "heavy", "active_accounts"):
        assert f"{own[name]:,}" in text, name
    sentence = re.search(r"<h1>(.*?)</h1>", demo.client().get("/overview?quarter=2026Q3").text)[1]
    assert sentence.startswith(
        f"{round(100 * own['active'] / own['engineers'])}\u202f% of engineers used an AI tool in Q3"
    )


def test_a_viewer_is_bound_to_the_own_line(demo):
    lead = demo.signed_in("lob_lead")
    scopes = {row["scope"] for row in lead.get("/api/v1/funnel").json()}
    lines = {scope.split("/")[0] for scope in scopes} - {"(company)"}
    assert len(lines) <= 1
    foreign = next(
        scope for scope in {row["scope"] for row in demo.client().get("/api/v1/funnel?quarter=2026Q3").json()}
        if scope.split("/")[0] not in {*lines, "(company)"}
    )  # fmt: skip
    answer = lead.get("/overview", params={"scope": foreign})
    assert (answer.status_code, answer.content) == (404, lead.get("/nothing").content)


def test_an_engineer_sees_own_rows_only(demo):
    first, second = demo.signed_in("self", 0), demo.signed_in("self", 1)
    people = [{row["person_id"] for row in client.get("/api/v1/quarter_scores").json()} for client in (first, second)]
    assert all(len(found) == 1 for found in people)
    assert people[0] != people[1]
    assert people[0].isdisjoint(re.findall(r"\d{6}", second.get("/me").text))


def test_a_manager_sees_names_only_where_policy_opens_lists(demo):
    manager = demo.signed_in("manager")
    assert 'id="not_using"' in manager.get("/team").text
    assert manager.get("/api/v1/not_using").json()
    with profile(demo, "team-first"):
        text = manager.get("/team").text
        assert 'id="not_using"' not in text
        assert not re.search(r">0\d{5}<", text)
        assert manager.get("/api/v1/not_using").status_code == 404
    assert manager.get("/api/v1/not_using").json()


def test_training_shows_no_segment_and_a_change_of_purpose_makes_a_new_session(demo):
    manager = demo.signed_in("manager")
    before = manager.cookies["uptake_session"]
    assert manager.post("/purpose", data={"purpose": "training"}, headers=SAME_ORIGIN).status_code == 303
    assert manager.cookies["uptake_session"] != before
    assert "segment" not in manager.get("/api/v1/quarter_scores").json()[0]
    assert 'id="not_using"' not in manager.get("/team").text
    old = demo.client()
    old.cookies.set("uptake_session", before)
    assert old.get("/api/v1/quarter_scores").status_code == 401


def test_every_opening_of_a_list_is_in_the_audit_log(demo):
    def records():
        with demo.state.reading() as connection:
            return connection.exec_driver_sql("select record from audit order by seq").scalars().all()

    manager = demo.signed_in("manager")
    before = len(records())
    manager.get("/team")
    made = [json.loads(record) for record in records()[before:]]
    assert {record["question"] for record in made} == {"quarter_scores", "not_using"}
    assert all(record["route"] == "GET /team" and record["purpose"] == "support" for record in made)


def test_a_headline_never_says_more_than_the_data(demo):
    texts = [demo.client().get(f"/adoption?quarter=2026Q3&compare={name}").text for name in ("previous", "none")]
    assert "since" not in re.search(r"<h1>(.*?)</h1>", texts[1])[1]
    for text in texts:
        changes = re.findall(r'class="change[^"]*">([^<]*)<', text)
        up = len([change for change in changes if change.startswith("▲")])
        if not up:
            assert not re.search(r"grows in [1-9]", text)


@pytest.mark.parametrize("slug", list(MATRIX))
def test_a_running_quarter_is_marked_and_not_compared(demo, slug):
    role = next(iter(sorted(MATRIX[slug] - {"nobody"})))
    text = demo.signed_in(role).get(f"/{slug}?quarter=2026Q4").text
    assert "Provisional until 14 Jan 2027" in text
    assert "points since" not in text


def test_long_lists_are_paged_by_an_opaque_place(demo):
    client = demo.signed_in("licence")
    rows = client.get("/licences/list.json").json()["rows"]
    assert len(rows) > 100
    seen, url = [], "/licences?view=table"
    for _ in range(20):
        section = client.get(url).text.split('id="list"')[1].split("</section>")[0]
        cells = CELL.findall(section)
        seen += cells[:: len(cells) // max(1, section.count("<tr>") - 1)]
        following = re.search(r'href="([^"]+)#list">Next rows', section)
        if not following:
            break
        url = "/licences" + html.unescape(following[1])
        assert not any(row["person_id"] in url for row in rows)
    assert seen == [row["person_id"] for row in rows]


@pytest.mark.parametrize("slug", list(MATRIX))
@pytest.mark.parametrize(
    "query",
    ["quarter=2026Q2", "quarter=2026Q4&view=table", "tool=copilot", "tool=claude_code&view=table", "compare=year"],
)
def test_every_page_stands_in_every_state_of_the_url(demo, slug, query):
    for role in sorted(MATRIX[slug] - {"nobody"}):
        client = demo.signed_in(role)
        assert client.get(f"/{slug}?{query}").status_code == 200, role
        assert client.get(f"/{slug}.csv?{query}").status_code == 200, role


@pytest.mark.parametrize("slug", ["overview", "adoption", "compare", "licences", "tasks"])
def test_every_released_unit_has_its_page(demo, slug):
    client = demo.client() if "nobody" in MATRIX[slug] else demo.signed_in("executive")
    for scope in sorted({row["scope"] for row in client.get("/api/v1/funnel?quarter=2026Q3").json()}):
        for tool in ("all", "copilot"):
            answer = client.get(f"/{slug}", params={"scope": scope, "quarter": "2026Q3", "tool": tool})
            assert answer.status_code == 200, (scope, tool)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_invented_person_gets_a_page(demo, place):
    for role, path in (("self", "/me"), ("manager", "/team"), ("lob_lead", "/team")):
        for quarter in ("2026Q2", "2026Q3", "2026Q4"):
            assert demo.signed_in(role, place).get(f"{path}?quarter={quarter}").status_code == 200, (role, quarter)


def test_every_kind_of_person_gets_their_own_page(demo):
    """One person of each segment, reason and comparison of the world, in each quarter: the page stands, and is theirs."""
    site, caller = demo.app.state.site, Caller("test", "test", dt.datetime(2026, 11, 24))
    officer = Viewer(role="compliance", purpose="assurance", case_id="test")
    rows = ask(demo.settings, demo.state, site.policy, "quarter_scores", officer, Filters(), caller).rows()
    employed = {row[0] for row in rights.read(demo.state)}
    here = [row for row in rows if row["person_id"] in employed]
    kinds = {(row["quarter"], row["segment"], row["reason"], row["comparison"]): row for row in here}
    assert len(kinds) > 20
    client = demo.client()
    for place, row in enumerate(kinds.values()):
        session = site.sessions.open("self", row["person_id"])
        client.cookies.set("uptake_session", site.sessions.cookie(session))
        view = ("", "&view=table")[place % 2]
        assert client.get(f"/me?quarter={row['quarter']}{view}").status_code == 200, row
        site.sessions.close(session)
    assert len({row["segment"] for row in kinds.values()}) >= 6


def test_who_left_the_company_is_not_signed_in_any_more(demo):
    site = demo.app.state.site
    client = demo.client()
    client.cookies.set("uptake_session", site.sessions.cookie(site.sessions.open("self", "nobody of the tree")))
    assert client.get("/me").status_code == 303
    assert client.get("/api/v1/quarter_scores").status_code == 401


def test_a_cursor_that_is_gone_starts_over():
    rows = [{"a": n} for n in range(5)]
    part, first, following = compose.paged(rows, "0" * 32, b"key", 2)
    assert (list(part), first) == (rows[:2], 0)
    part, first, following = compose.paged(rows, following, b"key", 2)
    assert (list(part), first) == (rows[2:4], 2)
    part, _, following = compose.paged(rows, following, b"key", 2)
    assert (list(part), following) == (rows[4:], None)


def test_an_address_survives_writing_and_reading():
    state = Address(scope="A/B&C=?", quarter="2026Q3", tool="copilot", compare="none", view="table", after="0" * 32)
    url = link("/overview", state)
    assert read(parse_qsl(url.split("?")[1])) == state
    assert link("/overview", Address()) == "/overview"
