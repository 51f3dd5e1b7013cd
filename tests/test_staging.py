"""How many records are held before they go to the engine changes nothing of what a load comes to."""

import datetime as dt
import io
import json

import pytest

from tests.attack.world import Account, copilot_row, weekdays
from uptake.model import TABLES
from uptake.model.outcome import InputFile
from uptake.sources import SOURCES
from uptake.warehouse import staging
from uptake.warehouse.connect import opened
from uptake.warehouse.merge import merge
from uptake.warehouse.staging import FileNotes, Staging

NOW = dt.datetime(2026, 11, 1)
LEDGER = ("batches", "files", "file_days", "records", "spans", "quarantine")
TWO_DAYS = weekdays()[:2]


def report(day, prompts, people=5):
    return [copilot_row(Account(100 + number, f"gh-{number}"), day, prompts + number) for number in range(people)]


FILES = [
    report(TWO_DAYS[0], 1),
    [*report(TWO_DAYS[1], 1), {"user_id": 0}, {"user_id": 7, "user_login": "x", "day": "1999-01-01"}],
    [{"seats": []}],
    [*report(TWO_DAYS[0], 2), *report(TWO_DAYS[0], 2, people=2)],
]
"""Two days, records that cannot be used, a file that is refused, and a day once more with other figures and a record twice."""


def loaded(warehouse):
    """The report of a load of the files, and all that it left."""
    source = SOURCES["copilot-users"]
    with opened(warehouse) as connection:
        stage = Staging(connection, source)
        for number, rows in enumerate(FILES):
            stream = io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())
            fetched = NOW + dt.timedelta(hours=number)
            stage.take(FileNotes(f"{number}.ndjson", fetched), source.parse(InputFile("f", stream, "t", fetched)))
        report = merge(stage, received_at=NOW)
        tables = {
            table: connection.execute(f"select * from {table} order by all").fetchall()
            for table in (*LEDGER, *TABLES.values())
        }
    return report, tables


@pytest.fixture(scope="module")
def as_usual(tmp_path_factory):
    return loaded(tmp_path_factory.mktemp("usual") / "warehouse.duckdb")


def test_the_files_hold_every_kind_of_outcome(as_usual):
    report, tables = as_usual
    assert (report.records_in, report.loaded, report.duplicate, report.quarantined) == (19, 10, 7, 2)
    assert list(report.refused) == ["2.ndjson"]
    assert len(tables["usage"]) == 10


@pytest.mark.parametrize(("batch", "held"), [(1, 10**9), (1, 1), (3, 1), (500, 1)])
def test_any_size_of_batch_gives_the_same(tmp_path, monkeypatch, as_usual, batch, held):
    monkeypatch.setattr(staging, "BATCH", batch)
    monkeypatch.setattr(staging, "BYTES_HELD", held)
    assert loaded(tmp_path / "warehouse.duckdb") == as_usual
