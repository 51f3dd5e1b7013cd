"""The second half of a load: judge between versions and replace, in one transaction (SOURCES.md rules C2 and C8).

Inside one call the records of all files are united. Equal records are duplicates; of different records with one key the
later `fetched_at` wins, then the larger rank, then the larger hash, so neither file order nor batching matters. A later call is judged by
the same rule. A record that vanished upstream vanishes here only on days that are known whole.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field

import duckdb

from uptake.errors import InputRefused
from uptake.model import TABLES
from uptake.warehouse.staging import FileNotes, Staging


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Answer of one load. records_in = loaded + duplicate + ignored + quarantined, always."""

    source: str
    files: int
    refused: dict[str, str]
    records_in: int
    loaded: int
    duplicate: int
    ignored: int
    quarantined: int
    conflicts: int
    days: tuple[dt.date, dt.date] | None
    ignored_reasons: dict[str, int] = field(default_factory=dict)
    unknown_keys: dict[str, int] = field(default_factory=dict)


def merge(staging: Staging, *, received_at: dt.datetime, complete: bool = False) -> LoadReport:
    """Bring the staged records into the canonical tables and write the ledger; all or nothing.

    Raises:
        InputRefused: the file loses more than 10 % of the known people and is held for approval (rule R-HR-4).
    """
    connection = staging.connection
    connection.execute("begin")
    try:
        _attach_files(staging)
        _name_reports(staging)
        if staging.source.holds_people and not complete:
            _hold_if_people_are_lost(staging)
        batch = _next_batch(connection)
        _judge(connection, staging.source.name)
        counts = _counts(connection)
        _replace(staging, batch, complete=complete)
        report = _report(staging, counts)
        _write_ledger(staging, batch, received_at, report)
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
        "create or replace temp table stage_files (file_no integer, name varchar, fetched_at timestamp, whole boolean)"
    )
    rows = [(number, notes.name, notes.fetched_at, _is_whole(notes)) for number, notes in enumerate(staging.files)]
    if rows:
        staging.connection.executemany("insert into stage_files values (?, ?, ?, ?)", rows)


def _is_whole(notes: FileNotes) -> bool:
    return bool(notes.spans) and all(span.whole for span in notes.spans) and not notes.quarantined and not notes.refused


def _name_reports(staging: Staging) -> None:
    """A bare file with more than one day, or a part of a report of several days, is the report of many days (R-CP-9)."""
    if not staging.source.many_days_report:
        return
    stated = [number for number, notes in enumerate(staging.files) if notes.spans]
    many = {
        name for notes in staging.files for parts in notes.parts if parts.first < parts.last for name in parts.names
    }
    parts = [number for number, notes in enumerate(staging.files) if _bare_name(notes.name) in many]
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


def _bare_name(name: str) -> str:
    return name.rsplit("/", 1)[-1].removesuffix(".gz")


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
    connection.execute(
        """
        create or replace temp table judged as
        with versions as (
            select r.*, f.fetched_at,
                row_number() over (partition by r.key order by f.fetched_at desc, r.rank desc, r.revision desc, r.rec) as place
            from stage_records r join stage_files f using (file_no)
        ),
        best as (select key, revision, rank, fetched_at from versions where place = 1)
        select v.rec, v.key, v.revision, v.rank, v.fetched_at, v.day, v.tenant, v.report, v.grp,
            v.place = 1 and (
                old.key is null
                or (old.revision <> v.revision and (old.fetched_at, old.rank, old.revision) < (v.fetched_at, v.rank, v.revision))
            ) as wins,
            v.place > 1 and v.revision <> best.revision and v.rank = best.rank as lost_here,
            v.place = 1 and old.key is not null and old.revision <> v.revision as differs_from_old,
            v.place = 1 and old.key is not null and old.revision = v.revision and old.fetched_at < v.fetched_at as seen_again
        from versions v
        join best on best.key = v.key
        left join records old on old.source = ? and old.key = v.key
        """,
        [source],
    )


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    loaded, duplicate, conflicts = _one(
        connection,
        "select count(*) filter (where wins), count(*) filter (where not wins),"
        " count(*) filter (where lost_here) + count(*) filter (where differs_from_old and not wins) from judged",
    )
    return {"loaded": int(str(loaded)), "duplicate": int(str(duplicate)), "conflicts": int(str(conflicts))}


def _replace(staging: Staging, batch: int, *, complete: bool) -> None:
    connection, source = staging.connection, staging.source.name
    connection.execute(
        """
        create or replace temp table gone as
        select key from judged where wins
        union
        select old.key from records old join judged j on j.grp = old.grp
        where old.source = $source and old.fetched_at < j.fetched_at and old.key not in (select key from judged)
        """,
        {"source": source},
    )
    _add_vanished(staging, complete=complete)
    for canonical in TABLES.values():
        connection.execute(f"delete from {canonical} where source = ? and key in (select key from gone)", [source])
    connection.execute("delete from records where source = ? and key in (select key from gone)", [source])
    connection.execute(
        "update records set fetched_at = j.fetched_at from judged j where records.source = ? and records.key = j.key and j.seen_again",
        [source],
    )
    connection.execute(
        "insert into records select ?, key, revision, rank, fetched_at, ?, day, tenant, report, grp from judged where wins",
        [source, batch],
    )
    _unite_granting_teams(connection)
    for kind in staging.merged_kinds:
        table = TABLES[kind]
        connection.execute(
            f"insert into {table} by name select ? as source, j.key, s.* exclude (rec) from stage_{table} s join judged j using (rec) where j.wins",
            [source],
        )


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


def _add_vanished(staging: Staging, *, complete: bool) -> None:
    """Records of days that are known whole and that no file of this call holds any more."""
    connection, source = staging.connection, staging.source.name
    if complete:
        connection.execute(
            """
            insert into gone
            select key from records where source = $source and key not in (select key from judged)
            and (day is null or exists (
                select 1 from (select tenant, min(day) as first_day, max(day) as last_day from stage_records group by tenant) s
                where s.tenant = records.tenant and records.day between s.first_day and s.last_day))
            and exists (select 1 from judged)
            """,
            {"source": source},
        )
    for first, last, files in _whole_reports(staging):
        connection.execute(
            """
            insert into gone
            select key from records where source = $source and day between $first and $last and key not in (select key from judged)
            and (tenant, report) in (select distinct tenant, report from stage_records where list_contains($files::integer[], file_no))
            """,
            {"source": source, "first": first, "last": last, "files": files},
        )


def _whole_reports(staging: Staging) -> list[tuple[dt.date, dt.date, list[int]]]:
    whole = []
    names = {_bare_name(notes.name): number for number, notes in enumerate(staging.files) if not notes.refused}
    for number, notes in enumerate(staging.files):
        if _is_whole(notes):
            whole += [(span.first, span.last, [number]) for span in notes.spans]
        for parts in notes.parts:
            held = [names[name.removesuffix(".gz")] for name in parts.names if name.removesuffix(".gz") in names]
            if len(held) == len(parts.names) and not any(staging.files[part].quarantined for part in held):
                whole.append((parts.first, parts.last, held))
    return whole


def _report(staging: Staging, counts: dict[str, int]) -> LoadReport:
    first, last = _one(staging.connection, "select min(day), max(day) from stage_records")
    ignored: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for notes in staging.files:
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
        **counts,
    )


def _write_ledger(staging: Staging, batch: int, received_at: dt.datetime, report: LoadReport) -> None:
    connection, source = staging.connection, staging.source.name
    connection.execute(
        "insert into batches values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [batch, source, received_at, report.records_in, report.loaded, report.duplicate, report.ignored, report.quarantined,
         report.conflicts, json.dumps(report.unknown_keys, sort_keys=True)],
    )  # fmt: skip
    for number, notes in enumerate(staging.files):
        _write_file(staging, batch, number, notes)
        _write_spans(staging, number, notes)
    connection.execute(
        """
        insert into quarantine
        select ?, ?, f.name, r.line, r.reason, r.field, r.day, f.tenant
        from stage_rejected r join (select file_no, name, tenant from files where batch_id = ?) f using (file_no)
        """,
        [batch, source, batch],
    )


def _write_file(staging: Staging, batch: int, number: int, notes: FileNotes) -> None:
    first, last, tenant = _one(
        staging.connection,
        "select min(day), max(day), case when count(distinct tenant) = 1 then min(tenant) else '' end from stage_records where file_no = ?",
        number,
    )
    days = [day for day in (first, last) if isinstance(day, dt.date)] + [
        day for span in notes.spans for day in (span.first, span.last)
    ]
    staging.connection.execute(
        "insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [batch, number, staging.source.name, _bare_name(notes.name), notes.fetched_at, notes.content_sha256, notes.records_in,
         notes.quarantined, tenant, min(days, default=None), max(days, default=None), notes.refused or None],
    )  # fmt: skip


def _write_spans(staging: Staging, number: int, notes: FileNotes) -> None:
    connection, source = staging.connection, staging.source.name
    connection.execute(
        """
        insert into spans
        select distinct ?, tenant, min(day), max(day) from stage_records where file_no = ? and day is not null group by tenant
        except select * from spans
        """,
        [source, number],
    )
    tenants = [
        row[0]
        for row in connection.execute(
            "select distinct tenant from stage_records where file_no = ?", [number]
        ).fetchall()
    ]
    for span in notes.spans:
        for tenant in [span.tenant] if span.tenant else tenants or [""]:
            connection.execute(
                "insert into spans select ?, ?, ?, ? except select * from spans",
                [source, tenant, span.first, span.last],
            )
    for parts in notes.parts:
        for name in parts.names:
            connection.execute(
                "insert into report_parts select ?, ?, ?, ? except select * from report_parts",
                [source, name.removesuffix(".gz"), parts.first, parts.last],
            )
    for total in notes.seat_totals:
        connection.execute(
            "insert into seat_lists select ?, ?, ?, ? except select * from seat_lists",
            [source, total.tenant, notes.fetched_at, total.total],
        )
