"""The lint of fact and score SQL: one planted fault per rule, and the shapes that must pass."""

import pathlib

import pytest
from tools import sql_lint

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = "-- Makes a table for this test.\n-- by: day\n-- grain: day, person_id\n"

PLANTED = {
    "cast(x as float)": "type FLOAT",
    "cast(x as double)": "type DOUBLE",
    "x::real": "type",
    "try_cast(x as double)": "type DOUBLE",
    "1e6": "DOUBLE",
    "x / 2": "`/`",
    "avg(x)": "avg()",
    "mean(x)": "mean()",
    "stddev(x)": "stddev()",
    "stddev_pop(x)": "stddev_pop()",
    "var_samp(x)": "var",
    "variance(x)": "var",
    "median(x)": "median()",
    "quantile_cont(x, 0.5)": "row_number() over (value, person_id)",
    "quantile_disc(x, 0.5)": "row_number() over (value, person_id)",
    "quantile(x, 0.5)": "row_number() over (value, person_id)",
    "first(x)": "first()",
    "first(x order by day)": "first()",
    "last(x)": "last()",
    "any_value(x)": "any_value()",
    "mode(x)": "mode()",
    "arg_max(x, day)": "arg_max()",
    "arg_min(x, day)": "arg_min()",
    "max_by(x, day)": "arg_max()",
    "min_by(x, day)": "arg_min()",
    "now()": "now()",
    "current_date": "current_date",
    "current_timestamp": "current_timestamp",
    "today()": "current_date",
    "random()": "rand",
    "uuid()": "uuid",
    "sqrt(x)": "sqrt()",
    "power(x, 2)": "pow",
    "ln(x)": "ln()",
    "round(x)": "round()",
    "sum(x)": "sum() that is not cast",
    "sum(x) over (order by day)": "sum() that is not cast",
    "cast(x as bigint) + sum(x)": "sum() that is not cast",
    "cast(sum(x) as hugeint)": "sum() that is not cast",
    "row_number() over (partition by person_id)": "without ORDER BY",
    "rank() over ()": "without ORDER BY",
    "lag(x) over (partition by person_id)": "without ORDER BY",
    "first_value(x) over (partition by person_id)": "without ORDER BY",
}


@pytest.mark.parametrize(("expression", "expected"), PLANTED.items(), ids=list(PLANTED))
def test_a_planted_fault_is_refused_at_its_line(expression, expected):
    findings = sql_lint.lint("x.sql", HEADERS + f"select day, person_id,\n  {expression} as y\nfrom t\n")
    assert any(expected.lower() in str(finding).lower() for finding in findings), findings
    assert {finding.line for finding in findings} <= {4, 5}


@pytest.mark.parametrize(
    "expression",
    [
        "x // 2",
        "rhe(x, 2)",
        "cast(sum(x) as bigint)",
        "sum(x)::bigint",
        "cast(coalesce(sum(x) filter (where y), 0) as bigint)",
        "cast(sum(cost) as decimal(18, 6))",
        "cast(sum(x) over (partition by person_id order by day) as bigint)",
        "row_number() over (partition by person_id order by day, tool)",
        "count(*)",
        "max(x)",
        "last_value(x ignore nulls) over (order by day)",
        "'random() / now()'",
        "0.5",
    ],
)
def test_exact_integer_sql_passes(expression):
    assert sql_lint.lint("x.sql", HEADERS + f"select {expression} as y from t\n") == []


@pytest.mark.parametrize(
    "query",
    [
        "select x from t limit 1",
        "select x from t order by day limit 1",
        "select * from (select x from t order by x limit 1)",
        "select distinct on (person_id) x from t",
        "select x from t using sample 10 rows",
    ],
)
def test_a_choice_without_a_total_order_is_refused(query):
    assert sql_lint.lint("x.sql", HEADERS + query) != []


@pytest.mark.parametrize("order", ["day, person_id", "all", "person_id desc, day"])
def test_a_limit_with_a_total_order_passes(order):
    assert sql_lint.lint("x.sql", HEADERS + f"select day, person_id from t order by {order} limit 5") == []


def test_a_named_window_gives_the_order():
    good = "select rank() over w as r from t window w as (order by day)"
    bad = "select rank() over w as r from t window w as (partition by day)"
    assert sql_lint.lint("x.sql", HEADERS + good) == []
    assert any("without ORDER BY" in str(finding) for finding in sql_lint.lint("x.sql", HEADERS + bad))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-- by: day\n-- grain: day\nselect 1 as x", "no first comment"),
        ("select 1 as x -- by: day", "no first comment"),
        ("-- Makes it.\n-- grain: day\nselect 1 as x", "no header `by`"),
        ("-- Makes it.\n-- by: day\nselect 1 as x", "no header `grain`"),
        (HEADERS + "select from where", "not understood"),
        (HEADERS + "select 'x", "not understood"),
    ],
)
def test_headers_and_syntax_are_checked(text, expected):
    assert any(expected in str(finding) for finding in sql_lint.lint("x.sql", text))


def test_a_parse_error_names_its_line():
    findings = sql_lint.lint("x.sql", HEADERS + "select 1 as x\nfrom t\nwhere (a = \n")
    assert findings
    assert findings[-1].line > 3


def test_queries_inside_a_python_step_are_linted_at_their_line():
    code = 'BY = "day"\nREADS = {\n    "a": "select avg(x) as m from t",\n    "b": "select x from t order by all",\n}\n'
    (finding,) = sql_lint.lint_python("x.py", code)
    assert (finding.line, finding.what) == (3, "avg()")


def test_all_facts_and_scores_pass():
    assert sql_lint.lint_folders() == []
    for folder in sql_lint.FOLDERS:
        assert list((ROOT / folder).rglob("*.sql")), f"no SQL in {folder}: the lint looks into the wrong folder"
