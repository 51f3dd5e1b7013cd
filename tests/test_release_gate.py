"""The auditor is a gate of every release: what leaks in any role view is not published (GOVERNANCE.md section 5)."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from tests import demo_home
from uptake import disclosure, jobs
from uptake.disclosure import Cell
from uptake.disclosure.gate import audited
from uptake.disclosure.successive import Cut
from uptake.errors import UserError
from uptake.jobs import State, snapshot_of
from uptake.pipeline import cutting
from uptake.settings import read_settings

NOW = dt.datetime(2026, 11, 24, 9)
COMPANY, A, B, A1, A2 = (), ("A",), ("B",), ("A", "1"), ("A", "2")


def cut(**sizes):
    """Cells of a company; `sizes`: people of each finest cell, as `A_1`."""
    finest = {tuple(name.split("_")): count for name, count in sizes.items()}
    paths = sorted({path[:end] for path in finest for end in range(len(path) + 1)})
    places = {f"{'-'.join(path)}-{number}": path for path, count in finest.items() for number in range(count)}
    return Cut(
        tuple(Cell(path, path[:-1] if path else None, 0, (path,), median=False, yardstick=False) for path in paths),
        places,
    )


def seen(held, viewer, path, count):
    """Who of a finest cell a viewer sees by name."""
    return dict.fromkeys(sorted(who for who, where in held.places.items() if where == path)[:count], (viewer,))


@pytest.mark.parametrize(
    ("sizes", "views", "smallest"),
    [
        ({"A_1": 11, "A_2": 30, "B": 11}, 3, []),
        ({"A_1": 10, "A_2": 30, "B": 11}, 3, [10]),  # one of ten is themselves: nine others
        ({"A_1": 11, "A_2": 30, "B": 3}, 3, [3, 3]),  # in the view of the lines, and in that of its own
    ],
)
def test_views_without_names(sizes, views, smallest):
    found = audited(cut(**sizes), {}, 10)
    assert found.views == views
    assert [len(leak.people) for leak in found.leaks] == smallest


@pytest.mark.parametrize(("by_name", "left"), [(0, []), (1, []), (10, []), (11, [9]), (19, [1]), (20, [])])
def test_a_viewer_who_sees_all_but_a_few_by_name(by_name, left):
    held = cut(A_1=20, A_2=30, B=40)
    found = audited(held, seen(held, "0 manager 1", A1, by_name), 10)
    assert found.views == 3 + bool(by_name)
    assert [len(leak.people) for leak in found.leaks] == left


def test_two_viewers_do_not_pool_what_they_know():
    held = cut(A_1=30, B=40)
    people = sorted(who for who, where in held.places.items() if where == A1)
    assert not audited(
        held, {who: ("one" if place < 13 else "two",) for place, who in enumerate(people[:26])}, 10
    ).leaks


def test_what_leaks_is_not_published_and_the_release_before_stays(tmp_path_factory, tmp_path, monkeypatch):
    """The planted publisher cuts cells for a smaller k than policy says."""
    shutil.copytree(demo_home.made(tmp_path_factory.mktemp("gate") / "home", 200, quarters=1), tmp_path / "home")
    settings = read_settings(tmp_path / "home")
    state, before = State.of(settings), snapshot_of(settings)
    monkeypatch.setattr(cutting, "release", lambda sizes, _k, *more: disclosure.release(sizes, 5, *more))
    monkeypatch.setattr(cutting, "next_cut", lambda _before, new, *_: new)
    monkeypatch.setattr(cutting.cuts, "held", lambda *_: None)
    with pytest.raises(UserError, match="not released") as failed:
        jobs.score(settings, state, dt.date.fromisoformat(before.as_of), clock=lambda: NOW)
    assert disclosure.LIMITS in failed.value.why
    assert "10" in failed.value.why
    assert snapshot_of(settings) == before
