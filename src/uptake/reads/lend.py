"""Tables of the state store that a question needs beside the snapshot: the reporting tree, and who is under review.

They are temporary tables of one connection, gone with the answer.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from uptake.state import State, contests, rights

_INTEGERS = {"lft", "rgt", "depth"}


def rights_tree(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    """The table `rights`: the current tree as nested intervals."""
    columns = list(zip(*rights.read(state), strict=True)) or [()] * len(rights.RIGHTS_COLUMNS)
    arrays = [
        pa.array(column, type=pa.int64() if name in _INTEGERS else pa.string())
        for name, column in zip(rights.RIGHTS_COLUMNS, columns, strict=True)
    ]
    _lend(connection, "rights", pa.Table.from_arrays(arrays, names=list(rights.RIGHTS_COLUMNS)))


def under_review(connection: duckdb.DuckDBPyConnection, state: State) -> bool:
    """The table `under_review(person_id)`; False, and no table, while nobody is."""
    people = contests.under_review(state)
    if people:
        _lend(connection, "under_review", pa.table({"person_id": pa.array(people, type=pa.string())}))
    return bool(people)


def _lend(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("lent", table)
    connection.execute(f"create temp table {name} as select * from lent")
    connection.unregister("lent")
