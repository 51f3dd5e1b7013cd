"""Value: cost as it is known, ranges for the rest, a what-if that is in the address alone, and never one figure of return."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from urllib.parse import urlencode

import pytest

from tests.web.conftest import TITLES
from tests.web.test_licences import card, cells, headline, text_of

NO_PRICE = {"token_price": "none"}
WHAT_IF = {"effect": "0.02, 0.05, 0.09", "loaded_rate": "9000, 12000, 16000"}


@pytest.fixture(scope="module")
def executive(demo):
    return demo.signed_in("executive")


def row_of(client, **asked):
    found = client.get("/value.json?" + urlencode(asked))
    assert found.status_code == 200, found.text
    return found.json()["rows"][0]


def test_the_headline_is_the_cost_of_the_company_and_what_it_takes(executive):
    page, row = executive.get("/value"), row_of(executive)
    assert row["scope"] == "(company)"
    assert row["cost"] == pytest.approx(row["seats_cost"] + row["calls_cost"] + row["training_cost"], abs=2)
    assert row["cost_per_active"] == pytest.approx(row["cost"] / row["active"], abs=0.02)
    assert re.fullmatch(r"Use costs \$[\d,]+ a month, \$[\d,.]+ for each active person\.", headline(page))
    assert row["break_even_p5"] < row["break_even_p50"] < row["break_even_p95"]
    assert 0 < row["p_net_positive"] < 1_000_000
    said = " ".join(text_of(page).split())
    assert f"{row['break_even_p50'] / 10_000:.1f} %" in said
    assert f"in {round(row['p_net_positive'] / 10_000)} of 100 cases" in said
    assert not re.search(r"\bROI\b|return on investment", said)


def test_a_what_if_changes_the_page_its_files_and_no_setting(executive):
    before = row_of(executive)
    changed = row_of(executive, **WHAT_IF)
    assert changed["cost"] == before["cost"]
    assert changed["break_even_p50"] != before["break_even_p50"]
    assert row_of(executive) == before
    page = executive.get("/value?" + urlencode(WHAT_IF))
    lines = {line[0].split(",")[0]: line[1:] for line in cells(card(page, "assumptions"))[1:]}
    assert lines["Effect on that time"] == ["0.02", "0.05", "0.09", "address"]
    assert lines["An engineer"] == ["9,000", "12,000", "16,000", "address"]
    assert lines["Training and support"][3] == "settings"
    assert 'value="0.02, 0.05, 0.09"' in page.text
    table = executive.get("/value.csv?" + urlencode(WHAT_IF)).text
    assert int(next(csv.DictReader(io.StringIO(table)))["break_even_p50"]) == changed["break_even_p50"]
    with zipfile.ZipFile(io.BytesIO(executive.get("/value.xlsx?" + urlencode(WHAT_IF)).content)) as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist() if "sheet" in name)
    assert f"<v>{changed['break_even_p50']}</v>" in sheets


def test_without_an_effect_the_page_shows_cost_alone(executive):
    row = row_of(executive, effect="none")
    assert (row["p_net_positive"], row["benefit_p50"]) == (None, None)
    assert row["break_even_p50"]
    assert row["missing"] == "effect"
    page = executive.get("/value?effect=none")
    assert "No effect is stated, so this page shows cost alone." in text_of(page)
    assert "Benefit a month" not in page.text


def test_what_has_no_price_takes_the_break_even_away_and_is_said(executive):
    row = row_of(executive, **NO_PRICE)
    assert row["missing"].split(", ")[0] == "token_price"
    assert [row[name] for name in ("cost_per_active", "break_even_p50", "p_net_positive")] == [None] * 3
    page = executive.get("/value?token_price=none")
    assert headline(page).startswith("Use costs at least $")
    assert "Some calls have no price" in text_of(page)


@pytest.mark.parametrize(
    "asked", ["effect=6", "effect=0.2,0.1,0.3", "loaded_rate=0,1,2", "training=x", "ranges=1", "effect=1&effect=2"]
)
def test_a_what_if_that_cannot_be_is_refused_without_its_value(executive, asked):
    answer = executive.get(f"/value?{asked}")
    assert answer.status_code == 400
    assert "cannot be used" in answer.text or "is not known" in answer.text


def test_lines_are_shown_and_a_lead_sees_their_own_alone(demo, executive):
    every = {row["scope"] for row in executive.get("/value/units.json").json()["rows"]}
    assert len(every) > 3
    assert "(company)" not in every
    lead = demo.signed_in("lob_lead")
    names = ("value.json", "value/units.json", "value/spend.json")
    seen = {row["scope"] for name in names for row in lead.get(f"/{name}").json()["rows"]} - {"(company)"}
    assert len(seen) == 1
    assert seen < every


def test_spend_stands_on_licences_and_value_and_its_parts_are_never_added(executive):
    spend = executive.get("/licences/spend.json").json()["rows"]
    assert spend
    asked = f"?quarter={spend[0]['quarter']}"
    assert executive.get(f"/value/spend.json{asked}").json()["rows"] == spend
    tools = {row["tool"] for row in spend}
    assert {"copilot", "claude_code"} <= tools
    assert "(code)" not in tools
    assert all(row["scope"] == "(company)" for row in spend)
    claude = next(row for row in spend if row["tool"] == "claude_code")
    assert claude["estimate"] > 0
    assert (claude["billed"], claude["credits"]) == (None, None)
    assert "never added" in text_of(executive.get("/licences"))


@pytest.mark.parametrize("role", TITLES)
def test_who_opens_it_by_role(demo, role):
    client = demo.signed_in(role)
    opens = role in ("executive", "lob_lead", "compliance")
    for path in ("/value", "/value.json", "/value/assumptions.csv", "/value/spend.xlsx"):
        assert client.get(path).status_code == (200 if opens else 404), path
