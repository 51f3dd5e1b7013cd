"""What is made stands until what it was made of changes: digests of inputs beside every kept table, so that a refresh does only new work.

A step is keyed by its own text and by the signatures of the tables it reads. The key is taken away before a step is filled and
written after it, so a kill between the two costs a refill, never a wrong skip.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping
from functools import cache

import duckdb

from uptake.warehouse import parts
from uptake.warehouse.refill import Step

TABLE_SQL = """
create table if not exists filled (step varchar not null, part varchar not null, inputs varchar not null, content varchar not null);
create table if not exists read_keys (step varchar not null, tables varchar not null, key varchar not null);
create table if not exists quarter_contents (name varchar not null, of varchar not null, quarter varchar not null, content varchar not null);
create table if not exists filled_days (step varchar not null, source varchar not null, day date not null, inputs varchar not null);
"""
_NAMES = re.compile(r"(?<!\bdistinct )\b(?:from|join)\s+([a-z_]+)")
_INNER = re.compile(r"\b([a-z_]+)\s+as\s+\(\s*(?:--[^\n]*\n\s*)*(?:select|with)")
EVER = dt.date.max
NO_ROWS = "0:None"
"""What `content` says of a table without a row."""


@cache
def reads(sql: str) -> tuple[str, ...]:
    """Names of the tables that a query reads: those after from and join that it does not define itself."""
    text = re.sub(r"--[^\n]*", "", sql)
    return tuple(sorted(set(_NAMES.findall(text)) - set(_INNER.findall(text)) - {"unnest"}))


def content(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None) -> str:
    """Fingerprint of rows in any order: their number and the sum of their hashes."""
    sql = f"select count(*), cast(sum(hash(t)) as varchar) from ({query}) as t"
    row = connection.execute(sql, dict(parameters or {})).fetchall()[0]
    return f"{row[0]}:{row[1]}"


def content_by_quarter(connection: duckdb.DuckDBPyConnection, table: str, day: str) -> dict[str, str]:
    """Fingerprint of the rows of each quarter of a table; of one that a step filled or a load wrote, kept until any row of it changes."""
    filled = connection.execute("select content from filled where step = ? and part = ''", [table]).fetchall()
    of = filled[0][0] if filled else parts.content_digest(connection, table)
    held = connection.execute(
        "select quarter, content from quarter_contents where name = ? and of = ?", [table, of]
    ).fetchall()
    if held and of:
        return dict(held)
    sql = f"select year({day}) || 'Q' || quarter({day}), count(*) || ':' || cast(sum(hash(t)) as varchar) from {table} as t group by 1"
    made = connection.execute(sql).fetchall()
    connection.execute("delete from quarter_contents where name = ?", [table])
    for quarter, content_of in (
        made if of else []
    ):  # what came from a cluster is noted nowhere, so nothing would tell when it changes
        connection.execute("insert into quarter_contents values (?, ?, ?, ?)", [table, of, quarter, content_of])
    return dict(made)


class Memo:
    """Signatures of one run. `steps`: the steps that are filled once, for all quarters."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: dt.date, steps: list[Step]) -> None:
        self.connection = connection
        self.as_of = as_of
        self.steps = {step.name: step for step in steps}
        self._known: dict[tuple[str, bool], str] = {}
        self._empty: dict[str, bool] = {}
        connection.execute(TABLE_SQL)

    def key(self, step: Step) -> str:
        """Digest of everything that a step is made from."""
        if step.module:
            return self._key_of_module(step.name, step.code, step.module.READS.values())
        cut, names = step.as_of == "cut", set(reads(step.sql))
        told = [step.code]
        if "." in step.as_of:
            names.remove("as_of")
            told.append(self._rows_until(*step.as_of.split(".")))
        return _digest([*told, *(f"{name} {self.signature(name, cut=cut)}" for name in sorted(names))])

    def _key_of_module(self, name: str, code: str, queries: Collection[str]) -> str:
        """Of what its queries answer; while the tables that they read stand, what they answered before."""
        names = sorted({table for sql in queries for table in reads(sql)})
        tables = _digest([code, *(f"{table} {self.signature(table)}" for table in names)])
        held = self.connection.execute(
            "select key from read_keys where step = ? and tables = ?", [name, tables]
        ).fetchall()
        if held:
            return str(held[0][0])
        key = _digest([code, *(content(self.connection, sql) for sql in queries)])
        self.connection.execute("delete from read_keys where step = ?", [name])
        self.connection.execute("insert into read_keys values (?, ?, ?)", [name, tables, key])
        return key

    def _rows_until(self, table: str, column: str) -> str:
        """What a later as-of day changes for a step that takes the rows of a table up to it: of rows that stand, their number tells which."""
        sql = f"select count(*) from {table} where cast({column} as date) <= $day"
        return str(self.connection.execute(sql, {"day": self.as_of}).fetchall()[0][0])

    def signature(self, name: str, *, cut: bool = False) -> str:
        """Digest of a table as it stands; `cut`: of its days up to the as-of day."""
        if (name, cut) not in self._known:
            self._known[name, cut] = self._signature(name, cut=cut)
        return self._known[name, cut]

    def _signature(self, name: str, *, cut: bool) -> str:
        if name in parts.canonical():
            return parts.signature(self.connection, name, self.as_of if cut else EVER)
        if name == "as_of" and cut:
            return "cut"
        step = self.steps.get(name)
        if step is None:
            return content(self.connection, f"select * from {name}")
        if step.keep == "view":
            return self.key(step)
        if step.by == "day":
            rows = self.connection.execute(
                "select source, day, inputs from filled_days where step = ? and day <= ? order by all",
                [name, self.as_of if cut else EVER],
            ).fetchall()
            return _digest([repr(rows)])
        rows = self.connection.execute(
            "select part, inputs, content from filled where step = ? order by all", [name]
        ).fetchall()
        return _digest([repr([row[2] or row[1] for row in rows])])

    def stands(self, step: Step, part: str, key: str) -> bool:
        """True if the step was filled from the same; else what is there counts for nothing until `note` is called."""
        held = self.connection.execute(
            "select inputs from filled where step = ? and part = ?", [step.name, part]
        ).fetchall()
        if (key,) in held and exists(self.connection, step.name):
            return True
        if held:
            self.connection.execute("delete from filled where step = ? and part = ?", [step.name, part])
        return False

    def lacks(self, step: Step) -> bool:
        """True if the step needs rows of some tables, and none of these has any."""
        for table in step.needs:
            if table not in self._empty:
                self._empty[table] = is_empty(self.connection, table)
        return bool(step.needs) and all(self._empty[table] for table in step.needs)

    def note_empty(self, step: Step, key: str) -> None:
        """Write down that a step has no row."""
        self.connection.execute("insert into filled values (?, '', ?, ?)", [step.name, key, NO_ROWS])

    def note(self, step: Step, part: str, key: str) -> None:
        """Write down what a step was filled from, and what came of it."""
        made = content(self.connection, f"select * from {step.name}") if not part else ""
        self.connection.execute("insert into filled values (?, ?, ?, ?)", [step.name, part, key, made])


def is_empty(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """True if a table has no row."""
    # All rows are fetched: an answer read half would keep the connection from streaming rows to a cluster.
    return not connection.execute(f"select 1 from {table} limit 1").fetchall()


def exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """True if there is a kept table of that name."""
    found = connection.execute("select 1 from duckdb_tables() where table_name = ? and not temporary", [table])
    return bool(found.fetchall())


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Nothing stands any more: the next run fills everything."""
    for table in ("filled", "filled_days", "read_keys", "quarter_contents", "day_digests", "reach_base"):
        connection.execute(f"drop table if exists {table}")


def _digest(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
