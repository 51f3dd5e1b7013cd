"""Evidence, seats, identity and records of the oracle, case by case from the readings."""

import datetime as dt

import pytest

from .accounts import Account, Evidence, blank, build, contradicted, idle_by_list, near_row, too_old
from .canon import Record, chosen, copilot_records
from .complete import Completeness, complete_days
from .identity import Directory, Names
from .ownership import Ownership
from .seats import Listing, complete_list, holds, vendor_spans
from .world import (
    ClaudeFile,
    ClaudeRow,
    CopilotDay,
    CopilotFile,
    Feature,
    Grant,
    Link,
    PersonRow,
    SeatEntry,
    SeatList,
    World,
)

DAY = dt.date(2026, 7, 6)
NUMBER = DAY.toordinal()


def at(day, hour=5):
    return dt.datetime.combine(day, dt.time(hour))


def test_completeness_against_the_same_weekday():
    mondays = [NUMBER + 7 * week for week in range(7)]
    counts = dict(zip(mondays, [10, 10, 4, 5, 6, 3, 4], strict=True))
    complete = complete_days(set(mondays), counts, set())
    # Third: 4 x 2 < 10. Fourth: 5 x 2 >= 10. Fifth: 12 >= median(10, 10, 5). Sixth: 6 < median(10, 10, 5, 6) = 8. Seventh: 8 >= 8.
    assert [day in complete for day in mondays] == [True, True, False, True, True, False, True]
    assert mondays[0] not in complete_days(set(mondays), counts, {mondays[0]})


def test_only_the_last_four_same_weekdays_are_remembered():
    mondays = [NUMBER + 7 * week for week in range(6)]
    counts = dict(zip(mondays, [100, 60, 40, 30, 30, 16], strict=True))
    # The last four before the sixth: 60, 40, 30, 30, median 35: 32 is too few. Over all five it would be 40.
    assert mondays[5] not in complete_days(set(mondays), counts, set())
    counts[mondays[5]] = 18
    assert mondays[5] in complete_days(set(mondays), counts, set())


def test_a_silent_working_day_is_a_gap_where_ten_report_as_a_rule():
    week = set(range(NUMBER, NUMBER + 7))
    ten = dict.fromkeys(range(NUMBER, NUMBER + 4), 10)
    assert week - complete_days(week, ten, set()) == {NUMBER + 4}
    assert complete_days(week, dict.fromkeys(ten, 9), set()) == week


def test_an_account_without_rows_needs_every_tenant():
    files = [CopilotFile("ent", [CopilotDay(1, "a", DAY)], at(DAY)), CopilotFile("org", [], at(DAY), span=(DAY, DAY))]
    files.append(CopilotFile("org", [], at(DAY), span=(DAY + dt.timedelta(days=2), DAY + dt.timedelta(days=2))))
    world = World(copilot=files)
    complete = Completeness(world, chosen(world, NUMBER + 9), NUMBER + 9)
    assert complete.of("copilot-users", frozenset(), NUMBER)
    assert not complete.of("copilot-users", frozenset(), NUMBER + 2)
    assert complete.of("copilot-users", frozenset({"org"}), NUMBER + 2)
    assert not complete.of("copilot-users", frozenset(), NUMBER - 1)


def account(rows=(), listings=()):
    own = Account("copilot", "1", Names("copilot", "1"), listings=list(listings))
    for day in rows:
        own.rows[day] = {"copilot-users": Record("copilot-users", "ent", "1", day, at(DAY))}
    own.days = sorted(own.rows)
    return own


@pytest.mark.parametrize(("distance", "wanted"), [(-29, False), (-28, True), (0, True), (28, True), (29, False)])
def test_a_row_witnesses_twenty_eight_days_around(distance, wanted):
    assert near_row(account(rows=[NUMBER]), NUMBER + distance) is wanted


def listing(taken, last_activity=None):
    active = last_activity.toordinal() if last_activity else None
    return Listing(at(taken), "a", None, active, None, bot=False)


@pytest.mark.parametrize(
    ("day", "last_activity", "wanted"),
    [(-1, None, False), (-2, None, True), (-90, None, True), (-91, None, False), (-5, -6, True), (-5, -5, False)],
)
def test_what_a_seat_list_proves(day, last_activity, wanted):
    stamp = DAY + dt.timedelta(days=last_activity) if last_activity else None
    assert idle_by_list(account(listings=[listing(DAY, stamp)]), NUMBER + day) is wanted


def test_activity_of_which_no_row_tells_is_a_contradiction():
    later = [listing(DAY, DAY - dt.timedelta(days=3))]
    own = account(rows=[NUMBER - 10], listings=later)
    assert [contradicted(own, NUMBER + day) for day in (-10, -9, 0)] == [False, True, True]
    assert contradicted(account(listings=later), NUMBER - 60)
    assert not contradicted(account(rows=[NUMBER - 3], listings=later), NUMBER)
    assert not contradicted(account(listings=[listing(DAY)]), NUMBER)


def test_a_client_below_the_minimum_hides_the_days_until_a_newer_one():
    own = account(rows=[NUMBER, NUMBER + 4])
    own.rows[NUMBER]["copilot-users"].too_old = True
    assert [too_old(own, NUMBER + day) for day in (-1, 0, 3, 4)] == [False, True, True, False]


def test_without_any_file_nothing_is_proven():
    evidence = Evidence(Completeness(World(), [], NUMBER))
    assert evidence.doubt(blank("copilot"), NUMBER) == "vendor_gap"


def seats(taken, *logins, total=None, **entry):
    own = [SeatEntry(number, login, **entry) for number, login in enumerate(logins, 1)]
    return SeatList("ent", at(taken), own, len(own) if total is None else total)


def test_a_seat_lasts_from_its_creation_to_the_day_before_the_list_that_lacks_it():
    lists = [
        seats(DAY, "a", "b", created_at=at(DAY - dt.timedelta(days=9))),
        seats(DAY + dt.timedelta(days=7), "a", total=2),
        seats(DAY + dt.timedelta(days=14), "a"),
    ]
    spans = vendor_spans(lists)
    assert [complete_list(own) for own in lists] == [True, False, True]
    assert [holds(spans["2"], NUMBER + day) for day in (-10, -9, 13, 14)] == [False, True, True, False]
    assert holds(spans["1"], NUMBER + 5_000)
    assert vendor_spans([seats(DAY, "a")])["1"][0][0] == NUMBER


def test_a_seat_with_an_end_ends_the_day_before_it():
    spans = vendor_spans([seats(DAY, "a", ends_on=DAY + dt.timedelta(days=3))])
    assert [holds(spans["1"], NUMBER + day) for day in (0, 2, 3)] == [True, True, False]


def test_two_logins_under_one_id_are_two_accounts():
    own = SeatList("ent", at(DAY), [SeatEntry(5, "zoe"), SeatEntry(5, "amy"), SeatEntry(None)], 3)
    assert set(vendor_spans([own])) == {"5", "5:zoe"}
    assert complete_list(own)


def directory(*rows, links=()):
    return Directory([PersonRow(**{"lob": "L", **row}) for row in rows], links)


def names(tool="copilot", key="7", login=None, email=None):
    return Names(tool, key, email, [(NUMBER, login)] if login else [])


def test_a_link_wins_over_login_and_login_over_email():
    own = directory(
        {"person_id": "A", "github_login": "Octo"},
        {"person_id": "B", "email": " B@x.example "},
        links=[Link("copilot", "OCTO2", "C")],
    )
    assert own.owners(names(login="octo"), NUMBER) == {"A"}
    assert own.owners(names(login="octo2"), NUMBER) == {"C"}
    assert own.owners(names(tool="claude_code", key="b@X.example", email="b@X.example"), NUMBER) == {"B"}
    assert own.owners(names(login="nobody"), NUMBER) == frozenset()


def test_two_answers_are_decided_by_the_roster_of_the_day_or_shared():
    own = directory(
        {"person_id": "A", "email": "desk@x"},
        {"person_id": "A", "email": "a@x", "effective_from": DAY},
        {"person_id": "B", "email": "b@x"},
        {"person_id": "B", "email": "desk@x", "effective_from": DAY + dt.timedelta(days=2)},
    )
    desk = names(tool="claude_code", key="desk@x", email="desk@x")
    assert own.owners(desk, NUMBER - 1) == {"A"}
    assert own.owners(desk, NUMBER + 1) == {"A", "B"}
    assert own.owners(desk, NUMBER + 2) == {"B"}
    pool = directory({"person_id": "A"}, links=[Link("copilot", "7", "A"), Link("copilot", "7", "B")])
    assert pool.owners(names(), NUMBER) == {"A", "B"}


def test_the_login_answers_before_the_email():
    own = directory({"person_id": "A", "github_login": "octo"}, {"person_id": "B", "email": "octo@x"})
    assert own.owners(names(login="octo", email="octo@x"), NUMBER) == {"A"}


def test_a_renamed_login_leads_to_the_person_of_any_login_it_had():
    own = directory({"person_id": "A", "github_login": "old"})
    renamed = Names("copilot", "7", None, [(NUMBER, "old"), (NUMBER + 5, "new")])
    assert own.owners(renamed, NUMBER + 9) == {"A"}


def owned(world):
    own = Directory(world.people, world.links)
    accounts = build(world, chosen(world, NUMBER + 30), NUMBER + 30)
    return Ownership(world, accounts, own, range(NUMBER, NUMBER + 31))


def test_a_shared_account_marks_people_on_days_with_a_row_or_a_seat_only():
    row = CopilotDay(7, "pool", DAY + dt.timedelta(days=3))
    links = [Link("copilot", "7", "A"), Link("copilot", "7", "B")]
    people = [PersonRow("A", "L"), PersonRow("B", "L")]
    world = World(people=people, links=links, copilot=[CopilotFile("ent", [row], at(DAY))])
    assert owned(world).shared == {"A": {NUMBER + 3}, "B": {NUMBER + 3}}


def test_a_seat_of_a_person_counts_for_the_accounts_of_the_tool():
    people = [PersonRow("A", "L", github_login="a"), PersonRow("B", "L"), PersonRow("C", "L", github_login="c")]
    grants = [Grant("copilot", person_id=person.person_id) for person in people]
    rows = [CopilotDay(7, "a", DAY)]
    holdings = owned(World(people=people, grants=grants, copilot=[CopilotFile("ent", rows, at(DAY))])).by_person
    seated = {person: [own.key for own in holdings[person]["copilot"].seated(NUMBER)] for person in "ABC"}
    assert seated == {"A": ["7"], "B": [""], "C": [""]}
    assert {person: holdings[person]["copilot"].matchable for person in "ABC"} == {"A": True, "B": False, "C": True}


def test_tenants_of_copilot_repeat_use_and_those_of_claude_add_it():
    row = CopilotDay(7, "a", DAY, (Feature("chat_inline", prompts=3),))
    files = [CopilotFile("org", [row], at(DAY), scope="organization"), CopilotFile("ent", [row], at(DAY))]
    edits = (("edit_tool", 20, 0),)
    claude = [ClaudeFile(tenant, [ClaudeRow("a@x", DAY, 1, edits)], at(DAY)) for tenant in ("one", "two")]
    accounts = build(World(), chosen(World(copilot=files, claude=claude), NUMBER), NUMBER)
    assert accounts["copilot", "7"].rows[NUMBER]["copilot-users"].proactive == 3
    assert accounts["claude_code", "a@x"].rows[NUMBER]["claude-code"].edits == 40


def test_what_counts_in_a_copilot_row():
    """40 points: 3 chat + 2 plan + 4 CLI by the feature (the CLI's own 30 is ignored) + review + agent = 11; accepts 5 + 1."""
    features = (
        Feature("chat_panel_ask_mode", prompts=3, accepts=1),
        Feature("chat_panel_plan_mode", prompts=2),
        Feature("copilot_cli", prompts=4, accepts=99),
        Feature("code_completion", accepts=5),
        Feature("agent_edit", accepts=50),
        Feature("chat_panel_hologram_mode", prompts=70, accepts=70),
    )
    row = CopilotDay(1, "a", DAY, features, cli_prompts=30, review=True, cloud_agent=True)
    record = next(copilot_records(CopilotFile("ent", [row], at(DAY))))
    assert (record.proactive, record.accepts) == (11, 6)
    row.features = features[:2]
    assert next(copilot_records(CopilotFile("ent", [row], at(DAY)))).proactive == 37


def test_the_daily_file_wins_over_the_report_and_the_later_fetch_over_the_earlier():
    def file(prompts, day, span=None):
        row = CopilotDay(1, "a", DAY, (Feature("chat_inline", prompts=prompts),))
        return CopilotFile("ent", [row], at(DAY + dt.timedelta(days=day)), span=span)

    report = file(9, 9, span=(DAY, DAY + dt.timedelta(days=27)))
    for files in ([file(1, 1), file(2, 2), report], [report, file(2, 2), file(1, 1)]):
        assert [record.proactive for record in chosen(World(copilot=files), NUMBER)] == [2]
    assert chosen(World(copilot=[file(1, 1)]), NUMBER - 1) == []
