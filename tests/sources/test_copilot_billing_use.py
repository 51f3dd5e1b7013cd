"""Bills beside use (decision 0043): money changes no day and no score, and whose use was billed is never called a non-user."""

import datetime as dt
import json
from decimal import Decimal

import duckdb
import pytest
from billing_files import BASE, ITEM, answer, text_of
from tests.attack.drive import COMPLIANCE, home_with_roles, run

PEOPLE = ("p1", "p2", "p3", "p4", "p5", "p6")
DAYS = [day for day in (dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(181)) if day.weekday() < 5]


def user_day(number, day):
    """p2 asks each day; all others report zeros, so that nothing but the bill tells of their use."""
    count = 4 if number == 1 else 0
    counters = {
        "user_initiated_interaction_count": count, "code_generation_activity_count": 0, "code_acceptance_activity_count": 0,
        "loc_suggested_to_add_sum": 0, "loc_suggested_to_delete_sum": 0, "loc_added_sum": 0, "loc_deleted_sum": 0,
    }  # fmt: skip
    client = {
        "ide": "vscode", **counters, "last_known_ide_version": {"ide_version": "1.110.0", "sampled_at": f"{day}T00:00:00Z"},
        "last_known_plugin_version": {"plugin": "copilot-chat", "plugin_version": "0.40.0", "sampled_at": f"{day}T00:00:00Z"},
    }  # fmt: skip
    feature = {"feature": "chat_panel_ask_mode", **counters}
    return json.dumps(
        {
            "day": str(day), "user_id": 500 + number, "user_login": PEOPLE[number], "enterprise_id": "77", **counters,
            "used_agent": False, "used_chat": False, "totals_by_feature": [feature], "totals_by_ide": [client],
            "totals_by_language_feature": [], "totals_by_language_model": [], "totals_by_model_feature": [],
        }
    )  # fmt: skip


def ingest(home, source, text, *more):
    path = home.parent / f"{source}.txt"
    path.write_text(text, encoding="utf-8")
    done = run(home, "ingest", source, path, "--fetched-at", "2026-07-20T00:00:00Z", *more, "--json")
    assert done.code in {0, 4}, done.err
    return json.loads(done.out)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A seat and complete telemetry for everybody; p6 has a seat and no telemetry at all; p7 and p8 have another tool only."""
    home = home_with_roles(tmp_path_factory.mktemp("billing") / "home", "administrator", "compliance")
    people = "".join(f"{one},Risk,{one},2020-01-01\n" for one in (*PEOPLE, "p7", "p8", "p9"))
    ingest(home, "hr-people", "person_id,lob,github_login,start_date\n" + people)
    others = "".join(f"amazon_q,u-{one},2025-12-01\n" for one in ("p7", "p8"))
    ingest(
        home, "seats", "tool,account,first_day\n" + others + "".join(f"copilot,{one},2025-12-01\n" for one in PEOPLE)
    )
    ingest(
        home,
        "accounts",
        "source,account,person_id\n" + "".join(f"amazon_q,u-{one},{one}\n" for one in ("p7", "p8", "p9")),
    )
    ingest(home, "amazon-q", "UserId,Date,Chat_MessagesSent\n" + "".join(f"u-p9,{day},8\n" for day in DAYS))
    lines = "\n".join(user_day(number, day) for day in DAYS for number in range(5))
    ingest(home, "copilot-users", lines + "\n", "--from", "2026-01-01", "--to", "2026-06-30")
    assert run(home, "score", "--as-of", "2026-07-20").code == 0
    return home


def asked(home, question):
    done = run(home, "ask", question, *COMPLIANCE, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def segments(home):
    found = asked(home, "quarter_scores")
    return {(row["quarter"], row["person_id"]): (row["segment"], row["reason"]) for row in found}


def scored(home):
    """All that is told of use and scores by day and quarter, but the segments."""
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        return {
            table: connection.execute(f"select * from {table} order by all").fetchall()
            for table in (
                "usage",
                "usage_days",
                "usage_facts",
                "tool_use",
                "day_scores",
                "complete_days",
                "witness_spans",
            )
        }


def test_whose_use_was_billed_is_never_a_non_user_and_money_changes_nothing_else(home):
    before, plain = segments(home), scored(home)
    assert {before["2026Q2", one] for one in ("p1", "p3", "p4", "p5")} == {("non_adopter", "zero_again")}
    assert before["2026Q1", "p1"] == ("non_user", "seat_never_used")
    records = [
        BASE | {"username": "P1"},
        BASE | {"username": "p3", "unit_type": "user-months", "sku": "copilot_for_business"},
        BASE | {"username": "p4", "quantity": "0", "gross_amount": "0", "net_amount": "0"},
        BASE | {"username": "", "quantity": "70"},
        BASE | {"username": "nobody-knows"},
    ]
    told = ingest(home, "copilot-billing", text_of(*records))
    assert (told["records_in"], told["loaded"], told["quarantined"]) == (5, 5, 0)
    assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q2").code == 0
    after = segments(home)
    assert after["2026Q2", "p1"] == ("insufficient", "use_without_days")
    assert {name: one for name, one in after.items() if name != ("2026Q2", "p1")} == {
        name: one for name, one in before.items() if name != ("2026Q2", "p1")
    }
    assert scored(home) == plain
    assert ("copilot-billing", "login:nobody-knows") in {
        (one["source"], one["account"]) for one in asked(home, "unmatched_accounts")
    }


def test_an_answer_of_a_month_of_a_user_is_evidence_as_well(home):
    ingest(home, "copilot-billing", answer(ITEM, user="p5", timePeriod={"year": 2026, "month": 5}))
    assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q2").code == 0
    found = segments(home)
    assert found["2026Q2", "p5"] == ("insufficient", "use_without_days")
    assert found["2026Q1", "p5"] == ("non_user", "seat_never_used")


def test_a_login_that_only_the_bill_knows_leads_to_its_person(home):
    assert segments(home)["2026Q2", "p7"] == segments(home)["2026Q2", "p8"] == ("non_adopter", "zero_again")
    ingest(home, "copilot-billing", text_of(BASE | {"username": "P7"}))
    assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q2").code == 0
    assert segments(home)["2026Q2", "p7"] == ("insufficient", "use_without_days")
    assert segments(home)["2026Q2", "p8"] == ("non_adopter", "zero_again")


def test_a_bill_without_evidence_makes_no_closed_quarter_wait(home):
    def waiting():
        done = run(home, "score", "--as-of", "2026-07-20", "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)["waiting"]

    assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q1", "--restate", "2026Q2").code == 0
    assert waiting() == []
    ingest(home, "copilot-billing", text_of(BASE | {"username": "", "date": "2026-02-03"}))
    assert waiting() == []


def test_the_same_bill_again_changes_nothing_and_a_later_one_replaces(home):
    def money():
        with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute("select sum(net_usd) from spends where account = 'again'").fetchone()[0]

    mine = [BASE | {"username": "again", "net_amount": "0.1"}, BASE | {"username": "again", "net_amount": "0.2"}]
    assert ingest(home, "copilot-billing", text_of(*mine))["loaded"] == 2
    assert money() == Decimal("0.3")
    assert ingest(home, "copilot-billing", text_of(*mine))["duplicate"] == 2
    assert money() == Decimal("0.3")
    (home.parent / "later.csv").write_text(text_of(mine[0] | {"net_amount": "5"}))
    done = run(home, "ingest", "copilot-billing", home.parent / "later.csv", "--fetched-at", "2026-07-21T00:00:00Z")
    assert done.code == 0, done.err
    assert money() == 5


def test_a_whole_file_takes_away_what_has_vanished_and_an_answer_takes_away_nothing(home):
    def whose():
        with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
            found = connection.execute("select account from spends where tenant = 'whole' order by all").fetchall()
        return [name for (name,) in found]

    def load(name, text):
        (home.parent / name).write_text(text)
        done = run(
            home, "ingest", "copilot-billing", home.parent / name, "--complete", "--fetched-at", "2026-07-22T00:00:00Z"
        )
        assert done.code == 0, done.err

    mine = BASE | {"organization": "whole"}
    ingest(
        home,
        "copilot-billing",
        text_of(mine | {"username": "x"}, mine | {"username": "y"}, mine | {"username": "z", "date": "2026-06-02"}),
    )
    load("answer.json", answer(ITEM, user="x", organization="whole"))
    assert whose() == ["x", "x", "y", "z"]
    load("whole.csv", text_of(mine | {"username": "x"}))
    assert whose() == ["x", "x", "z"]


def test_a_login_that_comes_with_a_later_bill_makes_no_closed_quarter_wait(home):
    """Nor does a new account of a colleague: the closed quarters ask nothing of what is first seen after them."""
    assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q1", "--restate", "2026Q2").code == 0
    ingest(home, "copilot-billing", text_of(BASE | {"username": "p9", "date": "2026-07-02"}))
    done = run(home, "score", "--as-of", "2026-07-20", "--json")
    assert json.loads(done.out)["waiting"] == []


def test_a_damaged_line_of_a_bill_may_be_anybodys_use(home):
    """Decision 0048: on its day nobody's zero of that tool is proven, until the bill is mended. Days of use stand as they are."""

    def states(day):
        assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q2").code == 0
        with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
            rows = connection.execute(
                "select person_id, state from day_scores where tool = 'copilot' and day = ? and person_id in ('p2', 'p4')",
                [day],
            ).fetchall()
        return dict(rows)

    day = dt.date(2026, 5, 5)
    lines = [BASE | {"date": str(day), "username": "p2"}, BASE | {"date": str(day), "username": "p?"}]
    (home.parent / "bill.csv").write_text(text_of(*lines))
    assert states(day) == {"p2": "active", "p4": "zero"}
    assert (
        run(home, "ingest", "copilot-billing", home.parent / "bill.csv", "--fetched-at", "2026-07-23T00:00:00Z").code
        == 4
    )
    assert states(day) == {"p2": "active", "p4": "not_observed"}
    assert states(day + dt.timedelta(days=1)) == {"p2": "active", "p4": "zero"}
    lines[1]["username"] = "p9"
    (home.parent / "bill.csv").write_text(text_of(*lines))
    assert (
        run(home, "ingest", "copilot-billing", home.parent / "bill.csv", "--fetched-at", "2026-07-24T00:00:00Z").code
        == 0
    )
    assert states(day) == {"p2": "active", "p4": "zero"}


def test_only_a_bill_proves_nobodys_zero(tmp_path):
    """Telemetry tells of nobody: the bill of one is no proof that the other did nothing."""
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    ingest(
        home,
        "hr-people",
        "person_id,lob,github_login,start_date\n" + "".join(f"{one},Risk,{one},2020-01-01\n" for one in PEOPLE),
    )
    ingest(home, "seats", "tool,account,first_day\n" + "".join(f"copilot,{one},2025-12-01\n" for one in PEOPLE))
    bill = text_of(*[BASE | {"username": "p1", "date": str(day)} for day in DAYS])
    ingest(home, "copilot-billing", bill, "--from", "2026-01-01", "--to", "2026-06-30", "--complete")
    assert run(home, "score", "--as-of", "2026-07-20").code == 0
    assert {one for one, _ in segments(home).values()} == {"insufficient"}
