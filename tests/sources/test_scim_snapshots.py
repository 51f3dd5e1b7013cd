"""Snapshots of a SCIM directory become a history of people (SOURCES.md section 12, rules R-SC-3 to R-SC-5, R-HR-3, R-HR-4)."""

import datetime as dt
import json

import duckdb
import pytest
from scim_users import ENTERPRISE, user
from tests.attack.drive import COMPLIANCE, home_with_roles, run

START = dt.date(1, 1, 1)


class Directory:
    """A home into which snapshots go, each of a day."""

    def __init__(self, folder):
        self.folder = folder
        self.home = home_with_roles(folder / "home", "administrator", "compliance")

    def load(self, day, *pages, more=(), code=0):
        files = []
        for number, page in enumerate(pages):
            files.append(self.folder / f"page-{number}.json")
            files[-1].write_text(json.dumps(page))
        moment = day if "T" in day else f"{day}T06:00:00Z"
        done = run(self.home, "ingest", "scim", *files, "--fetched-at", moment, "--json", *more)
        assert done.code == code, done.out + done.err
        return json.loads(done.out)

    def counts(self, day, *pages, more=(), code=0):
        told = self.load(day, *pages, more=more, code=code)
        assert told["records_in"] == told["loaded"] + told["duplicate"] + told["ignored"] + told["quarantined"]
        return told["loaded"], told["duplicate"]

    def ingest(self, source, text):
        (self.folder / "file").write_text(text)
        done = run(self.home, "ingest", source, self.folder / "file", "--json", "--complete")
        assert done.code == 0, done.err

    def ask(self, sql):
        with duckdb.connect(str(self.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def history(self, number=1, columns="effective_from, department, end_date"):
        return self.ask(
            f"select {columns} from people where person_id = 'P{number}' and source = 'scim' order by effective_from"
        )


@pytest.fixture
def directory(tmp_path):
    return Directory(tmp_path)


def listed(*users, total=None):
    return {"totalResults": len(users) if total is None else total, "startIndex": 1, "Resources": list(users)}


def many(count=20, *, but=(), department="Payments", lob="Retail"):
    return [user(number, department, lob=lob) for number in range(1, count + 1) if number not in but]


def day(text):
    return dt.date.fromisoformat(text)


def test_r_sc_3_the_first_snapshot_holds_from_the_start_and_only_what_changed_makes_a_row(directory):
    assert directory.counts("2026-05-01", listed(*many())) == (20, 0)
    assert directory.counts("2026-05-02", listed(*many())) == (0, 20)
    moved = [user(1, "Cards"), *many(but=[1])]
    assert directory.counts("2026-05-03", listed(*moved)) == (1, 19)
    assert directory.counts("2026-05-03", listed(*moved)) == (0, 20)
    assert directory.counts("2026-05-04", listed(*moved)) == (0, 20)
    assert directory.counts("2026-05-05", listed(*many())) == (1, 19)
    assert directory.history() == [
        (START, "Payments", None),
        (day("2026-05-03"), "Cards", None),
        (day("2026-05-05"), "Payments", None),
    ]
    assert directory.history(2) == [(START, "Payments", None)]


def test_a_load_that_brought_nobody_is_not_the_first_snapshot(directory):
    directory.load("2026-04-30", listed())
    directory.load("2026-04-30", listed({"id": "g", "meta": {"resourceType": "Group"}}))
    directory.load("2026-05-01", listed(*many()))
    assert directory.history() == [(START, "Payments", None)]


def test_somebody_new_holds_from_the_day_of_their_first_snapshot(directory):
    directory.load("2026-05-01", listed(*many()))
    assert directory.counts("2026-05-09", listed(*many(21))) == (1, 20)
    assert directory.history(21) == [(day("2026-05-09"), "Payments", None)]


def test_the_later_one_of_two_snapshots_of_a_day_holds(directory):
    directory.load("2026-05-01T06:00:00Z", listed(*many()))
    directory.load("2026-05-01T07:00:00Z", listed(user(1, "Cards"), *many(but=[1])))
    assert directory.history() == [(START, "Cards", None)]
    directory.load("2026-05-02T06:00:00Z", listed(user(1, "Trade"), *many(but=[1])))
    directory.load("2026-05-02T07:00:00Z", listed(user(1, "Loans"), *many(but=[1])))
    assert directory.history() == [(START, "Cards", None), (day("2026-05-02"), "Loans", None)]


def test_an_older_snapshot_than_the_newest_one_is_refused_and_so_are_two_days_at_once(directory):
    directory.load("2026-05-03", listed(*many()))
    directory.load("2026-05-05", listed(*many()))
    before = directory.ask("select * from people order by all")
    told = directory.load("2026-05-04", listed(user(1, "Cards"), *many(but=[1])), code=3)
    assert "older than the newest one" in json.dumps(told)
    assert directory.ask("select * from people order by all") == before


def test_r_sc_5_who_is_inactive_keeps_the_history_and_ends(directory):
    directory.load("2026-05-01", listed(*many()))
    # A directory often empties the entry of somebody who left.
    gone = {"id": "id-1", "userName": "gone", "active": False, ENTERPRISE: {"employeeNumber": "P1"}}
    assert directory.counts("2026-05-08", listed(gone, *many(but=[1]))) == (1, 19)
    assert directory.counts("2026-05-09", listed(gone, *many(but=[1]))) == (0, 20)
    rows = directory.history(columns="effective_from, lob, department, email, end_date")
    held = ("Retail", "Payments", "p1@example.org")
    assert rows == [(START, *held, None), (day("2026-05-08"), *held, day("2026-05-07"))]
    directory.load("2026-05-20", listed(*many()))
    assert directory.history()[2:] == [(day("2026-05-20"), "Payments", None)]


def test_who_was_never_active_is_not_stored(directory):
    users = [user(1, active=False), *many(but=[1])]
    assert directory.counts("2026-05-01", listed(*users)) == (20, 0)
    assert directory.counts("2026-05-02", listed(*users)) == (0, 20)
    assert directory.ask("select count(*) from people") == [(19,)]


def test_who_is_missing_from_a_whole_snapshot_ends_and_from_another_one_nobody_does(directory):
    directory.load("2026-05-01", listed(*many()))
    directory.load("2026-05-02", many(but=[1]))  # an array: nobody knows whether it is whole
    broken = user(2, enterprise={"division": None})
    directory.load("2026-05-03", listed(*many(but=[1, 2]), broken), code=4)
    assert [directory.history(number) for number in (1, 2)] == [[(START, "Payments", None)]] * 2
    assert directory.counts("2026-05-04", listed(*many(but=[1]))) == (0, 19)
    assert directory.history() == [(START, "Payments", None), (day("2026-05-04"), "Payments", day("2026-05-03"))]
    assert directory.counts("2026-05-05", listed(*many(but=[1]))) == (0, 19)
    assert len(directory.history()) == 2
    assert directory.counts("2026-05-06", listed(*many())) == (1, 19)
    assert directory.counts("2026-05-07", many(but=[3]), more=["--complete"]) == (0, 19)
    assert directory.history(3)[1:] == [(day("2026-05-07"), "Payments", day("2026-05-06"))]


def test_a_set_of_pages_that_is_not_whole_is_refused(directory):
    first, second = many()[:10], many()[10:]
    told = directory.load("2026-05-01", listed(*first, total=20), code=3)
    assert "10 of 20" in json.dumps(told)
    # The same page twice is not the second one.
    directory.load("2026-05-01", listed(*first, total=20), listed(*first, total=20), code=3)
    assert directory.counts("2026-05-01", listed(*second, total=20), listed(*first, total=20)) == (20, 0)
    directory.load("2026-05-02", listed(*first, total=20), code=3)
    assert directory.ask("select count(*) from people") == [(20,)]


def test_r_hr_4_a_snapshot_that_loses_more_than_a_tenth_is_held(directory):
    directory.load("2026-05-01", listed(*many()))
    off = [user(number, active=False) for number in (1, 2, 3)]
    for users in (many(but=[1, 2, 3]), [*off, *many(but=[1, 2, 3])], [*off[:2], *many(but=[1, 2, 3])]):
        told = directory.load("2026-05-02", listed(*users), code=3)
        assert "3 of 20" in json.dumps(told)
    directory.load("2026-05-02", listed(*many(but=[1, 2])))
    # Who left once does not count against the next snapshots.
    directory.load("2026-05-03", listed(*many(but=[1, 2, 3])))
    assert directory.counts("2026-05-04", listed(*many(17)[3:]), more=["--complete"]) == (0, 14)
    assert directory.ask("select count(*) from people where end_date = date '2026-05-03'") == [(3,)]


def test_r_hr_3_two_active_users_of_one_person_are_set_aside_and_hold_nobody_else_back(directory):
    directory.load("2026-05-01", listed(*many()))
    twins = [user(1, "Cards"), user(1, "Lending", id="id-1b")]
    told = directory.load("2026-05-02", listed(*many(but=[1, 2]), user(2, "Cards"), *twins), code=4)
    assert (told["loaded"], told["duplicate"], told["quarantined"]) == (1, 18, 2)
    assert directory.history(1) == [(START, "Payments", None)], "what was known of the person stays"
    assert [row[1] for row in directory.history(2)] == ["Payments", "Cards"], "and the day of everybody else is loaded"
    assert directory.ask("select count(*), min(line), min(field) from quarantine") == [(2, 1, "employeeNumber")]
    # Who is missing from the day ends all the same; the person of two users is not missing.
    told = directory.load("2026-05-03", listed(*many(but=[1, 2, 3]), user(2, "Cards"), *twins), code=4)
    assert [row[2] for row in directory.history(3)] == [None, dt.date(2026, 5, 2)]
    assert directory.history(1) == [(START, "Payments", None)]
    # Put right at the directory, it is as if there had never been two.
    directory.load("2026-05-04", listed(*many(but=[1, 2, 3]), user(2, "Cards"), twins[0], twins[1] | {"active": False}))
    assert [row[1] for row in directory.history(1)] == ["Payments", "Cards"]


def test_r_hr_3_an_older_account_beside_an_active_one_is_no_content(directory):
    twin = user(1, "Cards", id="id-1b", active=False)
    assert directory.counts("2026-05-01", listed(*many(), twin)) == (20, 1)
    assert directory.history() == [(START, "Payments", None)]
    assert directory.counts("2026-05-02", listed(twin, *many())) == (0, 21)


def test_r_sc_4_managers_become_people_over_all_pages_and_those_outside_are_cut(directory):
    users = [
        user(1), user(2, boss=1), user(3, boss="elsewhere"), user(4, boss=4), user(5, boss=6), user(6, boss=5),
        user(7, boss=2), user("elsewhere-not"),
    ]  # fmt: skip
    directory.load("2026-05-01", listed(*users[1:], total=8), listed(users[0], total=8))
    found = dict(directory.ask("select person_id, manager_id from people"))
    assert found == {
        "P1": None, "P2": "P1", "P3": None, "P4": "P4", "P5": "P6", "P6": "P5", "P7": "P2",
        "Pelsewhere-not": None,
    }  # fmt: skip


def test_no_name_of_a_person_is_stored(directory):
    mark = "c4nary"
    names = {"name": {"formatted": mark}, "displayName": mark, "title": mark, "nickName": mark}
    more = {"phoneNumbers": [{"value": mark}], "addresses": [{"formatted": mark}], "groups": [{"display": mark}]}
    boss = {"manager": {"value": "id-2", "displayName": mark}, "costCenter": mark}
    directory.load("2026-05-01", listed(user(1, enterprise=boss, **names, **more, nobodyKnows=mark), *many(but=[1])))
    left = b"".join(path.read_bytes() for path in directory.home.rglob("*") if path.is_file())
    assert b"p1@example.org" in left
    assert mark.encode() not in left


# --- beside our own files, and to the end of the line ---------------------------------------------------------------


def test_what_a_directory_does_not_say_stays_as_our_own_file_says_it(directory):
    rows = "".join(f"P{number},Old,entity-{number},false,0.5,2020-01-01,2026-12-31\n" for number in range(1, 21))
    directory.ingest("hr-people", f"person_id,lob,legal_entity,engineer,fte,start_date,end_date\n{rows}")
    directory.load("2026-05-01", listed(*many()))
    (row,) = directory.history(columns="effective_from, lob, legal_entity, engineer, fte_percent, start_date, end_date")
    assert row == (day("2026-05-01"), "Retail", "entity-1", False, 50, day("2020-01-01"), day("2026-12-31"))
    assert directory.counts("2026-05-02", listed(*many())) == (0, 20)


def test_our_own_file_may_come_later_and_a_team_goes_with_its_department(directory):
    directory.load("2026-05-01", listed(*many()))
    rows = "".join(f"P{number},Retail,Payments,pay-3,entity-1,0.5,2026-05-02\n" for number in range(1, 21))
    directory.ingest("hr-people", f"person_id,lob,department,team,legal_entity,fte,effective_from\n{rows}")
    assert directory.counts("2026-05-03", listed(*many())) == (20, 0)
    assert directory.counts("2026-05-04", listed(user(1, "Cards"), *many(but=[1]))) == (1, 19)
    assert directory.history(columns="effective_from, department, team, legal_entity, fte_percent")[1:] == [
        (day("2026-05-03"), "Payments", "pay-3", "entity-1", 50),
        (day("2026-05-04"), "Cards", None, "entity-1", 50),
    ]


def test_a_correction_stands_until_the_directory_says_something_else(directory):
    directory.load("2026-05-01", listed(*many()))
    directory.ingest("hr-people", "person_id,lob,department,fte,effective_from\nP1,Trade,Cards,0.5,2026-05-02\n")
    directory.load("2026-05-03", listed(*many()))
    directory.load("2026-05-04", listed(*many()))
    columns = "effective_from, lob, department, fte_percent"
    assert directory.history(columns=columns)[1:] == [(day("2026-05-03"), "Trade", "Cards", 50)]


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """Snapshots of the end of June, of a reorganisation in July and of people who leave in August; use in each quarter."""
    directory = Directory(tmp_path_factory.mktemp("scim"))
    directory.load("2026-06-30", listed(*many()))
    moved = [*many(10, department="Cards", lob="Trade"), *many(but=range(1, 11))]
    directory.load("2026-07-01", listed(*moved))
    left = [user(2, active=False), *(one for one in moved if one["id"] not in ("id-2", "id-3"))]
    directory.load("2026-08-14", listed(*left))
    directory.load("2026-09-30", listed(*left))
    # A correction, or our own file, of the very day of a snapshot: it holds, and nobody stands twice.
    directory.ingest("hr-people", "person_id,lob,effective_from\nP1,Retail,2026-07-01\n")
    seats = "".join(f"chatgpt,P{number},2025-12-01\n" for number in range(1, 21))
    directory.ingest("seats", f"tool,person_id,first_day\n{seats}")
    days = [dt.date(2026, 4, 1) + dt.timedelta(days=number) for number in range(183)]
    use = "".join(
        f"{one},u-{who},p{who}@example.org,ws,5,1\n"
        for one in days
        for who in range(1, 21)
        if one.weekday() < 5 and not (who in (2, 3) and one >= dt.date(2026, 8, 14))
    )
    directory.ingest("chatgpt-days", f"day,public_id,email,account_id,messages,conversations\n{use}")
    done = run(directory.home, "score", "--as-of", "2026-09-30")
    assert done.code == 0, done.err
    return directory


def figures(directory):
    done = run(directory.home, "ask", "quarter_scores", *COMPLIANCE, "--json")
    assert done.code == 0, done.err
    return {(row["person_id"], row["quarter"]): row for row in json.loads(done.out)}


def test_r_sc_3_a_reorganisation_does_not_rewrite_a_past_quarter(scored):
    found = figures(scored)
    assert {found[f"P{who}", "2026Q2"]["lob"] for who in range(1, 21)} == {"Retail"}
    assert [found[f"P{who}", "2026Q3"]["lob"] for who in (1, 5, 15)] == ["Retail", "Trade", "Retail"]
    assert found["P5", "2026Q2"]["expected_days"] == 6500


@pytest.mark.parametrize("who", ["P2", "P3"])
def test_r_sc_5_who_left_keeps_both_quarters_and_is_expected_until_the_day_before(scored, who):
    """P2 was told inactive, P3 was missing from a whole snapshot."""
    found = figures(scored)
    assert found[who, "2026Q2"]["segment"] == found["P5", "2026Q2"]["segment"]
    assert found[who, "2026Q2"]["expected_days"] == 6500
    workdays = sum((dt.date(2026, 7, 1) + dt.timedelta(days=number)).weekday() < 5 for number in range(44))
    assert found[who, "2026Q3"]["expected_days"] == 100 * workdays


def test_one_row_of_a_person_and_day_holds(scored):
    twice = scored.ask("select person_id from roster group by person_id, first_day having count(*) > 1")
    assert twice == []
    assert scored.ask("select count(*) from roster where last_day < first_day") == [(0,)]
