"""Repositories and merged changes in memory: rows of the real reader of git, and the facts that are made of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import msgspec

from uptake.model import TABLES
from uptake.model.changes import CodeChange
from uptake.model.macros import MACROS
from uptake.model.outcome import InputFile, Repository, RepositoryWishes, Taken
from uptake.sources.git import SOURCE
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.tables import create_tables

AS_OF = dt.date(2026, 10, 31)
MERGED = dt.datetime(2026, 5, 5, 12)
BEFORE = (
    "code_newest",
    "commit_copies",
    "commit_facts",
    "changes_now",
    "merged_branches",
    "branch_shas",
    "change_shas",
)
AFTER = ("line_lives", "change_lives", "line_ages", "line_rework", "survival_shares")


@dataclass(frozen=True)
class Change:
    """A merged change: what the host says that it became, its newest commit, and how many it had."""

    name: str
    merge: str
    head: str | None = None
    commits: int | None = None
    squash: str | None = None

    def row(self, number: int) -> CodeChange:
        return CodeChange(
            host="github", repository="core/ledger", number=number, change=self.name, updated_at=MERGED, opened_at=MERGED,
            state="merged", merged_at=MERGED, merge_sha=self.merge, squash_sha=self.squash, head_sha=self.head, commits=self.commits,
        )  # fmt: skip


@contextlib.contextmanager
def facts(repositories: dict[str, pathlib.Path], changes: list[Change]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The facts of commits and lines. Who authors are and what reviewers did is no part of them."""
    with duckdb.connect(":memory:", config={"threads": 1}) as engine:
        create_tables(engine)
        engine.execute(MACROS)
        engine.execute("create table as_of as select ?::date as day", [AS_OF])
        engine.execute(
            "create table author_people (tool varchar, account varchar, person_id varchar, first_day date, last_day date, shared boolean)"
        )
        for name, path in repositories.items():
            _put(engine, [row for one in told(name, path) for row in one.rows])
        _put(engine, [change.row(number) for number, change in enumerate(changes, start=1)])
        for name in BEFORE:
            run(engine, read_step("uptake.facts", name))
        engine.execute(
            "create table merged_changes as select change, repository, coalesce(merge_sha, squash_sha) as merge_sha from changes_now"
        )
        for name in AFTER:
            run(engine, read_step("uptake.facts", name))
        yield engine


def told(name: str, path: pathlib.Path) -> list[Taken]:
    """What the reader takes of a repository, or of a file of facts."""
    if path.is_file():
        with path.open("rb") as stream:
            return [one for one in SOURCE.parse(InputFile(name, stream, account=name)) if isinstance(one, Taken)]
    repository = Repository(name, path, frozenset(), RepositoryWishes(), may_replace=False)
    return [one for one in SOURCE.parse(InputFile(name, None, repository=repository)) if isinstance(one, Taken)]


def _put(engine: duckdb.DuckDBPyConnection, rows: list[msgspec.Struct]) -> None:
    by_kind: dict[type[msgspec.Struct], list[tuple[object, ...]]] = {}
    for number, row in enumerate(rows):
        by_kind.setdefault(type(row), []).append(("git", str(number), *msgspec.structs.astuple(row)))
    for kind, given in by_kind.items():
        names = ("source", "key", *kind.__struct_fields__)
        words = f"insert into {TABLES[kind]} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
        engine.executemany(words, given)


def lives(engine: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Change -> lines when it was merged, and those of them that were gone 21 days later."""
    return {
        change: (lines, lost)
        for change, lines, lost in engine.execute("select change, lines, lost_21 from change_lives").fetchall()
    }


def brought(engine: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Change -> the commits that stand in the history because of it."""
    found: dict[str, set[str]] = {}
    for change, sha in engine.execute("select change, sha from change_shas where merged").fetchall():
        found.setdefault(change, set()).add(sha)
    return found
