"""Fates of lines as records: a load of new commits gives what a load of all of them gives, and nothing of the text is in them."""

import base64
import dataclasses
import pathlib
import tempfile
import zlib
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import git_histories as gh

from uptake.model.commits import ADAPTIVE, CORRECTIVE, REVERT, CommitLineage, LineFate, LineState
from uptake.model.outcome import Gone, Repository, RepositoryWishes, Taken
from uptake.sources.git.lines.purpose import purpose
from uptake.sources.git.repository import followed


@dataclasses.dataclass
class Home:
    """Records by key, as the warehouse keeps them."""

    path: pathlib.Path
    renames: bool = False
    records: dict[str, Taken] = dataclasses.field(default_factory=dict)

    def load(self) -> int:
        """What became new; the count of new rows of fates."""
        states = sorted(self.rows(LineState), key=lambda state: state.place)
        wishes = RepositoryWishes(renames=self.renames)
        new = 0
        for outcome in followed(
            Repository("r", self.path, frozenset(self.records), wishes, may_replace=False, states=tuple(states))
        ):
            if isinstance(outcome, Gone):
                for key in outcome.keys:
                    del self.records[key]
            else:
                assert not outcome.counted
                assert outcome.key not in self.records
                self.records[outcome.key] = outcome
                new += sum(isinstance(row, LineFate) for row in outcome.rows)
        return new

    def rows(self, kind):
        return [row for record in self.records.values() for row in record.rows if isinstance(row, kind)]

    def fates(self) -> Counter[bytes]:
        return Counter(msgspec.json.encode(row) for row in self.rows(LineFate | CommitLineage))


def point(repository: pathlib.Path, commit: gh.Drawn) -> None:
    gh.git(repository, "update-ref", "refs/heads/main", commit.name)


@gh.histories(6)
@given(st.randoms(use_true_random=False), st.integers(4, 14), st.data())
def test_loads_one_after_the_other_give_what_one_load_gives(draw, commits, data):
    history = gh.unique_history(draw, commits)
    with tempfile.TemporaryDirectory() as folder:
        repository = pathlib.Path(folder, "r")
        gh.write(repository, history)
        home = Home(repository)
        for stop in data.draw(st.lists(st.integers(0, commits - 1), max_size=4)):
            point(repository, history[stop])
            home.load()
        point(repository, history[-1])
        home.load()
        assert home.load() == 0
        fresh = Home(repository)
        fresh.load()
        assert home.fates() == fresh.fates()


def test_a_day_of_commits_is_all_that_is_told_again(tmp_path):
    history = [
        gh.Drawn([n - 1] if n else [], {"f": b"".join(b"%d\n" % i for i in range(n + 1))}, gh.START + n * gh.DAY)
        for n in range(90)
    ]
    gh.write(tmp_path / "r", history)
    home = Home(tmp_path / "r")
    point(tmp_path / "r", history[79])
    assert home.load() == 80
    point(tmp_path / "r", history[89])
    assert home.load() == 10
    assert {state.place: state.commit for state in home.rows(LineState)}[0] == history[89].name


def test_a_branch_that_left_before_the_last_load_is_followed_from_where_it_left(tmp_path):
    history = [
        gh.Drawn([n - 1] if n else [], {"f": b"".join(b"%d\n" % i for i in range(n + 1))}, gh.START + n * gh.DAY)
        for n in range(80)
    ]
    side = dict(history[40].files) | {"g": b"late\n"}
    history.append(gh.Drawn([40], side, gh.START + 80 * gh.DAY))
    history.append(gh.Drawn([79, 80], history[79].files | {"g": b"late\n"}, gh.START + 81 * gh.DAY))
    gh.write(tmp_path / "r", history)
    home, fresh = Home(tmp_path / "r"), Home(tmp_path / "r")
    point(tmp_path / "r", history[79])
    home.load()
    point(tmp_path / "r", history[81])
    home.load()
    fresh.load()
    assert home.fates() == fresh.fates()


def test_another_wish_about_names_makes_all_fates_anew(tmp_path):
    body = b"".join(b"line %d\n" % number for number in range(9))
    history = [gh.Drawn([], {"old": body}, gh.START), gh.Drawn([0], {"new": body}, gh.START + gh.DAY)]
    gh.write(tmp_path / "r", history)
    home = Home(tmp_path / "r")
    home.load()
    assert sum(fate.lines for fate in home.rows(LineFate) if fate.died_sha is None) == 18
    home.renames = True
    home.load()
    assert [fate.lines for fate in home.rows(LineFate)] == [9]


def test_neither_text_nor_paths_nor_messages_are_kept(tmp_path):
    canary = "c4nary"
    files = [{f"{canary}/{canary}.py": f"{canary} {n}\n".encode() * n} for n in range(1, 5)]
    history = [
        gh.Drawn([n - 1] if n else [], one, gh.START + n, message=f"Fix {canary}", email=f"{canary}@example.org")
        for n, one in enumerate(files)
    ]
    gh.write(tmp_path / "r", history)
    home = Home(tmp_path / "r")
    home.load()
    kept = msgspec.json.encode([[*record.rows] for record in home.records.values()])
    assert kept
    assert canary.encode() not in kept
    for state in home.rows(LineState):
        raw = zlib.decompress(base64.b85decode(state.state))
        assert canary.encode() not in raw


def test_an_empty_repository_and_a_branch_that_went_back(tmp_path):
    repository = tmp_path / "r"
    repository.mkdir()
    gh.git(repository, "init", "-q", "--bare", "-b", "main")
    home = Home(repository)
    assert home.load() == 0
    history = [gh.Drawn([n - 1] if n else [], {"f": b"%d\n" % n}, gh.START + n) for n in range(3)]
    gh.write(repository, history)
    home.load()
    point(repository, history[1])
    home.load()
    point(repository, history[2])
    home.load()
    point(repository, history[1])
    home.load()
    assert {fate.sha for fate in home.rows(LineFate)} == {history[0].name, history[1].name}


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("fix: null pointer", CORRECTIVE),
        ("fix(api)!: null pointer", CORRECTIVE),
        ("feat: show an error page", ADAPTIVE),
        ("docs: fix a typo", ADAPTIVE),
        ("Fixed crash on start", CORRECTIVE),
        ("Hotfix for the release", CORRECTIVE),
        ("bug-fix of the parser", CORRECTIVE),
        ("Add a prefix to names", ADAPTIVE),
        ("Add debugging output", ADAPTIVE),
        ("Add a page\n\nFixes: #12", ADAPTIVE),
        ('Revert "Add a page"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.', REVERT),
        ("Take it back\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.", REVERT),
        ("fixup! Add a page", CORRECTIVE),
        ("", ADAPTIVE),
    ],
)  # fmt: skip
def test_purpose_of_a_commit_by_its_message(message, wanted):
    assert purpose(message) == wanted
