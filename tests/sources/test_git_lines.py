"""Lines followed forward are those that git itself finds when it looks back: blame, numstat, and histories whose truth is known."""

import os
import pathlib
import subprocess
import tempfile
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import git_histories as gh
from tests.sources.git_followed import Told, linear

from uptake.sources.git.lines.arrivals import arrivals
from uptake.sources.git.lines.follow import Followed
from uptake.sources.git.lines.history import Base
from uptake.sources.git.lines.tree import Tree
from uptake.sources.git.program import GitFailed

HORIZONS = (0, 1, 14, 21, 90)
DRAWN = gh.histories(8)


def compare(told: Told, history: list[gh.Drawn], owners: dict[str, Counter[str]]) -> None:
    """Owners in every state, and what is alive on the branch of each commit a horizon later."""
    drawn = {commit.name: number for number, commit in enumerate(history)}
    for name, state in told.states.items():
        assert +state == +owners[name], drawn[name]
    for name, row in told.rows.items():
        for days in HORIZONS:
            when = row.at + days * gh.DAY
            state = gh.state_at(history, drawn[name], when, len(history) - 1)
            assert told.alive(name, when) == owners[history[state].name][name], (drawn[name], days)


@DRAWN
@given(st.randoms(use_true_random=False), st.integers(2, 16))
def test_the_known_fate_of_unique_lines(draw, commits):
    history = gh.unique_history(draw, commits)
    with tempfile.TemporaryDirectory() as folder:
        repository = pathlib.Path(folder, "r")
        gh.write(repository, history)
        told = Told(repository, history[-1].name)
        owners = {
            commit.name: Counter(history[owner].name for lines in commit.owners.values() for owner in lines.values())
            for commit in history
        }
        compare(told, history, owners)
        added = gh.added(repository, "--no-renames")
        assert {name: row.added for name, row in told.rows.items() if not row.merge} == added


@DRAWN
@given(st.randoms(use_true_random=False), st.integers(2, 9))
def test_lines_that_are_the_same_are_whose_blame_says(draw, commits):
    history = gh.repeated_history(draw, commits)
    with tempfile.TemporaryDirectory() as folder:
        repository = pathlib.Path(folder, "r")
        gh.write(repository, history)
        told = Told(repository, history[-1].name)
        compare(told, history, {name: gh.blame(repository, name, "--no-follow") for name in told.rows})
        assert {name: row.added for name, row in told.rows.items() if not row.merge} == gh.added(
            repository, "--no-renames"
        )


@DRAWN
@given(st.randoms(use_true_random=False), st.integers(6, 16))
def test_following_goes_on_from_any_commit_of_the_branch_that_all_newer_ones_stand_on(draw, commits):
    history = gh.unique_history(draw, commits)
    with tempfile.TemporaryDirectory() as folder:
        repository = pathlib.Path(folder, "r")
        gh.write(repository, history)
        whole = Told(repository, history[-1].name)
        for base in chain_of(history):
            before = gh.ancestors(history, base)
            after = gh.ancestors(history, commits - 1) - before
            if any(parent in before - {base} for n in after for parent in history[n].parents):
                continue
            names = [name for name in whole.names if name in {history[n].name for n in before}]
            renumbered = {whole.names.index(name): number for number, name in enumerate(names)}
            part = Told(
                repository,
                history[-1].name,
                base=Base(history[base].name, names, renumber(whole.trees[history[base].name], renumbered)),
            )
            assert set(part.rows) == {history[n].name for n in after}
            for name, row in part.rows.items():
                assert said(row, part.names) == said(whole.rows[name], whole.names)
                assert part.states[name] == whole.states[name]


def said(row: Followed, names: list[str]) -> tuple[object, ...]:
    losses = sorted((names[loss.owner], names[loss.by], loss.lines, loss.replaced) for loss in row.losses)
    return (row.commit, row.at, row.merge, row.added, losses)


def renumber(tree: Tree, numbers: dict[int, int]) -> Tree:
    copy = Tree()
    for path, (name, runs) in tree.files():
        anew = runs[:]
        for at in range(0, len(anew), 2):
            anew[at] = numbers[anew[at]]
        copy.put(path, (name, anew))
    return copy


def chain_of(history: list[gh.Drawn]) -> list[int]:
    chain = [len(history) - 1]
    while history[chain[-1]].parents:
        chain.append(history[chain[-1]].parents[0])
    return chain


def test_a_file_that_turns_binary_loses_its_lines_and_text_that_was_binary_is_nobodys(tmp_path):
    text, binary = b"one\ntwo\n", b"\0\1\n\2\n"
    history = linear(
        tmp_path / "r", {"f": text}, {"f": binary}, {"f": text + b"three\n"}, {"f": text + b"three\nfour\n"}
    )
    told = Told(tmp_path / "r", history[-1].name)
    first, second, third, fourth = (told.rows[commit.name] for commit in history)
    assert (first.added, second.added, third.added, fourth.added) == (2, 0, 0, 1)
    assert [(loss.owner, loss.lines) for loss in second.losses] == [(0, 2)]
    assert not third.losses
    assert told.states[history[-1].name] == {history[3].name: 1}
    assert {name: row.added for name, row in told.rows.items()} == gh.added(tmp_path / "r", "--no-renames")


def test_a_new_name_is_a_death_unless_names_are_followed(tmp_path):
    body = b"".join(b"line %d of the file\n" % number for number in range(20))
    changed = body.replace(b"line 3 ", b"line three ")
    history = linear(tmp_path / "r", {"old": body}, {"new": changed}, {"new": changed + b"end\n"})
    apart = Told(tmp_path / "r", history[-1].name)
    assert [apart.rows[commit.name].added for commit in history] == [20, 20, 1]
    assert apart.states[history[-1].name] == {history[1].name: 20, history[2].name: 1}
    followed = Told(tmp_path / "r", history[-1].name, renames=True)
    assert [followed.rows[commit.name].added for commit in history] == [20, 1, 1]
    assert followed.states[history[-1].name] == gh.blame(tmp_path / "r", history[-1].name)
    assert {n: row.added for n, row in followed.rows.items()} == gh.added(tmp_path / "r", "--find-renames")


def test_names_are_followed_through_a_merge_that_changes_the_file_on_both_sides(tmp_path):
    body = [b"line %d of the file\n" % number for number in range(30)]
    ours = [*body[:5], b"ours\n", *body[6:]]
    theirs = [*body[:20], b"theirs\n", *body[21:]]
    both = [*ours[:20], b"theirs\n", *ours[21:]]
    history = [
        gh.Drawn([], {"old": b"".join(body)}, gh.START),
        gh.Drawn([0], {"old": b"".join(ours)}, gh.START + 1),
        gh.Drawn([0], {"new": b"".join(theirs)}, gh.START + 2),
        gh.Drawn([1, 2], {"new": b"".join(both)}, gh.START + 3),
    ]
    gh.write(tmp_path / "r", history)
    told = Told(tmp_path / "r", history[-1].name, renames=True)
    for commit in history:
        assert told.states[commit.name] == gh.blame(tmp_path / "r", commit.name)


def test_a_block_that_moves_keeps_its_owners_where_moves_are_followed(tmp_path):
    """The block lives on in another file and in its own; a lone bracket and a copy do not."""
    block = [b"def compute(value):\n", b"    return value * 2\n", b"}\n"]
    other = [b"import alpha\n", b"import beta\n", b"total = alpha + beta\n"]
    history = linear(
        tmp_path / "r",
        {"f": b"".join(block + other)},
        {"f": b"".join(other), "g": b"".join([b"# new\n", *block, b"}\n", *block])},
        {"f": b"".join([b"x\n", *other[1:], other[0]]), "g": b"".join([b"# new\n", *block, b"}\n", *block])},
    )
    told = Told(tmp_path / "r", history[-1].name, moves=True)
    first, second, third = (told.rows[commit.name] for commit in history)
    assert (first.added, second.added) == (6, 5)
    assert second.losses == []
    assert told.states[history[1].name] == {history[0].name: 6, history[1].name: 5}
    assert (third.added, [loss.lines for loss in third.losses]) == (
        2,
        [1],
    )  # `import alpha` alone is too short to be a block
    without = Told(tmp_path / "r", history[-1].name)
    assert [without.rows[commit.name].added for commit in history] == [6, 8, 2]


@DRAWN
@given(st.randoms(use_true_random=False), st.integers(2, 9))
def test_with_moves_each_state_has_as_many_lines_as_its_files_and_losses_add_up(draw, commits):
    history = gh.repeated_history(draw, commits)
    with tempfile.TemporaryDirectory() as folder:
        repository = pathlib.Path(folder, "r")
        gh.write(repository, history)
        told = Told(repository, history[-1].name, moves=True)
        plain = Told(repository, history[-1].name)
        for name, state in told.states.items():
            assert state.total() == plain.states[name].total()
        for name, row in told.rows.items():
            lost = sum(loss.lines for other in told.rows.values() for loss in other.losses if loss.owner == row.number)
            assert row.added - lost == told.states[history[-1].name][name]
            assert row.added <= plain.rows[name].added or row.merge


def states_are_those_of_blame(repository: pathlib.Path, history: list[gh.Drawn]) -> Told:
    gh.write(repository, history)
    told = Told(repository, history[-1].name)
    for commit in history:
        assert told.states[commit.name] == gh.blame(repository, commit.name, "--no-follow")
    return told


def test_a_line_that_both_parents_have_is_that_of_the_first(tmp_path):
    """Both sides brought it back, each by itself; the merge is alike neither of them."""
    history = [
        gh.Drawn([], {"f": b"x\n"}, gh.START),
        gh.Drawn([0], {"f": b""}, gh.START + 1),
        gh.Drawn([1], {"f": b"x\nend\n"}, gh.START + 2),
        gh.Drawn([1], {"f": b"top\nx\n"}, gh.START + 3),
        gh.Drawn([2, 3], {"f": b"top\nx\nend\n"}, gh.START + 4),
    ]
    told = states_are_those_of_blame(tmp_path / "r", history)
    assert told.states[history[4].name][history[2].name] == 2
    assert told.states[history[4].name][history[3].name] == 1


def test_lines_lost_before_a_line_that_stayed_hide_it_from_nobody(tmp_path):
    history = [
        gh.Drawn([], {"f": b"a\nstays\nb\n"}, gh.START),
        gh.Drawn([0], {"f": b"a\nlost\nlost too\nstays\nb\n"}, gh.START + 1),
        gh.Drawn([1], {"f": b"a\nlost\nlost too\nstays\nnew\nb\n"}, gh.START + 2),
        gh.Drawn([0], {"f": b"a\nstays\nb\n", "g": b"g\n"}, gh.START + 3),
        gh.Drawn([3, 2], {"f": b"a\nstays\nnew\nb\n", "g": b"g\n"}, gh.START + 4),
    ]
    told = states_are_those_of_blame(tmp_path / "r", history)
    assert told.states[history[4].name][history[2].name] == 1


def test_lines_that_a_branch_took_out_are_lost_when_the_merge_brings_it_and_by_the_commit_that_did_it(tmp_path):
    keep, gone = {"f": b"a\nb\nc\n"}, {"f": b"a\nc\n"}
    history = [
        gh.Drawn([], keep, gh.START),
        gh.Drawn([0], gone, gh.START + gh.DAY),
        gh.Drawn([0], keep | {"g": b"main\n"}, gh.START + 2 * gh.DAY),
        gh.Drawn([2, 1], gone | {"g": b"main\n"}, gh.START + 9 * gh.DAY),
    ]
    gh.write(tmp_path / "r", history)
    told = Told(tmp_path / "r", history[-1].name)
    (loss,) = told.rows[history[3].name].losses
    assert (told.names[loss.by], told.names[loss.owner], loss.lines) == (history[1].name, history[0].name, 1)
    assert told.alive(history[0].name, gh.START + 8 * gh.DAY) == 3
    assert told.alive(history[0].name, gh.START + 9 * gh.DAY) == 2


ODD = b"""commit refs/heads/main
mark :1
committer A <a@example.org> 1700000000 +0000
data 1
x
M 100644 inline plain
data 4
a
b
M 100644 inline empty
data 0

M 120000 inline link
data 5
plain
M 160000 0123456789012345678901234567890123456789 module
M 100644 inline crlf
data 6
a\r
b\r

commit refs/heads/main
mark :2
committer A <a@example.org> 1700086400 +0000
data 1
y
from :1
M 100755 inline plain
data 4
a
b
M 160000 0123456789012345678901234567890123456780 module
M 100644 inline link
data 4
x
y
M 100644 inline crlf
data 4
a
b

"""


def test_file_types_modes_submodules_and_odd_files(tmp_path):
    repository = tmp_path / "r"
    repository.mkdir()
    gh.git(repository, "init", "-q", "-b", "main")
    gh.git(repository, "fast-import", "--quiet", feed=ODD)
    tip = gh.git(repository, "rev-parse", "main").decode().strip()
    told = Told(repository, tip)
    assert {name: row.added for name, row in told.rows.items()} == gh.added(repository, "--no-renames")
    first, second = told.rows.values()
    assert (first.added, second.added) == (6, 5)
    assert sum(loss.lines for loss in second.losses) == 4


def test_a_line_of_many_megabytes_is_not_held(tmp_path):
    line = b"x" * 5_000_000
    history = linear(tmp_path / "r", {"f": line + b"\n"}, {"f": line + b"y\nz\n"})
    told = Told(tmp_path / "r", history[-1].name)
    assert [row.added for row in told.rows.values()] == [1, 2]


@pytest.mark.parametrize("victim", ["commit", "tree", "blob"])
def test_a_missing_object_stops_it(tmp_path, victim):
    history = linear(tmp_path / "r", {"f": b"a\n"}, {"f": b"b\n"}, {"f": b"c\n"})
    name = {
        "commit": history[1].name,
        "tree": gh.git(tmp_path / "r", "rev-parse", f"{history[1].name}^{{tree}}").decode().strip(),
        "blob": gh.git(tmp_path / "r", "rev-parse", f"{history[1].name}:f").decode().strip(),
    }[victim]
    loosen(tmp_path / "r")
    (tmp_path / "r" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(GitFailed):
        Told(tmp_path / "r", history[-1].name)


def loosen(repository: pathlib.Path) -> None:
    for pack in (repository / "objects" / "pack").glob("*.pack"):
        content = pack.read_bytes()
        for file in (repository / "objects" / "pack").iterdir():
            file.unlink()
        gh.git(repository, "unpack-objects", "-q", feed=content)


def test_a_git_that_is_killed_stops_it(tmp_path, monkeypatch):
    history = linear(tmp_path / "r", *({"f": b"%d\n" % number} for number in range(30)))
    real = subprocess.run(["which", "git"], capture_output=True, check=True, text=True).stdout.strip()
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase " $* " in *" -U0 "*) {real} "$@" | head -c 900; kill -9 $$;; *) exec {real} "$@";; esac\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(GitFailed):
        Told(tmp_path / "r", history[-1].name)


def test_each_commit_stands_on_one_branch():
    parents = {"a": [], "b": ["a"], "x": ["a"], "y": ["x"], "m": ["b", "x"], "n": ["m", "y"]}
    placed = arrivals(parents, "n")
    assert {commit: placed.branch[commit] for commit in "abmn"} == dict.fromkeys("abmn", 0)
    assert placed.branch["x"] != placed.branch["y"]
    assert placed.ends == {"m": [placed.branch["x"]], "n": [placed.branch["y"]]}
