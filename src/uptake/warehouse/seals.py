"""Which quarters stand: what each was scored from, and what came of it.

A quarter whose inputs have not changed is not scored again. A closed quarter is sealed: later data does not change it until somebody
asks for a restatement, and then its old figures are kept (ENGINE.md, Writing; MEASUREMENT.md, late data). What must be followed at
once is no late data: a change of the program, and people whose legal entity allows no figures of persons.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from importlib import resources

import duckdb

from uptake.model.reach import Reach
from uptake.warehouse.digest import quarter_digest
from uptake.warehouse.memo import content, exists

TABLE_SQL = """
create table if not exists quarter_runs (
    quarter varchar not null, inputs varchar not null, must varchar not null, scores_digest varchar not null, closed boolean not null,
    restated bigint not null
);
create table if not exists restated_scores (
    quarter varchar not null, restatement bigint not null, as_of date not null, person_id varchar not null, segment varchar,
    reason varchar, certainty varchar, score_micro bigint, coverage bigint, score_version varchar
);
"""
_KEPT = "person_id, segment, reason, certainty, score_micro, coverage, score_version"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Of one quarter: `data`, which a seal holds back, and `must`, which it does not."""

    data: str
    must: str


@dataclass(frozen=True, slots=True)
class Run:
    """What stands of a quarter."""

    quarter: str
    inputs: Inputs
    scores_digest: str
    closed: bool
    restated: int


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The two tables."""
    connection.execute(TABLE_SQL)


def inputs_of(connection: duckdb.DuckDBPyConnection, code: str) -> Inputs:
    """What the quarter in `period` is made from. `code`: digest of the steps."""
    sql = (resources.files("uptake.warehouse") / "quarter_inputs.sql").read_text()
    rows = connection.execute(sql).fetchall()
    hidden = content(connection, "select distinct person_id from roster where aggregate_only")
    must = hashlib.sha256(f"{code} {duckdb.__version__} {hidden}".encode()).hexdigest()
    return Inputs(hashlib.sha256(repr(rows).encode()).hexdigest(), must)


def run_of(connection: duckdb.DuckDBPyConnection, quarter: str) -> Run | None:
    """What stands of a quarter, if anything does."""
    row = connection.execute(
        "select inputs, must, scores_digest, closed, restated from quarter_runs where quarter = ?", [quarter]
    ).fetchone()
    return Run(quarter, Inputs(row[0], row[1]), row[2], row[3], row[4]) if row else None


def runs(connection: duckdb.DuckDBPyConnection) -> list[Run]:
    """All quarters that stand, oldest first."""
    names = [row[0] for row in connection.execute("select quarter from quarter_runs order by quarter").fetchall()]
    return [run for run in (run_of(connection, name) for name in names) if run]


def differ_since(connection: duckdb.DuckDBPyConnection, quarter: str, restatement: int) -> int:
    """How many people have other figures now than they had after that restatement of a closed quarter (0: when it was sealed)."""
    kept = "segment, reason, certainty, score_micro, coverage, score_version"
    then = "row_number() over (partition by person_id order by restatement) as place"
    rows = connection.execute(
        f"select count(*) from (select *, {then} from restated_scores where quarter = ? and restatement > ?) as r where r.place = 1"
        f" and not exists (select 1 from (select person_id, {kept} from quarter_scores where quarter = r.quarter) as q"
        " where q.person_id = r.person_id and (q.segment, q.reason, q.certainty, q.score_micro, q.coverage, q.score_version)"
        " is not distinct from (r.segment, r.reason, r.certainty, r.score_micro, r.coverage, r.score_version))",
        [quarter, restatement],
    ).fetchall()
    return int(rows[0][0])


def quarters_over(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Quarters whose scores are final: what they are is no estimate of a running quarter."""
    rows = connection.execute("select distinct quarter from quarter_scores where not provisional").fetchall()
    return {str(quarter) for (quarter,) in rows}


def open_again(connection: duckdb.DuckDBPyConnection, held: Run | None) -> None:
    """Before a quarter is scored: nothing stands of it. Of a sealed one the old figures are kept beside."""
    if held is None:
        return
    if held.closed and exists(connection, "quarter_scores"):
        connection.execute(
            f"insert into restated_scores select quarter, ?, (select day from as_of), {_KEPT} from quarter_scores where quarter = ?",
            [held.restated + 1, held.quarter],
        )
    connection.execute("delete from quarter_runs where quarter = ?", [held.quarter])


def seal(
    connection: duckdb.DuckDBPyConnection,
    quarter: str,
    inputs: Inputs,
    held: Run | None,
    *,
    closed: bool,
    newest: bool = False,
    reached: Reach | None = None,
) -> None:
    """After a quarter was scored, the `newest` or another; `closed`: later data waits; `reached`: what of it changed, where that is known.

    A restatement that changed nothing is none.
    """
    made = quarter_digest(connection, quarter, newest=newest, reached=reached)
    restated = held.restated if held else 0
    if held and held.closed:
        if made == held.scores_digest:
            connection.execute(
                "delete from restated_scores where quarter = ? and restatement = ?", [quarter, restated + 1]
            )
        else:
            connection.execute(
                f"delete from restated_scores as r where r.quarter = ? and r.restatement = ? and exists (select 1 from"
                f" (select {_KEPT} from quarter_scores where quarter = r.quarter) as q"
                " where q.person_id = r.person_id and (q.segment, q.reason, q.certainty, q.score_micro, q.coverage, q.score_version)"
                " is not distinct from (r.segment, r.reason, r.certainty, r.score_micro, r.coverage, r.score_version))",
                [quarter, restated + 1],
            )
            restated += 1
    # Of people whose legal entity allows no figures of persons, none is kept, an old one neither.
    connection.execute(
        "delete from restated_scores where person_id in (select person_id from roster where aggregate_only)"
    )
    connection.execute(
        "insert into quarter_runs values (?, ?, ?, ?, ?, ?)",
        [quarter, inputs.data, inputs.must, made, closed, restated],
    )


def restated_on(connection: duckdb.DuckDBPyConnection) -> dict[str, dt.date]:
    """Quarter -> last day of the data with which it was restated last."""
    return dict(connection.execute("select quarter, max(as_of) from restated_scores group by quarter").fetchall())


def forget(connection: duckdb.DuckDBPyConnection, wanted: list[str]) -> None:
    """Quarters that are not scored any more have no seal either."""
    connection.execute("delete from quarter_runs where not list_contains(?::varchar[], quarter)", [wanted])
