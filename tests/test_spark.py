"""Scoring on a cluster, as far as it needs neither Java nor a cluster: settings, refusals, the lake, and all tables or none.

The rest is `make cluster-test`: a real cluster, and both engines compared row by row.
"""

import datetime as dt
import logging
import sys
import types

import pytest

from tests.product import uptake, version
from uptake import pipeline
from uptake.errors import InputRefused, Unreachable, WrongUsage
from uptake.facts import FACTS
from uptake.pipeline import ScoreCall
from uptake.scores import SCORES
from uptake.settings import read_settings
from uptake.warehouse.connect import opened, together
from uptake.warehouse.kept import replace_tables
from uptake.warehouse.lake import Lake, arrow_schema, table_of
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.shapes import shape, shapes
from uptake.warehouse.spark import _clear_errors, _unlogged

DAY = dt.date(2026, 10, 16)
NOBODY = "spark://127.0.0.1:1"


@pytest.fixture
def home(tmp_path):
    assert uptake(tmp_path, "init") == 0
    assert uptake(tmp_path, "score", "--as-of", DAY) == 0
    return tmp_path


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", types.ModuleType("pyspark.sql"))
    monkeypatch.delenv("SPARK_REMOTE", raising=False)


def tried(home, capsys):
    """Exit code and words of a run on the cluster, which must leave the last snapshot as it is."""
    before = (home / "snapshots" / "current.json").read_bytes()
    capsys.readouterr()
    code = uptake(home, "score", "--engine", "spark", "--as-of", DAY)
    assert (home / "snapshots" / "current.json").read_bytes() == before
    return code, capsys.readouterr().err


def test_without_pyspark_the_run_says_what_to_install(home, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    code, said = tried(home, capsys)
    assert code == 2
    assert "pip install 'uptake[spark]'" in said


@pytest.mark.usefixtures("installed")
def test_without_a_cluster_the_run_names_the_setting(home, capsys):
    code, said = tried(home, capsys)
    assert code == 2
    assert "UPTAKE_SPARK__MASTER" in said


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("setting", ["MASTER", "REMOTE"])
def test_a_master_that_does_not_answer_is_unreachable(home, monkeypatch, capsys, setting):
    monkeypatch.setenv(f"UPTAKE_SPARK__{setting}", NOBODY if setting == "MASTER" else "sc://127.0.0.1:1/;user_id=x")
    code, said = tried(home, capsys)
    assert code == 6
    assert "The last snapshot stays" in said


@pytest.mark.usefixtures("installed")
def test_the_variable_of_the_site_names_a_cluster_too(home, monkeypatch, capsys):
    monkeypatch.setenv("SPARK_REMOTE", "sc://127.0.0.1:1")
    assert tried(home, capsys)[0] == 6


@pytest.mark.usefixtures("installed")
def test_without_java_the_run_says_so(home, monkeypatch, capsys):
    monkeypatch.setenv("UPTAKE_SPARK__MASTER", "local[1]")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(home))
    code, said = tried(home, capsys)
    assert code == 2
    assert "Java" in said


def test_an_unknown_engine_is_wrong_usage(home, capsys):
    assert uptake(home, "score", "--engine", "abacus") == 2
    assert "duckdb or spark" in capsys.readouterr().err


def test_the_lake_is_a_folder_of_the_home_unless_it_is_set(tmp_path, monkeypatch):
    assert read_settings(tmp_path).lake == str(tmp_path.resolve() / "lake")
    monkeypatch.setenv("UPTAKE_SPARK__LAKE", "s3://bucket/uptake")
    assert read_settings(tmp_path).lake == "s3://bucket/uptake"


class Theirs(Exception):
    """As a failure of Spark looks from here."""

    __module__ = "pyspark.errors"
    condition = None

    def getCondition(self):  # noqa: N802  so it is called there
        return self.condition


class AnalysisException(Theirs):
    """What Spark says of a query before it runs."""

    __module__ = "pyspark.errors"


def told(kind, condition, text="ana@example.org"):
    error = kind(text)
    error.condition = condition
    return error


def gone(status):
    """As Spark Connect tells how the line to its server ended."""
    error = Theirs("failed to connect to ana@example.org")
    error.getGrpcStatusCode = lambda: types.SimpleNamespace(name=status)
    return error


@pytest.mark.parametrize(
    ("error", "stalled", "why"),
    [
        (ConnectionRefusedError("10.0.0.1"), "", "line to Java on this machine broke"),
        (
            type("Py4JNetworkError", (Theirs,), {"__module__": "py4j.protocol"})("ana@example.org"),
            "",
            "line to Java on this machine broke",
        ),
        (Theirs("ana@example.org"), "", "Theirs"),
        (Theirs("ana@example.org"), "no worker came", "no worker came"),
        (told(Theirs, "JAVA_GATEWAY_EXITED"), "", "Java 17"),
        (told(Theirs, "PACKAGE_NOT_INSTALLED"), "", "uptake[spark-connect]"),
        (told(AnalysisException, "PATH_NOT_FOUND"), "", "cannot read the lake"),
        (told(Theirs, "FAILED_READ_FILE.FILE_NOT_EXIST"), "", "cannot read the lake"),
        (Theirs("Job aborted: [FAILED_READ_FILE.NO_HINT] /lake/ana@example.org"), "", "cannot read the lake"),
        (told(Theirs, "DIVIDE_BY_ZERO"), "", "DIVIDE_BY_ZERO"),
        (gone("UNAVAILABLE"), "", "the server of Spark Connect is gone"),
        (gone("INTERNAL"), "", "Theirs"),
        (Theirs("x InvalidClassException ana@example.org"), "", "another version of Spark"),
    ],
)
def test_a_failure_of_the_cluster_is_named_and_never_quoted(error, stalled, why):
    with pytest.raises(Unreachable) as found, _clear_errors(lambda: stalled):
        raise error
    assert why in str(found.value)
    assert "ana@example.org" not in str(found.value)


def test_what_the_client_of_java_logs_is_not_printed(capfd):
    """It calls the root's logging, which makes itself a place on stderr where it has none."""
    root = logging.getLogger()
    kept, root.handlers[:] = root.handlers[:], []
    try:
        with _unlogged():
            logging.error("KeyboardInterrupt while sending command.")  # noqa: LOG015  as it does
        assert root.handlers == []
    finally:
        root.handlers[:] = kept
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("error", [KeyError("x"), told(AnalysisException, "UNRESOLVED_COLUMN.WITH_SUGGESTION")])
def test_a_fault_of_ours_stays_a_fault(error):
    with pytest.raises(type(error)), _clear_errors(lambda: ""):
        raise error


COLUMNS = (("tool", "VARCHAR"), ("day", "DATE"), ("count", "BIGINT"), ("cost", "DECIMAL(28,10)"), ("yes", "BOOLEAN"))
ROWS = [
    ("copilot", dt.date(1, 1, 1), 1, None, True),
    ("copilot", dt.date(9999, 12, 31), -(2**63), None, False),
    ("claude", dt.date(2026, 7, 1), None, None, None),
]


def rows_of(batches):
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


def test_rows_come_back_from_the_lake_as_they_went(tmp_path):
    lake = Lake(str(tmp_path))
    assert lake.write("kept/x/all", table_of(COLUMNS, ROWS)) == 3
    assert rows_of(lake.read(["kept/x/all"], COLUMNS)) == ROWS


def test_the_lake_is_cut_by_tool_and_month_and_names_itself_for_the_cluster(tmp_path):
    lake = Lake(str(tmp_path), "s3a://bucket/x/")
    monthly = table_of((*COLUMNS, ("month", "VARCHAR")), [(*row, row[1].strftime("%Y-%m")) for row in ROWS])
    lake.write("inputs/x", monthly, ("tool", "month"))
    assert {file.parent.parent.name for file in tmp_path.rglob("*.parquet")} == {"tool=copilot", "tool=claude"}
    assert lake.url("inputs/x").startswith("s3a://bucket/x/")
    lake.empty()
    assert not list(tmp_path.rglob("*.parquet"))


def test_what_a_killed_run_still_writes_is_not_of_the_next_one(tmp_path):
    """A server of Spark Connect may end a query of a run that is gone, while the next one runs."""
    gone, now = Lake(str(tmp_path)), Lake(str(tmp_path))
    now.empty()
    now.write("kept/x/all", table_of(COLUMNS, ROWS[:1]))
    gone.write("kept/x/all", table_of(COLUMNS, ROWS))
    assert gone.url("kept/x/all") != now.url("kept/x/all")
    assert rows_of(now.read(["kept/x/all"], COLUMNS)) == ROWS[:1]
    now.empty()
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize("place", ["relative/folder", "nosuch://bucket/x"])
def test_a_lake_that_is_no_place_is_wrong_usage(place):
    with pytest.raises(WrongUsage, match=r"spark\.lake"):
        Lake(place)


def test_a_lake_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputRefused, match="lake"):
        Lake(str(tmp_path / "file")).write("x", table_of(COLUMNS, ROWS))


def test_tables_that_come_back_replace_all_or_nothing(tmp_path):
    def broken():
        yield table_of(COLUMNS, ROWS).to_batches()[0]
        raise InputRefused("the lake is gone")

    with opened(tmp_path / "w.duckdb") as connection:
        connection.execute("create table first as select 1 as old")
        whole = ("first", COLUMNS, iter(table_of(COLUMNS, ROWS).to_batches()))
        with pytest.raises(Exception, match="the lake is gone"), together(connection):
            replace_tables(connection, [whole, ("second", COLUMNS, broken())])
        assert connection.execute("select * from first").fetchall() == [(1,)]
        whole = ("first", COLUMNS, iter(table_of(COLUMNS, ROWS).to_batches()))
        replace_tables(connection, [whole])
        assert connection.execute("select * from first").fetchall() == ROWS
        assert shape(connection, "first") == COLUMNS


def test_the_shapes_of_the_steps_are_those_the_engine_makes(tmp_path):
    settings = read_settings(tmp_path)
    steps = [read_step("uptake.facts", name) for name in FACTS] + [read_step("uptake.scores", name) for name in SCORES]
    with pipeline.of_home(settings) as connection:
        pipeline.score(settings, connection, ScoreCall(DAY, version()))
        found = shapes(connection, steps)
        # Work tables of a strip of days are gone with it.
        made = {step.name: shape(connection, step.name) for step in steps if not step.reach or step.keep != "no"}
    assert len(made) > len(steps) - 10
    assert {name: found[name] for name in made} == made
    assert all(arrow_schema(columns) is not None for columns in found.values())


def test_a_kept_table_of_a_quarter_holds_no_row_twice(tmp_path):
    """A quarter was once filled again with every later one: a reader of the whole table would have counted it twice."""
    step = read_step("uptake.facts", "tool_use")
    counts = "prompts, plans, review_requests, agent_requests, agent_slots, accept_user, sessions, accept_unsplit, reject_user"
    numbers = ", ".join(f"1::bigint as {name}" for name in counts.split(", "))
    with opened(tmp_path / "w.duckdb") as connection:
        connection.execute("create temp table roster as select 'x' as person_id, true as aggregate_only")
        connection.execute(
            f"create table usage_facts as select quarter, 'ana' as person_id, date '2026-07-01' as day, 'copilot' as tool,"
            f" 'day' as grain, 'proactive' as feature_class, {numbers} from (values ('2026Q3'), ('2026Q4')) as q (quarter)"
        )
        for quarter in ("2026Q3", "2026Q4"):
            connection.execute(f"create or replace temp table period as select '{quarter}' as quarter")
            run(connection, step)
        assert connection.execute("select quarter, count(*) from tool_use group by all order by all").fetchall() == [
            ("2026Q3", 1),
            ("2026Q4", 1),
        ]
