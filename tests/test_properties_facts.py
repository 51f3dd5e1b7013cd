"""Properties of the facts that scores stand on (MEASUREMENT.md section 3, readings 10 to 23): whose, complete, witnessed, seated."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import product
from tests.oracle.world import CopilotDay, CopilotFile, Feature, PersonRow, SeatEntry, SeatList, World
from tests.small_worlds import CLOSED, LAST, MONDAY, QUARTER, Sketch, after, bulk, workdays
from tests.test_properties_groups import median
from uptake.facts import account_people, source_days
from uptake.warehouse.connect import opened

FEED = ("copilot-users", "T")
days = st.integers(0, 41).map(after)
reports = st.dictionaries(days, st.sampled_from((0, 1, 2, 4, 5, 6, 9, 10, 11, 20)), min_size=20, max_size=42)
spans = st.lists(st.tuples(days, st.integers(0, 20)), min_size=1, max_size=4)
some_days = st.lists(days, max_size=3)


def expected_states(counts, covered, damaged, partial):
    """Section 3 (1) and (2) and reading 18, in plain words."""
    usual = [count for day, count in counts.items() if count and day.weekday() < 5]
    gap = bool(usual) and median(usual) >= 10
    complete, found = defaultdict(list), {}
    for number in range((max([*covered, *counts]) - min([*covered, *counts])).days + 1):
        day = min([*covered, *counts]) + dt.timedelta(days=number)
        count, before = counts.get(day, 0), complete[day.weekday()][-4:]
        few = len(before) >= 2 and Fraction(count) < Fraction(median(before), 2)
        silent = gap and not count and day.weekday() < 5
        if day not in covered:
            found[day] = "missing"
        elif day in partial or day in damaged or few or silent:
            found[day] = "incomplete"
        else:
            found[day] = "complete"
            complete[day.weekday()].append(count)
    return found


@given(reports, spans, some_days, some_days, st.randoms(use_true_random=False))
@bulk(100)
def test_a_day_is_complete_by_the_rule_and_in_any_order(counts, stated, damaged, partial, dice):
    """Properties 3 and 18 of completeness: the state of a day by the rule, whatever the order in which files brought it."""
    counts = {day: count for day, count in counts.items() if count}
    rows = {
        "spans": [(*FEED, first, first + dt.timedelta(days=more)) for first, more in stated],
        "reporting": [(*FEED, day, count) for day, count in counts.items()],
        "damaged": [(*FEED, day, day) for day in damaged],
        "missing_parts": [(FEED[0], day, day) for day in partial],
    }
    covered = {first + dt.timedelta(days=number) for first, more in stated for number in range(more + 1)}
    made = list(source_days.make(**rows))
    assert {row[2]: row[5] for row in made} == expected_states(counts, covered, damaged, partial)
    assert all(row[4] == counts.get(row[2], 0) for row in made)
    for own in rows.values():
        dice.shuffle(own)
    assert list(source_days.make(**rows)) == made


names = st.sampled_from(("", "ann", "bob", "cas"))
mails = st.sampled_from(("", "ann@x.example", "bob@x.example", "old@x.example"))
seen = st.lists(
    st.tuples(
        st.just("copilot"),
        st.sampled_from(("1", "2", "ann@x.example")),
        names,
        mails,
        st.sampled_from((0, 0, 0, 1)),
        days,
    ),
    min_size=1,
    max_size=5,
)
links = st.lists(
    st.tuples(st.just("copilot"), st.sampled_from(("1", "2", "ann", "bob")), st.sampled_from(("A", "B", "C"))),
    max_size=2,
    unique=True,
)
careers = st.lists(
    st.tuples(st.sampled_from(("A", "B", "C")), days, names, mails),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[:2],
)


def roster_of(rows):
    """HR rows as spans: each holds until the next of that person."""
    found = []
    for person in sorted({row[0] for row in rows}):
        own = sorted((row for row in rows if row[0] == person), key=lambda row: row[1])
        ends = [row[1] - dt.timedelta(days=1) for row in own[1:]] + [dt.date.max]
        firsts = [dt.date.min, *(row[1] for row in own[1:])]
        found += [
            (person, first, end, row[2] or None, row[3] or None)
            for row, first, end in zip(own, firsts, ends, strict=True)
        ]
    return found


@given(seen, links, careers, st.randoms(use_true_random=False))
@bulk(100)
def test_an_account_is_given_to_one_person_or_to_nobody(accounts, explicit, career, dice):
    """Nobody is guessed: an owner is linked to the account or holds its login or address; two who answer share it, and get none of it."""
    roster = roster_of(career)
    made = list(account_people.make(accounts, explicit, roster))
    for account in {row[1] for row in accounts}:
        own = [row for row in made if row[1] == account]
        logins = {row[2] for row in accounts if row[1] == account} - {""}
        keys = logins | {row[3] for row in accounts if row[1] == account} - {""} | {account}
        linked = {person for _, key, person in explicit if key == account or key in logins}
        holders = {person for person, _, _, login, email in roster if (login in keys) or (email in keys)}
        assert {row[4] for row in own} <= (linked or holders)
        if len(linked) > 1:
            assert all(row[5] for row in own)
            assert {row[4] for row in own} == linked
        if not linked and any(row[4] for row in accounts if row[1] == account):
            assert own == []
        for day in (after(number) for number in range(0, 42, 3)):
            today = [row for row in own if row[2] <= day <= row[3]]
            assert len([row for row in today if not row[5]]) <= 1
            assert len(today) != 1 or not today[0][5]
            assert len(today) < 2 or all(row[5] for row in today)
    for rows in (accounts, explicit, roster):
        dice.shuffle(rows)
    assert sorted(account_people.make(accounts, explicit, roster)) == sorted(made)


def zeros(sketch: Sketch, name: str, start: int, end: int, cell: str = "0") -> None:
    for day in workdays(65)[start:end]:
        sketch.use(name, day, cell)


def test_zero_without_proof_is_not_observed():
    """Witness: a client that never reported proves nothing; one that did proves 28 days on either side, no more."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    for name in ("Silent", "Once", "Always"):
        sketch.person(name)
    sketch.use("Once", after(44), "0")
    zeros(sketch, "Always", 0, 65)
    rows, quarters = sketch.score(CLOSED)
    assert {rows["Silent", day, "all"]["state"] for day in workdays(65)} == {"not_observed"}
    for day in workdays(65):
        near = abs((day - after(44)).days) <= 28
        assert rows["Once", day, "all"]["state"] == ("zero" if near else "not_observed")
    segments = {
        name: (quarters[QUARTER, name]["segment"], quarters[QUARTER, name]["reason"])
        for name in ("Silent", "Once", "Always")
    }
    assert segments["Silent"] == ("insufficient", "client_never_reports")
    assert segments["Once"][0] == "insufficient"
    assert segments["Always"] == ("non_user", "seat_never_used")


def test_an_incomplete_day_proves_no_zero_and_a_zero_needs_nine_tenths():
    """Completeness: who is seen on 88 % of the days is insufficient, on 91 % a proven zero; a used quarter needs 60 %."""
    sketch = Sketch()
    sketch.covered(MONDAY, after(79), ["copilot-users"])
    for name in ("Zero", "User"):
        sketch.person(name)
        zeros(sketch, name, 0, 58)
    sketch.use("User", MONDAY, "4P", part=1)
    rows, quarters = sketch.score(CLOSED)
    assert rows["Zero", after(81), "all"]["state"] == "not_observed"
    assert (quarters[QUARTER, "Zero"]["segment"], quarters[QUARTER, "Zero"]["reason"]) == ("insufficient", "vendor_gap")
    assert quarters[QUARTER, "User"]["segment"] == "light"
    sketch.covered(after(82), after(84), ["copilot-users"])
    zeros(sketch, "Zero", 58, 59)
    _, quarters = sketch.score(CLOSED)
    assert quarters[QUARTER, "Zero"]["observed_days"] * 10 >= quarters[QUARTER, "Zero"]["expected_days"] * 9
    assert quarters[QUARTER, "Zero"]["segment"] == "non_user"


def test_every_seat_must_be_seen_before_a_zero_is_said():
    """A second seat of a tool without telemetry: use counts, but a zero of the first tool is no zero of the person."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST, ["copilot-users"])
    for name in ("One", "Two", "Used"):
        sketch.person(name, seats=("copilot",) if name == "One" else ("copilot", "cursor"))
        zeros(sketch, name, 0, 65)
    sketch.use("Used", MONDAY, "1P", part=1)
    _, quarters = sketch.score(CLOSED)
    assert [quarters[QUARTER, name]["segment"] for name in ("One", "Two", "Used")] == [
        "non_user",
        "insufficient",
        "light",
    ]


def test_a_shared_account_is_nobodys_and_both_are_excluded():
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    for name in ("Ann", "Bob", "Own"):
        sketch.person(name)
        zeros(sketch, name, 0, 65)
    for name in ("Ann", "Bob"):
        sketch.world.links.append(type(sketch.world.links[0])("copilot", "pool", name))
    for day in workdays(65):
        sketch.use("Pool", day, "40P 160R")
    sketch.world.links = [link for link in sketch.world.links if link.person_id != "Pool"]
    rows, quarters = sketch.score(CLOSED)
    for name in ("Ann", "Bob"):
        assert (quarters[QUARTER, name]["segment"], quarters[QUARTER, name]["reason"]) == ("excluded", "shared_account")
        assert {rows[name, day, "all"]["score_micro"] for day in workdays(65)} == {0}
    assert quarters[QUARTER, "Own"]["segment"] == "non_user"


def test_use_of_a_stranger_is_given_to_nobody():
    """An account without a person is listed, never guessed: not one score changes when a thousand strangers use the tool."""
    plain, busy = (Sketch() for _ in range(2))
    for sketch in (plain, busy):
        sketch.covered(MONDAY, LAST)
        sketch.person("Ann")
        zeros(sketch, "Ann", 0, 65)
    dice = random.Random(10)
    for day in workdays(65):
        busy.use(f"Stranger{dice.randrange(1000)}", day, "9P")
    busy.world.links = plain.world.links
    assert plain.score(CLOSED) == busy.score(CLOSED)


def test_a_seat_list_that_knows_of_newer_activity_contradicts_every_later_zero(tmp_path):
    """Contradiction: all days since the newest telemetry are not observed, and nobody is called a non-user."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    entries = []
    for number in range(6):  # enough other accounts for the days to be complete
        sketch.person(f"Other{number}", seats=())
        zeros(sketch, f"Other{number}", 0, 65)
    for number, name in enumerate(("Seen", "Idle"), start=1):
        sketch.person(name, seats=())
        sketch.link(name, "copilot")
        zeros(sketch, name, 0, 40)
        used = dt.datetime.combine(workdays(65)[45], dt.time(9)) if name == "Seen" else None
        entries.append(SeatEntry(number, name.lower(), created_at=at(MONDAY), last_activity_at=used))
    sketch.world.seat_lists = [SeatList("", at(LAST), entries, 2)]
    product.load_lists(sketch.world, tmp_path)
    with opened(product.home_settings(tmp_path).warehouse_file) as connection:
        connection.execute("update seat_listings set account = login")
        sketch.fill(connection, CLOSED)
        rows, quarters = product.day_rows(connection), product.quarter_rows(connection)
    assert rows["Seen", workdays(65)[39], "all"]["state"] == "zero"
    assert {rows["Seen", day, "all"]["state"] for day in workdays(65)[40:]} == {"not_observed"}
    assert rows["Idle", workdays(65)[45], "all"]["state"] == "zero"
    assert quarters[QUARTER, "Seen"]["segment"] == "insufficient"
    assert quarters[QUARTER, "Idle"]["segment"] == "non_user"


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(5))


def test_the_best_report_of_a_day_is_taken_and_two_are_never_added(tmp_path):
    """Rule C8: one-day file before 28-day report and before the file of one organisation, also when those were fetched later."""
    days = [after(number) for number in range(28)]

    def rows_of(prompts: int) -> list[CopilotDay]:
        return [CopilotDay(7, "dev7", day, (Feature("chat_panel_agent_mode", prompts=prompts),)) for day in days]

    fetched = at(after(40))
    world = World(people=[PersonRow("P7", "Line", github_login="dev7")])
    world.copilot = [CopilotFile("900001", [row], fetched, span=(row.day, row.day)) for row in rows_of(3)[:20]]
    world.copilot += [
        CopilotFile("900001", rows_of(9), fetched + dt.timedelta(days=5), span=(days[0], days[-1]), call=1),
        CopilotFile("7", [rows_of(5)[24]], fetched, scope="organization", call=2),
    ]
    product.load_files(world, tmp_path)
    found, _ = product.results(tmp_path, after(40))
    for place, day in enumerate(days):
        assert found["P7", day, "all"]["proactive"] == (3 if place < 20 else 5 if place == 24 else 9)


def test_a_report_of_which_nothing_can_be_read_spoils_the_days_of_its_own_tenant(tmp_path):
    """Its envelope says whose it is (reading 18)."""
    day, fetched = after(2), at(after(9))
    row = CopilotDay(7, "dev7", day, (Feature("chat_panel_agent_mode", prompts=3),))
    files = [CopilotFile(tenant, [row], fetched, span=(day, day)) for tenant in ("900001", "700007")]
    files.append(CopilotFile("900001", [], fetched, span=(day, day), unreadable=[day]))
    product.load_files(World(people=[PersonRow("P7", "Line", github_login="dev7")], copilot=files), tmp_path)
    product.results(tmp_path, after(30))
    with product.opened(product.home_settings(tmp_path).warehouse_file) as connection:
        asked = "select tenant from source_days where cause = 'quarantined_record'"
        assert connection.execute(asked).fetchall() == [("900001",)]


def test_a_damaged_file_that_names_nobody_may_be_anybodys():
    day = dt.date(2029, 1, 2)
    spans = [("copilot-users", tenant, day, day) for tenant in ("o", "p")]
    rows = source_days.make(spans, [(*span[:2], day, 3) for span in spans], [("copilot-users", "", day, day)], [])
    assert {(row[1], row[6]) for row in rows} == {("o", "quarantined_record"), ("p", "quarantined_record")}


@pytest.mark.parametrize(("tenants", "complete"), [(("o",), True), (("o", "p"), False), ((), True)])
def test_a_file_without_rows_belongs_to_the_one_tenant_there_is_or_proves_nothing(tenants, complete):
    """An empty report that names nobody must not become a tenant of its own: accounts without rows would wait for it for ever."""
    monday, tuesday = dt.date(2029, 1, 1), dt.date(2029, 1, 2)
    spans = [("claude-code", "", tuesday, tuesday), *(("claude-code", tenant, monday, monday) for tenant in tenants)]
    reporting = [("claude-code", tenant, monday, 3) for tenant in tenants]
    rows = list(source_days.make(spans, reporting, [], []))
    assert {row[1] for row in rows} == (set(tenants) or {""})
    assert any(row[2] == tuesday and row[5] == "complete" for row in rows) is complete
