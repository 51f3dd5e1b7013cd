"""Cells: the rules one by one, then the auditor over generated orgs."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.audit_cells import Org, make_org, plain_merging, threshold_only
from uptake.disclosure import JOINERS, LIMITS, OTHERS, Cell, audit, cells, members, release, scope_text, unit_path
from uptake.pipeline.cutting import finest_cells


def tree(**units):
    """`L_D_T=9` -> the leaf L / D / T with 9 people."""
    return {tuple(name.split("_")): people for name, people in units.items()}


def shown(leaves, k=10, **more):
    return {scope_text(cell.path): cell.people for cell in release(leaves, k, **more).cells}


# rules, one by one


def test_a_cell_needs_k_plus_one_people():
    assert shown({("L",): 10}) == {}
    assert shown({("L",): 11}) == {"(company)": 11, "L": 11}


def test_k_has_a_floor():
    with pytest.raises(ValueError, match="5 or more"):
        release({("L",): 100}, 4)
    assert shown({("L",): 6}, 5) == {"(company)": 6, "L": 6}


def test_small_children_merge_and_keep_ten_without_the_largest():
    leaves = tree(L_D_A=9, L_D_B=6, L_D_C=4, L_D_D=12, L_D_E=30)
    assert shown(leaves)["L/D/(others)"] == 19  # 19 - 9 = 10
    assert {"L/D/D", "L/D/E"} <= shown(leaves).keys()


def test_others_takes_the_smallest_good_sibling_until_it_may_be_shown():
    leaves = tree(L_D_A=9, L_D_B=6, L_D_C=3, L_D_D=12, L_D_E=30, L_D_F=31)
    assert shown(leaves)["L/D/(others)"] == 30  # 18 - 9 = 9 is one short: D joins, 30 - 12 = 18
    assert "L/D/D" not in shown(leaves)
    assert "L/D/E" in shown(leaves)


def test_no_child_is_shown_where_others_cannot_be_made():
    leaves = tree(L_D_A=4, L_D_B=14)
    assert shown(tree(L_D_A=4, L_D_B=14, L_E_A=20, L_F_A=20)).keys().isdisjoint({"L/D", "L/D/A", "L/D/B"})
    assert shown(leaves) == {}


def test_a_parent_dominated_by_one_child_is_merged():
    leaves = tree(L_D_A=40, L_D_B=9, L_E_A=30, L_F_A=12)
    cut = shown(leaves)
    assert "L/D" not in cut
    assert cut["L/(others)"] == 61  # D (49) takes E or F: F alone leaves 12, which is enough
    finest = finest_cells(
        release(leaves).cells, {leaf: [f"{leaf}{one}" for one in range(n)] for leaf, n in leaves.items()}
    )
    assert finest["L", "D", "A"] == ("L", OTHERS)


def test_an_only_child_is_the_same_people_and_stays():
    assert shown(tree(L_D_A=15, L_E_A=15)) == {
        "(company)": 30,
        "L": 30,
        "L/D": 15,
        "L/D/A": 15,
        "L/E": 15,
        "L/E/A": 15,
    }


def test_without_a_total_good_lines_are_still_shown():
    assert shown({("A",): 40, ("B",): 9}) == {"A": 40}
    assert shown({("A",): 90, ("B",): 6, ("C",): 3}) == {"A": 90}


def test_medians_need_2k_and_yardsticks_25():
    flags = {cell.people: (cell.median, cell.yardstick) for cell in release(tree(A=19, B=20, C=24, D=25)).cells}
    assert flags[19] == (False, False)
    assert flags[20] == (True, False)
    assert flags[24] == (True, False)
    assert flags[25] == (True, True)


def test_joiners_are_one_cell_of_their_line():
    leaves = tree(L_D_A=30, L_E_A=30) | {("L", JOINERS, "D~3A"): 12, ("L", JOINERS, "E~3A"): 11}
    assert shown(leaves)["L/(joiners)"] == 23
    assert not any(cell.path[:2] == ("L", JOINERS) and len(cell.path) > 2 for cell in release(leaves).cells)
    lopsided = leaves | {("L", JOINERS, "E~3A"): 9}
    assert "L/(joiners)" not in shown(lopsided)


def joiners(**teams):
    """`L_D_T=2` -> two joiners of the line L, out of the team T of the department D."""
    return {(line, JOINERS, f"{rest}"): people for name, people in teams.items() for line, rest in [name.split("_", 1)]}


TWO_LINES = tree(L_D_A=30, L_E_A=30, M_F_A=30, M_G_A=30)
UNITS = {"(company)", "L", "M", "L/D", "L/E", "M/F", "M/G"}


def test_a_few_joiners_stand_in_the_joiners_of_all_lines():
    cut = shown(TWO_LINES | joiners(L_D_A=6, L_E_A=4, M_F_A=10))
    assert cut["(joiners)"] == 20
    assert {unit for unit in cut if not unit.endswith("/A")} > UNITS
    assert (cut["(company)"], cut["L"], cut["M"]) == (140, 60, 60)


def test_joiners_whom_nobody_hides_wait_and_take_no_unit_out_of_sight():
    for few in (joiners(L_D_A=1), joiners(L_D_A=6, L_E_A=4), joiners(L_D_A=7, M_F_A=9), joiners(M_F_A=5, M_G_A=5)):
        cut = shown(TWO_LINES | few)
        assert {unit for unit in cut if not unit.endswith("/A")} == UNITS
        assert cut["(company)"] == 120


def test_joiners_stand_with_units_that_are_merged_anyhow():
    in_line = shown(tree(L_D_A=9, L_E_A=8, L_F_A=30, M_G_A=40) | joiners(L_D_A=2))
    assert (in_line["L/(others)"], in_line["L"], in_line["(company)"]) == (19, 49, 89)
    in_company = shown(TWO_LINES | tree(N_H_A=7, O_I_A=6) | joiners(L_D_A=4, M_F_A=3))
    assert (in_company["(others)"], in_company["(company)"]) == (20, 140)


def test_a_line_of_joiners_alone_is_no_cell_but_joins_the_others():
    cut = shown(TWO_LINES | joiners(N_H_A=9, O_H_A=10))
    assert (cut["(company)"], "N" in cut) == (120, False)
    assert shown(TWO_LINES | joiners(N_H_A=10, O_H_A=10))["(joiners)"] == 20


def test_a_manager_who_joins_many_by_name_keeps_joiners_out():
    leaves = TWO_LINES | joiners(L_D_A=10, M_F_A=10)
    seen = {("L", JOINERS, "D_A"): {"head": 10}, ("M", JOINERS, "F_A"): {"head": 3}}
    assert "(joiners)" in shown(leaves)
    assert "(joiners)" not in shown(leaves, named=seen)


def test_a_viewer_who_sees_two_of_a_cell_by_name_leaves_ten():
    leaves = tree(L_D_A=11, L_D_B=30, L_D_C=30)
    assert "L/D/A" in shown(leaves)
    assert "L/D/A" not in shown(leaves, named={("L", "D", "A"): {"head": 2}})
    assert "L/D/A" in shown(leaves, named={("L", "D", "A"): {"lead": 11}})


def test_a_fallen_cell_returns_after_two_periods_above():
    sizes, history, seen = (11, 10, 11, 11, 11, 11), [], []
    for size in sizes:
        cut = release(tree(L_D_A=size, L_D_B=30, L_D_C=31), previous=history)
        history.append(cut)
        seen.append(("L", "D", "A") in {cell.path for cell in cut.cells})
    assert seen == [True, False, False, False, True, True]


def test_no_unit_is_back_within_two_periods():
    rng = random.Random(11)
    hidden_at_least = 10
    for _ in range(40):
        history, seen = [], {}
        for period in range(14):
            leaves = {(f"L{i // 6}", f"D{i // 3}", f"T{i}"): rng.choice((9, 10, 11, 12, 25)) for i in range(18)}
            cut = release(leaves, previous=history)
            history.append(cut)
            for cell in cut.cells:
                if cell.path and cell.path[-1] != OTHERS:
                    away = period - seen.get(cell.path, period - 1) - 1
                    hidden_at_least = min(hidden_at_least, away or 10)
                    seen[cell.path] = period
    assert hidden_at_least >= 2


def test_bad_trees_are_refused():
    for leaves in ({("L",): -1}, {("L",): 5, ("L", "D"): 5}, {(): 5}, {("L", OTHERS): 5}):
        with pytest.raises(ValueError, match="unit"):
            release(leaves)


def test_names_cannot_look_like_paths_or_like_our_cells():
    assert unit_path("A/B", None, "(others)") == ("A~1B", "(none)", "~2others)")
    assert scope_text(unit_path("A/B", "C", "D")) != scope_text(unit_path("A", "B/C", "D"))
    assert unit_path("A", "B", "C", joiner=True)[:2] == ("A", JOINERS)
    assert scope_text(()) == "(company)"


def test_cells_do_not_depend_on_the_order_of_rows():
    rng = random.Random(5)
    leaves = list(make_org(rng, 250).sizes.items())
    first = release(dict(leaves), 5)
    rng.shuffle(leaves)
    assert release(dict(leaves), 5) == first


def test_children_of_a_shown_parent_sum_to_it_or_are_not_shown():
    for seed in range(40):
        cut = release(make_org(random.Random(seed), 250).sizes, 5)
        people = {cell.path: cell.people for cell in cut.cells}
        sums = Counter()
        for cell in cut.cells:
            if cell.parent in people:
                sums[cell.parent] += cell.people
        assert all(people[parent] == total for parent, total in sums.items())


# the auditor


def publish(org: Org, k: int, **more) -> list[Cell]:
    return list(release(org.sizes, k, **more).cells)


def leaks(org: Org, cut: list[Cell], k: int, named=()) -> int:
    return len(audit(members(cut, org.leaves), k, named))


def test_the_auditor_sees_differences_sums_and_pairs():
    a, b, c = {f"a{i}" for i in range(8)}, {f"b{i}" for i in range(2)}, {f"c{i}" for i in range(2)}
    assert audit([a | b, a], 5)[0].people == b
    assert audit([a | b | c, a], 5)[0].people == b | c
    assert audit([a | b, a | c, b | c, a | b | c], 5) != ()
    assert audit([a | b, a | c], 5) == ()
    # neither b nor c is settled, their sum is: (a+b) + (a+c) - 2a
    pair = audit([a | b | c, a | {"x"}, {"x"} | a, b | a | c | {"x"}], 5)
    assert {leak.people for leak in pair} >= {frozenset({"x"})}


def test_two_atoms_that_are_only_settled_together():
    x, y, u, v = ({name + str(i) for i in range(size)} for name, size in (("x", 2), ("y", 2), ("u", 9), ("v", 9)))
    found = audit([x | u, y | v, u | v], 5)  # x + y = first + second - third
    assert [leak.people for leak in found] == [frozenset(x | y)]


def test_people_seen_by_name_are_no_leak_but_what_is_left_is():
    team = {f"p{i}" for i in range(11)}
    assert audit([team], 10, ["p0"]) == ()
    assert len(audit([team], 10, ["p0", "p1"])[0].people) == 9
    assert audit([team], 10, team) == ()


def test_two_releases_of_a_free_roster_reveal_the_leaver():
    people = {f"p{i}" for i in range(20)}
    assert audit([people], 5) == audit([people - {"p3"}], 5) == ()
    assert audit([people, people - {"p3"}], 5)[0].people == {"p3"}


def whole_unit_views(org: Org):
    """Executive, two engineers, and the heads of units, who may see everybody in their unit by name."""
    everybody = sorted(person for people in org.leaves.values() for person in people)
    yield from ((), everybody[:1], everybody[-1:])
    yield from (org.unit(unit) for unit in sorted(org.heads)[:: max(1, len(org.heads) // 5)])


def check_rules_alone(seeds, k):
    views = 0
    for seed in seeds:
        org = make_org(random.Random(seed), 60 + seed % 191, messy=False)
        cut = publish(org, k)
        for named in whole_unit_views(org):
            views += 1
            assert leaks(org, cut, k, named) == 0, f"seed {seed}, k {k}"
    return views


def check_named_lists(seeds, k):
    views = 0
    for seed in seeds:
        org = make_org(random.Random(seed), 60 + seed % 191)
        depth = 1 + seed % 3
        cut = publish(org, k, named=org.named(depth))
        managers = sorted(set(org.manager.values()))
        for manager in managers[:: max(1, len(managers) // 8)]:
            views += 1
            assert leaks(org, cut, k, org.below(manager, depth)) == 0, f"seed {seed}, k {k}, depth {depth}"
    return views


@pytest.mark.parametrize("k", [5, 10])
def test_no_view_reconstructs_a_small_group(k):
    assert check_rules_alone(range(300), k) >= 2000


@pytest.mark.parametrize("k", [5, 10])
def test_no_manager_reconstructs_a_small_group_from_named_lists(k):
    assert check_named_lists(range(300), k) >= 2000


@pytest.mark.slow
def test_twenty_thousand_views_of_three_thousand_orgs():
    views = sum(check_rules_alone(range(1000, 2500), k) + check_named_lists(range(1000, 2500), k) for k in (5, 10))
    print(f"{views} role views of 3000 orgs, k 5 and 10: 0 leaks; {LIMITS}")  # noqa: T201 - the figure is asked for
    assert views >= 20_000


@pytest.mark.parametrize("publisher", [threshold_only, plain_merging])
def test_publishers_that_leak_are_caught(publisher):
    caught = 0
    for seed in range(60):
        org = make_org(random.Random(seed), 60 + seed % 191, messy=False)
        cut = publisher(org, 5)
        caught += any(leaks(org, cut, 5, named) for named in whole_unit_views(org))
    assert caught >= 30


def named_lists_unsaid(seeds, k):
    return sum(
        leaks(org, publish(org, k), k, org.below(manager, 1)) > 0
        for org in (make_org(random.Random(seed), 60 + seed % 191) for seed in seeds)
        for manager in sorted(set(org.manager.values()))
    )


def test_named_lists_need_to_be_told_to_the_cut():
    """Why `named` exists: without it the rules alone leave views of one step down that leak."""
    assert named_lists_unsaid(range(30), 5) > 0


@pytest.mark.parametrize(
    ("rule", "mutant"),
    [
        ("dominance", lambda _self, _unit: False),
        ("others", lambda self, parts: sum(part.people for part in parts) > self.k),
    ],
)
def test_the_auditor_notices_a_rule_left_out(monkeypatch, rule, mutant):
    monkeypatch.setattr(cells._Rule, {"dominance": "_dominated", "others": "mixes"}[rule], mutant)
    with pytest.raises(AssertionError, match="seed"):
        check_rules_alone(range(300), 10)


# useful and fast


def test_demo_sized_org_stays_useful(capsys):
    org = make_org(random.Random(7), 5000, team=8, department=60, messy=False)
    cut = {cell.path for cell in publish(org, 10)}
    people = sum(org.sizes.values())
    departments = {leaf[:2] for leaf in org.leaves}
    in_own_or_parent = sum(size for leaf, size in org.sizes.items() if cut & {leaf, leaf[:2]})
    own_department = sum(unit in cut for unit in departments) / len(departments)
    own_team = sum(size for leaf, size in org.sizes.items() if leaf in cut) / people
    text = f"k 10, {people} people: {own_department:.0%} of departments are a cell of their own; "
    text += f"{in_own_or_parent / people:.0%} of people in a cell of their team or department ({own_team:.0%}: team)"
    with capsys.disabled():
        print("\n" + text)  # noqa: T201 - the figure is asked for
    assert own_department >= 0.7
    assert in_own_or_parent / people >= 0.6


def test_a_bank_is_cut():
    rng = random.Random(3)
    leaves = {(f"L{i % 14}", f"D{i // 8}", f"T{i}"): max(1, round(rng.gauss(8, 3))) for i in range(8000)}
    named = {leaf: {f"lead{leaf[2]}": people, f"head{leaf[1]}": 1} for leaf, people in leaves.items()}
    assert len(release(leaves, 10, named=named).cells) > 1000


@pytest.mark.parametrize("k", [5, 10])
def test_a_line_stands_where_the_total_of_the_company_fell(k):
    """Twenty people in one line, then eighteen and one each in two others: the total falls, the line stays, in no cell that is not shown."""
    line = unit_path("Retail", "Payments", None, joiner=False)
    before = release({line: 20}, k)
    now = {line: 18, **{unit_path(name, None, None, joiner=False): 1 for name in ("Loans", "Given")}}
    cut = release(now, k, [before])
    shown = {cell.path for cell in cut.cells}
    assert ("Retail",) in shown
    assert () not in shown
    assert {cell.parent for cell in cut.cells} <= shown | {None}
    assert finest_cells(cut.cells, {path: [f"{path}{one}" for one in range(count)] for path, count in now.items()})
