"""Lines of a change are those that its merge brought: git's own lists of commits and blame are asked, through every shape of merge."""

from __future__ import annotations

import pathlib
import random
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import git_histories as gh
from tests.changes.followed import Change, brought, facts, lives

HISTORIES = gh.histories(6)
DAYS_21 = 21 * gh.DAY


def drawn(
    draw: random.Random, commits: int, folder: str, *, unique: bool = True
) -> tuple[pathlib.Path, list[gh.Drawn]]:
    history = gh.unique_history(draw, commits) if unique else gh.repeated_history(draw, commits)
    repository = pathlib.Path(folder, "ledger")
    gh.write(repository, history)
    return repository, history


def merges_of(history: list[gh.Drawn], numbers: list[int]) -> list[int]:
    return [number for number in numbers if len(history[number].parents) > 1]


def chain_of(history: list[gh.Drawn], tip: int) -> list[int]:
    """First parents, the oldest first."""
    chain = [tip]
    while history[chain[-1]].parents:
        chain.append(history[chain[-1]].parents[0])
    return chain[::-1]


def path_of(history: list[gh.Drawn], commit: int, tip: int) -> list[tuple[int, int]]:
    """The merges by which a commit came to the branch, the innermost first, each with the newest commit of the branch that it brought."""
    arrival = next(number for number in chain_of(history, tip) if commit in gh.ancestors(history, number))
    if arrival == commit:
        return []
    side = next(parent for parent in history[arrival].parents if commit in gh.ancestors(history, parent))
    return [*path_of(history, commit, side), (arrival, side)]


@HISTORIES
@given(st.randoms(use_true_random=False), st.integers(4, 16), st.booleans())
def test_a_merge_on_the_branch_brings_what_git_lists_and_blame_finds(draw, commits, unique):
    with tempfile.TemporaryDirectory() as folder:
        repository, history = drawn(draw, commits, folder, unique=unique)
        tip = len(history) - 1
        merges = merges_of(history, chain_of(history, tip))
        changes = [Change(f"c{number}", history[number].name) for number in merges]
        with facts({"ledger": repository}, changes) as engine:
            found, lines = brought(engine), lives(engine)
        for number in merges:
            name, at = history[number].name, history[number].at
            listed = gh.git(repository, "rev-list", "--no-merges", name, f"^{name}^1").decode().split()
            assert found[f"c{number}"] == {name, *listed}
            then, later = (
                gh.blame(repository, history[gh.state_at(history, number, when, tip)].name, "--no-follow")
                for when in (at, at + DAYS_21)
            )
            assert lines.get(f"c{number}", (0, 0))[0] == sum(then[sha] for sha in listed)
            assert sum(then[sha] for sha in listed) - lines.get(f"c{number}", (0, 0))[1] == sum(
                later[sha] for sha in listed
            )


@HISTORIES
@given(st.randoms(use_true_random=False), st.integers(6, 20), st.data())
def test_a_commit_is_of_the_innermost_change_around_it_and_of_no_other(draw, commits, data):
    with tempfile.TemporaryDirectory() as folder:
        repository, history = drawn(draw, commits, folder)
        tip = len(history) - 1
        reach = gh.ancestors(history, tip)
        known = {
            number
            for number in merges_of(history, sorted(reach))
            if data.draw(st.booleans(), label=f"{number} is a change")
        }
        changes = [Change(f"c{number}", history[number].name) for number in sorted(known)]
        wanted = {f"c{number}": {history[number].name} for number in known}
        for commit in reach:
            if len(history[commit].parents) < 2:
                around = [merge for merge, _ in path_of(history, commit, tip) if merge in known]
                if around:
                    wanted[f"c{around[0]}"].add(history[commit].name)
        with facts({"ledger": repository}, changes) as engine:
            assert brought(engine) == wanted
            assert (
                engine.execute("select count(*), count(distinct sha) from change_shas").fetchone()
                == (sum(map(len, wanted.values())),) * 2
            )


class Story:
    """A history in words: each commit has whole files of so many lines, a day after the one before it; a long quiet time ends it."""

    def __init__(self) -> None:
        self.history: list[gh.Drawn] = []
        self.numbers: dict[str, int] = {}

    def commit(self, name: str, *parents: str, lines: str = "", days: float = 1, **more) -> None:
        """`lines`: `a3 b` are three lines in the file a and one in b, beside the files of all parents; `a0` takes the file out."""
        files: dict[str, bytes] = {}
        for parent in reversed(parents):
            files |= self.history[self.numbers[parent]].files
        for word in lines.split():
            files[word[0]] = b"".join(
                b"%s of %s %d\n" % (name.encode(), word[:1].encode(), n) for n in range(int(word[1:] or 1))
            )
        files = {path: content for path, content in files.items() if content}
        at = (self.history[-1].at if self.history else gh.START) + round(days * gh.DAY)
        self.numbers[name] = len(self.history)
        self.history.append(gh.Drawn([self.numbers[one] for one in parents], files, at, **more))

    def write(self, path: pathlib.Path, tip: str) -> None:
        self.commit("end", tip, lines="z", days=50)
        gh.write(path, self.history)

    def __getitem__(self, name: str) -> str:
        return self.history[self.numbers[name]].name


def found(tmp_path, *changes: Change):
    with facts({"ledger": tmp_path / "ledger"}, list(changes)) as engine:
        return lives(engine), brought(engine)


def test_main_that_is_merged_back_into_the_branch_is_not_of_the_change(tmp_path):
    """Nor is what the branch itself took out again before it was merged, nor the lines of the merge commit."""
    story = Story()
    story.commit("root", lines="a2")
    story.commit("main", "root", lines="m7")
    story.commit("work", "root", lines="b5 c3")
    story.commit("back", "work", "main")
    story.commit("again", "back", lines="c0 d")
    story.commit("merge", "main", "again", lines="e4")
    story.commit("less", "merge", lines="d0", days=20.9)
    story.commit("late", "less", lines="b0", days=1)
    story.write(tmp_path / "ledger", "late")
    lines, commits = found(tmp_path, Change("c", story["merge"], story["again"]))
    assert commits == {"c": {story["merge"], story["work"], story["again"]}}
    assert lines == {"c": (6, 1)}


def test_a_release_holds_what_no_change_inside_it_brought(tmp_path):
    story = Story()
    story.commit("root", lines="a")
    story.commit("first", "root", lines="b2")
    story.commit("dev", "root", lines="d5")
    story.commit("one", "dev", "first")
    story.commit("second", "one", lines="c3")
    story.commit("two", "one", "second")
    story.commit("release", "root", "two")
    story.write(tmp_path / "ledger", "release")
    inner = [Change("one", story["one"], story["first"]), Change("two", story["two"], story["second"])]
    lines, _ = found(tmp_path, *inner, Change("release", story["release"], story["two"]))
    assert lines == {"one": (2, 0), "two": (3, 0), "release": (5, 0)}
    alone, _ = found(tmp_path, Change("release", story["release"], story["two"]))
    assert alone == {"release": (10, 0)}


def test_an_octopus_is_parted_by_what_each_change_ended_with(tmp_path):
    story = Story()
    story.commit("root", lines="a")
    story.commit("one", "root", lines="b2")
    story.commit("two", "root", lines="c3")
    story.commit("three", "root", lines="d4")
    story.commit("octopus", "root", "one", "two", "three")
    story.write(tmp_path / "ledger", "octopus")
    both = [Change("1", story["octopus"], story["one"]), Change("2", story["octopus"], story["two"])]
    assert found(tmp_path, *both)[0] == {"1": (2, 0), "2": (3, 0)}
    assert found(tmp_path, both[0])[0] == {"1": (2, 0)}
    unknown = [Change("1", story["octopus"], "8" * 40), Change("2", story["octopus"], "9" * 40)]
    assert found(tmp_path, *unknown)[0] == {}
    assert found(tmp_path, unknown[0])[0] == {"1": (9, 0)}


def test_two_branches_that_took_each_other_in_share_no_line(tmp_path):
    story = Story()
    story.commit("root", lines="a")
    story.commit("left", "root", lines="b2")
    story.commit("right", "root", lines="c3")
    story.commit("left over", "left", "right", lines="d")
    story.commit("right over", "right", "left", lines="e4")
    story.commit("one", "root", "left over")
    story.commit("two", "one", "right over")
    story.write(tmp_path / "ledger", "two")
    lines, commits = found(
        tmp_path, Change("1", story["one"], story["left over"]), Change("2", story["two"], story["right over"])
    )
    assert commits == {"1": {story["one"], story["left"], story["right"]}, "2": {story["two"]}}
    assert lines == {"1": (5, 0)}


def test_a_squash_is_the_commit_that_it_became_and_what_it_lost(tmp_path):
    """With a merge commit of its own, as GitLab has it, and without."""
    story = Story()
    story.commit("root", lines="a")
    story.commit("squash", "root", lines="b5 c3")
    story.commit("side", "squash", lines="d2")
    story.commit("merge", "squash", "side")
    story.commit("less", "merge", lines="c0 d1", days=5)
    story.write(tmp_path / "ledger", "less")
    plain, merged = Change("1", story["squash"], "8" * 40, 4), Change("2", story["merge"], "9" * 40, 4, story["side"])
    assert found(tmp_path, plain, merged)[0] == {"1": (8, 3), "2": (2, 2)}


REBASED = {
    "all of them": ({}, {"one", "two", "three"}),
    "as many as the host says": ({"commits": 2}, {"two", "three"}),
    "the host does not say": ({"commits": None}, {"three"}),
    "the one below became another change": ({"other": "two"}, {"three"}),
    "made anew hours before": ({"apart": 0.1}, {"three"}),
    "a squash is not made anew": ({"authored": None}, {"three"}),
}


@pytest.mark.parametrize("name", REBASED)
def test_a_rebase_is_the_commits_that_were_put_on_the_branch_with_its_last_one(tmp_path, name):
    given, wanted = (
        {"commits": 3, "apart": 1e-5, "authored": gh.START, "other": None} | REBASED[name][0],
        REBASED[name][1],
    )
    story = Story()
    story.commit("root", lines="a")
    story.commit("before", "root", lines="b9", authored=gh.START, days=9)
    story.commit("one", "before", lines="c2", authored=gh.START, days=1e-5)
    story.commit("two", "one", lines="d3", authored=gh.START, days=1e-5)
    story.commit("three", "two", lines="c1 e4", authored=given["authored"], days=given["apart"])
    story.write(tmp_path / "ledger", "three")
    others = [Change("2", story[given["other"]])] if given["other"] else []
    lines, commits = found(tmp_path, Change("1", story["three"], "8" * 40, given["commits"]), *others)
    assert commits["1"] == {story[one] for one in wanted}
    assert lines["1"] == (5 + 3 * ("two" in wanted), 0)
