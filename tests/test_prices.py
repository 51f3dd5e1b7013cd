"""Prices of models: the rules as tables against the real query, sums as properties, and the captures of the real client."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_worlds import bulk, in_memory
from uptake.errors import WrongUsage
from uptake.pipeline import prices
from uptake.warehouse import money, parts

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "shared" / "samples" / "claude_code_otlp" / "json"
HEAD = "model,tier,context_from,context_to,valid_from,valid_to,input,output,cache_read,cache_write,request,currency,as_of,source\n"
SITE = """m-1*,standard,0,1000,2026-01-01,2026-06-30,1,2,0.1,1.25,,USD,,
m-1*,standard,1001,,2026-01-01,2026-06-30,2,4,0.2,2.5,,USD,,
m-1*,standard,,,2026-07-01,,3,6,0.3,3.75,,USD,,
m-1*,batch,,,2026-01-01,,0.5,1,0.05,0.625,,USD,,
m-1-mini,,,,2026-01-01,,0.1,0.2,,,,USD,,
m-2,standard,,,2026-01-01,,,,,,0.04,USD,,
m-3,standard,,,2026-01-01,,1,1,,,0.01,USD,,
"""
DAY = dt.date(2026, 3, 1)
TOKENS = ("tokens_in", "tokens_out", "tokens_cache_read", "tokens_cache_write")


def priced(calls, table=SITE, ships=()):
    """Rows of `request_costs`, by account. A call: (model, tier, day, the four kinds of tokens, told, account)."""
    with in_memory() as connection:
        for number, (model, tier, day, tokens, told, account) in enumerate(calls):
            connection.execute(
                "insert into telemetry_events by name select 'otlp' as source, ? as key, 'codex' as tool, ? as account, 's' as surface,"
                " ?::timestamp as happened_at, ?::date as day, 'request' as kind, 'logs' as basis, '' as series, '' as tenant, 0 as started,"
                " 0 as ended, false as cumulative, ? as model, ? as tier, ?::bigint as tokens_in, ?::bigint as tokens_out,"
                " ?::bigint as tokens_cache_read, ?::bigint as tokens_cache_write, ?::decimal(28, 10) as cost_est_usd",
                [str(number), account, day, day, model, tier, *tokens, told],
            )
        parts.note_changes(
            connection, "telemetry_events", "select source, cast(null as date) as day from telemetry_events"
        )
        parts.refresh(connection)
        known = prices.ranked(prices.read(HEAD + table, "site.csv"), ships)
        money.price_calls(connection, dt.date(2026, 12, 31), prices.rows(known))
        found = connection.execute("select * from request_costs order by account")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(model, tokens, *, tier=None, day=DAY, told=None, table=SITE, ships=()):
    return priced([(model, tier, day, tokens, told, "ana")], table, ships)[0]


RULES = [
    # 100 in, 10 out, 200 read from the cache, 40 written: 100 + 20 + 20 + 50 micro-dollars
    ("m-1-2026", None, DAY, (100, 10, 200, 40), "0.000190"),
    ("m-1-2026", "standard", DAY, (100, 10, 200, 40), "0.000190"),
    # the context is all that goes in: 1,000 tokens are in the first row, 1,001 in the second
    ("m-1", None, DAY, (1000, 0, 0, 0), "0.001"),
    ("m-1", None, DAY, (900, 0, 61, 40), "0.0019122"),
    ("m-1", None, DAY, (0, 5000, 0, 0), "0.010"),
    # the day decides: the last of a price, the first of the next, one before any
    ("m-1", None, dt.date(2026, 6, 30), (1000, 0, 0, 0), "0.001"),
    ("m-1", None, dt.date(2026, 7, 1), (1000, 0, 0, 0), "0.003"),
    ("m-1", None, dt.date(2025, 12, 31), (1000, 0, 0, 0), None),
    # the tier decides, and one that is not in the table has no price
    ("m-1", "batch", DAY, (1000, 0, 0, 0), "0.0005"),
    ("m-1", "priority", DAY, (1000, 0, 0, 0), None),
    ("m-1", "other", DAY, (1000, 0, 0, 0), None),
    # the longer pattern prices alone: what it has no price for is not looked up in another one
    ("m-1-mini", None, DAY, (1000, 100, 0, 0), "0.00012"),
    ("m-1-mini", None, DAY, (1000, 100, 1, 0), None),
    ("m-1-mini", "batch", DAY, (1000, 100, 0, 0), None),
    # sold by the call; by the call and by tokens
    ("m-2", None, DAY, (1000, 100, 5, 5), "0.04"),
    ("m-2", None, DAY, (None, None, None, None), "0.04"),
    ("m-3", None, DAY, (1000, 1000, 0, 0), "0.012"),
    # no model, an unknown one, no tokens, and none at all of them
    (None, None, DAY, (1000, 0, 0, 0), None),
    ("m-9", None, DAY, (1000, 0, 0, 0), None),
    ("m-1", None, DAY, (None, None, None, None), None),
    ("m-1", None, DAY, (0, 0, 0, 0), "0"),
]


@pytest.fixture(scope="module")
def by_rule():
    """The rows of all calls of the table, priced in one run; each call is of an account of its own."""
    made = priced(
        [(model, tier, day, tokens, None, f"{place:02}") for place, (model, tier, day, tokens, _) in enumerate(RULES)]
    )
    return {row["account"]: row for row in made}


@pytest.mark.parametrize(("place", "rule"), list(enumerate(RULES)))
def test_a_call_is_priced_by_model_tier_context_and_day_or_not_at_all(by_rule, place, rule):
    *_, tokens, cost = rule
    row = by_rule[f"{place:02}"]
    assert row["estimate"] == (None if cost is None else Decimal(cost))
    assert row["unpriced_requests"] == (cost is None)
    assert row["unpriced_tokens"] == (sum(part or 0 for part in tokens) if cost is None else 0)
    assert bool(row["unpriced_models"]) == (cost is None)


def test_the_vendors_own_estimate_stands_and_is_checked_by_the_table():
    row = one("m-1", (1000, 0, 0, 0), told=Decimal("0.0011"))
    assert (row["estimate"], row["by_list"]) == (Decimal("0.0011"), None)
    assert (row["told_checked"], row["list_checked"]) == (Decimal("0.0011"), Decimal("0.001"))
    unknown = one("m-9", (1000, 0, 0, 0), told=Decimal("0.5"))
    assert (unknown["estimate"], unknown["list_checked"], unknown["unpriced_requests"]) == (Decimal("0.5"), None, 0)


def test_prices_of_the_site_go_before_those_that_ship():
    ships = prices.read(
        HEAD + "m-1-pro,standard,,,2026-01-01,,50,50,50,50,,USD,,\nn-1,standard,,,2026-01-01,,9,9,9,9,,USD,,\n", "x"
    )
    assert one("m-1-pro", (1000, 0, 0, 0), ships=ships)["estimate"] == Decimal("0.001")
    assert one("n-1", (1000, 0, 0, 0), ships=ships)["estimate"] == Decimal("0.009")
    assert one("m-1-pro", (1000, 0, 0, 0), day=dt.date(2025, 1, 1), ships=ships)["estimate"] is None


CALL = st.tuples(
    st.sampled_from(["m-1", "m-1-mini", "m-2", "m-3", "m-9", None]), st.sampled_from([None, "batch", "fast"]),
    st.sampled_from([DAY, dt.date(2026, 8, 1)]),
    st.tuples(*(st.one_of(st.none(), st.integers(0, 10**9)) for _ in TOKENS)),
    st.one_of(st.none(), st.decimals(0, 1000, places=6)),
)  # fmt: skip


def summed(calls):
    """What is told of all days together: (estimate, calls, unpriced calls, unpriced tokens)."""
    rows = priced(calls)
    known = [row["estimate"] for row in rows if row["estimate"] is not None]
    names = ("requests", "unpriced_requests", "unpriced_tokens")
    return sum(known, Decimal(0)) if known else None, *(sum(row[name] for row in rows) for name in names)


@bulk(5)
@given(st.lists(CALL, min_size=1, max_size=12))
def test_an_estimate_is_the_sum_over_its_calls_and_an_unpriced_one_never_lowers_it(calls):
    apart = summed([(*call, f"{place:02}") for place, call in enumerate(calls)])
    together = summed([(*call, "all") for call in calls])
    assert together == apart
    assert together[1] == len(calls)
    more = summed([*((*call, "all") for call in calls), ("m-9", None, DAY, (5, 0, 0, 0), None, "all")])
    assert more == (together[0], together[1] + 1, together[2] + 1, together[3] + 5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("model,currency\nm,USD\n", "line 1 has no column `valid_from`"),
        (HEAD + "m-1,,,,2026-01-01,,1,,,,,EUR,,\n", "line 2, column `currency`"),
        (HEAD + "m-1,gold,,,2026-01-01,,1,,,,,USD,,\n", "line 2, column `tier`"),
        (HEAD + "tell Ann c4nary,,,,2026-01-01,,1,,,,,USD,,\n", "line 2, column `model`"),
        (HEAD + "m-1,,,,2026-13-01,,1,,,,,USD,,\n", "line 2, column `valid_from`"),
        (HEAD + "m-1,,,,,,1,,,,,USD,,\n", "line 2, column `valid_from`"),
        (HEAD + "m-1,,,,2026-02-01,2026-01-01,1,,,,,USD,,\n", "line 2, column `valid_to`"),
        (HEAD + "m-1,,10,9,2026-02-01,,1,,,,,USD,,\n", "line 2, column `context_to`"),
        (HEAD + "m-1,,,,2026-02-01,,-1,,,,,USD,,\n", "line 2, column `input`"),
        (HEAD + "m-1,,,,2026-02-01,,1.0000001,,,,,USD,,\n", "line 2, column `input`"),
        (HEAD + "m-1,,,,2026-02-01,,,,,,,USD,,\n", "line 2, there is no price"),
        (HEAD + "m-1,,,,2026-01-01,,1,,,,,USD,,\nm-1,standard,5,,2026-03-01,,2,,,,,USD,,\n", "line 3 prices a call"),
    ],
)
def test_a_price_file_that_cannot_be_used_is_refused_by_line_and_column_and_never_by_value(text, why):
    with pytest.raises(WrongUsage) as refused:
        prices.read(text, "ours.csv")
    assert why in str(refused.value.why)
    assert "ours.csv" in refused.value.what
    assert "c4nary" not in f"{refused.value.what}{refused.value.why}"


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    assert prices.of_site(None) == []
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    for name in ("none.csv", "bad.csv"):
        with pytest.raises(WrongUsage, match="cannot be used"):
            prices.of_site(tmp_path / name)


def test_what_ships_says_where_each_price_is_from_and_since_when():
    found = prices.shipped()
    assert found
    assert all(one.source and one.days[0] > dt.date(2020, 1, 1) for one in found)


LIST = [
    # by hand: 100,000 in, 10,000 out, 50,000 read from the cache, 20,000 written to it
    ("claude-sonnet-4-20250514", DAY, (100_000, 10_000, 50_000, 20_000), "0.54"),
    ("claude-opus-4-20250514", DAY, (100_000, 10_000, 50_000, 20_000), "2.7"),
    ("claude-haiku-4-5-20251001", DAY, (100_000, 10_000, 50_000, 20_000), "0.18"),
    ("gpt-5-codex", DAY, (100_000, 10_000, 50_000, 0), "0.23125"),
    # what a list does not say has no price: a longer context, a kind of token, a day before it
    ("claude-sonnet-4-20250514", DAY, (200_001, 0, 0, 0), None),
    ("gpt-5-codex", DAY, (100_000, 10_000, 50_000, 1), None),
    ("gpt-5-codex", dt.date(2025, 12, 31), (100_000, 0, 0, 0), None),
    ("claude-haiku-4-5-20251001", dt.date(2025, 10, 14), (1, 0, 0, 0), None),
    # models of the samples of which no list of the vendor was read, and neighbours by name
    *((name, DAY, (1, 0, 0, 0), None) for name in ("gemini-2.5-pro", "gpt-5.2-codex", "gpt-5.3-codex", "claude-opus-4-1", "gpt-5-codex-mini")),
]  # fmt: skip


def test_what_ships_prices_what_a_list_of_the_vendor_names_and_nothing_beside_it():
    calls = [(model, None, day, tokens, None, f"{place:02}") for place, (model, day, tokens, _) in enumerate(LIST)]
    found = [row["estimate"] for row in priced(calls, "", prices.shipped())]
    assert found == [None if cost is None else Decimal(cost) for *_, cost in LIST]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no known answers: ../shared/samples is not there")
def test_the_shipped_price_gives_the_cost_that_the_real_client_told_call_by_call():
    calls, told = [], []
    for file in sorted(SAMPLES.glob("*logs*.json")):
        for resource in json.loads(file.read_text())["resourceLogs"]:
            for record in (one for scope in resource["scopeLogs"] for one in scope["logRecords"]):
                said = {pair["key"]: next(iter(pair["value"].values()), None) for pair in record["attributes"]}
                if said.get("event.name") == "api_request":
                    names = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
                    calls.append(
                        (said["model"], None, DAY, tuple(int(said[name]) for name in names), None, f"{len(calls)}")
                    )
                    told.append(Decimal(int(said["cost_usd_micros"])).scaleb(-6))
    rows = priced(calls, "", prices.shipped())
    assert [row["estimate"] for row in rows] == told
    assert sum(told) == Decimal("0.026184")


def test_an_older_warehouse_gets_the_columns_that_records_have_got_since(tmp_path):
    from uptake.warehouse.tables import add_tables, create_tables  # noqa: PLC0415

    with duckdb.connect(tmp_path / "old.duckdb") as connection:
        create_tables(connection)
        connection.execute("alter table telemetry_events drop column model")
        connection.execute(
            "insert into telemetry_events (source, key, tool, account, day, tier) values ('otlp', 'k', 'codex', 'ana', '2026-01-01', 'batch')"
        )
        add_tables(connection)
        assert connection.execute("select model, tier from telemetry_events").fetchall() == [(None, "batch")]
