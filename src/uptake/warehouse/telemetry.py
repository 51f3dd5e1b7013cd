"""The events of the accounts, or the sums of the days, whose day rows are to be made anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

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


_TOUCHED_DAYS = """
create or replace temp table touched_days as
select distinct e.tool, e.tenant, e.account, e.day
from telemetry_events as e
join records as r on r.source = e.source and r.key = e.key
where e.source = $source
and r.batch_id > (select coalesce(max(batch_id), 0) from files where source = $source and name = $days)
"""
_SUMS = """
select e.tool, e.tenant, e.account, e.surface, e.day, e.basis, e.kind, e.detail, min(e.happened_at) as happened_at, max(e.email) as email,
    sum(e.amount) as amount, cast(sum(e.tokens_in) as bigint) as tokens_in, cast(sum(e.tokens_out) as bigint) as tokens_out,
    cast(sum(e.tokens_cache_read) as bigint) as tokens_cache_read, cast(sum(e.tokens_cache_write) as bigint) as tokens_cache_write,
    sum(e.cost_est_usd) as cost_est_usd
from telemetry_events as e
join touched_days as t on t.tool = e.tool and t.tenant = e.tenant and t.account = e.account and t.day = e.day
where e.source = $source and e.day = $day
group by e.tool, e.tenant, e.account, e.surface, e.day, e.basis, e.kind, e.detail
order by e.tenant, e.account, e.surface, e.basis, e.kind, e.detail
"""


def summed(connection: duckdb.DuckDBPyConnection, source: str, days: str) -> Iterator[TelemetryEvent] | None:
    """The events of the account-days of which some came since the ledger last names `days`, those of one kind and detail united in one:
    a day of a large company has more events than memory holds. Those of one account and day come together. None when none came.
    """
    connection.execute(_TOUCHED_DAYS, {"source": source, "days": days})
    found = connection.execute("select distinct day from touched_days order by day").fetchall()
    return _sums_of(connection, source, [day for (day,) in found]) if found else None


def _sums_of(connection: duckdb.DuckDBPyConnection, source: str, days: Iterable[dt.date]) -> Iterator[TelemetryEvent]:
    for day in days:
        found = connection.execute(_SUMS, {"source": source, "day": day})
        names = [column[0] for column in found.description or ()]
        for row in found.fetchall():
            yield TelemetryEvent(**dict(zip(names, row, strict=True)))
