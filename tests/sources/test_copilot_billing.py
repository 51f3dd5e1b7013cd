"""GitHub Copilot bills (SOURCES.md 4.6, rules R-BI-1 to R-BI-6): what is read of a line."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from billing_files import BASE, ITEM, answer, text_of
from hypothesis import given
from hypothesis import strategies as st

from uptake.model import Spend
from uptake.model.outcome import Ignored, InputFile, Refused, Rejected, Taken
from uptake.sources import SOURCES

SOURCE = SOURCES["copilot-billing"]
FETCHED = dt.datetime(2026, 6, 20, 3)
DAY = dt.date(2026, 6, 1)


def read(text):
    return list(SOURCE.parse(InputFile("f", io.BytesIO(text.encode()), account="tenant-1", fetched_at=FETCHED)))


def spends(text):
    return [row for one in read(text) if isinstance(one, Taken) for row in one.rows]


def row(**changes):
    (found,) = spends(text_of(BASE | changes))
    return found


def test_a_line_is_a_spend_and_no_use():
    assert row() == Spend(
        tool="copilot",
        account="kim-corp",
        tenant="acme",
        day=DAY,
        last_day=DAY,
        scope="line",
        product="copilot",
        sku="copilot_ai_credit",
        unit="ai-credits",
        model="gpt-5",
        used=True,
        quantity=Decimal(2),
        gross_usd=Decimal("0.02"),
        discount_usd=Decimal("0.005"),
        net_usd=Decimal("0.015"),
    )
    assert "CANARY" not in repr(read(text_of(BASE)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.30000000000000004", "0.3"),
        ("0.1", "0.1"),
        ("1e-05", "0.00001"),
        ("-0.04", "-0.04"),
        ("0.00000000005", "0"),
        ("0.00000000015", "0.0000000002"),
        ("1000000000", "1000000000"),
        ("", None),
    ],
)
@pytest.mark.parametrize("column", ["quantity", "gross_amount", "discount_amount", "net_amount"])
def test_r_bi_1_binary_floats_are_decimals_of_ten_places(column, text, wanted):
    field = {
        "quantity": "quantity",
        "gross_amount": "gross_usd",
        "discount_amount": "discount_usd",
        "net_amount": "net_usd",
    }[column]
    value = getattr(row(**{column: text}), field)
    assert value == (None if wanted is None else Decimal(wanted))
    assert value is None or isinstance(value, Decimal)


def test_r_bi_1_the_numbers_of_an_answer_never_become_floats():
    (found,) = spends(answer(ITEM).replace('"netAmount": 0.015', '"netAmount": 0.30000000000000004'))
    assert found.net_usd == Decimal("0.3")


def test_r_bi_2_columns_are_found_by_name_and_some_may_lack():
    few = {
        "sku": "copilot_ai_credit",
        "quantity": "1",
        "note": "x",
        "DATE": "2026-06-01",
        "Username": "",
        "unit_type": "ai-credits",
    }
    (found,) = spends(text_of(few))
    assert (found.tenant, found.account, found.net_usd, found.gross_usd, found.model) == (
        "tenant-1",
        "",
        None,
        None,
        "",
    )


@pytest.mark.parametrize("column", ["date", "username", "sku", "quantity"])
def test_a_file_that_cannot_say_whose_what_or_when_is_refused(column):
    with pytest.raises(Refused):
        read(text_of({name: value for name, value in BASE.items() if name != column}))


def test_r_bi_3_quantities_of_two_units_are_never_added():
    before = BASE | {"unit_type": "requests", "sku": "copilot_premium_request", "quantity": "5"}
    found = spends(text_of(BASE, before, BASE | {"unit_type": "requests"}))
    assert sorted((one.unit, one.sku, one.quantity) for one in found) == [
        ("ai-credits", "copilot_ai_credit", 2),
        ("requests", "copilot_ai_credit", 2),
        ("requests", "copilot_premium_request", 5),
    ]


@pytest.mark.parametrize(
    ("text", "model", "auto"),
    [
        ("Auto: gpt-5", "gpt-5", True),
        ("auto:Claude Sonnet 4.5", "claude-sonnet-4.5", True),
        ("Auto: GPT-5 mini", "gpt-5-mini", True),
        ("GPT-5", "gpt-5", False),
        ("Autopilot", "autopilot", False),
        ("Auto: what Ann said", "other", True),
        ("what Ann said", "other", False),
        ("", "", False),
    ],
)
def test_r_bi_4_the_prefix_auto_is_a_flag(text, model, auto):
    found = row(model=text)
    assert (found.model, found.auto_model) == (model, auto)


def test_r_bi_5_without_a_user_it_is_cost_of_the_organisation():
    (taken,) = read(text_of(BASE | {"username": ""}))
    assert (taken.account, taken.rows[0].account, taken.rows[0].net_usd) == (None, "", Decimal("0.015"))


@pytest.mark.parametrize(
    ("changes", "used"),
    [
        ({}, True),
        ({"net_amount": "0"}, True),
        ({"quantity": "0", "gross_amount": "0", "net_amount": "0"}, False),
        ({"quantity": "-2", "gross_amount": "-0.02", "net_amount": "-0.015"}, False),
        ({"unit_type": "user-months", "sku": "copilot_for_business"}, False),
        ({"unit_type": "something-new"}, True),
        ({"unit_type": ""}, True),
    ],
)
def test_a_seat_or_nothing_is_no_use(changes, used):
    assert row(**changes).used is used


def test_lines_of_one_key_are_added_and_each_stays_a_record():
    cents = ["0.1", "0.2", "0.30000000000000004"]
    more = [BASE | {"net_amount": cent, "repository": f"acme/{cent}", "username": " KIM-corp "} for cent in cents]
    outcomes = read(text_of(*more, BASE | {"date": "2026-06-02"}))
    assert [type(one) for one in outcomes] == [Taken] * 4
    assert len({one.key for one in outcomes}) == 4
    found = [one for taken in outcomes for one in taken.rows]
    assert [(one.day.day, one.quantity, one.net_usd) for one in found] == [
        (1, 6, Decimal("0.6")),
        (2, 2, Decimal("0.015")),
    ]


MONEY = st.decimals(-1000, 1000, places=10).map(lambda value: format(value, "f"))
LINES = st.fixed_dictionaries(
    {
        "username": st.sampled_from(["", "a", "b"]),
        "unit_type": st.sampled_from(["requests", "ai-credits"]),
        "net_amount": MONEY,
        "quantity": MONEY,
        "model": st.sampled_from(["x", "Auto: x"]),
    }
)


@given(st.lists(LINES, min_size=1, max_size=12), st.randoms())
def test_no_cent_is_lost_or_made_and_the_order_of_lines_means_nothing(changes, draw):
    records = [BASE | one for one in changes]
    found = spends(text_of(*records))
    assert sum(one.net_usd for one in found) == sum(Decimal(one["net_amount"]) for one in records)
    for unit in ("requests", "ai-credits"):
        wanted = sum(Decimal(one["quantity"]) for one in records if one["unit_type"] == unit)
        assert sum(one.quantity for one in found if one.unit == unit) == wanted
    shuffled = list(records)
    draw.shuffle(shuffled)
    assert sorted(map(repr, spends(text_of(*shuffled)))) == sorted(map(repr, found))


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"date": ""}, ("date", "required field missing", None)),
        ({"date": "6/1"}, ("date", "invalid date", None)),
        ({"date": "2031-01-01"}, ("date", "day out of range", None)),
        ({"username": "kim corp"}, ("username", "not a login", DAY)),
        ({"organization": "the Acme people"}, ("organization", "not the name of an organisation", DAY)),
        ({"quantity": "many"}, ("quantity", "invalid number", DAY)),
        ({"net_amount": "1000000001"}, ("net_amount", "invalid number", DAY)),
        ({"net_amount": "1e99"}, ("net_amount", "invalid number", DAY)),
        ({"gross_amount": "NaN"}, ("gross_amount", "invalid number", DAY)),
        ({"gross_amount": "$1"}, ("gross_amount", "invalid number", DAY)),
    ],
)
def test_a_damaged_line_names_its_field(changes, wanted):
    (outcome,) = read(text_of(BASE | changes))
    assert isinstance(outcome, Rejected)
    assert (outcome.field, outcome.reason, outcome.day) == wanted


def test_other_products_are_ignored_and_counted():
    (outcome,) = read(text_of(BASE | {"product": "actions", "sku": "actions_linux", "unit_type": "minutes"}))
    assert isinstance(outcome, Ignored)


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ({}, ("enterprise", "github", "", "2026-06-01", "2026-06-01")),
        ({"user": "Kim-Corp"}, ("enterprise user", "github", "kim-corp", "2026-06-01", "2026-06-01")),
        ({"user": "kim", "organization": "Acme"}, ("organization user", "acme", "kim", "2026-06-01", "2026-06-01")),
        ({"timePeriod": {"year": 2026, "month": 2}}, ("enterprise", "github", "", "2026-02-01", "2026-02-28")),
        ({"timePeriod": {"year": 2025}}, ("enterprise", "github", "", "2025-01-01", "2025-12-31")),
    ],
)
def test_an_answer_says_of_whom_and_of_when(head, wanted):
    (found,) = spends(answer(ITEM, **head))
    assert (found.scope, found.tenant, found.account, str(found.day), str(found.last_day)) == wanted
    assert (found.unit, found.quantity, found.net_usd) == ("ai-credits", 2, Decimal("0.015"))


@pytest.mark.parametrize(
    "time",
    [
        {"year": 2026, "month": 13},
        {"year": 2026, "month": 0},
        {"year": 2026, "day": 3},
        {"year": 2031},
        {"year": 0},
        None,
    ],
)
def test_an_answer_of_no_time_is_set_aside_line_by_line(time):
    outcomes = read(answer(ITEM, ITEM, timePeriod=time))
    assert [(type(one), one.field) for one in outcomes] == [(Rejected, "timePeriod")] * 2


def test_an_answer_of_a_cost_centre_is_refused():
    with pytest.raises(Refused, match="cost centre"):
        read(answer(ITEM, costCenter={"id": "c", "name": "CANARY"}))


def test_the_same_answer_twice_is_no_second_bill():
    first, again = spends(answer(ITEM, ITEM) + "\n" + answer(ITEM, ITEM))[:2]
    assert first == again
    assert first.quantity == 4


def test_unknown_keys_of_an_answer_are_counted_by_name_and_known_ones_are_not():
    text = answer(
        ITEM | {"repositoryName": "acme/CANARY", "newKey": "CANARY"}, organization="acme", anotherKey="CANARY"
    )
    file = InputFile("f", io.BytesIO(text.encode()), fetched_at=FETCHED)
    assert "CANARY" not in repr(list(SOURCE.parse(file)))
    assert file.unknown_keys == {"newKey": 1, "anotherKey": 1}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n "])
def test_answers_are_told_from_files_whatever_stands_before(mark):
    file = InputFile("f", io.BytesIO(mark + answer(ITEM).encode()), fetched_at=FETCHED)
    (taken,) = SOURCE.parse(file)
    assert taken.rows[0].scope == "enterprise"
