"""Whom and which days of the newest quarter a change can reach, so that only these are made again (decision 0062).

A person-day is made from what the day holds and from what is known of the person. Each person, account and day carries a mark, the
fingerprint of all that; whose mark differs from the last run's, cut to the same day, is reached. What is kept between runs is of one
quarter, the newest that was scored; a run that cannot say what changed makes the quarter anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from importlib import resources

import duckdb

from uptake.model.reach import Reach

TABLE_SQL = """
create table if not exists reach_base (quarter varchar not null, to_day date not null, inputs varchar not null, must varchar not null);
create table if not exists reach_marks (kind varchar not null, name varchar not null, content varchar not null);
"""
UNPLACED = "unplaced_use"
"""A step that all people's days are made from: it is filled before marks are made."""
MOST = 4
"""One person in so many: where more of them are reached, the quarter is made anew."""
_DIFFERING = "m.content is distinct from h.content"


def found(connection: duckdb.DuckDBPyConnection, must: str) -> Reach | None:
    """What changed in the quarter of `period`; nothing where that cannot be told or is most of it. `must`: digest of the program."""
    connection.execute(TABLE_SQL)
    quarter, to_day = _period(connection)
    held = connection.execute(
        "select to_day, inputs from reach_base where quarter = ? and must = ? and to_day <= ?",
        [quarter, _program(must), to_day],
    ).fetchall()
    if not held:
        return None
    ((base, inputs),) = held
    _mark(connection, base)
    if connection.execute(_beside("name", "rest", _DIFFERING)).fetchall():
        return None
    connection.execute(f"create or replace temp table reached_people as {_beside('name', 'person', _DIFFERING)}")
    ((people, everybody),) = connection.execute(
        "select (select count(*) from reached_people), (select count(*) from marks where kind = 'person')"
    ).fetchall()
    if MOST * people > everybody:
        return None
    later = [base + dt.timedelta(days=number + 1) for number in range((to_day - base).days)]
    use = {*later, *_days_of(connection, "use", _DIFFERING), *_days_of_accounts(connection)}
    others = {*_days_of(connection, "calendar", _DIFFERING), *_days_of(connection, "set", "m.content <> h.content")}
    return Reach(quarter, f"{inputs} {must}", tuple(sorted(use | others)), tuple(sorted(use)), people > 0, to_day)


def _program(must: str) -> str:
    """Digest of `must` and of what makes marks, strips and digests: what another release kept is no base to go on from."""
    total = hashlib.sha256(must.encode())
    for package in ("uptake.warehouse", "uptake.model"):
        for file in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith((".py", ".sql")):
                total.update(file.read_bytes())
    return total.hexdigest()


def _period(connection: duckdb.DuckDBPyConnection) -> tuple[str, dt.date]:
    ((quarter, to_day),) = connection.execute("select quarter, to_day from period").fetchall()
    return quarter, to_day


def _mark(connection: duckdb.DuckDBPyConnection, to_day: dt.date) -> None:
    """The work table `marks` of the quarter up to a day."""
    connection.execute(
        "create or replace temp table reached as select first_day, ?::date as to_day from period", [to_day]
    )
    sql = (resources.files("uptake.warehouse") / "reach.sql").read_text()
    connection.execute(f"create or replace temp table marks as {sql}")


def _beside(what: str, kind: str, condition: str) -> str:
    """Marks of now beside those that are kept."""
    return (
        f"select {what} from (select name, content from marks where kind = '{kind}') as m"
        f" full join (select name, content from reach_marks where kind = '{kind}') as h using (name) where {condition}"
    )


def _days_of(connection: duckdb.DuckDBPyConnection, kind: str, condition: str) -> set[dt.date]:
    named = _beside("distinct cast(left(name, 10) as date)", kind, condition)
    return {day for (day,) in connection.execute(named).fetchall()}


def _days_of_accounts(connection: duckdb.DuckDBPyConnection) -> set[dt.date]:
    """Days on which an account was used whose owner changed."""
    rows = connection.execute(
        f"""
        with changed as ({_beside("name", "account", _DIFFERING)})
        select distinct u.day
        from usage_days as u
        join reached as p on u.day between p.first_day and p.to_day
        left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
        where u.tool || chr(31) || coalesce(k.account_key, u.account) in (select name from changed)
        """
    ).fetchall()
    return {day for (day,) in rows}


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Before rows are written: a run that is cut off leaves nothing to go on from."""
    connection.execute(f"{TABLE_SQL} delete from reach_base")


def note(connection: duckdb.DuckDBPyConnection, inputs: str, must: str) -> None:
    """What the newest quarter, in `period`, stands on now."""
    quarter, to_day = _period(connection)
    _mark(connection, to_day)
    connection.execute("create or replace table reach_marks as select kind, name, content from marks")
    connection.execute("insert into reach_base values (?, ?, ?, ?)", [quarter, to_day, inputs, _program(must)])
