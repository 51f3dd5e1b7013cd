"""A small company through an outage of three days, to the scores: nothing lost, nothing double, nobody in another segment."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Sequence

import duckdb
import pytest

from tests.fetch.answers import Answer
from tests.fetch.company import PERSON_DAYS, fill, make, people
from tests.fetch.conftest import ONE_DAY, Home
from tests.fetch.vendors import Vendor
from uptake.fetch import FETCHERS
from uptake.fetch.run import newest_day
from uptake.scores import SCORES

FIRST = dt.date(2026, 10, 1)
TUESDAY = dt.datetime(2026, 11, 24, 8)
FRIDAY, SATURDAY = TUESDAY + 3 * ONE_DAY, TUESDAY + 4 * ONE_DAY
OUTAGE = (TUESDAY + ONE_DAY, TUESDAY + 2 * ONE_DAY, FRIDAY)
"""The runs that meet a vendor who is not well."""
FOREVER = 10**6
SOURCES = (*PERSON_DAYS, "copilot-seats")
FACTS_OF_USE = frozenset({"account_people", "tool_use", "usage_days", "usage_facts", "witness_spans"})
VENDOR_GAP = 5
"""The doubt of that name, in `tool_states`."""


def down(vendor: Vendor) -> None:
    vendor.down = True


def storm(vendor: Vendor) -> None:
    """More calls than it will answer, and no end of it today."""
    vendor.once(lambda _: Answer(429, b"", {"Retry-After": "5000"}), FOREVER)


def forgets(vendor: Vendor) -> None:
    """It is well, and has nothing of anybody: the answer that most looks like a company without use."""
    vendor.days, vendor.seats = {}, []


def well(vendor: Vendor, now: dt.datetime) -> None:
    """As it was, with what has happened since."""
    vendor.down = False
    vendor.tricks.clear()
    fill(vendor, FIRST, now.date(), RESTATED if now == SATURDAY else {})


def storm_that_ends(vendor: Vendor) -> None:
    vendor.once(lambda _: Answer(429, b"", {"Retry-After": "0"}), 3)


RESTATED = {source: newest_day(FETCHERS[source], SATURDAY) - ONE_DAY for source in PERSON_DAYS}
"""The day that each vendor says otherwise of on Saturday, within the shortest re-read window."""


def lost(source: str) -> list[dt.date]:
    """The days that came first into reach while the vendor was not well."""
    return [newest_day(FETCHERS[source], now) for now in OUTAGE]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    vendor = Vendor()
    fill(vendor, FIRST, TUESDAY.date())
    yield make(tmp_path_factory.mktemp("company"), vendor, TUESDAY, FIRST)
    vendor.close()


def copied(company, folder, vendor) -> Home:
    made = Home(shutil.copytree(company, folder), vendor, now=TUESDAY)
    made.extra = {source: f"since = {lost(source)[0]}" for source in PERSON_DAYS}
    made.write()
    return made


@pytest.fixture(scope="module")
def whole(company, tmp_path_factory) -> dict[dt.datetime, dict[str, list[dict]]]:
    """A home whose vendors were always well: its tables on Friday and on Saturday."""
    vendor, found = Vendor(), {}
    home = copied(company, tmp_path_factory.mktemp("whole") / "home", vendor)
    for home.now in (FRIDAY, SATURDAY):
        well(vendor, home.now)
        for source in SOURCES:
            assert not home.fetch(source).failed
        home.score(home.now.date())
        found[home.now] = tables(home)
    vendor.close()
    return found


def tables(home: Home) -> dict[str, list[dict]]:
    """Every table of scores, and the facts of use. A seat list of a day that is over cannot be asked for again, so facts of lists may differ."""
    with duckdb.connect(str(home.path / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        names = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        found = {}
        for name in sorted(names & {*FACTS_OF_USE, *SCORES}):
            rows = connection.execute(f"select * from {name} order by all")
            columns = [column[0] for column in rows.description]
            found[name] = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
    return found


def segments(found: dict[str, list[dict]]) -> dict[str, tuple[str, str]]:
    return {row["person_id"]: (row["segment"], row["reason"]) for row in found["quarter_scores"]}


def states(found: dict[str, list[dict]], source: str) -> Counter[tuple[str, int]]:
    """State, and the doubt that stands against a zero, of the people of a source, by its tool, on the days of the outage."""
    tool, own, days = PERSON_DAYS[source].tool, people(source), lost(source)
    rows = [
        row for row in found["tool_states"] if row["tool"] == tool and row["person_id"] in own and row["day"] in days
    ]
    return Counter((row["state"], row["doubt"]) for row in rows)


def through_an_outage(home: Home, sources: Collection[str], ways: Sequence[Callable[[Vendor], None]]) -> dict:
    """The outage of some sources beside others that are well, a way to be unwell a day; the tables on the last day of it."""
    vendor = home.vendor
    for home.now, unwell in zip(OUTAGE, ways, strict=True):
        for source in SOURCES:
            well(vendor, home.now)
            if source in sources:
                unwell(vendor)
                assert not home.fetch(source).whole
            elif home.now == FRIDAY:
                assert not home.fetch(source).failed
    home.score(FRIDAY.date())
    return tables(home)


def after_it(home: Home) -> dict:
    """The tables on the day after, when all vendors are well but for a storm of refusals that ends."""
    home.now = SATURDAY
    for source in SOURCES:
        well(home.vendor, home.now)
        storm_that_ends(home.vendor)
        assert not home.fetch(source).failed
    home.score(home.now.date())
    return tables(home)


def assert_nobody_changed(whole: dict, home: Home, sources: Collection[str], ways: Sequence) -> None:
    during = through_an_outage(home, sources, ways)
    healthy = segments(whole[FRIDAY])
    changed = {who: now for who, now in segments(during).items() if now != healthy[who]}
    # Whose zero needs the days that are missing is not called by it any more; whoever uses a tool is what they were.
    assert set(changed.values()) <= {("insufficient", "vendor_gap")}
    assert {healthy[who] for who in changed} <= {("non_user", "seat_never_used")}
    for source in PERSON_DAYS:
        healthy = states(whole[FRIDAY], source)
        assert {state for state, _ in healthy} == {"active", "zero"}
        assert states(during, source) == (
            {("not_observed", VENDOR_GAP): healthy.total()} if source in sources else healthy
        )
    after = after_it(home)
    assert set(after) == set(whole[SATURDAY]) >= {*FACTS_OF_USE, "quarter_scores", "day_scores"}
    for name, rows in whole[SATURDAY].items():
        assert after[name] == rows, name
    assert whole[SATURDAY]["quarter_scores"] != whole[FRIDAY]["quarter_scores"]


def test_every_source_that_feeds_person_days_is_here():
    bills, lists = {"copilot-billing", "copilot-billing-users"}, {"scim", "github-identities", "copilot-seats"}
    # Nor do calls beside a report of the day declare a day of a person.
    assert set(FETCHERS) == {*PERSON_DAYS, *bills, *lists, "cursor-events"}


def test_an_outage_of_three_days_of_every_vendor_changes_nobody(company, whole, tmp_path, vendor):
    assert_nobody_changed(whole, copied(company, tmp_path / "hit", vendor), SOURCES, (down, storm, forgets))


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
def test_an_outage_of_one_vendor_beside_others_changes_nobody(company, whole, tmp_path, vendor, source):
    turn = SOURCES.index(source) % 3
    ways = [down, storm, forgets][turn:] + [down, storm, forgets][:turn]
    assert_nobody_changed(whole, copied(company, tmp_path / "hit", vendor), {source}, ways)
