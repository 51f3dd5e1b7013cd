"""A long list in parts: each begins behind the last row of the one before, found by its key, never by counting rows off again.

What stands in the address is the key under a seal: it names nobody, opens for the same viewer and question alone, and still finds its
place in a newer snapshot, or when the row itself is gone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
    """At most `size` rows, behind those that the seal `after` stands for; a seal that does not open begins the list again."""

    size: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Behind which row: its key, and how many rows of that very key were answered already."""

    key: tuple[Any, ...]
    ties: int


def part_of(
    connection: duckdb.DuckDBPyConnection, state: State, query: Query, part: Part, about: str
) -> tuple[pa.Table, str | None]:
    """The rows of a part, and the seal of the next one; None at the end of the list."""
    place = _opened(state, part.after, about, len(query.key))
    where, values = _behind(query.key, place.key) if place else ("true", [])
    keys = "".join(f", q.{one.name} as key_{number}" for number, one in enumerate(query.key))
    sql = f"select {query.columns}{keys} {query.source} and {where} order by {query.order} limit {part.size + 1} offset {place.ties if place else 0}"
    found = connection.sql(sql, params=[*query.values, *values]).to_arrow_table()
    table = found.slice(0, part.size).select(range(found.num_columns - len(query.key)))
    if found.num_rows <= part.size:
        return table, None
    keyed = found.slice(0, part.size).select(range(found.num_columns - len(query.key), found.num_columns))
    return table, seals.sealed(state, _written(_following(keyed, place)), about)


def in_ranges(connection: duckdb.DuckDBPyConnection, query: Query, person: str | None) -> Iterator[pa.Table]:
    """All rows in their order, in tables of about MOST_AT_ONCE. The people are shared out first: a sort of all would need them all in memory."""
    if not query.key or query.key[0].name != person or query.count(connection) <= MOST_AT_ONCE:
        yield query.rows(connection)
        return
    counted = f"select q.{person}, count(*) {query.source} group by all order by 1 nulls last"
    for first, last in _ranges(connection.execute(counted, list(query.values)).fetchall()):
        some = f"q.{person} is null" if first is None else f"q.{person} between ? and ?"
        more = () if first is None else (first, last)
        yield replace(query, source=f"{query.source} and {some}", values=(*query.values, *more)).rows(connection)


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


def about(viewer: Viewer, question: str, filters: object) -> str:
    """For whom and for which list a seal opens."""
    return repr((viewer.role, viewer.purpose, viewer.person_id, viewer.case_id, question, filters))


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
            parts.append(f"({same} and (q.{one.name} {'<' if one.descending else '>'} ? or q.{one.name} is null))")
            given += [*so_far, value]
        same += f" and q.{one.name} is not distinct from ?"
        so_far.append(value)
    sql = f"({' or '.join([*parts, f'({same})'])})"
    if key and values[0] is not None:
        sign = "<=" if key[0].descending else ">="
        return f"(q.{key[0].name} {sign} ? or q.{key[0].name} is null) and {sql}", [values[0], *given, *so_far]
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
