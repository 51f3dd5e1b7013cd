"""Task types: the table of labels, breadth beside a formula of its own, and what may be shown of volumes."""

from __future__ import annotations

import math
import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.disclosure import bound_counts
from uptake.facts import task_types
from uptake.model import TOOLS
from uptake.pipeline import tasks
from uptake.pipeline.tasks import Volume, close, rounded
from uptake.pipeline.together import without_types
from uptake.scores.breadth import effective_number, in_digits, make
from uptake.sources.amazon_q.columns import ACTIVITY
from uptake.sources.copilot.features import FEATURES
from uptake.web import words

K = 10


def test_the_table_names_labels_that_readers_give():
    table = task_types.shipped()
    acts = {"plans", "review_requests", "agent_requests"}
    given = {
        "copilot": set(FEATURES) | acts,
        "amazon_q": {one.name for one in ACTIVITY} | acts,
        "cursor": {"composer", "chat", "agent", "cmdk", "tabs", "apply", "bugbot"},
        "windsurf": {"autocomplete", "chat", "cascade", "cascade_lines"},
    }
    assert {tool for tool, _, _ in table.labels} <= set(TOOLS)
    assert [(tool, label) for tool, label, _ in table.labels if label not in given[tool]] == []
    assert set(words.TASKS) == {*table.types, task_types.UNCLASSIFIED}


def test_a_label_without_a_type_is_refused():
    text = 'id = "x"\ntypes = ["code"]\nmin_acts = 3\nmin_share = [6, 10]\n[labels.copilot]\nplans = "dreams"\n'
    with pytest.raises(ValueError, match=r"copilot\.plans names no task type"):
        task_types.read(text)


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=9))
def test_breadth_is_the_exponential_of_the_entropy(acts):
    total = sum(acts)
    exact = math.exp(-sum(number / total * math.log(number / total) for number in acts))
    found = effective_number(acts)
    assert abs(found - 100 * exact) <= 0.5 + 1e-6
    assert 100 <= found <= 100 * len(acts)
    assert found == in_digits(acts)
    assert found == effective_number(acts[::-1])
    assert found == effective_number([2 * number for number in acts])


def test_breadth_is_not_told_where_the_labels_tell_too_little():
    rules = [("unclassified", 3, 6, 10)]
    told = [("a", "code", 6), ("a", "unclassified", 4), ("b", "code", 6), ("b", "unclassified", 5), ("c", "code", 2)]
    assert list(make(told, rules)) == [("a", 100)]


def company(rng: random.Random) -> dict[tuple[str, str, str], Volume]:
    """A company, its lines and their departments; two tools down to the lines; acts of each person, summed up."""
    kinds, tools = ("code", "review", "unclassified"), ("one", "two")
    acts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    parents: dict[str, str | None] = {"(company)": None}
    for line in "ABC"[: rng.randint(1, 3)]:
        parents[line] = "(company)"
        for department in range(rng.randint(1, 3)):
            unit = f"{line}/{department}"
            if rng.random() < 0.8:
                parents[unit] = line
            for _ in range(rng.choice((2, 8, 15, 40))):
                for kind in kinds:
                    done = {tool: rng.choice((0, 1, 5, 400)) * (rng.random() < 0.5) for tool in tools}
                    for scope in ("(company)", line, unit):
                        for tool, number in (*done.items(), ("all", sum(done.values()))):
                            if scope in parents and (tool == "all" or "/" not in scope):
                                acts[scope, tool, kind] += [number] if number else []
    return {
        place: Volume(len(found), sum(found), max(found, default=0), parents[place[0]], open=len(found) > K and 2 * max(found) <= sum(found))
        for place, found in acts.items()
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_no_closed_volume_stands_alone_in_a_sum(seed):
    volumes = company(random.Random(seed))
    before = {place for place, one in volumes.items() if one.open}
    close(volumes, K)
    assert {place for place, one in volumes.items() if one.open} <= before
    for place, one in volumes.items():
        scope, tool, kind = place
        parts = [
            [other for other in volumes if other[1:] == place[1:] and volumes[other].parent == scope] + [place],
            [other for other in volumes if other[0] == scope and other[1] == tool],
            [other for other in volumes if other[0] == scope and other[2] == kind],
        ]
        for number, part in enumerate(parts):
            used = [other for other in part if volumes[other].people]
            closed = [other for other in used if not volumes[other].open]
            inside = [other for other in used if other != place] if number == 0 else []
            outside = one.people - sum(volumes[other].people for other in inside) if inside else 0
            assert len(closed) + (outside > 0) != 1 or outside > K or len(used) < 2, (place, part)


def test_a_single_line_without_enough_people_takes_the_smallest_other_with_it():
    def volume(people: int, parent: str | None) -> Volume:
        return Volume(people, 100 * people, 100, parent, open=people > K)

    volumes = {
        ("(company)", "all", "code"): volume(95, None),
        ("A", "all", "code"): volume(50, "(company)"),
        ("B", "all", "code"): volume(40, "(company)"),
        ("C", "all", "code"): volume(5, "(company)"),
    }
    close(volumes, K)
    assert {place[0] for place, one in volumes.items() if one.open} == {"(company)", "A"}


@pytest.mark.parametrize(("acts", "shown"), [(0, 0), (7, 7), (99, 99), (104, 100), (105, 110), (149_500, 150_000)])
def test_volumes_are_shown_to_two_figures(acts, shown):
    assert rounded(acts) == shown


def cell(
    scope: str, parent: str | None, people: int, tool: str, kind: str, used: int, acts: int, most: int
) -> tuple[object, ...]:
    return ("2029Q1", scope, parent, people, tool, kind, used, acts, most)


def shown(rows: list[tuple[object, ...]]) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """(scope, tool, type) -> people, acts, share, coverage, text."""
    return {row[:3]: row[3:] for row in tasks._of_quarter(rows, K, bound_counts)}


def both(kind: str, used: int, acts: int, most: int) -> list[tuple[object, ...]]:
    return [cell("(company)", None, 100, tool, kind, used, acts, most) for tool in ("all", "copilot")]


def test_volumes_are_shown_where_enough_people_stand_behind_them():
    found = shown([*both("code", 60, 4_000, 300), *both("review", 30, 555, 90), *both("unclassified", 50, 1_000, 90)])
    assert found["(company)", "copilot", "code"] == (60, 4_000, 720_000, 820_000, None)
    assert found["(company)", "all", "review"] == (30, 560, 100_000, 820_000, None)


def test_a_volume_of_ten_people_is_closed_and_takes_the_smallest_other_with_it():
    found = shown([*both("code", 60, 4_000, 300), *both("review", 10, 555, 90), *both("unclassified", 50, 1_000, 90)])
    assert found["(company)", "all", "review"][:3] == (10, None, None)
    assert found["(company)", "all", "code"][:3] == (60, None, None)
    assert found["(company)", "all", "unclassified"] == (50, 1_000, 180_000, 820_000, None)


def test_a_volume_of_which_one_person_did_more_than_half_is_closed():
    found = shown(
        [
            *both("code", 60, 4_000, 300),
            *both("plan", 40, 900, 450),
            *both("review", 30, 555, 300),
            *both("unclassified", 50, 1_000, 90),
        ]
    )
    assert found["(company)", "all", "review"][1] is None
    assert found["(company)", "all", "plan"][1] is None  # the smallest other
    assert found["(company)", "all", "code"][1] == 4_000


def test_people_are_hidden_where_the_funnel_hides_who_is_active():
    """Of a tool with one task type both are the same people."""
    rows = [*both("code", 60, 4_000, 300), *both("unclassified", 50, 1_000, 90)]
    made = [("2029Q1", *row, "version") for row in tasks._of_quarter(rows, K, bound_counts)]
    funnel = [("(company)", "2029Q1", 100, 90, None, None, None, None, None, None, "copilot", "active: withheld")]
    told = {row[2:4]: row[4:9] for row in without_types(made, (), funnel)}
    assert told["copilot", "code"] == (None, None, None, None, "withheld")
    assert told["all", "code"][0] == 60


def test_what_has_no_type_has_a_row_also_where_nothing_is_of_it():
    found = shown([*both("code", 60, 4_000, 300), *both("unclassified", 0, 0, 0)])
    assert found["(company)", "all", "unclassified"] == (None, None, None, 1_000_000, "fewer than 3")
