"""Lineage and fates of lines of a repository, as records for the warehouse: what newer commits than those of the last load did.

Following goes on from the newest saved commit that all newer ones stand on. A branch whose newest commit is no longer on the chain of first
parents was rewritten: all its fates are made anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from uptake.model.commits import ADDED, CHANGED, DELETED, RESTORED, CommitLineage, LineFate, LineState
from uptake.model.outcome import Gone, Outcome, Repository, Taken
from uptake.sources.git.lines.follow import Followed
from uptake.sources.git.lines.history import Base, History
from uptake.sources.git.lines.purpose import purpose
from uptake.sources.git.lines.saved import Owner, pack, unpack, when
from uptake.sources.git.lines.tree import Tree
from uptake.sources.git.program import Git
from uptake.sources.git.raw import raw_commit
from uptake.sources.reading.checks import joined_key

VERSION = "2"
LINES = "lines"
AT_ONCE = 500
"""Commits whose fates make one record."""
AGES = (0, 63, 255, 1023, 4095)
"""How many commits of the branch before the newest one the files are saved: each span holds its oldest."""
MOST_MESSAGE = 1 << 20


@dataclass(slots=True)
class Lines:
    """One repository, from what was saved of it to what is saved next."""

    git: Git
    repository: Repository
    tip: str
    chain: list[str]
    """First parents from the newest commit on."""
    load: int
    """Which load of this repository it is: no key of an older one comes again."""
    owners: list[Owner] = field(default_factory=list)
    trees: dict[str, Tree] = field(default_factory=dict)

    def key(self, *parts: str) -> str:
        wishes = self.repository.wishes
        rules = VERSION + "-renames" * wishes.renames + "-moves" * wishes.moves
        return joined_key(self.repository.name, LINES, rules, *parts)


def read(git: Git, repository: Repository, tip: str) -> Iterator[Outcome]:
    """Records of what became of lines since the last load; none where the branch has nothing new.

    Raises:
        GitFailed: git did; nothing of what was given before may then be kept.
    """
    chain = git.answer("rev-list", "--first-parent", tip, "--").decode("ascii").split()
    ages = {commit: age for age, commit in enumerate(chain)}
    known = {key for key in repository.known if key.startswith(joined_key(repository.name, LINES) + "|")}
    lines = Lines(git, repository, tip, chain, 1 + max((int(key.split("|")[4]) for key in known), default=0))
    states = list(repository.states)
    state_keys = {key for key in known if key.startswith(lines.key("state") + "|")}
    if not state_keys or not states or states[0].commit not in ages:
        states, state_keys = [], known
    elif states[0].commit == tip:
        return
    newest = states[0].commit if states else ""
    yield from follow(lines, base_of(lines, states), newest)
    if state_keys:
        yield Gone(tuple(sorted(state_keys)))
    yield saved(lines, [state for state in states if state.commit in ages], ages)


def base_of(lines: Lines, states: Sequence[LineState]) -> LineState | None:
    """The newest saved commit that every newer commit stands on, by way of commits that are newer too."""
    for state in states:
        told = lines.git.answer("rev-list", "--parents", lines.tip, f"^{state.commit}", "--").decode("ascii")
        rows = [line.split() for line in told.splitlines()]
        newer = {words[0] for words in rows}
        if all(parent in newer or parent == state.commit for words in rows for parent in words[1:]):
            # A second root would have no parents at all, and no lines of what is saved.
            return state
    return None


def follow(lines: Lines, start: LineState | None, newest: str) -> Iterator[Outcome]:
    """Fates by the commits that the last load did not have, in records of many commits."""
    base = None
    if start:
        tree, lines.owners = unpack(lines.git, start)
        base = Base(start.commit, [owner.commit.hex() for owner in lines.owners], tree)
    wishes = lines.repository.wishes
    history = History(lines.git, lines.tip, renames=wishes.renames, moves=wishes.moves, base=base)
    told = set(history.parents) if not newest else set(fresh(lines.git, lines.tip, newest))
    wanted = {lines.chain[age] for age in AGES if age < len(lines.chain)}
    waiting: list[Followed] = []
    for one in history.follow():
        if one.number == len(lines.owners):
            lines.owners.append(Owner(bytes.fromhex(one.commit), one.at, one.merge))
        if one.commit in wanted:
            lines.trees[one.commit] = history.follower.trees[one.commit].fork()
        if one.commit in told:
            waiting.append(one)
        if len(waiting) >= AT_ONCE:
            yield record(lines, waiting, history)
            waiting = []
    if waiting:
        yield record(lines, waiting, history)


def fresh(git: Git, tip: str, newest: str) -> Iterable[str]:
    return git.answer("rev-list", tip, f"^{newest}", "--").decode("ascii").split()


def record(lines: Lines, commits: Sequence[Followed], history: History) -> Taken:
    """Where some commits stand, and births and deaths by them, as one record that counts as none of the vendor's."""
    by = {lines.owners[loss.by].commit.hex() for one in commits for loss in one.losses}
    purposes = {
        found.sha: purpose(raw_commit(found.content or b"").message)
        for found in lines.git.objects(sorted(by), most=MOST_MESSAGE)
    }
    rows: list[Struct] = [lineage(lines, one, history) for one in commits]
    rows += [row for one in commits for row in fates(lines, one, purposes)]
    last = commits[-1].commit
    return Taken(
        0, lines.key("fates", str(lines.load), last), rows, day=None, tenant=lines.repository.name, report=0, counted=False
    )  # fmt: skip


def lineage(lines: Lines, one: Followed, history: History) -> CommitLineage:
    parents = history.parents[one.commit]
    merge, side = history.placed.brought(one.commit) or (None, None)
    return CommitLineage(
        repository=lines.repository.name, sha=one.commit, day=when(one.at).date(),
        parent_sha=parents[0] if parents else None, merge_sha=merge, side_sha=side,
    )  # fmt: skip


def fates(lines: Lines, one: Followed, purposes: dict[str, str]) -> Iterator[LineFate]:
    at = when(one.at)
    if one.added:
        yield fate(lines, one.number, at, ADDED, one.added)
    for loss in one.losses:
        cause = RESTORED if loss.lines < 0 else CHANGED if loss.replaced else DELETED
        row = fate(lines, loss.owner, at, cause, loss.lines)
        row.died_sha, row.died_at = lines.owners[loss.by].commit.hex(), at
        row.age, row.purpose = one.at - lines.owners[loss.owner].at, purposes[row.died_sha]
        yield row


def fate(lines: Lines, owner: int, at: dt.datetime, cause: str, count: int) -> LineFate:
    born = lines.owners[owner]
    return LineFate(
        repository=lines.repository.name, sha=born.commit.hex(), day=at.date(), born_at=when(born.at),
        merge=born.merge, cause=cause, lines=count,
    )  # fmt: skip


def saved(lines: Lines, states: Sequence[LineState], ages: dict[str, int]) -> Taken:
    """The files of the newest commit and of the oldest saved one of each span of ages."""
    held = {state.commit: state for state in states}
    kept: dict[int, str] = {}
    for commit in sorted({*held, *lines.trees}, key=ages.__getitem__):
        kept[sum(age < ages[commit] for age in AGES)] = commit
    day = when(lines.owners[-1].at).date()
    rows = [
        LineState(
            repository=lines.repository.name,
            day=day,
            place=place,
            commit=commit,
            state=pack(lines.git, commit, lines.trees[commit], lines.owners)
            if commit in lines.trees
            else held[commit].state,
        )
        for place, commit in enumerate(kept.values())
    ]
    return Taken(
        0, lines.key("state", str(lines.load), lines.tip), [*rows], tenant=lines.repository.name, report=0, counted=False
    )  # fmt: skip
