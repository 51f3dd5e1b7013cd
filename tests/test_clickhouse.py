"""What ClickHouse would answer otherwise is rewritten. The engine itself runs in `make clickhouse-test`, outside the suite."""

import collections

import pytest
import sqlglot

from tests.clickhouse.dialect import rendered
from tests.test_dialects import QUERIES


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("select a // b as x from t", "SELECT intDiv(a, b) AS x FROM t"),
        ("select count(*) as x from t", "SELECT toInt64(COUNT(*)) AS x FROM t"),
        (
            "select row_number() over (order by a) as x from t",
            "SELECT toInt64(ROW_NUMBER() OVER (ORDER BY a)) AS x FROM t",
        ),
        ("select date '9999-12-31' as x", "SELECT toDate32('2299-12-31') AS x"),
        ("select date '2026-10-16' as x", "SELECT toDate32('2026-10-16') AS x"),
        ("select p.a from t as p", "SELECT p.a AS a FROM t AS p"),
        ("select p.* from t as p join u on u.b = p.b", "SELECT p.a AS a, p.b AS b FROM t AS p JOIN u ON u.b = p.b"),
        (
            "with w as (select a from t) select *, 1 as c from w",
            "WITH w AS (SELECT a FROM t) SELECT w.a AS a, 1 AS c FROM w",
        ),
        (
            "select concat_ws(', ', a, b) as x from t",
            "SELECT arrayStringConcat(arrayFilter(x -> isNotNull(x), [a, b]), ', ') AS x FROM t",
        ),
        (
            "select string_agg(a, ',' order by a) as x from t",
            "SELECT arrayStringConcat(arraySort(groupArray(a)), ',') AS x FROM t",
        ),
    ],
)
def test_a_trap_of_the_third_dialect_is_rewritten(ours, theirs):
    assert rendered(ours, {"t": ["a", "b"], "u": ["b"]}) == theirs


@pytest.mark.parametrize("text", [text for _, text in QUERIES], ids=[name for name, _ in QUERIES])
def test_every_query_of_a_step_has_a_rendering(text):
    columns = collections.defaultdict(lambda: ["a"])
    assert sqlglot.parse_one(rendered(text, columns), dialect="clickhouse")
