"""Bounded counts: the texts, the second pass, and a slow oracle that tries every table a reader could think of."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from uptake.disclosure import WITHHELD, Count, bound_counts, bounds

ROOT, A, B, C = (), ("A",), ("B",), ("C",)
NAMES = ("x", "y", "z", "u", "v", "w")
BRIDGES = (44, 408, 478, 750, 1175, 1444, 1623, 1744, 1942)
"""Seeds of wide tables in which two loops of hidden counts are joined by one: no single equation settles it, all do."""


def table(cells, parent=None, categories=("x", "y", "z")):
    """`cells`: path -> (people, counts in order of `categories`)."""
    return [
        Count(cell, parent if cell != ROOT else None, name, count, people)
        for cell, (people, counts) in cells.items()
        for name, count in zip(categories, counts, strict=True)
    ]


def texts(rows, **how):
    return {
        (row.cell, row.category): row.count if row.text is None else row.text
        for row in bound_counts(rows, **{"partition": False, **how})
    }


def family(*children):
    """Children and the cell that is their sum."""
    people = sum(people for people, _ in children)
    counts = tuple(map(sum, zip(*(counts for _, counts in children), strict=True)))
    paths = tuple((name,) for name in "ABCDEF"[: len(children)])
    names = NAMES[: len(counts)]
    rows = table({ROOT: (people, counts)}, categories=names)
    return rows + table(dict(zip(paths, children, strict=True)), ROOT, names)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "fewer than 3"), (2, "fewer than 3"), (3, 3), (8, 8), (9, "more than 8"), (11, "more than 8")],
)
def test_a_count_of_nearly_nobody_or_nearly_everybody_is_bounded(count, text):
    assert texts(table({A: (11, (count,))}, categories=["x"])) == {(A, "x"): text}


def test_a_category_that_is_missing_counts_as_nobody():
    rows = [Count(A, None, "x", 11, 11), Count(B, None, "y", 5, 11), Count(B, None, "x", 6, 11)]
    assert texts(rows, partition=True)[A, "y"] == "fewer than 3"


def test_the_rest_of_a_cell_does_not_give_the_bounded_count_away():
    shown = texts(table({A: (20, (1, 8, 11))}), partition=True)
    assert shown == {(A, "x"): "fewer than 3", (A, "y"): WITHHELD, (A, "z"): 11}
    assert texts(table({A: (20, (1, 8, 11))})) == {(A, "x"): "fewer than 3", (A, "y"): 8, (A, "z"): 11}


def test_a_parent_less_its_children_does_not_give_it_away():
    shown = texts(family((20, (1,)), (20, (6,)), (20, (9,))))
    assert shown == {(ROOT, "x"): 16, (A, "x"): "fewer than 3", (B, "x"): WITHHELD, (C, "x"): 9}


def test_two_bounded_counts_whose_sum_is_0_are_not_left_alone():
    shown = texts(family((20, (0,)), (20, (0,)), (20, (9,))))
    assert shown[C, "x"] == WITHHELD


def test_a_rest_outside_the_table_needs_no_more():
    rows = [row for row in family((20, (1,)), (20, (6,)), (20, (9,))) if row.cell != B]
    assert texts(rows) == {(ROOT, "x"): 16, (A, "x"): "fewer than 3", (C, "x"): 9}


def test_a_nested_count_is_not_pinned_by_the_wider_one():
    rows = table({A: (20, (3, 3, 2))}, categories=("active", "regular", "heavy"))
    assert texts(rows, nested=("active", "regular", "heavy"))[A, "active"] == 3
    pinned = family((20, (3, 3)), (20, (9, 2)), (20, (9, 9)))
    assert texts(pinned)[C, "y"] == 9  # y: A + B = 5, so B lies in 0..2 for all that is known
    assert texts(pinned, nested=("x", "y"))[C, "y"] == WITHHELD  # but A is at most 3 by x, so B would be 2


def wide_table(seed):
    rng = random.Random(seed)
    children, categories = rng.randint(3, 6), rng.randint(4, 6)
    counts = [[rng.choice((0, 1, 2, 5, 8, 12, 20, 30)) for _ in range(categories)] for _ in range(children)]
    for row in counts:
        row[0] += 11 if sum(row) < 11 else 0
    return family(*((sum(row), tuple(row)) for row in counts)), NAMES[:categories]


@pytest.mark.parametrize("seed", BRIDGES)
def test_what_only_many_equations_settle_together_is_protected_too(monkeypatch, seed):
    rows, names = wide_table(seed)
    edge = {(row.cell, row.category) for row in rows if row.count < 3 or row.count > row.people - 3}
    assert not settled_by_fractions(bound_counts(rows, partition=True), names) & edge
    monkeypatch.setattr(bounds._Mask, "by_equations", lambda _self: set())
    assert settled_by_fractions(bound_counts(rows, partition=True), names) & edge


def test_tables_that_do_not_add_up_are_refused():
    for rows, how in (
        (table({A: (10, (4, 4, 4))}), {"partition": True}),
        ([*family((20, (1,)), (20, (6,)))[1:], Count(ROOT, None, "x", 8, 40)], {}),
        ([Count(A, None, "x", 12, 11)], {}),
        ([Count(A, None, "x", 3, 11), Count(A, None, "x", 4, 11)], {}),
        (table({A: (20, (3, 4, 2))}), {"nested": ("x", "y")}),
    ):
        with pytest.raises(ValueError, match=r"count|sum|category"):
            bound_counts(rows, **{"partition": False, **how})


def test_the_order_of_rows_does_not_matter():
    rng = random.Random(4)
    rows = family(*(random_child(rng, 14, 3) for _ in range(3)))
    first = bound_counts(rows, partition=True)
    rng.shuffle(rows)
    assert bound_counts(rows, partition=True) == first


# the oracle


def random_child(rng, people, categories):
    cuts = sorted(rng.choices((0, 0, 1, 2, 3, 4, 5, people - 3, people - 2, people), k=categories - 1))
    counts = [b - a for a, b in itertools.pairwise((0, *cuts, people))]
    rng.shuffle(counts)
    return people, tuple(counts)


def allowed(row, cell_has_bounds):
    """What a reader may believe of one row before thinking further."""
    if row.count is not None:
        return {row.count}
    if row.text == WITHHELD:
        return set(range(3, row.people - 2)) if cell_has_bounds else set(range(row.people + 1))
    return set(range(3)) if row.text == "fewer than 3" else set(range(row.people - 2, row.people + 1))


def settled_by_thinking(shown, categories, *, partition):
    """Rows bounded yet the same in every table that fits, by trying all tables of the children."""
    cells = sorted({row.cell for row in shown} - {ROOT})
    with_bounds = {row.cell for row in shown if row.text not in {None, WITHHELD}}
    fits = {(row.cell, row.category): allowed(row, row.cell in with_bounds) for row in shown}
    people = {row.cell: row.people for row in shown}
    per_cell = [
        [
            t
            for t in itertools.product(*(sorted(fits[cell, name]) for name in categories))
            if not partition or sum(t) == people[cell]
        ]
        for cell in cells
    ]
    values = {key: set() for key in fits}
    for tables in itertools.product(*per_cell):
        total = tuple(map(sum, zip(*tables, strict=True)))
        if all(total[i] in fits[ROOT, name] for i, name in enumerate(categories)):
            for cell, counts in zip((ROOT, *cells), (total, *tables), strict=True):
                for name, count in zip(categories, counts, strict=True):
                    values[cell, name].add(count)
    return {key for key, found in values.items() if len(found) == 1}


def check_oracle(seed, *, partition):
    rng = random.Random(seed)
    wide = 3 if partition else 1
    children = [random_child(rng, rng.randint(6, 9), 3) for _ in range(rng.randint(2, 3))]
    rows = family(*((people, counts[:wide]) for people, counts in children))
    settled = settled_by_thinking(bound_counts(rows, partition=partition), ("x", "y", "z")[:wide], partition=partition)
    return settled & {(row.cell, row.category) for row in rows if row.count < 3 or row.count > row.people - 3}


@pytest.mark.parametrize("partition", [True, False])
def test_no_bounded_count_is_the_same_in_every_table_that_fits(partition):
    found = {seed: settled for seed in range(150) if (settled := check_oracle(seed, partition=partition))}
    assert found == {}


@pytest.mark.parametrize("left_out", ["single", "by_ranges"])
def test_the_oracle_notices_a_pass_left_out(monkeypatch, left_out):
    """Ranges alone would catch a lone count, so that pass is left out with both."""
    monkeypatch.setattr(bounds._Mask, left_out, lambda _self: set())
    monkeypatch.setattr(bounds._Mask, "by_ranges", lambda _self: set())
    assert any(check_oracle(seed, partition=True) for seed in range(150))


def settled_by_fractions(rows, categories):
    """Hidden keys that the equations settle, by Gauss-Jordan elimination in fractions; the equations written anew."""
    hidden = [(row.cell, row.category) for row in rows if row.count is None]
    cells = sorted({row.cell for row in rows} - {ROOT})
    sums = [[((cell, name), 1) for name in categories] for cell in (ROOT, *cells)]
    sums += [[((ROOT, name), -1), *(((cell, name), 1) for cell in cells)] for name in categories]
    matrix = [[Fraction(dict(terms).get(key, 0)) for key in hidden] for terms in sums]
    for column in range(len(hidden)):
        pivot = next((line for line in matrix if line[column] and not any(line[:column])), None)
        if pivot is not None:
            pivot[:] = [value / pivot[column] for value in pivot]
            for line in matrix:
                if line is not pivot and line[column]:
                    line[:] = [a - line[column] * b for a, b in zip(line, pivot, strict=True)]
    return {hidden[line.index(1)] for line in matrix if sum(map(bool, line)) == 1}


def test_no_bounded_count_follows_from_equations_in_cells_of_any_size():
    for seed in range(150):
        rows, names = wide_table(seed)
        edge = {(row.cell, row.category) for row in rows if row.count < 3 or row.count > row.people - 3}
        assert not settled_by_fractions(bound_counts(rows, partition=True), names) & edge, seed
