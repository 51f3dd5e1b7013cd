"""Two interfaces more: the bill of a day, and usage events one by one. Both whole or not at all, and neither proves anybody's zero."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.fetch.answers import Answer, as_json
from tests.fetch.conftest import ONE_DAY, ago
from tests.fetch.vendors import always

ITEM = {
    "product": "Copilot", "sku": "Copilot AI Credits", "model": "GPT-5", "unitType": "credits", "pricePerUnit": 0.01, "grossQuantity": 2,
    "grossAmount": 0.02, "discountQuantity": 0.5, "discountAmount": 0.005, "netQuantity": 1.5, "netAmount": 0.015,
}  # fmt: skip


def call(n: int, day: dt.date, who: str = "e1") -> dict:
    """A call of a model at a minute of the day."""
    at = dt.datetime(day.year, day.month, day.day, 9, n, tzinfo=dt.UTC)
    tokens = {"inputTokens": 10 + n, "outputTokens": 2, "cacheReadTokens": 0, "cacheWriteTokens": 0, "totalCents": 1.5}
    return {
        "timestamp": str(int(at.timestamp() * 1000)),
        "userEmail": f"{who}@x.example",
        "model": "m",
        "tokenUsage": tokens,
    }


@pytest.fixture
def filled(vendor):
    vendor.days["copilot-billing"] = {ago(n): [ITEM | {"grossQuantity": n}, ITEM | {"model": "o"}] for n in (4, 3, 2)}
    vendor.days["cursor-events"] = {ago(n): [call(number, ago(n)) for number in range(5)] for n in (3, 2, 1)}
    return vendor


def test_a_bill_is_asked_for_by_day_under_the_unit_of_its_time(home, filled):
    found = home.fetch("copilot-billing", ago(4), ago(2))
    assert (found.whole, found.load().loaded, found.load().quarantined) == ([ago(4), ago(3), ago(2)], 6, 0)
    assert {one.path for one in filled.seen} == {"/enterprises/acme/settings/billing/ai_credit/usage"}
    assert home.held("select cast(day as varchar), sum(quantity) from spends group by day") == {
        str(ago(n)): n + 2 for n in (4, 3, 2)
    }
    home.now += ONE_DAY / 24
    assert home.fetch("copilot-billing", ago(4), ago(2)).load().duplicate == 6
    filled.days["copilot-billing"][dt.date(2026, 5, 31)] = [ITEM]
    home.fetch("copilot-billing", dt.date(2026, 5, 31), dt.date(2026, 5, 31))
    assert filled.seen[-1].path == "/enterprises/acme/settings/billing/premium_request/usage"


def test_a_bill_of_another_time_or_none_is_not_booked(home, filled):
    other = {"timePeriod": {"year": 2026, "month": 11}, "usageItems": [ITEM]}
    filled.once(always(as_json(other)), 9)
    assert "another time" in str(home.fetch("copilot-billing", ago(2), ago(2)).failed[ago(2)])
    filled.tricks.clear()
    assert home.fetch("copilot-billing", ago(9), ago(9)).empty == [ago(9)]
    assert home.held("select cast(day as varchar), count(*) from spends group by day") == {}


def test_events_of_all_pages_come_and_are_summed_by_day(home, filled):
    found = home.fetch("cursor-events", ago(3), ago(1))
    assert (found.whole, found.load().loaded) == ([ago(3), ago(2), ago(1)], 15)
    assert [one.body["page"] for one in filled.seen[:3]] == [1, 2, 3]
    sql = "select cast(day as varchar), sum(requests) from usage where source = 'cursor' group by day"
    assert home.held(sql) == {str(ago(n)): 5 for n in (3, 2, 1)}
    filled.days["cursor-events"][ago(2)].append(call(30, ago(2)))
    home.now += ONE_DAY / 24
    again = home.fetch("cursor-events", ago(3), ago(1)).load()
    assert (again.loaded, again.duplicate) == (1, 15)
    assert home.held(sql)[str(ago(2))] == 6


def test_events_that_change_while_they_are_paged_are_asked_for_again(home, filled):
    """A new one in front pushes one onto the next page: as many come as are counted, one of them twice and the new one never."""

    def pushed(seen):
        events = filled.days["cursor-events"][ago(1)]
        if isinstance(seen.body, dict) and seen.body.get("page") == 2 and len(events) == 5:
            events.insert(0, call(50, ago(1)))

    filled.once(pushed, 9)
    found = home.fetch("cursor-events", ago(1), ago(1))
    assert [str(day) for day in found.failed] == [str(ago(1))]
    again = home.fetch("cursor-events", ago(1), ago(1))
    assert (again.load().records_in, again.load().loaded, not again.failed) == (6, 6, True)


def test_events_complete_no_day_and_take_no_report_of_the_day_away(home, filled):
    day = {"userId": 1, "email": "e1@x.example", "isActive": True, "chatRequests": 7}
    start = int(dt.datetime(*ago(2).timetuple()[:3], tzinfo=dt.UTC).timestamp()) * 1000
    filled.days["cursor"] = {ago(2): [day | {"day": str(ago(2)), "date": start}]}
    home.fetch("cursor", ago(2), ago(2))
    home.now += ONE_DAY / 24
    home.fetch("cursor-events", ago(3), ago(1))
    home.score(ago(0))
    sql = "select surface = 'events', sum(coalesce(prompts, 0)) from usage where source = 'cursor' group by all"
    assert home.held(sql) == {False: 7, True: 0}
    states = "select cast(day as varchar), state from source_days where source = 'cursor'"
    assert home.held(states) == {str(ago(2)): "complete"}


@pytest.mark.parametrize(
    "trick",
    [
        as_json({"usageEvents": [call(1, ago(1))], "totalUsageEventsCount": 9, "pagination": {"hasNextPage": False}}),
        as_json({"usageEvents": [call(1, ago(1))], "pagination": {"hasNextPage": True}}),
        as_json({"events": []}),
        Answer(200, json.dumps({"usageEvents": [call(1, ago(1))]}).encode(), cut=30),
    ],
    ids=["fewer than it counts", "a circle", "another name", "cut off"],
)
def test_events_that_do_not_come_whole_are_not_loaded(home, filled, trick):
    filled.once(always(trick), 99)
    found = home.fetch("cursor-events", ago(1), ago(1))
    assert (list(found.failed), found.loads) == ([ago(1)], [])
