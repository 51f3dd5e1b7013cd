"""Queries of steps, written in DuckDB's dialect, as Apache Spark reads them: rendered by sqlglot after a small table of rewrites of ours.

Each row of `REWRITES` stands for a difference that sqlglot leaves alone: the text would be refused by Spark, or, worse, give another
answer. What has no one answer on both engines is refused here, so that it is found by a test and not by a bank's auditor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from uptake.model.macros import EACH

OURS, THEIRS = "duckdb", "spark"
SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
"""What DuckDB trims: every space separator of Unicode. Spark trims the ASCII space alone."""

REFUSED: dict[type[exp.Expr], str] = {
    exp.Median: "row_number() and rhe(): engines differ in how they take the middle",
    exp.PercentileCont: "row_number(): it is left as it is, and Spark has it under another form",
    exp.Quantile: "row_number(): Spark's answer is approximate",
    exp.Div: "rhe(a, b) or a // b: Spark divides integers as decimals",
    exp.AnyValue: "min or max: which row answers is chance",
    exp.ArgMax: "row_number() over a total order",
    exp.ArgMin: "row_number() over a total order",
    exp.Lower: "fold(a): engines differ over 57 letters, and two addresses become one",
    exp.Upper: "fold(a)",
    exp.Round: "rhe(a, b): engines round halves differently",
}
"""What steps must not use, and what instead. The lint of `make check` refuses more; this is what a renderer must not pass on."""


class NotPortable(ValueError):
    """A query that has no sure counterpart in the other dialect; names what to write instead."""


def _macro(text: str) -> tuple[str, list[str], exp.Expr]:
    found = re.search(r"macro (\w+)\(([^)]*)\) as(.*)", text, re.DOTALL)
    if found is None:
        raise NotPortable("a macro of ours is not understood")
    names = [name.strip() for name in found[2].split(",")]
    return found[1], names, sqlglot.parse_one(found[3], dialect=OURS)


@cache
def _macros() -> dict[str, tuple[list[str], exp.Expr]]:
    return {name: (names, body) for name, names, body in map(_macro, EACH)}


def inline_macro(node: exp.Expr) -> exp.Expr:
    """A macro of ours, written out: temporary functions of Spark cannot be told apart between two sessions of one name."""
    if not isinstance(node, exp.Anonymous):
        return node
    if node.name.lower() not in _macros():
        raise NotPortable(f"{node.name}() is known to one engine only")
    names, body = _macros()[node.name.lower()]
    given = dict(zip(names, node.expressions, strict=True))
    written = body.transform(
        lambda part: exp.paren(given[part.name].copy()) if isinstance(part, exp.Column) and part.name in given else part
    )
    return exp.paren(written)


def _trim_all_spaces(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Trim) and not node.args.get("expression"):
        return exp.Trim(this=node.this, expression=exp.Literal.string(SPACES), position="BOTH")
    return node


def _days_of_a_span(node: exp.Expr) -> exp.Expr:
    """`cast(unnest(generate_series(...)) as date)`: Spark allows nothing around a generator, and refuses a span that ends before it begins."""
    if not isinstance(node, exp.Cast) or not isinstance(node.this, exp.Explode | exp.Unnest):
        return node
    inner = node.this
    series = inner.this if isinstance(inner, exp.Explode) else inner.expressions[0]
    if not isinstance(series, exp.GenerateSeries) or node.args["to"].this != exp.DataType.Type.DATE:
        raise NotPortable("a cast of unnest() is known for days only")
    first, last = series.args["start"], series.args["end"]
    span = exp.case().when(exp.LTE(this=first.copy(), expression=last.copy()), series.copy())
    return exp.Explode(this=span)


def _plain_pattern(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Like | exp.ILike) and "\\" in node.expression.sql():
        raise NotPortable("a backslash in a pattern means itself on one engine and an escape on the other")
    return node


Rewrite = Callable[[exp.Expr], exp.Expr]
REWRITES: tuple[Rewrite, ...] = (
    inline_macro,
    _trim_all_spaces,
    _days_of_a_span,
    _plain_pattern,
)


def _rewrite_once(node: exp.Expr, rewrites: tuple[Rewrite, ...]) -> exp.Expr:
    instead = REFUSED.get(type(node))
    if instead:
        raise NotPortable(f"{type(node).__name__} is not the same on both engines; use {instead}")
    for rewrite in rewrites:
        changed = rewrite(node)
        if changed is not node:
            return changed
    return node


def rewritten(sql: str, rewrites: tuple[Rewrite, ...]) -> exp.Expr:
    """The query after its rewrites: from the leaves up, so that none sees what another one made.

    Raises:
        NotPortable: it uses what has no sure counterpart.
    """
    node: exp.Expr = sqlglot.parse_one(sql, dialect=OURS)
    for part in reversed(list(node.walk())):
        changed = _rewrite_once(part, rewrites)
        if changed is part:
            continue
        if part is node:
            node = changed
        else:
            part.replace(changed)
    return node


@cache
def rendered(sql: str) -> str:
    """The query as Spark reads it; steps are asked for again with every quarter.

    Raises:
        NotPortable: it uses what has another answer there.
    """
    return rewritten(sql, REWRITES).sql(dialect=THEIRS, comments=False)


def tables_of(sql: str) -> set[str]:
    """Names of the tables that a query reads; its own `with` parts are none."""
    return {
        source.name
        for scope in traverse_scope(sqlglot.parse_one(sql, dialect=OURS))
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
