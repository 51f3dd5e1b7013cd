"""What followed from changes: the query against a count in plain Python, over random companies; nothing of few people is told apart."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import random
from importlib import resources

import duckdb
import pytest

K = 10
SEEDS = 14
TODAY = dt.date(2026, 9, 30)
SQL = (resources.files("uptake.snapshot") / "groups" / "error_propagation.sql").read_text()
BASES = ("explicit_id", "blame", "time_window")
FIGURES = ("changes", "followed", "share", "low", "high", "other_changes", "other_share", "other_low", "other_high")


def company(rng):
    """Changes as (change, repository, language, task, exposure, person, day), and links as (change, effect, basis, day)."""
    changes, links = [], []
    for number in range(rng.randint(1, 4)):
        people = rng.choice((3, 11, 14, 40))
        for one in range(rng.randint(5, 160)):
            day = TODAY - dt.timedelta(days=rng.randint(0, 120))
            name = f"r/{number}#{one}"
            row = (name, f"r/{number}", rng.choice(("py", "go", None)), rng.choice(("fix", None)))
            changes.append(
                (*row, rng.choice(("line", "change", "person_week", None)), f"p{rng.randint(1, people)}", day)
            )
            for effect, basis in itertools.product(("revert", "incident", "downstream"), BASES):
                if rng.random() < 0.12:
                    links.append((name, effect, basis, day + dt.timedelta(days=rng.randint(0, 45))))
    return changes, links


@functools.cache
def world(seed):
    """A random company, and what is released of it."""
    changes, links = company(random.Random(seed))
    return changes, links, released(changes, links)


def released(changes, links):
    with duckdb.connect(":memory:") as engine:
        engine.execute("set threads = 1")
        engine.execute(f"create temp table as_of as select date '{TODAY}' as day")
        engine.execute("create table merged_changes (change varchar, repository varchar, language varchar, task_type varchar, exposure varchar, person_id varchar, merged_day date, host varchar, account varchar)")  # fmt: skip
        engine.execute("create table change_links (change varchar, effect varchar, basis varchar, day date)")
        engine.executemany("insert into merged_changes values (?, ?, ?, ?, ?, ?, ?, 'github', 'x')", changes)
        if links:
            engine.executemany("insert into change_links values (?, ?, ?, ?)", links)
        rows = engine.execute(SQL, {"k": K})
        names = [column[0] for column in rows.description]
        return {(row[0], row[1], row[2]): dict(zip(names, row, strict=True)) for row in rows.fetchall()}


def counted(changes, links, scope, effect, basis):
    """(changes, followed, others in the same strata, share of these weighted in ppm), as the page says it."""
    days = {one[0]: one[6] for one in changes}
    best = {}
    for change, what, by, day in links:
        if what == effect and day <= days[change] + dt.timedelta(days=30):
            best[change] = min(best.get(change, 9), BASES.index(by))
    strata = {}
    for change, repository, language, task, exposure, _, day in changes:
        if scope in ("(company)", repository) and day <= TODAY - dt.timedelta(days=30):
            cell = strata.setdefault((repository, language or "", task or ""), [[0, 0], [0, 0]])
            side = cell[0 if exposure in ("line", "change") else 1]
            side[0] += 1
            side[1] += best.get(change) == BASES.index(basis)
    whole = [sum(cell[0][place] for cell in strata.values()) for place in (0, 1)]
    both = [cell for cell in strata.values() if cell[0][0] and cell[1][0]]
    weight = sum(cell[0][0] for cell in both)
    share = sum(1_000_000 * cell[0][0] * cell[1][1] // cell[1][0] for cell in both) // weight if weight else None
    return whole[0], whole[1], sum(cell[1][0] for cell in both), share


def people(changes, scope, *, marked):
    ready = [one for one in changes if one[6] <= TODAY - dt.timedelta(days=30) and scope in ("(company)", one[1])]
    strata = {side: {one[1:4] for one in ready if (one[4] in ("line", "change")) == side} for side in (True, False)}
    found = [one for one in ready if (one[4] in ("line", "change")) == marked and (marked or one[1:4] in strata[True])]
    return len({one[5] for one in found})


@pytest.mark.parametrize("seed", range(SEEDS))
def test_figures_are_those_of_a_plain_count_and_small_cells_are_withheld(seed):
    changes, links, rows = world(seed)
    for (scope, effect, basis), row in rows.items():
        many, followed, others, share = counted(changes, links, scope, effect, basis)
        large = people(changes, scope, marked=True) > K and people(changes, scope, marked=False) > K
        if row["bound"] == "withheld":
            assert all(row[name] is None for name in FIGURES)
            assert not large or scope != "(company)"
            continue
        assert large
        assert row["changes"] == many
        assert (row["other_changes"] or 0) == others
        assert row["followed"] == (followed if 3 <= followed <= many - 3 else None)
        if row["share"] is not None:
            assert abs(row["share"] * many - 1_000_000 * followed) <= many
            assert row["low"] <= row["share"] <= row["high"]
        if row["other_share"] is not None:
            assert row["other_share"] == share
            assert row["other_low"] <= row["other_share"] <= row["other_high"]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_withheld_does_not_follow_from_the_company_less_the_rest(seed):
    changes, _, rows = world(seed)
    shown = {scope for (scope, _, _), row in rows.items() if row["bound"] != "withheld"}
    ready = [one for one in changes if one[6] <= TODAY - dt.timedelta(days=30)]
    left = [one for one in ready if one[1] not in shown and one[4] in ("line", "change")]
    if "(company)" in shown and left:
        assert len({one[5] for one in left}) > K


def test_both_kinds_of_answer_come_about():
    found = [row for seed in range(SEEDS) for row in world(seed)[2].values()]
    assert any(row["bound"] == "withheld" for row in found)
    assert {row["effect"] for row in found} == {"revert", "incident", "downstream"}
    assert any(row["share"] is not None and row["other_share"] is not None for row in found)
