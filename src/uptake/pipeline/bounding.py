"""Bounds of group counts are a pure function of the counts: a table that was bounded once is not bounded again.

Of a running quarter a refresh changes one day and one week; the tables of its other days stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from uptake.disclosure import Bounded, Count, bound_counts
from uptake.disclosure.reading import Key
from uptake.pipeline.together import Tables
from uptake.warehouse.bounded import forget_others, kept, keys, write
from uptake.warehouse.connect import Connection


class Bounds:
    """`bound_counts` with a memory in the warehouse. `code`: digest of the code that bounds, so that new rules forget old answers."""

    def __init__(self, connection: Connection, code: str) -> None:
        self._connection = connection
        self._code = code
        self._used: set[str] = set()
        self._held = keys(connection)

    def __call__(self, counts: Iterable[Count], *, partition: bool, nested: Sequence[str] = ()) -> tuple[Bounded, ...]:
        """As `bound_counts`."""
        given = tuple(counts)
        text = repr((self._code, partition, tuple(nested), given))
        key = hashlib.sha256(text.encode()).hexdigest()
        self._used.add(key)
        if key in self._held:
            return tuple(Bounded(tuple(cell), *rest) for cell, *rest in json.loads(kept(self._connection, key)))
        made = bound_counts(given, partition=partition, nested=nested)
        self._keep(key, [[list(one.cell), one.category, one.people, one.count, one.text] for one in made])
        return made

    def closed(self, read: Tables) -> set[Key]:
        """As `read.closed()`."""
        given = (read.sizes, read.funnel, read.segments, read.task_types, read.weeks, read.days)
        key = hashlib.sha256(repr((self._code, given)).encode()).hexdigest()
        self._used.add(key)
        if key in self._held:
            return {(tuple(cell), name) for cell, name in json.loads(kept(self._connection, key))}
        made = read.closed()
        self._keep(key, sorted(([*cell], name) for cell, name in made))
        return made

    def _keep(self, key: str, answer: object) -> None:
        write(self._connection, key, json.dumps(answer))
        self._held.add(key)

    def close(self) -> None:
        """Forget what this run did not ask for."""
        forget_others(self._connection, self._used)
