"""Queries of steps, written in DuckDB's dialect, as ClickHouse reads them: what sqlglot leaves alone and would fail, or answer otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from uptake.warehouse.dialects import SPACES, Rewrite, inline_macro, rewritten

THEIRS = "clickhouse"
FIRST_DAY, LAST_DAY = "1900-01-01", "2299-12-31"
"""The days that ClickHouse has. Our marks for "never" and "always" lie outside; they are moved to its ends, there and in what is compared."""
NO_VALUES = {exp.Lag: "lagInFrame", exp.Lead: "leadInFrame"}


def moved(day: str) -> str:
    """A day of ours as it is there."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def _literal_day(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DATE and isinstance(node.this, exp.Literal):
        return exp.Anonymous(this="toDate32", expressions=[exp.Literal.string(moved(node.this.name))])
    return node


def _fold_and_trim(node: exp.Expr) -> exp.Expr:
    """Its own lower() and trim() know ASCII alone, which is what fold() is and what trim() is not."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "fold":
        return exp.Anonymous(this="lower", expressions=[part.copy() for part in node.expressions])
    if isinstance(node, exp.Trim) and not node.args.get("expression"):
        pattern = exp.Literal.string(f"^[{SPACES}]+|[{SPACES}]+$")
        return exp.Anonymous(this="replaceRegexpAll", expressions=[node.this, pattern, exp.Literal.string("")])
    return node


def _days_of_a_span(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Cast) or not isinstance(node.this, exp.Explode | exp.Unnest):
        return node
    inner = node.this
    series = inner.this if isinstance(inner, exp.Explode) else inner.expressions[0]
    first, last = (f"toInt64(toInt32({series.args[end].sql(THEIRS)}))" for end in ("start", "end"))
    days = f"if(({first}) <= ({last}), range(assumeNotNull({first}), assumeNotNull({last}) + 1), [])"
    return exp.maybe_parse(f"arrayJoin(arrayMap(d -> toDate32(d), {days}))", dialect=THEIRS)


def _whole_division(node: exp.Expr) -> exp.Expr:
    """sqlglot divides as floating-point numbers and cuts, which is wrong beyond 2 to the 53."""
    return (
        exp.Anonymous(this="intDiv", expressions=[node.this, node.expression]) if isinstance(node, exp.IntDiv) else node
    )


def _day_type(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DATE:
        return exp.Anonymous(this="toDate32", expressions=[node.this])
    return node


def _joined_texts(node: exp.Expr) -> exp.Expr:
    """An empty value leaves no separator behind."""
    if isinstance(node, exp.ConcatWs):
        between, *parts = node.expressions
        texts = exp.maybe_parse(f"[{', '.join(part.sql(THEIRS) for part in parts)}]", dialect=THEIRS)
        there = exp.maybe_parse(f"arrayFilter(x -> isNotNull(x), {texts.sql(THEIRS)})", dialect=THEIRS)
        return exp.Anonymous(this="arrayStringConcat", expressions=[there, between])
    if isinstance(node, exp.GroupConcat):
        text = node.this.this if isinstance(node.this, exp.Order) else node.this
        gathered = exp.Anonymous(this="arraySort", expressions=[exp.Anonymous(this="groupArray", expressions=[text])])
        return exp.Anonymous(this="arrayStringConcat", expressions=[gathered, node.args["separator"]])
    return node


def _signed(node: exp.Expr) -> exp.Expr:
    """Counts and ranks have no sign there, and will not stand in one column with numbers that have."""
    counts = isinstance(
        node.this if isinstance(node, exp.Window | exp.Filter) else node, exp.Count | exp.RowNumber | exp.Rank
    )
    if counts and not isinstance(node.parent, exp.Window | exp.Filter):
        return exp.Anonymous(this="toInt64", expressions=[node.copy()])
    return node


def _named_columns(node: exp.Expr) -> exp.Expr:
    """A column of a join would be called `table.column` outside."""
    if isinstance(node, exp.Select):
        for part in node.selects:
            if isinstance(part, exp.Column) and part.table and not isinstance(part.this, exp.Star):
                part.replace(exp.alias_(part.copy(), part.name))
    return node


def _columns(source: exp.Table | Scope, columns: Mapping[str, list[str]]) -> list[str]:
    return source.expression.named_selects if isinstance(source, Scope) else columns[source.name]


def _written_out(query: exp.Expr, columns: Mapping[str, list[str]]) -> exp.Expr:
    """`p.*`: in a join it would call some of its columns `p.column`."""
    for scope in traverse_scope(query):
        for star in [part for part in getattr(scope.expression, "expressions", []) if part.is_star]:
            tables = [star.table] if isinstance(star, exp.Column) else list(scope.selected_sources)
            instead = [
                exp.column(name, table=table) for table in tables for name in _columns(scope.sources[table], columns)
            ]
            selects = scope.expression.selects
            place = next(number for number, part in enumerate(selects) if part is star)
            scope.expression.set("expressions", [*selects[:place], *instead, *selects[place + 1 :]])
    return query


REWRITES: tuple[Rewrite, ...] = (
    _fold_and_trim,
    inline_macro,
    _literal_day,
    _days_of_a_span,
    _whole_division,
    _joined_texts,
    _day_type,
)


def rendered(sql: str, columns: Mapping[str, list[str]]) -> str:
    """The query as ClickHouse reads it. `columns`: those of the tables it may read."""
    return (
        _written_out(rewritten(sql, REWRITES), columns)
        .transform(_signed)
        .transform(_named_columns)
        .sql(dialect=THEIRS, comments=False)
    )
