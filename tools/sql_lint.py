"""Lint of the SQL that makes facts and scores: only integer arithmetic with one answer passes.

The rules are those of MEASUREMENT 1.7; each finding names file, line and what to use instead. A file may use macros and
tables that do not exist here: it is parsed, never run.
"""

from __future__ import annotations

import pathlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from tools.sql_guard import HOLE, sql_texts

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("src/uptake/facts", "src/uptake/scores")
HEADER = re.compile(r"^-- (by|grain): *(\S.*)$", re.MULTILINE)

FLOAT_TYPES = {exp.DataType.Type.FLOAT, exp.DataType.Type.DOUBLE}
EXACT_TYPES = {exp.DataType.Type.BIGINT, exp.DataType.Type.DECIMAL}
INSTEAD: dict[str, str] = {
    "avg": "sum and count as integers, then rhe(sum, count)",
    "stddev": "a pure Python step over integers",
    "median": "row_number() over (value, person_id) and rhe(lo + hi, 2)",
    "pick": "row_number() over (... order by a total order) = 1",
    "clock": "the date that the pipeline passes in",
    "chance": "the resampling table of the score version",
    "real": "a pure Python step in decimal, precision 50",
    "round": "rhe(a, b)",
    "case": "fold(a), which changes A to Z alone",
}
FORBIDDEN: dict[str, str] = {
    **dict.fromkeys(("avg", "mean", "favg", "list_avg"), "avg"),
    **dict.fromkeys(("fsum", "sumkahan", "kahan_sum", "list_sum", "product"), "real"),
    **dict.fromkeys(
        ("stddev", "stddev_samp", "stddev_pop", "variance", "variance_pop", "var_samp", "var_pop"), "stddev"
    ),
    **dict.fromkeys(("corr", "covar_pop", "covar_samp", "entropy", "mad", "skewness", "kurtosis"), "stddev"),
    **dict.fromkeys(("median", "quantile", "quantile_cont", "quantile_disc", "percentile_cont"), "median"),
    **dict.fromkeys(("percentile_disc", "approx_quantile", "approx_distinct", "reservoir_quantile"), "median"),
    **dict.fromkeys(("first", "last", "any_value", "arbitrary", "mode", "arg_max", "arg_min"), "pick"),
    **dict.fromkeys(("argmax", "argmin", "max_by", "min_by"), "pick"),
    **dict.fromkeys(("now", "current_date", "current_time", "current_timestamp", "today"), "clock"),
    **dict.fromkeys(("get_current_timestamp", "transaction_timestamp", "localtime", "localtimestamp"), "clock"),
    **dict.fromkeys(("random", "rand", "uuid", "gen_random_uuid", "setseed"), "chance"),
    **dict.fromkeys(("sqrt", "cbrt", "pow", "power", "exp", "ln", "log", "log2", "log10", "pi"), "real"),
    **dict.fromkeys(("round", "round_even", "ceil", "ceiling", "fdiv"), "round"),
    **dict.fromkeys(("lower", "lcase", "upper", "ucase"), "case"),
}
ORDERED_WINDOWS: tuple[type[exp.Expr], ...] = (
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.PercentRank,
    exp.CumeDist,
    exp.Ntile,
)
ORDERED_WINDOWS += (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)


@dataclass(frozen=True, order=True)
class Finding:
    """One refusal: where, what was found, what to write instead."""

    file: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; use {self.instead}"


def line_of(node: exp.Expr | None) -> int:
    """Line of a node: its own, else that of the first thing inside it that has one, else that of its parent."""
    while node is not None:
        lines = [child.meta["line"] for child in node.walk() if "line" in child.meta]
        if lines:
            return int(min(lines))
        node = node.parent
    return 1


def function_name(node: exp.Func) -> str:
    """Name as the file wrote it where the parser keeps it, else its usual SQL name."""
    return node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()


def forbidden_functions(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str, str]]:
    for node in tree.find_all(exp.Func):
        names = [function_name(node)] if isinstance(node, exp.Anonymous) else [n.lower() for n in node.sql_names()]
        name = next((n for n in names if n in FORBIDDEN), None)
        if name:
            yield node, f"{name}()", INSTEAD[FORBIDDEN[name]]


def bare_clock(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str, str]]:
    """`today` or `now` written without brackets is a column to the parser and a clock to the engine."""
    for column in tree.find_all(exp.Column):
        name = column.name.lower()
        if not column.table and FORBIDDEN.get(name) == "clock" and not column.this.quoted:
            yield column, name, INSTEAD["clock"]


def float_types(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str, str]]:
    for node in tree.find_all(exp.DataType):
        if node.this in FLOAT_TYPES:
            yield node, f"type {node.this.value}", "BIGINT (micro-points, centi-days, ppm) or DECIMAL for money"
    for literal in tree.find_all(exp.Literal):
        if literal.is_number and "e" in literal.name.lower():
            yield literal, f"number {literal.name}", "the digits without an exponent (it is a DOUBLE)"


def division(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str, str]]:
    for node in tree.find_all(exp.Div):
        yield node, "`/`", "// for whole division, or rhe(a, b)"


def naked_sums(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str, str]]:
    """A sum is HUGEINT until it is cast, and becomes DOUBLE in Parquet."""
    for node in tree.find_all(exp.Sum):
        parent = node.parent
        while parent is not None and not isinstance(parent, exp.Select):
            if isinstance(parent, exp.Cast) and parent.to.this in EXACT_TYPES:
                break
            parent = parent.parent
        if not isinstance(parent, exp.Cast):
            yield node, "sum() that is not cast", "cast(sum(...) as bigint)"


def ordered_by(query: exp.Expr) -> set[str] | None:
    """Names of the columns a query is ordered by; None for `order by all`."""
    order = query.args.get("order")
    names = {part.this.name.lower() for part in order.expressions} if order else set()
    return None if names == {"all"} else names


def limits(tree: exp.Expr, grain: set[str]) -> Iterator[tuple[exp.Expr, str, str]]:
    """LIMIT passes only where the order names every column of the grain, or all columns."""
    for node in tree.find_all(exp.Limit, exp.Fetch):
        names = ordered_by(node.parent) if node.parent is not None else set()
        if names is not None and not (grain and grain <= names):
            yield node, "LIMIT without a total order", "order by every column of the grain, or row_number() = n"
    for distinct in tree.find_all(exp.Distinct):
        if distinct.args.get("on"):
            yield distinct, "DISTINCT ON", INSTEAD["pick"]
    for sample in tree.find_all(exp.TableSample):
        yield sample, "SAMPLE", INSTEAD["chance"]


def windows(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str, str]]:
    named = {window.this.name.lower(): window for window in tree.find_all(exp.Window) if window.arg_key == "windows"}
    for node in tree.find_all(exp.Window):
        inner = node.this.this if isinstance(node.this, exp.IgnoreNulls | exp.RespectNulls) else node.this
        base = named.get(node.args["alias"].name.lower()) if node.args.get("alias") else None
        ordered = node.args.get("order") or (base is not None and base.args.get("order"))
        if isinstance(inner, exp.Func) and isinstance(inner, ORDERED_WINDOWS) and not ordered:
            yield node, f"{function_name(inner)}() without ORDER BY", "over (... order by a total order)"


Rule = Callable[[exp.Expr], Iterator[tuple[exp.Expr, str, str]]]
RULES: tuple[Rule, ...] = (forbidden_functions, bare_clock, float_types, division, naked_sums, windows)


def lint_headers(name: str, text: str) -> Iterator[Finding]:
    first = text.lstrip().split("\n", 1)[0]
    if not first.startswith("--") or HEADER.match(first):
        yield Finding(name, 1, "no first comment", "a first line `-- what this query makes`")
    found = {match[1] for match in HEADER.finditer(text)}
    for missing in sorted({"by", "grain"} - found):
        yield Finding(name, 1, f"no header `{missing}`", f"a line `-- {missing}: ...`")


def grain_of(text: str) -> set[str]:
    """Columns of the `-- grain:` header."""
    grain = next((match[2] for match in HEADER.finditer(text) if match[1] == "grain"), "")
    return {column.strip().lower() for column in grain.split(",") if column.strip()}


def lint_query(name: str, text: str, grain: set[str]) -> list[Finding]:
    """Findings on the SQL itself; text that cannot be parsed is one finding."""
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except ParseError as error:
        line = int(error.errors[0].get("line") or 1) if error.errors else 1
        return [Finding(name, line, "this SQL is not understood", "the DuckDB dialect as sqlglot reads it")]
    except TokenError:
        return [Finding(name, 1, "this SQL is not understood", "balanced quotes and brackets")]
    findings = [
        Finding(name, line_of(t), "a statement that is no query", "one SELECT")
        for t in trees
        if isinstance(t, exp.Command)
    ]
    for tree in trees:
        found = [hit for rule in RULES for hit in rule(tree)] + list(limits(tree, grain))
        findings += [Finding(name, line_of(node), what, instead) for node, what, instead in found]
    return findings


def lint(name: str, text: str) -> list[Finding]:
    """All findings on one .sql file, in order of lines."""
    return sorted({*lint_headers(name, text), *lint_query(name, text, grain_of(text))})


def lint_python(name: str, code: str) -> list[Finding]:
    """All findings on the queries inside a step that is Python; lines are those of the module."""
    findings = set()
    for line, text in sql_texts(code):
        for finding in lint_query(name, text.replace(HOLE, "hole"), set()):
            findings.add(replace(finding, line=finding.line + line - 1))
    return sorted(findings)


def lint_folders() -> list[Finding]:
    """All findings on the facts and scores of this checkout."""
    findings: list[Finding] = []
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")):
        if path.suffix in {".sql", ".py"}:
            check = lint if path.suffix == ".sql" else lint_python
            findings += check(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    return findings


def main() -> int:
    findings = lint_folders()
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
