"""A commit counts once, whichever clones, mirrors and forks hold it, and what stands in one of them alone stays its own."""

from __future__ import annotations

import json
import pathlib
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import git_histories as gh
from tests.changes.followed import Change, facts, lives

FACT = {
    "parents": [],
    "author": "ana@example.com",
    "authored": "2024-01-01T00:00:00Z",
    "committed": "2024-01-01T00:00:00Z",
    "files": [],
}


def cloned(source: pathlib.Path, target: pathlib.Path, tip: str | None = None, *, bare: bool = True) -> pathlib.Path:
    """A clone whose branch stands at `tip`."""
    how = ("--mirror",) if bare else ()
    gh.git(source, "clone", "-q", *how, ".", str(target.resolve()))
    if tip:
        gh.git(target, "update-ref", "refs/heads/main", tip)
    return target


def counted(engine) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for repository, sha in engine.execute("select repository, sha from commit_facts").fetchall():
        found.setdefault(repository, set()).add(sha)
    return found


def rows(engine, table: str, *, without: str = "repository"):
    return sorted(map(repr, engine.execute(f"select * exclude ({without}) from {table}").fetchall()))


def straight(path: pathlib.Path, commits: int) -> list[str]:
    """A line of commits that each add three lines and change two."""
    history = [
        gh.Drawn(
            [number - 1] if number else [],
            {"f": b"".join(b"%d %d\n" % (line, line + (line == number)) for line in range(3 * number + 3))},
            gh.START + number * 5 * gh.DAY,
        )
        for number in range(commits)
    ]
    gh.write(path, history)
    return [one.name for one in history]


@pytest.mark.parametrize("bare", [True, False])
def test_a_clone_under_another_name_changes_no_figure(tmp_path, bare):
    names = straight(tmp_path / "pay", 12)
    copy = cloned(tmp_path / "pay", tmp_path / "copy", bare=bare)
    tables = ("commit_facts", "line_lives", "line_ages", "line_rework", "survival_shares", "change_lives")
    change = [Change("c", names[3])]
    with (
        facts({"pay": tmp_path / "pay"}, change) as one,
        facts({"pay": tmp_path / "pay", "copy": copy}, change) as both,
    ):
        assert counted(both) == {"copy": set(names)}
        for table in tables:
            assert rows(both, table, without="change" if table == "change_lives" else "repository") == rows(
                one, table, without="change" if table == "change_lives" else "repository"
            ), table
        assert both.execute("select repository, counts_in, count(*) from commit_copies group by all").fetchall() == [
            ("pay", "copy", 12)
        ]


@pytest.mark.parametrize(
    ("clones", "chosen"),
    [
        ({"b": 9, "a": 9}, "a"),
        ({"b": 9, "a": 8}, "b"),
        ({"ledger": 5, "a": 9}, "ledger"),
        ({"ledger": 9, "core/ledger": 5, "a": 9}, "core/ledger"),
        ({"other/ledger": 5, "a": 9}, "a"),
    ],
)
def test_of_clones_counts_the_one_that_the_host_calls_so_else_the_largest_else_the_first(tmp_path, clones, chosen):
    names = straight(tmp_path / "all", 9)
    paths = {
        name: cloned(tmp_path / "all", tmp_path / f"{number}", names[size - 1])
        for number, (name, size) in enumerate(clones.items())
    }
    with facts(paths, [Change("c", names[2])]) as engine:
        assert set(names[: clones[chosen]]) == counted(engine)[chosen]
        assert sum(map(len, counted(engine).values())) == max(clones.values())
        assert lives(engine)["c"][0] == 5


def test_a_clone_counts_before_a_file_of_facts_which_has_no_lines(tmp_path):
    names = straight(tmp_path / "pay", 3)
    facts_file = tmp_path / "ledger.ndjson"
    facts_file.write_text("\n".join(json.dumps(FACT | {"sha": sha}) for sha in (*names, "9" * 40, "8" * 40)))
    with facts({"pay": tmp_path / "pay", "core/ledger": facts_file}, [Change("c", names[2])]) as engine:
        assert counted(engine) == {"pay": set(names), "core/ledger": {"9" * 40, "8" * 40}}
        assert lives(engine)["c"] == (5, 0)


def test_a_fork_keeps_its_own_commits_and_is_followed_to_its_end(tmp_path):
    """Its newest commit is one that counts for the other one: its own lines were followed up to it all the same."""
    history = [
        gh.Drawn([], {"a": b"1\n"}, gh.START),
        gh.Drawn([0], {"a": b"1\n2\n"}, gh.START + gh.DAY),
        gh.Drawn([0], {"a": b"1\n", "own": b"x\ny\n"}, gh.START + 2 * gh.DAY),
        gh.Drawn([1], {"a": b"1\n2\n3\n"}, gh.START + 30 * gh.DAY),
        gh.Drawn([3], {"a": b"1\n2\n3\n4\n"}, gh.START + 40 * gh.DAY),
        gh.Drawn([3, 2], {"a": b"1\n2\n3\n", "own": b"x\n"}, gh.START + 29 * gh.DAY),
    ]
    gh.write(tmp_path / "all", history)
    names = [one.name for one in history]
    up, fork = cloned(tmp_path / "all", tmp_path / "1", names[4]), cloned(tmp_path / "all", tmp_path / "2", names[5])
    with facts({"ledger": up, "fork": fork}, [Change("c", names[0])]) as engine:
        assert counted(engine) == {"ledger": {names[n] for n in (0, 1, 3, 4)}, "fork": {names[n] for n in (2, 5)}}
        own = engine.execute("select sha, lines, lost_90, followed_seconds from line_lives where repository = 'fork'")
        assert own.fetchall() == [(names[2], 2, 1, 28 * gh.DAY)]


@gh.histories(5)
@given(st.randoms(use_true_random=False), st.integers(4, 16), st.data())
def test_every_commit_that_some_clone_has_counts_once(draw, commits, data):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        history = gh.unique_history(draw, commits)
        gh.write(place / "all", history)
        stops = data.draw(st.lists(st.integers(0, commits - 1), min_size=2, max_size=4))
        paths = {f"r{n}": cloned(place / "all", place / f"{n}", history[stop].name) for n, stop in enumerate(stops)}
        with facts(paths, []) as engine:
            found = counted(engine)
            alone = {name: shas_of(path) for name, path in paths.items()}
            assert sorted(sha for shas in found.values() for sha in shas) == sorted(set().union(*alone.values()))
            for name, shas in found.items():
                assert shas <= alone[name]
                others = set().union(*(held for other, held in alone.items() if other != name))
                assert alone[name] - others <= shas
            added = {sha: lines for path in paths.values() for sha, lines in gh.added(path, "--no-renames").items()}
            assert engine.execute("select coalesce(sum(lines_added), 0) from commit_facts").fetchone() == (
                sum(added.values()),
            )


def shas_of(path: pathlib.Path) -> set[str]:
    return set(gh.git(path, "rev-list", "main").decode().split())
