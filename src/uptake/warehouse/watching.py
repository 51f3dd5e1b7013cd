"""What an alert asks of the warehouse: how far each source reaches, what was set aside, whose use is nobody's, and which tools are in use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from uptake.warehouse.state_of import says_who_is_known

_SOURCES = """
with newest as (select source, max(received_at) as at from batches where records_in > 0 group by source)
select
    n.source,
    cast(n.at as date) as loaded,
    (select max(s.last_day) from spans as s where s.source = n.source) as last_day,
    cast(sum(b.records_in) as bigint) as records,
    cast(sum(b.quarantined) as bigint) as quarantined
from newest as n
join batches as b on b.source = n.source and b.received_at > n.at - interval 1 day
group by n.source, n.at
order by n.source
"""
_UNMATCHED = """
with of_accounts as (
    select u.tool, coalesce(k.account_key, u.account) as account, sum(u.records) as records
    from usage_days as u
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    where not u.service and u.day > (select max(day) from usage_days) - interval 28 day
    group by all
)
select
    cast(coalesce(sum(records), 0) as bigint),
    cast(coalesce(sum(records) filter (
        where (tool, account) not in (
            select tool, account from account_people where not shared and known
        )
    ), 0) as bigint)
from of_accounts
"""
_MADE = ["usage_days", "account_keys", "account_people", "account_months"]
"""Facts that the questions below read: there are none before the first score run."""
_CLASSES = """
with newest as (select max(day) as day from content_classes)
select c.tool, c.data_class, (
    select count(distinct m.account) from account_months as m
    where m.tool = c.tool and not m.service and m.last_day > any_value(n.day) - 91
) as accounts
from content_classes as c
cross join newest as n
where c.day > n.day - 91
group by c.tool, c.data_class
order by c.tool, c.data_class
"""


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A source that ever brought records: day of its newest load, its newest whole day (None: none is known whole), and what came within a
    day of the newest load: records, and how many of them are in quarantine.
    """

    source: str
    loaded: dt.date
    last: dt.date | None
    records: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Seen:
    """`records`, `unmatched`: of the last 28 days of use, all and those of accounts of nobody, as of the last score run; service accounts apart."""

    sources: tuple[SourceSeen, ...]
    tools: tuple[str, ...]
    records: int
    unmatched: int
    classes: tuple[tuple[str, str, int], ...] = ()
    """(tool, class of data counted in its prompts in 91 days, accounts that used the tool in them), as of the last score run."""


def seen(connection: duckdb.DuckDBPyConnection) -> Seen:
    """What there is to judge."""
    sources = tuple(SourceSeen(*row) for row in connection.execute(_SOURCES).fetchall())
    used = "select distinct tool from usage union select distinct tool from telemetry_events order by tool"
    tools = tuple(str(tool) for (tool,) in connection.execute(used).fetchall())
    asked = "select count(*) from duckdb_tables() where table_name in (select unnest(?))"
    made = connection.execute(asked, [_MADE]).fetchall()[0][0] == len(_MADE) and says_who_is_known(connection)
    records, unmatched = connection.execute(_UNMATCHED).fetchall()[0] if made else (0, 0)
    classes = connection.execute(_CLASSES).fetchall() if made else []
    return Seen(
        sources,
        tools,
        int(records),
        int(unmatched),
        tuple((str(tool), str(name), int(of)) for tool, name, of in classes),
    )
