"""The oracle's parts by numbers worked out by hand from the measurement document."""

import datetime as dt

import pytest

from . import compare, segments
from .accounts import Account, Evidence, blank, contradicted, idle_by_list, near_row, too_old
from .arith import day_score, median, rhe
from .canon import Record, chosen, copilot_records
from .complete import Completeness, complete_days
from .identity import Directory, Names
from .oracle import most_days, quarters
from .seats import Listing, complete_list, holds, vendor_spans
from .segments import Past, Tally, classify
from .version import Quarter, load, week_pieces
from .weeks import best
from .world import CopilotDay, CopilotFile, Feature, Link, PersonRow, SeatEntry, SeatList, World

VERSION = load()
BOTH, PROACTIVE_ONLY = (75_000_000, 25_000_000), (100_000_000, 0)
DAY = dt.date(2026, 7, 6)
NUMBER = DAY.toordinal()


def at(day, hour=5):
    return dt.datetime.combine(day, dt.time(hour))


@pytest.mark.parametrize(
    ("a", "b", "wanted"), [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (1, 3, 0), (2, 3, 1), (0, 9, 0), (10, 5, 2)]
)
def test_rounding_half_to_even(a, b, wanted):
    assert rhe(a, b) == wanted


@pytest.mark.parametrize(("values", "wanted"), [([3], 3), ([1, 2], 2), ([2, 3], 2), ([9, 1, 5], 5), ([0, 0, 1, 4], 0)])
def test_median_of_integers(values, wanted):
    assert median(values) == wanted


@pytest.mark.parametrize(
    ("proactive", "passive", "split", "wanted"),
    [
        (1, 0, BOTH, 11_932_769),
        (0, 1, BOTH, 1_059_918),
        (4, 16, BOTH, 50_000_000),
        (3, 5, BOTH, 35_273_604),
        (8, 0, BOTH, 56_250_000),
        (0, 32, BOTH, 18_750_000),
        (40, 160, BOTH, 99_902_344),
        (1, 0, PROACTIVE_ONLY, 15_910_358),
    ],
)
def test_day_score_of_the_points_table(proactive, passive, split, wanted):
    assert day_score(proactive * 250_000, passive * 62_500, *split) == wanted


@pytest.mark.parametrize("points", range(1, 41))
def test_day_score_is_the_nearest_integer_to_the_exact_root(points):
    """What is missing to 100, r = 10^8 * 2^(-points/4), lies within a half: r^4 * 2^points = 10^32, in integers."""
    missing = 100_000_000 - day_score(points * 250_000, 0, *PROACTIVE_ONLY)
    exact = (2 * 10**8) ** 4
    assert (2 * missing - 1) ** 4 * 2**points <= exact <= (2 * missing + 1) ** 4 * 2**points


def test_day_score_stops_at_the_largest_exponent():
    assert day_score(40_000_000, 40_000_000, *BOTH) == 100_000_000


def test_the_best_days_fill_the_week():
    """Ana at 60 percent: 56.25 and 56.25 whole, 50 with the last 40 centi-days."""
    assert best([56_250_000, 56_250_000, 50_000_000, 18_750_000, 0], 240) == 13_250_000_000
    assert best([56_250_000], 0) == 0


def test_weeks_are_cut_at_the_ends_of_the_quarter_and_at_as_of():
    pieces = week_pieces(Quarter(2026, 3), dt.date(2026, 10, 20))
    days = [(dt.date.fromordinal(first), dt.date.fromordinal(last)) for first, last in pieces]
    assert len(pieces) == 14
    assert days[0] == (dt.date(2026, 7, 1), dt.date(2026, 7, 5))
    assert days[1] == (dt.date(2026, 7, 6), dt.date(2026, 7, 12))
    assert days[-1] == (dt.date(2026, 9, 28), dt.date(2026, 9, 30))
    assert len(week_pieces(Quarter(2026, 3), dt.date(2026, 7, 6))) == 2
    assert len(week_pieces(Quarter(2026, 3), dt.date(2026, 7, 5))) == 1
    assert len(week_pieces(Quarter(2029, 1), dt.date(2029, 4, 20))) == 13


def test_a_quarter_closes_fourteen_days_after_its_end():
    assert not Quarter(2026, 3).closed(dt.date(2026, 10, 13), 14)
    assert Quarter(2026, 3).closed(dt.date(2026, 10, 14), 14)
    assert [str(quarter) for quarter in quarters(dt.date(2025, 12, 31), dt.date(2026, 4, 1))] == [
        *("2025Q4", "2026Q1", "2026Q2")
    ]


@pytest.mark.parametrize(
    ("replicate", "position", "week"), [(0, 0, 11), (0, 1, 12), (0, 2, 3), (1, 0, 2), (1, 1, 11), (1, 2, 5)]
)
def test_the_certainty_table(replicate, position, week):
    """First 16 hex digits of `printf 'engagement-1.0.0|2026Q3|0|0' | sha256sum`, modulo 14, by hand."""
    assert segments.drawn_week("engagement-1.0.0", "2026Q3", replicate, position, 14) == week


def test_each_replicate_draws_as_many_weeks_as_there_are():
    table = segments.draws("engagement-1.0.0", "2026Q3", 14, 300)
    assert len(table) == 300
    assert {sum(times) for times in table} == {14}
    assert table[0][11] >= 1


def tally(counted=6_500, expected=6_500, points=0, engaged=0, active=0, seats=((6_500, 6_500),)):
    return Tally(expected, counted, points * 1_000_000 * counted, engaged, active, seats)


NO_PAST = Past(None, active=False)


@pytest.mark.parametrize(
    ("own", "past", "wanted"),
    [
        (tally(counted=1_999, expected=1_999), NO_PAST, "insufficient"),
        (tally(counted=2_000, expected=2_000), NO_PAST, "non_user"),
        (tally(counted=3_899), NO_PAST, "insufficient"),
        (tally(counted=3_900), NO_PAST, "non_user"),
        (tally(points=30, engaged=3_250, active=40), NO_PAST, "heavy"),
        (tally(points=29, engaged=3_250, active=40), NO_PAST, "light"),
        (tally(points=30, engaged=3_249, active=40), NO_PAST, "light"),
        (tally(points=24, engaged=2_600, active=40), Past("heavy", active=True), "heavy"),
        (tally(points=24, engaged=2_600, active=40), Past("light", active=True), "light"),
        (tally(points=23, engaged=2_600, active=40), Past("heavy", active=True), "light"),
        (tally(active=1), NO_PAST, "light"),
        (tally(seats=((6_500, 6_500), (5_849, 6_500))), NO_PAST, "insufficient"),
        (tally(seats=((6_500, 6_500), (5_850, 6_500))), NO_PAST, "non_user"),
        (tally(active=1, seats=((0, 6_500),)), NO_PAST, "light"),
        (tally(), Past("non_user", active=True), "lapsed"),
        (tally(), Past("non_user", active=False), "non_adopter"),
        (tally(), Past("lapsed", active=False), "non_adopter"),
        (tally(), Past("light", active=False), "non_user"),
    ],
)
def test_segments_at_their_cuts(own, past, wanted):
    assert classify(own, past, VERSION) == wanted


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (["heavy"], "heavy"),
        (["insufficient", "excluded", "heavy"], "heavy"),
        (["insufficient", None, "heavy"], "heavy"),
        (["insufficient", "excluded", "insufficient", "heavy"], None),
        ([None, None, None], None),
        (["light", "heavy"], "light"),
    ],
)
def test_two_undecided_quarters_do_not_clear_the_memory(before, wanted):
    assert segments.remembered(before) == wanted


def test_the_commonest_cause_is_the_reason_and_a_tie_goes_to_the_first_of_the_list():
    causes = ["left", "on_leave", "left", "on_leave", None, "no_weight", "no_weight", "no_weight"]
    assert segments.commonest(causes, segments.CAUSES, "too_early") == "on_leave"
    assert segments.commonest([None, "no_weight"], segments.CAUSES, "too_early") == "too_early"
    assert segments.absent_reason(["joined", "seat_ended", "new_seat", "left"]) == "no_seat"
    assert segments.absent_reason(["no_weight", None]) == "no_working_day"


@pytest.mark.parametrize(("values", "wanted"), [(["a", "a", "b"], "a"), (["a", "b"], "b"), (["b", "a", "a", "b"], "b")])
def test_a_mover_belongs_where_most_days_are(values, wanted):
    assert most_days(values) == wanted


def test_comparison_by_share_of_zeros():
    """100 people: 39 zeros give a median, 40 do not."""
    assert compare.group([0] * 39 + [20_000_000] * 61, VERSION).case == "median"
    assert compare.group([0] * 40 + [20_000_000] * 60, VERSION).case == "active_median"
    assert compare.group([4_999_999] * 10, VERSION).case == "active_median"
    assert compare.group([5_000_000] * 10, VERSION).case == "median"
    assert compare.group([0] * 91 + [20_000_000] * 9, VERSION).case == "adoption_only"
    assert compare.group([20_000_000] * 9, VERSION) is None


def test_position_in_the_group():
    """Scores 0, 0, 10, 20, ..., 80 (micro-points in millions): median 35, users' median 45, MAD 20."""
    own = compare.group([0, 0, *(value * 1_000_000 for value in range(10, 90, 10))], VERSION)
    zero, top = compare.position(0, own, VERSION), compare.position(80_000_000, own, VERSION)
    assert (own.middle, own.active_middle, own.deviation) == (35_000_000, 45_000_000, 20_000_000)
    assert zero == {"ratio": 0, "percentile": 100_000, "robust_z": None, "lob_rank": 9}
    assert top == {"ratio": 2_285_714, "percentile": 950_000, "robust_z": None, "lob_rank": 1}
    assert compare.position(None, own, VERSION)["percentile"] is None


def test_robust_z_needs_ten_users_and_a_spread():
    own = compare.group([value * 1_000_000 for value in range(10, 110, 10)], VERSION)
    assert (own.active_middle, own.deviation) == (55_000_000, 25_000_000)
    assert compare.position(100_000_000, own, VERSION)["robust_z"] == 1_214  # 45 / (1.4826 x 25) = 1.21408
    assert compare.position(10_000_000, own, VERSION)["robust_z"] == -1_214
    level = compare.group([20_000_000] * 12, VERSION)
    assert compare.position(20_000_000, level, VERSION)["robust_z"] is None


def test_completeness_against_the_same_weekday():
    mondays = [NUMBER + 7 * week for week in range(7)]
    counts = dict(zip(mondays, [10, 10, 4, 5, 6, 3, 4], strict=True))
    complete = complete_days(set(mondays), counts, set())
    # Third: 4 x 2 < 10. Fourth: 5 x 2 >= 10. Fifth: 12 >= median(10, 10, 5). Sixth: 6 < median(10, 10, 5, 6) = 8. Seventh: 8 >= 8.
    assert [day in complete for day in mondays] == [True, True, False, True, True, False, True]
    assert mondays[0] not in complete_days(set(mondays), counts, {mondays[0]})


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


def test_a_renamed_login_leads_to_the_person_of_any_login_it_had():
    own = directory({"person_id": "A", "github_login": "old"})
    renamed = Names("copilot", "7", None, [(NUMBER, "old"), (NUMBER + 5, "new")])
    assert own.owners(renamed, NUMBER + 9) == {"A"}


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
