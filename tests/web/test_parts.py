"""Long lists: parts that together are the whole, whatever ties or lacks a value; seals that name nobody; long files and long answers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet
import pytest

from tests.web.conftest import SAME_ORIGIN, every
from uptake.errors import UserError
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, Part, Visit, parts
from uptake.reads.orders import UNIQUE
from uptake.reads.query import ROWS
from uptake.state import audit, seals
from uptake.web import compose, routes

OFFICER = Viewer(role="compliance", purpose="assurance", case_id="case-17")
DAY = dt.date(2026, 9, 15)
LISTS = [
    ("usage_days", Filters(first=DAY, last=DAY)), ("day_scores", Filters(first=DAY, last=DAY)), ("quarter_scores", Filters(quarter="2026Q3")),
    ("quarter_scores", Filters()), ("change_register", Filters()), ("not_using", Filters()), ("seats", Filters()), ("idle_seats", Filters()), ("audit_trail", Filters()), ("who_sees_what", Filters()),
]  # fmt: skip


def visit(site, viewer=OFFICER):
    return Visit(site.settings, site.state, site.app.state.site.policy, viewer, Caller("test", "test", dt.datetime(2026, 11, 24, 9)), None)  # fmt: skip


def in_parts(site, question, filters, size):
    rows, after = [], None
    while True:
        with visit(site) as asking:
            found = asking.ask(question, filters, Part(size, after))
        rows += found.rows()
        assert found.table.num_rows <= size
        if found.following is None:
            return rows, found.total
        assert found.table.num_rows == size
        after = found.following


@pytest.fixture(scope="module")
def officer(demo):
    client = demo.signed_in("compliance")
    client.post("/case", data={"case": "case-17"}, headers=SAME_ORIGIN)
    return client


@pytest.mark.parametrize(("question", "filters"), LISTS)
def test_the_parts_of_a_list_are_the_list(demo, question, filters):
    with visit(demo) as asking:
        whole = asking.ask(question, filters).rows()
    size = max(3, len(whole) // 7)
    rows, total = in_parts(demo, question, filters, size)
    # The log grows by each part that is read of it.
    grown = rows[-len(whole) :] if question == "audit_trail" else rows
    assert len(grown) == len(whole)
    if question != "audit_trail":
        assert total == len(whole)
        assert sorted(map(repr, grown)) == sorted(map(repr, whole))


@pytest.mark.parametrize("question", UNIQUE)
def test_no_two_rows_share_what_is_said_to_tell_them_apart(demo, question):
    with visit(demo) as asking:
        rows = asking.ask(question, Filters()).rows()
    keys = {tuple(row[name] for name in UNIQUE[question]) for row in rows}
    assert len(keys) == len(rows) > 0


@pytest.mark.parametrize("question", ROWS)
@pytest.mark.parametrize("filters", [Filters(), Filters(quarter="2026Q3"), Filters(quarter="2001Q1")])
def test_a_list_is_counted_as_long_as_it_is(demo, question, filters):
    with visit(demo) as asking:
        assert asking.ask(question, filters, Part(2)).total == asking.ask(question, filters).table.num_rows


def test_rows_of_one_key_and_rows_without_one_are_counted_through(demo, monkeypatch):
    """Every order here ties: the key is the tool alone, and some rows have no person."""
    monkeypatch.setitem(parts_orders(), "usage_days", "tool, feature")
    with visit(demo) as asking:
        whole = asking.ask("usage_days", Filters(first=DAY, last=DAY)).rows()
    rows, _ = in_parts(demo, "usage_days", Filters(first=DAY, last=DAY), 4)
    assert sorted(map(repr, rows)) == sorted(map(repr, whole))


def parts_orders():
    from uptake.reads import orders  # noqa: PLC0415 - only here

    return orders.ORDERS


def test_the_pages_of_the_api_are_the_rows_of_its_file(officer):
    rows = every(officer, "/api/v1/quarter_scores?quarter=2026Q3")
    held = list(csv.DictReader(io.StringIO(officer.get("/api/v1/quarter_scores.csv?quarter=2026Q3").text)))
    first = officer.get("/api/v1/quarter_scores?quarter=2026Q3")
    assert [row["person_id"] for row in rows] == [row["person_id"] for row in held]
    assert len(first.json()) == 100 < len(rows) == int(first.headers["x-total-count"])


def test_a_seal_names_nobody_and_opens_for_nobody_else(demo, officer):
    link = officer.get("/api/v1/quarter_scores?quarter=2026Q3").links["next"]["url"]
    seal = parse_qs(urlsplit(link).query)["after"][0]
    assert seals.opened(demo.state, seal, "another list") is None
    assert officer.get(link).json()[0]["person_id"] > "0"
    other = demo.signed_in("self")
    own = other.get(f"/api/v1/quarter_scores?after={seal}").json()
    assert own == other.get("/api/v1/quarter_scores").json() != []
    begun_again = officer.get(f"/api/v1/not_using?after={seal}").json()
    assert begun_again == officer.get("/api/v1/not_using").json()


def test_a_long_file_is_read_range_by_range_and_recorded_once(demo, officer, monkeypatch):
    monkeypatch.setattr(parts, "MOST_AT_ONCE", 500)
    before = _newest(demo)
    found = pyarrow.parquet.read_table(io.BytesIO(officer.get("/api/v1/usage_days.parquet?quarter=2026Q3").content))
    monkeypatch.undo()
    whole = pyarrow.parquet.read_table(io.BytesIO(officer.get("/api/v1/usage_days.parquet?quarter=2026Q3").content))
    assert found.num_rows == whole.num_rows > 5000
    assert found.column("person_id").equals(whole.column("person_id"))
    assert found.schema.metadata[b"question"] == b"usage_days"
    assert _newest(demo) == before + 2


def _newest(site):
    with site.state.reading() as connection:
        return audit.verify(connection)[0]


def test_figures_of_groups_are_made_once_and_rows_of_people_each_time(officer, monkeypatch):
    asked = []
    ask = Visit.ask
    monkeypatch.setattr(
        Visit, "ask", lambda self, question, *more: asked.append(question) or ask(self, question, *more)
    )
    for _ in range(3):
        assert officer.get("/api/v1/funnel?tool=copilot").headers["cache-control"] == "no-store"
        officer.get("/api/v1/seats?tool=copilot")
    assert (asked.count("funnel"), asked.count("seats")) == (1, 3)


def test_the_frame_of_a_page_is_shared_by_a_line_and_by_nobody_else(demo):
    policy = demo.app.state.site.policy
    one = Viewer(role="self", purpose="self", person_id="1", unit="Payments/Cards/Cards-1", lob="Payments")
    scope = compose.scope_of_frame(one, policy)
    assert compose.scope_of_frame(replace(one, person_id="2", unit="Payments/Rails/Rails-1"), policy) == scope
    others = (replace(one, unit="Treasury/A/A-1", lob="Treasury"), Viewer(role="executive", purpose="adoption"))
    assert all(compose.scope_of_frame(other, policy) != scope for other in others)


def test_an_answer_too_long_for_a_browser_is_refused_and_says_what_to_take(officer, monkeypatch):
    monkeypatch.setattr(routes, "MOST_BYTES", 1000)
    answer = officer.get("/api/v1/seats")
    assert (answer.status_code, answer.json()["next_step"]) == (400, "Narrow it, or take CSV or Parquet")
    assert officer.get("/overview").status_code == 400
    assert len(officer.get("/api/v1/seats.csv").content) > 1000


def test_a_list_that_cannot_be_recorded_is_not_answered(demo, monkeypatch):
    def refused(*_):
        raise UserError("no")

    monkeypatch.setattr(audit, "record_all", refused)
    with pytest.raises(UserError), visit(demo) as asking:
        asking.ask("seats", Filters(), Part(5))
