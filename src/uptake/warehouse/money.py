"""What calls of models cost, and who holds which amount in which month: made where a snapshot is published, and read by no score (0026).

Money is Decimal. What has no price is counted as such, and is nowhere 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from importlib import resources

import duckdb

from uptake.warehouse.filling import fill
from uptake.warehouse.memo import NO_ROWS, Memo, content, content_by_quarter, exists
from uptake.warehouse.refill import read_step
from uptake.warehouse.work import insert_rows

CHANGES, LINES, COMMITS = "merged_changes", "line_lives", "commit_facts"
OF_CODE = {CHANGES: "amounts_of_changes", LINES: "amounts_of_lines"}
"""What a cost is set against, where version control is loaded: fact -> the query of its amounts."""
_READ = (
    "create or replace temp view months_read as select cast(date_trunc('month', m.merged_day) as date) as month,"
    " count(*) as changes, count(c.sha) as commits from {changes} as m left join {commits} as c on c.sha = m.merge_sha group by all"
)
"""Merged changes by month, and those whose commit is in a repository that was read."""
_NONE = "(select cast(null as date) as merged_day, cast(null as varchar) as merge_sha, cast(null as varchar) as sha where false)"
_TABLE = (
    "create or replace temp table model_prices (pattern varchar, place bigint, tier varchar, context_from bigint, context_to bigint,"
    " first_day date, last_day date, input decimal(18, 12), output decimal(18, 12), cache_read decimal(18, 12),"
    " cache_write decimal(18, 12), request decimal(18, 12))"
)


def price_calls(connection: duckdb.DuckDBPyConnection, as_of: dt.date, prices: Iterable[Sequence[object]]) -> None:
    """Fill `request_costs`, where the calls or the prices changed. `prices`: rows of the work table `model_prices`."""
    connection.execute(_TABLE)
    for row in prices:
        connection.execute("insert into model_prices values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", list(row))
    step = read_step("uptake.warehouse", "request_costs")
    fill(connection, step, Memo(connection, as_of, [step]))


def made_from(connection: duckdb.DuckDBPyConnection, quarter: str) -> str:
    """Fingerprint of what the money of a quarter is made from beside its scores and bills: calls as they are priced, changes, lines."""
    code = _of_code(connection)
    days = {"request_costs": "day"} | ({CHANGES: "merged_day"} if CHANGES in code else {})
    told = [content_by_quarter(connection, name, day).get(quarter, NO_ROWS) for name, day in days.items()]
    if LINES in code:
        _lend_months_read(connection)
        # Of lines the answer: for how long their repository was followed changes with every commit, and says nothing after 21 days.
        told.append(content(connection, _sql(code[LINES]), {"quarters": [quarter]}))
    return " ".join(told)


def bills(connection: duckdb.DuckDBPyConnection, quarter: str) -> str:
    """Fingerprint of the bills of a quarter."""
    return content_by_quarter(connection, "spends", "day").get(quarter, NO_ROWS)


def lend_amounts(connection: duckdb.DuckDBPyConnection, quarters: Iterable[str]) -> None:
    """The work table `money_amounts` of some quarters: who holds how much of what in which month. Not yet released."""
    given = {"quarters": sorted(quarters)}
    connection.execute(f"create or replace temp table money_amounts as {_sql('amounts')}", given)
    _lend_months_read(connection)
    for query in _of_code(connection).values():
        connection.execute(f"insert into money_amounts {_sql(query)}", given)


def _lend_months_read(connection: duckdb.DuckDBPyConnection) -> None:
    """The work view `months_read`; empty where no host of code told of changes."""
    told = exists(connection, CHANGES) and exists(connection, COMMITS)
    connection.execute(_READ.format(changes=CHANGES if told else _NONE, commits=COMMITS if told else _NONE))


def hide_code(connection: duckdb.DuckDBPyConnection, hidden: Sequence[Sequence[object]]) -> None:
    """The work table `code_hidden`: (quarter, scope, month) of which changes and their lines are not told, beside what other tables tell."""
    connection.execute("create or replace temp table code_hidden (quarter varchar, scope varchar, month date)")
    insert_rows(connection, "code_hidden", hidden)


def _of_code(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {name: made for name, made in OF_CODE.items() if exists(connection, name)}


def _sql(name: str) -> str:
    return (resources.files("uptake.warehouse") / f"{name}.sql").read_text()


def code() -> str:
    """Text of the queries of money."""
    return "".join(_sql(name) for name in ("request_costs", "amounts", *OF_CODE.values()))
