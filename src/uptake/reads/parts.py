"""A long list in parts: each begins behind the last row of the one before, found by its key, never by counting rows off again.

What stands in the address is the key under a seal: it names nobody, opens for the same viewer and question alone, and still finds its
place in a newer snapshot, or when the row itself is gone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from uptake.policy import Viewer
from uptake.reads.query import Order, Query
from uptake.state import State, seals

MOST_AT_ONCE = 50_000
"""Rows of a file that are held in memory together."""


@dataclass(frozen=True, slots=True)
class Part:
    """At most `size` rows (None: all of them), behind those that the seal `after` stands for; a seal that does not open begins the list again.

    `order`: the question's own unless given. `placed`: whether it is told how many rows stand before the first one, which has to be counted.
    """

    size: int | None
    after: str | None = None
    order: tuple[Order, ...] = ()
    placed: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Behind which row: its key, and how many rows of that very key were answered already."""

    key: tuple[Any, ...]
    ties: int


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a part, the seal of the next one (None at the end of the list), rows of the whole list, and how many stand before the part."""

    table: pa.Table
    following: str | None
    total: int
    before: int


def part_of(connection: duckdb.DuckDBPyConnection, state: State, query: Query, part: Part, about: str) -> Found:
    """The rows of a part of a list."""
    if part.size is None:
        table = query.rows(connection)
        return Found(table, None, table.num_rows, 0)
    place = _opened(state, part.after, about, len(query.key))
    behind = query.behind(*_behind(query.key, place.key)) if place else query
    skipped = place.ties if place else 0
    keys = "".join(f", {one.place} as key_{number}" for number, one in enumerate(query.key))
    near = _near(connection, behind, part.size + 1 + skipped)
    sql = f"select {query.columns}{keys} {near.source} order by {query.order} limit {part.size + 1} offset {skipped}"
    found = connection.sql(sql, params=list(near.values)).to_arrow_table()
    table = found.slice(0, part.size).select(range(found.num_columns - len(query.key)))
    following, total, before = None, query.count(connection), 0
    if found.num_rows > part.size:
        keyed = found.slice(0, part.size).select(range(found.num_columns - len(query.key), found.num_columns))
        following = seals.sealed(state, _written(_following(keyed, place)), about)
    if place and part.placed:
        before = total - behind.count(connection) + skipped
    return Found(table, following, total, before)


def _near(connection: duckdb.DuckDBPyConnection, query: Query, most: int) -> Query:
    """The query among the rows from its first one to the last of so many, where finding these two is cheap: then the engine reads all columns,
    and what stands beside each row, of few rows instead of all.
    """
    if query.counted_from == query.body or query.ties:
        return query
    place = query.key[0].place
    first_ones = f"from ({query.counted_from}) as q where {query.where} order by {query.order} limit {most}"
    sql = f"select min(found), max(found) from (select {place} as found {first_ones})"
    first, last = connection.execute(sql, list(query.values)).fetchall()[0]
    return query.behind(f"{place} between ? and ?", (first, last))


def in_ranges(connection: duckdb.DuckDBPyConnection, query: Query, person: str | None) -> Iterator[pa.Table]:
    """All rows in their order, in tables of about MOST_AT_ONCE. The people are shared out first: a sort of all would need them all in memory."""
    if not query.key or query.key[0].name != person or query.count(connection) <= MOST_AT_ONCE:
        yield query.rows(connection)
        return
    counted = f"select q.{person}, count(*) {query.source} group by all order by 1 nulls last"
    for first, last in _ranges(connection.execute(counted, list(query.values)).fetchall()):
        some = f"q.{person} is null" if first is None else f"q.{person} between ? and ?"
        more = () if first is None else (first, last)
        yield query.behind(some, more).rows(connection)


def _ranges(people: Sequence[tuple[str | None, int]]) -> Iterator[tuple[str | None, str | None]]:
    """First and last person of each range; rows without a person are the last one."""
    held, first, last = 0, None, None
    for person, rows in people:
        if first is not None and (person is None or held + rows > MOST_AT_ONCE):
            yield first, last
            first, held = None, 0
        if person is None:
            yield None, None
            return
        first, last, held = first or person, person, held + rows
    if first is not None:
        yield first, last


def about(viewer: Viewer, question: str, filters: object, order: tuple[Order, ...]) -> str:
    """For whom and for which list a seal opens."""
    return repr((viewer.role, viewer.purpose, viewer.person_id, viewer.case_id, question, filters, order))


def _following(keyed: pa.Table, before: _Place | None) -> _Place:
    keys = [tuple(row.values()) for row in keyed.to_pylist()]
    ties = next((number for number, key in enumerate(reversed(keys)) if key != keys[-1]), len(keys))
    whole = ties == len(keys) and before is not None and before.key == keys[-1]
    return _Place(keys[-1], ties + (before.ties if whole and before else 0))


def _behind(key: tuple[Order, ...], values: tuple[Any, ...]) -> tuple[str, list[object]]:
    """SQL of the rows at a key or behind it, where NULL stands last. The first column alone lets the engine skip what lies before."""
    parts: list[str] = []
    given: list[object] = []
    same, so_far = "true", list[object]()
    for one, value in zip(key, values, strict=True):
        if value is not None:
            parts.append(f"({same} and ({one.place} {'<' if one.descending else '>'} ? or {one.place} is null))")
            given += [*so_far, value]
        same += f" and {one.place} is not distinct from ?"
        so_far.append(value)
    sql = f"({' or '.join([*parts, f'({same})'])})"
    if key and values[0] is not None:
        sign = "<=" if key[0].descending else ">="
        return f"({key[0].place} {sign} ? or {key[0].place} is null) and {sql}", [values[0], *given, *so_far]
    return sql, [*given, *so_far]


def _written(place: _Place) -> str:
    return json.dumps([place.ties, [{"day": v.isoformat()} if isinstance(v, dt.date) else v for v in place.key]])


def _opened(state: State, seal: str | None, about: str, columns: int) -> _Place | None:
    text = seals.opened(state, seal, about) if seal else None
    if text is None:
        return None
    ties, key = json.loads(text)
    values = tuple(dt.date.fromisoformat(v["day"]) if isinstance(v, dict) else v for v in key)
    return _Place(values, int(ties)) if len(values) == columns else None
