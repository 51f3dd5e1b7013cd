"""How a question is lent rows of the state store: as temporary tables of one connection, gone with the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from uptake.policy import Policy, Viewer
from uptake.settings.sending import Egress
from uptake.settings.value import Value
from uptake.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Asking:
    """What decides which rows of the state store are lent: who asks, the policy, the day, the days that are asked about, and the snapshot."""

    viewer: Viewer
    policy: Policy
    today: dt.date
    days: tuple[dt.date | None, dt.date | None] = (None, None)
    made: Snapshot | None = None
    every: Mapping[str, int] = field(default_factory=dict)
    """Jobs that run by themselves -> each how many hours."""
    person: str | None = None
    """Whom the question is narrowed to."""
    quarter: str | None = None
    egress: Egress = field(default_factory=Egress)
    """The register of data that leaves the company, as people keep it in the settings."""
    value: Value = field(default_factory=Value)
    """What the settings assume of money."""
    assumed: tuple[tuple[str, str], ...] = ()
    """What the question assumes instead."""


def table_of(found: Sequence[object], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    """A column for each name in `kinds`, of the attribute of that name."""
    return pa.table({name: pa.array([getattr(one, name) for one in found], type=kind) for name, kind in kinds.items()})


def lend_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """A table of this connection alone, read where it lies in memory: to copy it would take longer than most questions."""
    connection.register(name, table)
