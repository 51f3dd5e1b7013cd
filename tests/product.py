"""The product as tests drive it: worlds into a home, through the loader or the command line, and its rows out again."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import pathlib
from collections.abc import Iterable
from typing import Any

import msgspec

from tests.oracle import spec as specs
from tests.oracle.canon import reader
from tests.oracle.world import World
from tests.oracle.write import Quirks, write
from uptake import cli, pipeline
from uptake.model import SlotUse
from uptake.model.outcome import Source, Span, Taken
from uptake.pipeline import ScoreCall
from uptake.scores.version import ScoreVersion, read_version
from uptake.settings import Settings, read_settings
from uptake.sources import SOURCES
from uptake.warehouse.connect import Connection, opened
from uptake.warehouse.merge import merge
from uptake.warehouse.staging import FileNotes, Staging

NOW = dt.datetime(2030, 1, 1)
CHATGPT_DAYS = Source(
    "chatgpt-days", "chatgpt", "Daily counts", lambda _file: iter(()), "day", True, account_kind="email"
)
DAY_COLUMNS = ("state", "proactive", "passive", "score_micro")
VERSION_FILE = pathlib.Path(pipeline.__file__).parents[1] / "scores" / "versions" / "engagement-1.0.0.toml"


def version(**overrides: int) -> ScoreVersion:
    return read_version(VERSION_FILE.read_text(), overrides or None)


def uptake(home: pathlib.Path, *words: object) -> int:
    """Run one command in this process; answers its exit code."""
    return cli.run([*(str(word) for word in words), "--home", str(home)])


def uptake_answer(home: pathlib.Path, *words: object) -> str:
    """What one command answers with `--json`; it must end with 0."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = uptake(home, *words, "--json")
    if code:
        raise AssertionError(f"{words[0]} ended with {code}")
    return out.getvalue()


def load_files(world: World, home: pathlib.Path, quirks: Quirks | None = None) -> None:
    """Write the world as vendor files and ingest them by the command line."""
    for source, paths, more in write(world, home / "vendor", quirks or Quirks()):
        code = uptake(home, "ingest", source, *paths, *more, "--json")
        if code not in {0, 4}:
            raise AssertionError(f"ingest {source} ended with {code}")


def load_lists(world: World, home: pathlib.Path) -> None:
    """Load the seat lists of a drawn world, which only the vendor's own form can carry."""
    for source, paths, more in write(World(seat_lists=world.seat_lists), home / "lists"):
        if source == "copilot-seats" and uptake(home, "ingest", source, *paths, *more, "--json"):
            raise AssertionError(f"ingest {source} failed")


def load_structs(world: World, connection: Connection) -> None:
    """Load a drawn world through the loader; its spans are what a report envelope would state."""
    found = specs.structs(world)
    for source in dict.fromkeys([*found, *(reader(span.source) for span in world.spans)]):
        staging = Staging(connection, SOURCES[source])
        rows = found.get(source, [])
        spans = [Span(span.first, span.last, span.tenant) for span in world.spans if reader(span.source) == source]
        staging.take(FileNotes(source, NOW), [*spans, *_records(rows)])
        merge(staging, received_at=NOW, complete=True)


def _records(rows: Iterable[msgspec.Struct]) -> Iterable[Taken]:
    found: list[Taken] = []
    for number, row in enumerate(rows):
        if isinstance(row, SlotUse):
            found[-1].rows.append(row)
            continue
        day = getattr(row, "day", None) if hasattr(row, "feature") else None
        account = getattr(row, "account", None)
        found.append(Taken(number, f"record {number}", [row], day, getattr(row, "tenant", ""), account))
    return found


def scored(
    connection: Connection, settings: Settings, as_of: dt.date, score_version: ScoreVersion | None = None
) -> None:
    pipeline.score(settings, connection, ScoreCall(as_of, score_version or version()))


def day_rows(connection: Connection) -> dict[tuple[str, dt.date, str], dict[str, Any]]:
    rows = connection.execute(
        "select person_id, day, tool, state, proactive, passive, score_micro from day_scores"
    ).fetchall()
    return {(row[0], row[1], row[2]): dict(zip(DAY_COLUMNS, row[3:], strict=True)) for row in rows}


def quarter_rows(connection: Connection) -> dict[tuple[str, str], dict[str, Any]]:
    found = connection.execute("select * from quarter_scores")
    columns = [part[0] for part in found.description or ()]
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {(row["quarter"], row["person_id"]): row for row in rows}


def home_settings(home: pathlib.Path) -> Settings:
    return read_settings(home)


def results(
    home: pathlib.Path, as_of: dt.date, score_version: ScoreVersion | None = None
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Score a loaded home and answer its day and quarter rows."""
    settings = home_settings(home)
    with opened(settings.warehouse_file) as connection:
        scored(connection, settings, as_of, score_version)
        return day_rows(connection), quarter_rows(connection)


def differences(ours: dict[Any, dict[str, Any]], wanted: dict[Any, dict[str, Any]]) -> list[str]:
    """Every difference as a line: key, column, ours, wanted. Columns that are not wanted are not looked at."""
    found = [f"{key}: not in the product" for key in wanted.keys() - ours.keys()]
    found += [f"{key}: only in the product" for key in ours.keys() - wanted.keys()]
    for key in sorted(ours.keys() & wanted.keys(), key=str):
        for column, value in wanted[key].items():
            if ours[key][column] != value:
                found.append(f"{key} {column}: {ours[key][column]!r}, wanted {value!r}")
    return found
