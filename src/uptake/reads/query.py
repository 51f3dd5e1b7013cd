"""The query of a question as a viewer may ask it: the gate's predicate and columns round the SQL of the question.

The predicate and the column mask of the policy are inside the query (GOVERNANCE.md section 4): checking rows after it would
make top-N, counts and medians wrong. A question that lacks the column a scope needs fails; it does not leak.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import duckdb
import pyarrow as pa

from uptake.errors import Unreachable, WrongUsage
from uptake.policy import Grant, Policy, Question, guarded, to_sql
from uptake.policy.guards import GUARDS
from uptake.reads import lend
from uptake.reads.orders import ORDERS, UNIQUE
from uptake.state import State


@dataclass(frozen=True, slots=True)
class Filters:
    """What every question may be narrowed by, where it has the dimension. `scope` is a unit path, or a unit's own name."""

    scope: str | None = None
    tool: str | None = None
    quarter: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    person: str | None = None
    """One person; never from an address."""
    assumed: tuple[tuple[str, str], ...] = ()
    """What `value` assumes instead of the settings: (assumption, `low, mid, high`)."""
    status: str | None = None
    """Of the changes of the register."""
    lacks: str | None = None
    """One of the items that such a change lacks."""


_QUARTER, _TOOL = re.compile("[0-9]{4}Q[1-4]"), re.compile("[a-z0-9_]{1,40}")


def checked(filters: Filters) -> Filters:
    """The filters of a caller, where each can hold of some row: else a slip of the pen would read as "there is nothing".

    Raises:
        WrongUsage: a quarter or a tool that cannot be, or days that are not in order.
    """
    if filters.quarter is not None and not _QUARTER.fullmatch(filters.quarter):
        raise WrongUsage("`quarter` cannot be used", next_step="Write it as 2026Q3")
    if filters.tool is not None and not _TOOL.fullmatch(filters.tool):
        raise WrongUsage("`tool` cannot be used", next_step="Use a name such as copilot, or `all`")
    if filters.first and filters.last and filters.first > filters.last:
        raise WrongUsage("`from` is after `to`", next_step="Give the earlier day first")
    return filters


DEFAULTS = {"funnel": ("tool", "all")}
ALWAYS = ("quarter", "tool", "week", "day")
"""Dimensions that say nothing of a person: every question that has them may be narrowed by them; all else must be granted."""
NEWEST_QUARTER = ("not_using",)
BEGINNINGS = ("code_survival",)
"""Questions whose rows each count from a day `since` on: one such day is asked about, the earliest that is not before `--from`."""
ROWS = {"quarter_scores": "from s.person_quarter_scores"}
"""Question -> its rows without what stands beside each of them, which nobody is narrowed by: to count a list, nothing has to be joined."""
MOST_KEPT = 512
_COLUMNS: dict[tuple[str, str], frozenset[str]] = {}
"""(content of a snapshot, question) -> columns of its SQL: a snapshot never changes, and asking the engine costs as much as the answer."""


@dataclass(frozen=True, slots=True)
class Order:
    """A column by which rows are ordered; NULL stands last either way. `ranks`: words of the column that stand behind all others, in this order."""

    name: str
    descending: bool = False
    ranks: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What is compared, in SQL."""
        if not self.ranks:
            return f"q.{self.name}"
        words = ", ".join(f"'{word}'" for word in self.ranks)
        return f"coalesce(list_position([{words}], q.{self.name}), 0)"

    @property
    def sql(self) -> str:
        return f"{self.place}{' desc' if self.descending else ''}"


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted of a long list in place of its rows: `rows` of each combination of `by`, the `sums`, and `without_<name>`, rows in which
    a column of `missing` holds nothing. Columns that are not granted are left out of it.
    """

    by: tuple[str, ...]
    sums: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def granted(self, columns: tuple[str, ...]) -> Tally:
        """What is left of it where these columns are granted."""
        return Tally(*(tuple(name for name in part if name in columns) for part in (self.by, self.sums, self.missing)))

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.by, "rows", *self.sums, *(f"without_{name}" for name in self.missing))

    @property
    def read(self) -> tuple[str, ...]:
        """The columns of the question that it is made of."""
        return (*self.by, *self.sums, *self.missing)


@dataclass(frozen=True, slots=True)
class Query:
    """The granted rows in SQL. `columns`: what is selected, the person asked about last where there is one. `body`: the SQL of the question;
    `counted_from`: SQL of as many rows, where they are only counted; `where`: which of them are meant. `key`: the granted part of the question's order;
    `ties`: the other granted columns, so that rows of one key have an order as well. `left_out`: people under review.
    """

    columns: str
    body: str
    counted_from: str
    where: str
    values: tuple[object, ...]
    key: tuple[Order, ...]
    ties: tuple[Order, ...]
    left_out: int

    @property
    def source(self) -> str:
        return f"from ({self.body}) as q where {self.where}"

    def behind(self, where: str, values: Sequence[object]) -> Query:
        """Those of its rows of which this holds as well."""
        return replace(self, where=f"{self.where} and {where}", values=(*self.values, *values))

    @property
    def order(self) -> str:
        """A total order: rows that it does not tell apart are equal in all that is shown."""
        return ", ".join(one.sql for one in (*self.key, *self.ties)) or "1"

    def rows(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """All rows, in the order of the key: the ties matter where a list is cut."""
        order = ", ".join(one.sql for one in self.key) or "1"
        sql = f"select {self.columns} {self.source} order by {order}"
        return connection.sql(sql, params=list(self.values)).to_arrow_table()

    def tally(self, connection: duckdb.DuckDBPyConnection, tally: Tally) -> pa.Table:
        """Counts of the rows as they may be shown: the engine counts what the gate leaves of them, never what stands behind it."""
        by = ", ".join(f"r.{name}" for name in tally.by)
        counted = [f"sum(r.{name}) as {name}" for name in tally.sums]
        counted += [f"count(*) - count(r.{name}) as without_{name}" for name in tally.missing]
        selected = ", ".join(filter(None, [by, "count(*) as rows", *counted]))
        rest = f" group by {by} order by {by}" if by else ""
        sql = f"select {selected} from (select {self.columns} {self.source}) as r{rest}"
        table = connection.sql(sql, params=list(self.values)).to_arrow_table()
        # The engine sums whole numbers wider than it holds them.
        kinds = [pa.int64() if pa.types.is_decimal(kind) and kind.scale == 0 else kind for kind in table.schema.types]
        return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))

    def count(self, connection: duckdb.DuckDBPyConnection) -> int:
        counted = f"select count(*) from ({self.counted_from}) as q where {self.where}"
        return int(connection.execute(counted, list(self.values)).fetchall()[0][0])


def query(
    connection: duckdb.DuckDBPyConnection,
    state: State,
    asked: tuple[Question, Grant, str],
    on: tuple[Policy, dt.date],
    filters: Filters,
    order: tuple[Order, ...] = (),
) -> Query:
    """The query of a question under a grant; what it reads of the store beside the snapshot is lent to the connection.

    `asked`: question, grant, content of the snapshot. `order`: the question's own unless given.
    """
    (spec, grant, content), (policy, today) = asked, on
    predicate, values = to_sql(grant.predicate)
    if "rights" in predicate:
        lend.rights_tree(connection, state, policy, today, grant.predicate)
    body = _body(spec.name)
    have = _have(connection, content, spec.name, body)
    where, more = _narrowed(spec.name, spec, have & {*grant.columns, *ALWAYS}, filters)
    where = f"({predicate}) and {where}"
    if grant.reviewed:
        lend.told_quarters(connection, state, policy, today)
        where += " and exists (from told_quarters t where t.person_id = q.person_id and t.quarter <= q.quarter)"
    left_out = 0
    if grant.listed and lend.under_review(connection, state):
        hidden = f"q.{spec.key} in (select u.person_id from under_review u)"
        counted = f"select count(distinct q.{spec.key}) from ({body}) as q where {where} and {hidden}"
        left_out = connection.execute(counted, [*values, *more]).fetchall()[0][0]
        where += f" and not ({hidden})"
    columns = [guarded(spec.name, name, policy.k) if grant.guarded else f"q.{name}" for name in grant.columns]
    people = [f"q.{spec.key} as asked_about"] if spec.key else []
    key, ties = _ordered(spec, grant, order)
    counted_from = body if order else ROWS.get(spec.name, body)
    return Query(", ".join([*columns, *people]), body, counted_from, where, (*values, *more), key, ties, left_out)


def _ordered(spec: Question, grant: Grant, order: tuple[Order, ...]) -> tuple[tuple[Order, ...], tuple[Order, ...]]:
    """No column orders rows that is not granted, and none that is shown to some of its rows only: an order tells of values."""
    named = [Order(name, bool(rest)) for name, *rest in (part.split() for part in ORDERS[spec.name].split(","))]
    guards = set(GUARDS.get(spec.name, ()))
    key = tuple(one for one in order or named if one.name in grant.columns and not (order and one.name in guards))
    held = {one.name for one in key} | guards
    if spec.name in UNIQUE and {one.name for one in key}.issuperset(UNIQUE[spec.name]):
        return key, ()
    return key, tuple(Order(name) for name in grant.columns if name not in held)


@cache
def _body(question: str) -> str:
    return (resources.files("uptake.reads") / f"{question}.sql").read_text()


def _have(connection: duckdb.DuckDBPyConnection, content: str, question: str, body: str) -> frozenset[str]:
    found = _COLUMNS.get((content, question)) if content else None
    if found is None:
        try:
            found = frozenset(str(row[0]) for row in connection.execute(f"describe {body}").fetchall())
        except (duckdb.BinderException, duckdb.CatalogException):
            raise Unreachable(
                f"The snapshot cannot answer `{question}`",
                why="it was made by an older release",
                next_step="Run `uptake score` once",
            ) from None
        if len(_COLUMNS) >= MOST_KEPT:
            _COLUMNS.clear()
        _COLUMNS[content, question] = found
    return found


_SAME = {"missing_item": "list_contains(string_split(q.missing_item, ', '), ?)"}
"""How a column that holds several words is compared with one."""


def _narrowed(question: str, spec: Question, have: AbstractSet[str], filters: Filters) -> tuple[str, list[object]]:
    """SQL and values of the filters."""
    parts: list[str] = ["true"]
    values: list[object] = []
    name, default = DEFAULTS.get(question, ("", ""))
    tool = filters.tool or (default if name == "tool" else None)
    for column, value in (
        ("tool", tool),
        ("quarter", filters.quarter),
        ("person_id", filters.person),
        ("status", filters.status),
        ("missing_item", filters.lacks),
    ):
        if value is not None:
            _need(question, column, have)
            parts.append(_SAME.get(column, f"q.{column} = ?"))
            values.append(value)
    if filters.quarter is None and question in NEWEST_QUARTER:
        parts.append(f"q.quarter = (select max(quarter) from s.person_{question})")
    if filters.scope is not None:
        levels = [name for name in ("lob", "department", "team") if name in have]
        names = [spec.unit_column] if spec.unit_column else levels or ["scope"]
        _need(question, names[0], have)
        parts.append("(" + " or ".join(f"q.{name} = ? or ends_with(q.{name}, '/' || ?)" for name in names) + ")")
        values += [filters.scope] * (2 * len(names))
    if question in BEGINNINGS:
        parts.append(
            f"q.since = (select min(b.since) from s.{question} as b where b.repository = q.repository and b.since >= ?)"
        )
        values.append(filters.first or dt.date.min)
    for bound, sign in ((filters.first, ">="), (filters.last, "<=")):
        if bound is not None and (question not in BEGINNINGS or sign == "<="):
            column = next((name for name in ("day", "week") if name in have), "day")
            _need(question, column, have)
            parts.append(f"q.{column} {sign} ?")
            values.append(bound)
    return " and ".join(parts), values


def _need(question: str, column: str, have: AbstractSet[str]) -> None:
    if column not in have:
        raise WrongUsage(f"`{question}` cannot be narrowed by {column}", next_step="Leave that option out")
