"""Prices of seats in several currencies are never added up: nothing is converted."""

import json
import pathlib

import pytest

from tests import product
from tests.test_refresh import snapshot_of, tables

PEOPLE = "person_id,email,github_login,manager_id,team,department,lob,site,country,legal_entity,job_family,engineer,fte,start_date,end_date\n"
SEATS = "tool,account,person_id,first_day,last_day,monthly_cost,currency\n"


def prices(home: pathlib.Path, seats: dict[str, tuple[str, str]]) -> dict[str, float | None]:
    """Person -> price as the seats of a home show it, of seats (price, currency)."""
    folder = home.parent / "files"
    folder.mkdir()
    (folder / "people.csv").write_text(
        PEOPLE + "".join(f"{who},{who}@x.test,,,T,D,L,S,GB,E,dev,1,1,2025-01-01,\n" for who in seats)
    )
    rows = (f"copilot,,{who},2026-01-01,,{price},{currency}\n" for who, (price, currency) in seats.items())
    (folder / "seats.csv").write_text(SEATS + "".join(rows))
    for source, file in (("hr-people", "people.csv"), ("seats", "seats.csv")):
        done = json.loads(product.uptake_answer(home, "ingest", source, folder / file))
        assert done["quarantined"] == 0, done
    product.uptake_answer(home, "score", "--as-of", "2026-06-30")
    return {row[0]: (row[7] and float(row[7]), row[-1]) for row in tables(snapshot_of(home))["person_seats"]}


@pytest.mark.parametrize(
    ("seats", "shown"),
    [
        ({"a": ("39", "EUR"), "b": ("30", "EUR")}, {"a": (39, "EUR"), "b": (30, "EUR")}),
        ({"a": ("39", "EUR"), "b": ("30", "USD")}, {"a": (None, None), "b": (30, "USD")}),
        ({"a": ("39", ""), "b": ("30", "USD")}, {"a": (39, "USD"), "b": (30, "USD")}),
        # a price without a currency is one in dollars, beside one other currency too
        ({"a": ("39", ""), "b": ("30", "EUR")}, {"a": (39, "USD"), "b": (None, None)}),
        (
            {"a": ("39", ""), "b": ("30", "USD"), "c": ("20", "GBP")},
            {"a": (39, "USD"), "b": (30, "USD"), "c": (None, None)},
        ),
        ({"a": ("39", ""), "b": ("30", "")}, {"a": (39, "USD"), "b": (30, "USD")}),
    ],
)
def test_only_prices_of_one_currency_stand_together(tmp_path, seats, shown):
    assert prices(tmp_path / "home", seats) == shown
