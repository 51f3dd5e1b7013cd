"""What the warehouse holds, for the rights tree, the doctor and corrections: counts, spans, one person's history; never rows of use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb

from uptake.model.folding import fold
from uptake.warehouse.tables import columns_of

EMPLOYEES = """
with placed as (
    select *, row_number() over (partition by person_id order by effective_from desc, source) as place
    from people
    where effective_from <= $today
)
select person_id, manager_id, lob, department, team, legal_entity, email
from placed
where place = 1 and coalesce(end_date, date '9999-12-31') >= $today
order by person_id
"""


def employees(connection: duckdb.DuckDBPyConnection, today: dt.date) -> list[tuple[str | None, ...]]:
    """Newest row in force of everybody employed: person_id, manager_id, lob, department, team, legal_entity, email."""
    return connection.execute(EMPLOYEES, {"today": today}).fetchall()


@dataclass(frozen=True, slots=True)
class SourceState:
    """Days that a source covers (None: of no day is it known whole), how many of its records are in quarantine, and how often it was loaded."""

    first: dt.date | None
    last: dt.date | None
    quarantined: int
    loads: int = 0

    def told(self) -> str:
        """The days in words."""
        if self.last is not None:
            return f"{self.first} to {self.last}"
        return "loaded; of no day is it known whole" if self.loads else "not connected"


def source_state(connection: duckdb.DuckDBPyConnection, source: str) -> SourceState:
    """State of one source."""
    row = connection.execute(
        "select (select min(first_day) from spans where source = $s), (select max(last_day) from spans where source = $s),"
        " (select count(*) from quarantine where source = $s), (select count(*) from batches where source = $s)",
        {"s": source},
    ).fetchall()[0]
    return SourceState(*row)


def first_day(connection: duckdb.DuckDBPyConnection, sources: list[str]) -> dt.date | None:
    """The first day of which one of these sources holds use, or states that it is known whole; None where there is none."""
    sql = "select min(day) from (select day from usage where source in $s union all select first_day from spans where source in $s)"
    return connection.execute(sql, {"s": sources}).fetchall()[0][0]  # type: ignore[no-any-return]


def says_who_is_known(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether owners of accounts say which of them HR knows: those that an earlier release made do not, until the next score run."""
    return "known" in dict(columns_of(connection, "account_people"))


def unmatched_share(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Accounts seen and, of these, accounts that belong to nobody, as of the last score run; (0, 0) before the first."""
    made = connection.execute(
        "select count(*) from duckdb_tables() where table_name in ('accounts_seen', 'account_people', 'roster')"
    ).fetchall()
    if made[0][0] < 3 or not says_who_is_known(connection):
        return 0, 0
    row = connection.execute(
        "select count(*), count(*) filter (where (tool, account) not in ("
        "select tool, account from account_people where not shared and known))"
        " from (select distinct tool, account from accounts_seen where service = 0)"
    ).fetchall()[0]
    return int(row[0]), int(row[1])


def copies(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Repositories with commits that count for another one: their name, that of the other, and how many; as of the last score run."""
    if not connection.execute("select 1 from duckdb_tables() where table_name = 'commit_copies'").fetchall():
        return []
    return connection.execute(
        "select repository, counts_in, count(*) from commit_copies group by repository, counts_in order by repository, counts_in"
    ).fetchall()


def newest_stamp(connection: duckdb.DuckDBPyConnection) -> dt.datetime | None:
    """The newest time that a file or a load carries, UTC: a clock behind it is wrong."""
    row = connection.execute(
        "select max(stamp) from (select max(received_at) as stamp from batches union all select max(fetched_at) as stamp from files) as stamps"
    ).fetchall()[0]
    return row[0] if isinstance(row[0], dt.datetime) else None


def counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Loads so far, and people."""
    loads, people = connection.execute(
        "select (select count(*) from batches), (select count(distinct person_id) from people)"
    ).fetchall()[0]
    return int(loads), int(people)


FIGURES = ("segment", "reason", "certainty", "score_micro", "coverage", "expected_days", "observed_days", "lob", "team")
"""What a contest is about, of a person and a quarter."""


def history(connection: duckdb.DuckDBPyConnection, person_id: str) -> list[dict[str, Any]]:
    """The rows of a person's history in order, with the columns of `hr-people`; `fte` as a share."""
    found = connection.execute(
        "select * exclude (source, key, fte_percent), printf('%.2f', fte_percent / 100) as fte from people"
        " where person_id = ? qualify row_number() over (partition by effective_from order by source) = 1 order by effective_from",
        [person_id],
    )
    names = [str(column[0]) for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def figures(connection: duckdb.DuckDBPyConnection, person_id: str, quarter: str) -> dict[str, Any]:
    """FIGURES of a person and a quarter as they stand; empty where there are none."""
    made = connection.execute("select count(*) from duckdb_tables() where table_name = 'quarter_scores'").fetchall()
    if not made[0][0]:
        return {}
    asked = f"select {', '.join(FIGURES)} from quarter_scores where person_id = ? and quarter = ?"
    row = connection.execute(asked, [person_id, quarter]).fetchone()
    return dict(zip(FIGURES, row, strict=True)) if row else {}


def newest_record(connection: duckdb.DuckDBPyConnection, source: str) -> dt.datetime | None:
    """The newest time at which a record of a source was fetched, UTC."""
    row = connection.execute("select max(fetched_at) from records where source = ?", [source]).fetchall()[0]
    return row[0] if isinstance(row[0], dt.datetime) else None


def holders(connection: duckdb.DuckDBPyConnection, tool: str, account: str) -> set[str]:
    """People for whom an account counts as of the last score run; the account by its id at the vendor or by its login."""
    made = connection.execute(
        "select count(*) from duckdb_tables() where table_name in ('account_names', 'account_people')"
    ).fetchall()
    if made[0][0] < 2:
        return set()
    rows = connection.execute(
        "select distinct person_id from account_people where tool = $tool and (fold(account) = $name"
        " or account in (select account from account_names where tool = $tool and name = $name))",
        {"tool": tool, "name": fold(account.strip())},
    ).fetchall()
    return {str(row[0]) for row in rows}


def known(connection: duckdb.DuckDBPyConnection, people: list[str]) -> set[str]:
    """Those of some ids that the people file has."""
    rows = connection.execute("select distinct person_id from people where person_id in (select unnest($1))", [people])
    return {str(row[0]) for row in rows.fetchall()}
