"""Properties of loading (MEASUREMENT.md section 9: 3, 4, 18) and the peers' bugs that begin there: pages, batches, cut files."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import pathlib
import random

import pytest

from tests import product
from tests.oracle.world import CopilotDay, CopilotFile, Feature, Link, PersonRow, SeatEntry, SeatList, World
from tests.oracle.write import stamp, write
from tests.small_worlds import MONDAY, after
from uptake.warehouse.connect import opened

TENANT = "900001"
FETCHED = dt.datetime.combine(dt.date(2029, 2, 1), dt.time(6))
HOUR = dt.timedelta(hours=1)


def at(year: int, month: int, day: int) -> dt.datetime:
    """Midnight of a day, naive as all times here."""
    return dt.datetime.combine(dt.date(year, month, day), dt.time())


def ingest(home: pathlib.Path, capsys: pytest.CaptureFixture[str], source: str, *words: object) -> tuple[int, dict]:
    """Exit code and answer of one ingest."""
    capsys.readouterr()
    code = product.uptake(home, "ingest", source, *words, "--json")
    return code, json.loads(capsys.readouterr().out)


def rows(home: pathlib.Path, sql: str) -> list[tuple]:
    with opened(product.home_settings(home).warehouse_file) as connection:
        return connection.execute(sql).fetchall()


def report(first: dt.date, use: dict[int, int], fetched: dt.datetime, days: int = 1) -> CopilotFile:
    """An envelope of these days: one row for each account and day."""
    span = (first, first + dt.timedelta(days=days - 1))
    own = [
        CopilotDay(
            user, f"dev{user}", first + dt.timedelta(days=number), (Feature("chat_panel_agent_mode", prompts=prompts),)
        )
        for number in range(days)
        for user, prompts in use.items()
    ]
    return CopilotFile(TENANT, own, fetched, span=span)


def load(home: pathlib.Path, files: list[CopilotFile]) -> list[tuple]:
    """One call per file, in this order; answers what is in the warehouse then."""
    for number, file in enumerate(files):
        for source, paths, more in write(World(copilot=[file]), home / f"vendor{number}"):
            if source == "copilot-users":
                assert product.uptake(home, "ingest", source, *paths, *more, "--json") == 0
    return rows(home, "select day, account, prompts from usage where prompts is not null order by all")


@pytest.mark.parametrize("bare", [False, True], ids=["envelope", "bare file"])
def test_property_3_of_two_versions_of_a_day_the_later_fetched_wins_in_any_order(tmp_path, bare):
    """Three versions of one report, by six orders of arrival; a bare file is never known to be whole."""
    versions = [report(MONDAY, {1: 10 + number, 2: 5, 3: number}, FETCHED + number * HOUR) for number in range(3)]
    for own in versions:
        own.span = None if bare else own.span
    orders = itertools.permutations(range(3))
    found = {str(order): load(tmp_path / str(order), [versions[n] for n in order]) for order in orders}
    assert {tuple(own) for own in found.values()} == {((MONDAY, "1", 12), (MONDAY, "2", 5), (MONDAY, "3", 2))}


def test_property_3_of_two_calls_in_one_the_later_fetched_wins(tmp_path):
    """Files of one call with their own stamps: the later stamp wins, wherever it stands."""
    versions = [report(MONDAY, {1: 10 + number}, FETCHED + number * HOUR) for number in range(3)]
    for order in itertools.permutations(range(3)):
        home = tmp_path / str(order)
        paths = []
        for place, number in enumerate(order):
            calls = write(World(copilot=[versions[number]]), home / f"vendor{place}")
            paths += [path for source, own, _ in calls if source == "copilot-users" for path in own]
        assert product.uptake(home, "ingest", "copilot-users", *paths, "--fetched-at", stamp(FETCHED)) == 0
        assert rows(home, "select prompts from usage where prompts is not null") == [(12,)]


def test_a_row_that_vanished_upstream_vanishes_here(tmp_path):
    """A whole report fetched later lacks account 2: it is gone, on that day only."""
    older = [report(MONDAY, {1: 4, 2: 4}, FETCHED), report(after(1), {1: 4, 2: 4}, FETCHED)]
    newer = report(MONDAY, {1: 4}, FETCHED + HOUR)
    assert load(tmp_path, [*older, newer]) == [(MONDAY, "1", 4), (after(1), "1", 4), (after(1), "2", 4)]


@pytest.mark.parametrize("stale", [{1: 4}, {1: 4, 3: 4}], ids=["lacks an account", "has another account"])
def test_a_stale_whole_report_that_comes_late_changes_nothing(tmp_path, stale):
    """Property 18: the order of arrival decides nothing, fetched_at does; also for what a report lacks."""
    newer, older = report(MONDAY, {1: 4, 2: 4}, FETCHED + HOUR), report(MONDAY, stale, FETCHED)
    in_order, late = load(tmp_path / "in order", [older, newer]), load(tmp_path / "late", [newer, older])
    assert in_order == [(MONDAY, "1", 4), (MONDAY, "2", 4)]
    assert late == in_order


def test_property_4_the_same_file_again_is_all_duplicate(tmp_path, capsys):
    (call,) = [
        own
        for own in write(World(copilot=[report(MONDAY, {n: n for n in range(1, 41)}, FETCHED, 7)]), tmp_path / "v")
        if own[0] == "copilot-users"
    ]
    first = ingest(tmp_path, capsys, call[0], *call[1], *call[2])[1]
    before = rows(tmp_path, "select * exclude (key) from usage order by all")
    again = ingest(tmp_path, capsys, call[0], *call[1], *call[2])[1]
    assert (first["loaded"], first["duplicate"], again["loaded"], again["duplicate"]) == (280, 0, 0, 280)
    assert (again["conflicts"], again["records_in"]) == (0, 280)
    assert rows(tmp_path, "select * exclude (key) from usage order by all") == before
    assert rows(tmp_path, "select count(*), count(distinct key) from records where source = 'copilot-users'") == [
        (280, 280)
    ]


@pytest.mark.parametrize("bad", [0, 1, 50, 106])
def test_one_bad_record_never_drops_its_batch(tmp_path, capsys, bad):
    """Peers' bug: one record without one array refused the upload. Here it is quarantined, and the sums hold."""
    file = CopilotFile(TENANT, report(MONDAY, dict.fromkeys(range(1, 108), 3), FETCHED).rows, FETCHED)
    (call,) = [own for own in write(World(copilot=[file]), tmp_path / "v") if own[0] == "copilot-users"]
    lines = [json.loads(line) for line in call[1][0].read_text().splitlines()]
    del lines[bad]["user_id"]
    del lines[(bad + 1) % 107]["totals_by_feature"]
    del lines[(bad + 2) % 107]["totals_by_ide"]
    call[1][0].write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, answer = ingest(tmp_path, capsys, call[0], *call[1], *call[2])
    assert code == 4
    assert (
        answer["records_in"]
        == 107
        == answer["loaded"] + answer["duplicate"] + answer["ignored"] + answer["quarantined"]
    )
    assert (answer["loaded"], answer["quarantined"]) == (106, 1)


def seats(count: int, total: int, pages: int, taken: dt.datetime, start: int = 0) -> SeatList:
    entries = [SeatEntry(1 + n, f"dev{n}", created_at=at(2028, 12, 1)) for n in range(start, start + count)]
    return SeatList(TENANT, taken, entries, total, pages)


def spans_of(home: pathlib.Path, lists: list[SeatList], people: int = 600) -> list[tuple]:
    """Seat spans after loading these lists."""
    world = World(seat_lists=lists)
    world.people = [PersonRow(f"P{n}", "Line", github_login=f"dev{n}") for n in range(people)]
    product.load_files(world, home)
    product.results(home, after(60))
    return rows(home, "select account, first_day, last_day from seat_spans order by cast(account as int)")


def test_600_seats_over_pages_of_50_are_600(tmp_path):
    """Peers' bug: the first page was read as the total. All pages of one call are one list, in any order of files."""
    found = spans_of(tmp_path, [seats(600, 600, 12, at(2029, 1, 5))])
    assert len(found) == 600
    assert {row[2] for row in found} == {dt.date(9999, 12, 31)}


def test_a_short_page_ends_no_seat(tmp_path):
    """The second list says 600 and shows 550, so it is incomplete: it starts seats and ends none; a complete one ends them."""
    lists = [
        seats(580, 580, 12, at(2029, 1, 5)),
        seats(550, 600, 11, at(2029, 1, 19), start=50),
    ]
    found = spans_of(tmp_path / "short", lists)
    assert len(found) == 600
    assert {row[2] for row in found} == {dt.date(9999, 12, 31)}
    ended = spans_of(tmp_path / "whole", [*lists, seats(550, 550, 11, at(2029, 2, 2), start=50)])
    assert len([row for row in ended if row[2] == dt.date(2029, 2, 1)]) == 50
    assert len(ended) == 600


def test_a_people_file_that_loses_a_tenth_is_held(tmp_path):
    """R-HR-4: 11 of 100 missing is held and the last good file stays; 10 of 100 is taken; --complete lets them go."""

    def people(name: str, count: int) -> pathlib.Path:
        path = tmp_path / f"{name}.csv"
        path.write_text("person_id,lob\n" + "".join(f"P{n},Line\n" for n in range(count)))
        return path

    def known() -> int:
        return rows(tmp_path, "select count(distinct person_id) from people")[0][0]

    assert product.uptake(tmp_path, "ingest", "hr-people", people("all", 100)) == 0
    assert product.uptake(tmp_path, "ingest", "hr-people", people("cut", 89)) == 3
    assert known() == 100
    assert product.uptake(tmp_path, "ingest", "hr-people", people("few", 90)) == 0
    assert product.uptake(tmp_path, "ingest", "hr-people", people("cut", 89), "--complete") == 0
    assert known() == 89


def test_property_18_late_data_before_the_close_is_on_time(tmp_path):
    """Four weeks of daily reports: all before the first score, or a quarter of them in random order after two runs of it."""
    dice = random.Random(18)
    files = [
        report(after(n), {user: dice.choice((0, 0, 1, 4, 9)) for user in range(1, 13)}, FETCHED + n * HOUR)
        for n in range(28)
    ]
    digests = {}
    for name, late in (("on time", []), ("late", dice.sample(range(28), 7))):
        home = tmp_path / name
        world = World(links=[Link("copilot", str(n), f"P{n}") for n in range(1, 13)])
        world.people = [PersonRow(f"P{n}", "Line") for n in range(1, 13)]
        world.copilot = [file for number, file in enumerate(files) if number not in late]
        product.load_files(world, home)
        if late:
            for as_of in (after(20), after(40)):
                assert product.uptake(home, "score", "--as-of", as_of) == 0
            load(home, [files[number] for number in late])
        assert product.uptake(home, "score", "--as-of", after(103)) == 0
        (snapshot,) = [snapshot_of(home)]
        digests[name] = (snapshot.inputs_digest, snapshot.scores_digest)
    assert digests["late"] == digests["on time"]


def snapshot_of(home: pathlib.Path):
    from uptake.snapshot import current  # noqa: PLC0415 - beside its only use

    return current(product.home_settings(home).snapshot_folder)
