"""Two releases of one quarter together: a joiner, a leaver or a mover must not be shown by the difference."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from tests.audit_cells import make_org
from uptake.disclosure import COMPANY, JOINERS, audit, release, scope_text, unit_path
from uptake.disclosure.successive import Cut, kept_together, next_cut, safe_beside, stands
from uptake.pipeline.cutting import finest_cells


def free_cut(leaves, k):
    cells = release({path: len(people) for path, people in leaves.items() if people}, k).cells
    finest = finest_cells(cells, {path: people for path, people in leaves.items() if people})
    return Cut(cells, {person: finest[path] for path in finest for person in leaves[path]})


def people_of(cut):
    """The people of every cell, parents too."""
    above = {cell.path: cell.parent for cell in cut.cells}
    found = defaultdict(set)
    for person, finest in cut.places.items():
        cell = finest
        while cell is not None:
            found[cell].add(person)
            cell = above[cell]
    assert {cell.path: cell.people for cell in cut.cells} == {path: len(people) for path, people in found.items()}
    return list(found.values())


def later(leaves, rng, turn):
    """The roster some weeks later: some have come, some are gone, some are in another team."""
    found = {path: list(people) for path, people in leaves.items()}
    for path in sorted(leaves):
        for person in list(found[path]):
            luck = rng.random()
            if luck < 0.03 and len(found[path]) > 1:
                found[path].remove(person)
                if luck < 0.01:
                    found.setdefault(rng.choice(sorted(leaves)), []).append(person)
    for number in range(rng.choice((1, 3, 14))):
        path = rng.choice([path for path in sorted(leaves) if JOINERS not in path])
        found.setdefault(unit_path(path[0], path[1], path[2], joiner=True), []).append(f"new-{turn}-{number}")
    return found


@pytest.mark.parametrize("k", [5, 10])
def test_no_two_releases_in_a_row_show_a_small_group(k):
    naive = joined = 0
    for seed in range(60):
        rng = random.Random(seed)
        leaves = make_org(rng, 60 + seed % 191, messy=False).leaves
        cut = free_cut(leaves, k)
        for turn in range(4):
            leaves = later(leaves, rng, turn)
            free = free_cut(leaves, k)
            naive += bool(audit([*people_of(cut), *people_of(free)], k))
            following = next_cut(cut, free, leaves, {}, k)
            assert audit([*people_of(cut), *people_of(following)], k) == (), f"seed {seed}, turn {turn}, k {k}"
            joined += any(person.startswith("new") for person in following.places.keys() - cut.places.keys())
            cut = following
    assert naive >= 100
    assert joined >= 10


def line(people, *, of="L"):
    return {(of, "D", f"T{team}"): [f"{of}{team}-{one}" for one in range(15)] for team in range(people // 15)}


def test_joiners_wait_until_k_have_come_beside_those_of_one_team():
    leaves = line(60)
    before = free_cut(leaves, 10)
    for count, inside in ((1, 60), (13, 60), (14, 74)):
        teams = [unit_path("L", "D", f"T{number % 4}", joiner=True) for number in range(4)]
        more = leaves | {team: [f"n{one}" for one in range(number, count, 4)] for number, team in enumerate(teams)}
        assert people_count(kept_together(before, more, {}, 10)) == inside
    one_team = leaves | {unit_path("L", "D", "T0", joiner=True): [f"n{one}" for one in range(11)]}
    assert people_count(kept_together(before, one_team, {}, 10)) == 60  # their manager knows them all


def test_joiners_of_several_lines_join_together():
    leaves = line(60) | line(60, of="M")
    before = free_cut(leaves, 10)
    for of_m, inside in ((9, 120), (10, 140)):
        come = {unit_path("L", "D", "T0", joiner=True): [f"l{one}" for one in range(10)]}
        come |= {unit_path("M", "D", "T1", joiner=True): [f"m{one}" for one in range(of_m)]}
        cut = kept_together(before, leaves | come, {}, 10)
        assert people_count(cut) == inside
        assert (("(joiners)",) in people_in(cut)) == (of_m == 10)
    assert people_in(cut)["L",] == 60


def people_in(cut):
    return {cell.path: cell.people for cell in cut.cells}


def people_count(cut):
    return {scope_text(cell.path): cell.people for cell in cut.cells}[scope_text(COMPANY)]


def test_joiners_whom_a_manager_sees_by_name_wait_for_more():
    leaves = line(60)
    more = leaves | {
        unit_path("L", "D", f"T{team}", joiner=True): [f"n{team}{one}" for one in range(4)] for team in range(4)
    }
    seen = {f"n{team}{one}": ("head",) for team in range(4) for one in range(4) if (team, one) != (3, 3)}
    assert people_count(kept_together(free_cut(leaves, 10), more, seen, 10)) == 60
    assert people_count(kept_together(free_cut(leaves, 10), more, {}, 10)) == 76


def test_who_is_gone_keeps_a_place_and_a_large_change_is_cut_anew():
    leaves = line(60) | line(60, of="M")
    before = free_cut(leaves, 10)
    gone = {path: [person for person in people if person != "L0-3"] for path, people in leaves.items()}
    assert not safe_beside(before.places, free_cut(gone, 10).places, 10)
    assert next_cut(before, free_cut(gone, 10), gone, {}, 10).places == before.places
    grown = leaves | line(60, of="N")
    assert len(next_cut(before, free_cut(grown, 10), grown, {}, 10).places) == 180


def test_cells_that_may_no_longer_be_shown_are_cut_anew():
    before = free_cut(line(60), 10)
    assert stands(before, {}, 10)
    assert not stands(before, {}, 15)
    assert not stands(before, {f"L0-{one}": ("head",) for one in range(12)}, 10)
    assert next_cut(None, before, line(60), {}, 10) is before
