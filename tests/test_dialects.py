"""Each query of a step, as the cluster reads it: it parses there, and each known trap between the dialects is rewritten or refused."""

import pathlib
import string

import pytest
import sqlglot
from sqlglot import exp

from uptake.facts import FACTS
from uptake.scores import SCORES
from uptake.warehouse.dialects import SPACES, NotPortable, rendered, tables_of
from uptake.warehouse.refill import read_step

STEPS = [read_step(f"uptake.{part}", name) for part, names in (("facts", FACTS), ("scores", SCORES)) for name in names]
QUERIES = [
    (f"{step.name}.{place}", text)
    for step in STEPS
    for place, text in (step.module.READS.items() if step.module else [("sql", step.sql)])
]
FOLDERS = [pathlib.Path(__file__).resolve().parent.parent / "src" / "uptake" / part for part in ("facts", "scores")]


@pytest.mark.parametrize("text", [text for _, text in QUERIES], ids=[name for name, _ in QUERIES])
def test_every_query_of_a_step_is_one_query_of_spark(text):
    made = sqlglot.parse(rendered(text), dialect="spark")
    assert len(made) == 1
    assert isinstance(made[0], exp.Query)
    assert not list(made[0].find_all(exp.Anonymous)), "a function that only one engine knows"


def test_no_query_of_a_step_is_left_out():
    files = {file.stem for folder in FOLDERS for file in folder.glob("*.sql")}
    assert files == {step.name for step in STEPS if not step.module}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("select a // b as x from t", "SELECT a DIV b AS x FROM t"),
        ("select a from t order by a", "SELECT a FROM t ORDER BY a NULLS LAST"),
        ("select a from t order by a desc", "SELECT a FROM t ORDER BY a DESC"),
        ("select trim(a) as x from t", f"SELECT TRIM(BOTH '{SPACES}' FROM a) AS x FROM t"),
        (
            "select fold(a) as x from t",
            f"SELECT (TRANSLATE((a), '{string.ascii_uppercase}', '{string.ascii_lowercase}')) AS x FROM t",
        ),
        (
            "select string_agg(a, ',' order by a) as x from t",
            "SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY a NULLS LAST) AS x FROM t",
        ),
        (
            "select cast(unnest(generate_series(a, b, interval 1 day)) as date) as x from t",
            "SELECT EXPLODE(CASE WHEN a <= b THEN SEQUENCE(a, b, INTERVAL '1' DAY) END) AS x FROM t",
        ),
        ("select cast(null as varchar) as x", "SELECT CAST(NULL AS STRING) AS x"),
        ("select 'a\\Q' as x", "SELECT 'a\\\\Q' AS x"),
    ],
)
def test_a_trap_between_the_dialects_is_rewritten(ours, theirs):
    assert rendered(ours) == theirs


def test_no_order_leaves_empty_values_to_the_engine():
    """DuckDB puts them last, Spark first: every ascending order must say so."""
    for name, text in QUERIES:
        for order in sqlglot.parse_one(rendered(text), dialect="spark").find_all(exp.Ordered):
            assert order.args.get("nulls_first") is False, name


@pytest.mark.parametrize(
    "text",
    [
        "select median(a) as x from t",
        "select quantile_cont(a, 0.5) as x from t",
        "select a / b as x from t",
        "select any_value(a) as x from t",
        "select arg_max(a, b) as x from t",
        "select round(a, 2) as x from t",
        "select lower(a) as x from t",
        "select upper(a) as x from t",
        "select list_reduce_of_ours(a) as x from t",
        "select a from t where a like 'x\\_%'",
        "select cast(unnest(a) as date) as x from t",
    ],
)
def test_what_has_no_sure_counterpart_is_refused(text):
    with pytest.raises(NotPortable):
        rendered(text)


def test_our_macro_is_written_out_with_its_arguments_in_brackets():
    made = rendered("select rhe(a + 1, b) as x from t")
    assert "RHE" not in made
    assert "(a + 1) DIV (b)" in made
    assert sqlglot.parse_one(made, dialect="spark")


def test_a_rewrite_inside_an_argument_is_not_lost():
    assert "DIV" in rendered("select rhe(rhe(a, 2), 3) as x from t")
    assert "rhe" not in rendered("select rhe(rhe(a, 2), 3) as x from t").lower()


def test_the_tables_of_a_query_are_those_it_does_not_make_itself():
    assert tables_of("with a as (select x from b) select x from a where x in (select y from c)") == {"b", "c"}
    assert tables_of("with a as (select x from a_base) select (select max(x) from d) as m from a") == {"a_base", "d"}
