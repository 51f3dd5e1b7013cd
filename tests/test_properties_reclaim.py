"""Nobody on a reclaim list who has not been proven idle (MEASUREMENT.md sections 9 and 12): 500 planted people, through the door."""

from __future__ import annotations

import datetime as dt
import json
from unittest import mock

import pytest

from tests import product
from tests.oracle.world import PersonRow, Unread
from tests.small_worlds import Sketch, load, workdays
from uptake.sources import SOURCES
from uptake.warehouse.connect import opened

AS_OF = dt.date(2029, 5, 18)
"""89 days before lies in the middle of the closed quarter, so that joiners of it are judged there: only the rule of 90 days keeps them off."""
FIRST = dt.date(2029, 1, 1)
DAY = dt.timedelta(days=1)
KINDS = (
    "joiner",
    "new seat",
    "on leave",
    "long leave",
    "perhaps on leave",
    "silent",
    "old client",
    "used",
    "blind quarter",
    "left",
    "ended",
)
PLANTED, IDLE = 500, 40


def seat_of(kind: str, number: int) -> dict[str, dt.date | None]:
    """First and last day of the seat."""
    return {
        "first": AS_OF - (89 - number // 10) * DAY if kind == "new seat" else None,
        "last": AS_OF - (1 + number % 20) * DAY if kind == "ended" else None,
    }


def cell_of(kind: str, place: int, count: int) -> str | None:
    """What the client reports on a working day, by its place among `count`; None = no row."""
    return {
        "silent": None,
        "old client": "old 0",
        "used": "1P" if place > count - 50 else "0",
        "blind quarter": "old 0" if 40 < place < 65 else "0",
    }.get(kind, "0")


def company() -> Sketch:
    """Reported in turns, so that each day has the same number of accounts: every client about every tenth day."""
    sketch = Sketch()
    sketch.covered(FIRST, AS_OF)
    days = workdays(100, FIRST)
    assert days[-1] <= AS_OF
    for number in range(PLANTED + IDLE):
        kind = "idle" if number >= PLANTED else KINDS[number % len(KINDS)]
        name = f"P{number:03d}"
        start = AS_OF - (89 - number // 10) * DAY if kind == "joiner" else None
        end = AS_OF - (1 + number % 20) * DAY if kind == "left" else None
        sketch.world.people.append(PersonRow(name, "Line", team="Team", start_date=start, end_date=end))
        sketch.seat(name, "copilot", **seat_of(kind, number))
        if kind == "on leave":
            sketch.leave(name, AS_OF - (number % 30) * DAY, AS_OF + (number % 5) * DAY)
        if kind == "long leave":
            sketch.leave(name, FIRST + 40 * DAY, AS_OF + 90 * DAY)
        if kind == "perhaps on leave":  # since the quarter in which a seat was last proven idle
            sketch.world.unread.append(Unread(name, AS_OF - (number % 30) * DAY, None, "leave"))
        for place, day in enumerate(days):
            cell = cell_of(kind, place, len(days))
            if cell and ((place + number) % 10 == 0 or cell == "1P"):
                sketch.use(name, day, cell)
    return sketch


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("reclaim")
    (home / "settings.toml").write_text('[operator]\nroles = ["administrator", "licence", "compliance"]\n')
    with mock.patch.dict(SOURCES, {"chatgpt-days": product.CHATGPT_DAYS}):
        with opened(product.home_settings(home).warehouse_file) as connection:
            load(company().world, connection)
        assert product.uptake(home, "score", "--as-of", AS_OF) == 0
    return home


def asked(home, capsys, question: str, *words: str) -> list[dict]:
    capsys.readouterr()
    assert product.uptake(home, "ask", question, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_no_joiner_and_nobody_on_leave_is_on_the_reclaim_list(home, capsys):
    """500 planted people in eleven kinds: none is proposed; the 40 who are proven idle all are, so the list is not empty."""
    people = {row["person_id"] for row in asked(home, capsys, "idle_seats", "--as", "licence", "--purpose", "licence")}
    wrong = sorted((KINDS[int(person[1:]) % len(KINDS)], person) for person in people if int(person[1:]) < PLANTED)
    assert wrong == []
    assert people == {f"P{number:03d}" for number in range(PLANTED, PLANTED + IDLE)}


def test_the_licence_manager_sees_proposals_and_no_other_seat(home, capsys):
    """Rows are filtered inside the query: of 540 seats the 40 proposals are answered, with the columns of the mask only."""
    rows = asked(home, capsys, "seats", "--as", "licence", "--purpose", "licence")
    assert len(rows) == IDLE
    assert {column for row in rows for column in row} == {"person_id", "tool", "last_seen", "monthly_cost"}


def test_a_non_user_is_proven_and_no_one_else_is_called_so(home, capsys):
    """Of the planted kinds only those whose zero stands proven for a quarter bear a negative segment."""
    rows = asked(home, capsys, "quarter_scores", "--as", "compliance", "--purpose", "assurance", "--case", "C1")
    negative = {
        KINDS[int(row["person_id"][1:]) % len(KINDS)]
        for row in rows
        if row["segment"] in ("non_user", "non_adopter", "lapsed") and int(row["person_id"][1:]) < PLANTED
    }
    assert negative.isdisjoint({"silent", "old client"})
    assert {row["quarter"] for row in rows} == {"2029Q1", "2029Q2"}
    assert all(row["reason"] for row in rows)


def test_every_person_question_leaves_an_audit_record(home, capsys):
    """No answer about people without its record, and the record holds no person id."""

    def records() -> list[str]:
        capsys.readouterr()
        assert product.uptake(home, "verify", "--json") == 0
        return json.loads(capsys.readouterr().out)["records"]

    before = records()
    asked(home, capsys, "idle_seats", "--as", "licence", "--purpose", "licence")
    asked(home, capsys, "not_using", "--as", "compliance", "--purpose", "assurance", "--case", "C1")
    assert product.uptake(home, "ask", "day_scores", "--as", "licence", "--purpose", "licence") == 5
    assert records() == before + 3
    asked(home, capsys, "definitions")
    assert records() == before + 3
