"""The product against the independent oracle: every drawn spec, and every row of generated worlds, through vendor files."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import product
from tests.oracle import oracle
from tests.oracle import spec as specs
from tests.oracle.generate import make_world
from uptake.sources import SOURCES
from uptake.warehouse.connect import opened

WORLDS = (
    {"seed": 11, "people": 300, "quarters": 1, "odd": 0.1},
    {"seed": 13, "people": 200, "quarters": 1, "dense": True},
    {"seed": 14, "people": 120, "quarters": 3, "as_of": "running"},
    {"seed": 15, "people": 60, "quarters": 5, "odd": 0.2},
)
"""680 people, 65,000 in `python -m tests.acceptance 06`: movers, part-timers, gaps, ties, empty and tiny lines, outages, restatements, shared accounts."""


@pytest.mark.parametrize("name", specs.names())
def test_every_spec_holds_in_the_product(name, tmp_path, monkeypatch):
    monkeypatch.setitem(SOURCES, "chatgpt-days", product.CHATGPT_DAYS)
    drawn = specs.load(name)
    as_of = dt.date.fromisoformat(drawn.settings["as_of"])
    settings = product.home_settings(tmp_path)
    product.load_lists(drawn.world, tmp_path)
    with opened(settings.warehouse_file) as connection:
        product.load_structs(drawn.world, connection)
        product.scored(connection, settings, as_of, product.version(**drawn.overrides))
        days, quarters = product.day_rows(connection), product.quarter_rows(connection)
    wanted = drawn.days
    assert drawn.quarters or drawn.days
    assert product.differences({key: days.get(key, {}) for key in wanted}, wanted) == []
    assert product.differences({key: quarters.get(key, {}) for key in drawn.quarters}, drawn.quarters) == []


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: f"seed {world['seed']}, {world['people']} people")
def test_every_row_equals_the_oracle(world, tmp_path):
    given = dict(world)
    made = make_world(given.pop("seed"), given.pop("people"), given.pop("quarters"), **given)
    product.load_files(made, tmp_path)
    days, quarters = product.results(tmp_path, made.as_of)
    wanted_days, wanted_quarters = oracle.expected(made, made.as_of)
    assert len(wanted_days) > 10_000
    assert product.differences(days, wanted_days) == []
    assert product.differences(quarters, wanted_quarters) == []
