"""The second half of a load: judge between versions and replace, in one transaction (SOURCES.md rules C2 and C8).

Inside one call the records of all files are united. Equal records are duplicates; of different records with one key the
later `fetched_at` wins, then the larger rank, then the larger hash, so neither file order nor batching matters. A later call is judged by
the same rule. A record that vanished upstream vanishes here only on days that are known whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from importlib import resources

import duckdb
import pyarrow as pa

from uptake.errors import InputRefused
from uptake.model import TABLES, SeatListing
from uptake.warehouse import parts, pieces, snapshots
from uptake.warehouse.ledger import FILES, LoadReport, bare_name, write_ledger
from uptake.warehouse.pieces import Piece
from uptake.warehouse.staging import FileNotes, Staging, append


def merge(
    staging: Staging,
    *,
    received_at: dt.datetime,
    complete: bool = False,
    partial: bool = False,
    piece: Piece | None = None,
) -> LoadReport:
    """Bring the staged records into the canonical tables and write the ledger; all or nothing. `partial`: rows of a few people, by design.

    `piece`: which part of a call this is, where one is loaded in several transactions.

    Raises:
        InputRefused: the file loses more than 10 % of the known people and is held for approval (rule R-HR-4).
    """
    connection, piece = staging.connection, piece or Piece("", received_at)
    connection.execute("begin")
    try:
        staging.finish()
        _attach_files(staging)
        _name_reports(staging)
        if staging.source.snapshots:
            snapshots.settle(staging, complete=complete)
        elif staging.source.holds_people and not complete and not partial:
            _hold_if_people_are_lost(staging)
        batch = _next_batch(connection)
        _note_whole_reports(staging, complete=complete and not staging.source.snapshots)
        _judge(connection, staging.source.name)
        counts = _counts(connection)
        _replace(staging, batch)
        report = _report(staging, counts)
        pieces.begin(connection, staging.source.name, piece, batch)
        write_ledger(staging, batch, received_at, report)
        pieces.end(connection, staging.source.name, piece)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return report


def _one(connection: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> tuple[object, ...]:
    row = connection.execute(sql, list(parameters)).fetchone()
    return tuple(row) if row else ()


def _next_batch(connection: duckdb.DuckDBPyConnection) -> int:
    (last,) = _one(connection, "select coalesce(max(batch_id), 0) from batches")
    return int(str(last)) + 1


def _attach_files(staging: Staging) -> None:
    staging.connection.execute(
        "create or replace temp table stage_files (file_no integer, name varchar, fetched_at timestamp)"
    )
    rows = [(number, notes.name, notes.fetched_at) for number, notes in enumerate(staging.files)]
    append(staging.connection, "stage_files", FILES, rows)
    staging.connection.execute("create or replace temp table stage_gone (key varchar)")
    gone = [(key,) for notes in staging.files for key in notes.gone]
    append(staging.connection, "stage_gone", pa.schema([("key", pa.string())]), gone)


def _is_whole(notes: FileNotes) -> bool:
    return bool(notes.spans) and all(span.whole for span in notes.spans) and not notes.quarantined and not notes.refused


def _name_reports(staging: Staging) -> None:
    """A bare file with more than one day, or a part of a report of several days, is the report of many days (R-CP-9)."""
    if not staging.source.many_days_report:
        return
    stated = [number for number, notes in enumerate(staging.files) if notes.spans]
    many = {name for notes in staging.files for one in notes.parts if one.first < one.last for name in one.names}
    parts = [number for number, notes in enumerate(staging.files) if bare_name(notes.name) in many]
    staging.connection.execute(
        """
        create or replace temp table many_days as
        select file_no from stage_records where not list_contains(?::integer[], file_no)
        group by file_no having count(distinct day) > 1
        union select unnest(?::integer[])
        """,
        [stated, parts],
    )
    wanted = staging.source.many_days_report
    staging.connection.execute(
        "update stage_records set report = $wanted, key = $wanted::varchar || substr(key, strpos(key, '|'))"
        " where report < $wanted and file_no in (select file_no from many_days)",
        {"wanted": wanted},
    )
    staging.connection.execute(
        "update stage_usage set precedence = $wanted where rec in (select rec from stage_records where report = $wanted)",
        {"wanted": wanted},
    )


def _hold_if_people_are_lost(staging: Staging) -> None:
    known, lost = _one(
        staging.connection,
        """
        with known as (select distinct person_id from people where source = ?),
        new as (select distinct person_id from stage_people)
        select count(*), count(*) filter (where person_id not in (select person_id from new)) from known
        """,
        staging.source.name,
    )
    staged = int(str(_one(staging.connection, "select count(*) from stage_people")[0]))
    if staged and int(str(known)) and int(str(lost)) * 10 > int(str(known)):
        raise InputRefused(
            f"The file is held: {lost} of {known} known people are missing from it",
            why="a file that loses more than 10 % of the people is more often cut than true",
            next_step="Check the export; if it is whole, load it again with --complete",
        )


def _judge(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    sql = (resources.files("uptake.warehouse") / "judge.sql").read_text()
    connection.execute(f"create or replace temp table judged as {sql}", {"source": source})


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    loaded, duplicate, conflicts = _one(
        connection,
        "select count(*) filter (where wins), count(*) filter (where not wins),"
        " count(*) filter (where lost_here) + count(*) filter (where differs_from_old and not wins) from judged where rec >= 0",
    )
    return {"loaded": int(str(loaded)), "duplicate": int(str(duplicate)), "conflicts": int(str(conflicts))}


_GONE = """
create or replace temp table gone as
select key from judged where wins and differs_from_old
union
select old.key from records old join judged j on j.grp = old.grp
where old.source = $source and old.fetched_at < j.fetched_at and old.key not in (select key from judged)
union
select old.key from records old join whole_reports w
    on w.source = $source and w.tenant = old.tenant and w.report = old.report and w.fetched_at > old.fetched_at
    and (old.day between w.first_day and w.last_day or (old.day is null and w.first_day is null))
where old.source = $source and old.key not in (select key from judged where seen_again)
union
select old.key from records old join stage_gone g on g.key = old.key where old.source = $source
"""
"""Keys of records that are there no more: replaced, of a group brought anew, missing in a whole report, or said to be gone."""


def _replace(staging: Staging, batch: int) -> None:
    connection, source = staging.connection, staging.source.name
    connection.execute(_GONE, {"source": source})
    _delete(connection, source)
    connection.execute(
        "update records set fetched_at = j.fetched_at from judged j where records.source = ? and records.key = j.key and j.seen_again",
        [source],
    )
    connection.execute(
        "insert into records select ?, key, revision, rank, fetched_at, ?, day, tenant, report, grp from judged where wins",
        [source, batch],
    )
    if SeatListing in staging.merged_kinds:
        _unite_granting_teams(connection)
    for kind in staging.merged_kinds:
        table = TABLES[kind]
        connection.execute(
            f"insert into {table} by name select ? as source, j.key, s.* exclude (rec) from stage_{table} s join judged j using (rec) where j.wins",
            [source],
        )
        # A record that was seen again may now outrank another one of its account and day: its day is looked at once more.
        parts.note_changes(
            connection,
            table,
            f"select '{source}' as source, {parts.day_of(table)} as day from stage_{table}"
            " where rec in (select rec from judged where wins or seen_again)",
        )


def _delete(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Take away what is gone, and note from which parts."""
    if not _one(connection, "select 1 from gone limit 1"):
        return
    for table in TABLES.values():
        if not _one(connection, f"select 1 from {table} limit 1"):  # most tables of a small home are empty
            continue
        going = f"from {table} where source = '{source}' and key in (select key from gone)"
        parts.note_changes(connection, table, f"select source, {parts.day_of(table)} as day {going}")
        connection.execute(f"delete {going}")
    connection.execute("delete from records where source = ? and key in (select key from gone)", [source])


def _unite_granting_teams(connection: duckdb.DuckDBPyConnection) -> None:
    """All granting teams of one seat stay with the listing that is kept (rule R-SE-1)."""
    connection.execute(
        """
        update stage_seat_listings set granted_by = united.teams
        from (
            select r.key, string_agg(distinct s.granted_by, ',' order by s.granted_by) as teams
            from stage_seat_listings s join stage_records r using (rec) where s.granted_by is not null group by r.key
        ) as united
        join stage_records r on r.key = united.key
        where r.rec = stage_seat_listings.rec
        """
    )


def _note_whole_reports(staging: Staging, *, complete: bool) -> None:
    """Write down which days are known whole as of when: what a whole report lacks has vanished upstream (rule C2).

    Whole are: an envelope that holds its own report; a report all of whose parts are in this call; with `--complete` all files
    of the call together. Of several files the earliest time counts.
    """
    staging.connection.execute(
        "create or replace temp table stage_whole (file_no integer, first_day date, last_day date, part integer)"
    )
    wholes = _whole_reports(staging)
    if complete:
        wholes.append((None, None, list(range(len(staging.files)))))
    rows = [[file, first, last, part] for part, (first, last, files) in enumerate(wholes) for file in files]
    if not rows:
        return
    staging.connection.executemany("insert into stage_whole values (?, ?, ?, ?)", rows)
    staging.connection.execute(
        """
        insert into whole_reports
        select $source, r.tenant, r.report, coalesce(w.first_day, min(r.day)), coalesce(w.last_day, max(r.day)), min(f.fetched_at)
        from stage_whole w
        join stage_files f on f.file_no = w.file_no
        join stage_records r on r.file_no = w.file_no and r.report > 0
        group by r.tenant, r.report, w.part, w.first_day, w.last_day
        except select * from whole_reports
        """,
        {"source": staging.source.name},
    )


def _whole_reports(staging: Staging) -> list[tuple[dt.date | None, dt.date | None, list[int]]]:
    whole: list[tuple[dt.date | None, dt.date | None, list[int]]] = []
    names = {bare_name(notes.name): number for number, notes in enumerate(staging.files) if not notes.refused}
    parts_named = {name.removesuffix(".gz") for notes in staging.files for one in notes.parts for name in one.names}
    for number, notes in enumerate(staging.files):
        if _is_whole(notes) and bare_name(notes.name) not in parts_named:
            whole += [(span.first, span.last, [number]) for span in notes.spans]
        for stated in notes.parts:
            held = [names[name.removesuffix(".gz")] for name in stated.names if name.removesuffix(".gz") in names]
            if len(held) == len(stated.names) and not any(staging.files[part].quarantined for part in held):
                whole.append((stated.first, stated.last, held))
    return whole


def _report(staging: Staging, counts: dict[str, int]) -> LoadReport:
    first, last = _one(staging.connection, "select min(day), max(day) from stage_records")
    ignored: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for notes in staging.files:
        reasons.update(notes.quarantine_reasons)
        ignored.update(notes.ignored)
        unknown.update(notes.unknown_keys)
    return LoadReport(
        source=staging.source.name,
        files=sum(1 for notes in staging.files if not notes.refused),
        refused={notes.name: notes.refused for notes in staging.files if notes.refused},
        records_in=sum(notes.records_in for notes in staging.files),
        ignored=ignored.total(),
        quarantined=sum(notes.quarantined for notes in staging.files),
        days=(first, last) if isinstance(first, dt.date) and isinstance(last, dt.date) else None,
        ignored_reasons=dict(sorted(ignored.items())),
        unknown_keys=dict(sorted(unknown.items())),
        quarantine_reasons=dict(sorted(reasons.items())),
        managers_cut=staging.managers_cut,
        **counts | {"duplicate": counts["duplicate"] + sum(notes.known for notes in staging.files)},
    )
