"""Figures of a part of the people of each cell: wherever they are shown, and whatever is taken away from them, they are of more than k people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uptake.disclosure.subgroups import shown_parts

K = 5
TOP = ()


@st.composite
def trees(draw):
    """People of a part in every cell of a small tree, (cell -> people, cell -> cell above). Some people stand in no cell below."""
    own, parents = {}, {TOP: None}
    for line in range(draw(st.integers(1, 3))):
        parents[(str(line),)] = TOP
        for unit in range(draw(st.integers(0, 4))):
            parents[(str(line), str(unit))] = (str(line),)
    for cell in parents:
        own[cell] = draw(st.integers(0, 14))
    people = {cell: sum(own[other] for other in own if other[: len(cell)] == cell) for cell in parents}
    return people, parents


def left(cell, shown, people):
    """People of the part in a cell who stand in no shown cell inside it."""
    inside = [one for one in shown if len(one) > len(cell) and one[: len(cell)] == cell]
    highest = [one for one in inside if not any(one[:depth] in inside for depth in range(len(cell) + 1, len(one)))]
    return people[cell] - sum(people[one] for one in highest)


@given(trees())
def test_a_shown_part_and_what_is_left_of_it_are_of_more_than_k_people(tree):
    people, parents = tree
    shown = shown_parts(people, parents, K)
    for cell in shown:
        assert people[cell] > K
        assert not 0 < left(cell, shown, people) <= K


@given(trees())
def test_no_cell_is_hidden_without_need(tree):
    """The lowest cells of more than k people are hidden only where what is left above them would be of few."""
    people, parents = tree
    shown = shown_parts(people, parents, K)
    if (
        all(left(cell, set(parents), people) == 0 or left(cell, set(parents), people) > K for cell in parents)
        and min(people.values()) > K
    ):
        assert shown == set(parents)


def test_k_people_are_too_few_and_one_more_is_enough():
    tree = {TOP: None, ("a",): TOP, ("b",): TOP}
    assert shown_parts({TOP: 17, ("a",): 6, ("b",): 11}, tree, K) == {TOP, ("a",), ("b",)}
    assert shown_parts({TOP: 16, ("a",): 5, ("b",): 11}, tree, K) == {TOP}
