"""The events of the accounts whose day rows are to be made anew."""

from __future__ import annotations

import datetime as dt

import duckdb

from uptake.model import TelemetryEvent

_TOUCHED = """
create or replace temp table touched_accounts as
select e.tool, e.account, min(e.day) as first_day
from telemetry_events as e
join records as r on r.source = e.source and r.key = e.key
where e.source = $source
and r.batch_id > (select coalesce(max(batch_id), 0) from files where source = $source and name = $days)
group by e.tool, e.account
"""


def touched(
    connection: duckdb.DuckDBPyConnection, source: str, days: str, look_back: int
) -> tuple[list[TelemetryEvent], dt.date] | None:
    """All events of the accounts of which some came since the ledger last names `days`, from `look_back` days before the first of these on;
    and that first day. None when none came.
    """
    connection.execute(_TOUCHED, {"source": source, "days": days})
    first = connection.execute("select min(first_day) from touched_accounts").fetchone()
    if not first or first[0] is None:
        return None
    names = TelemetryEvent.__struct_fields__
    rows = connection.execute(
        f"select {', '.join('e.' + name for name in names)} from telemetry_events as e"
        " join touched_accounts as t on t.tool = e.tool and t.account = e.account"
        " where e.source = ? and e.day >= (select min(first_day) from touched_accounts) - ?::integer",
        [source, look_back],
    ).fetchall()
    return [TelemetryEvent(**dict(zip(names, row, strict=True))) for row in rows], first[0]
