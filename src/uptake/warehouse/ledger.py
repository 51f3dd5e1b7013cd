"""The ledger of a load: batches, files, what they cover, and what went to quarantine. Written in the same transaction as the records."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from uptake.warehouse.staging import FileNotes, Staging, append


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
    already_loaded: int = 0
    """Files that an earlier run of this call brought before it was cut off; their records count as duplicates."""
    quarantine_reasons: dict[str, int] = field(default_factory=dict)
    """Records in quarantine, by field and reason: what is wrong with a file is asked for when it is loaded, not after the next score."""
    managers_cut: int = 0
    """People of a directory whose manager is not in it: they have none (rule R-SC-4)."""
    reporting_lines_cut: int = 0
    """After a load of people: how many of all who are employed name a manager who is missing, themselves, or in a circle (rule R-HR-6)."""


def united(reports: Sequence[LoadReport]) -> LoadReport:
    """The answer of a call, out of those of its pieces."""
    ignored, unknown, reasons = Counter[str](), Counter[str](), Counter[str]()
    refused: dict[str, str] = {}
    for report in reports:
        ignored.update(report.ignored_reasons)
        unknown.update(report.unknown_keys)
        reasons.update(report.quarantine_reasons)
        refused |= report.refused
    days = [day for report in reports if report.days for day in report.days]
    counted = (
        "files",
        "records_in",
        "loaded",
        "duplicate",
        "ignored",
        "quarantined",
        "conflicts",
        "already_loaded",
        "managers_cut",
    )
    return LoadReport(
        source=reports[0].source,
        refused=refused,
        days=(min(days), max(days)) if days else None,
        ignored_reasons=dict(sorted(ignored.items())),
        unknown_keys=dict(sorted(unknown.items())),
        quarantine_reasons=dict(sorted(reasons.items())),
        reporting_lines_cut=reports[-1].reporting_lines_cut,
        **{name: sum(getattr(report, name) for report in reports) for name in counted},
    )


def bare_name(name: str) -> str:
    """Base name of a file without `.gz`."""
    return name.rsplit("/", 1)[-1].removesuffix(".gz")


def write_ledger(staging: Staging, batch: int, received_at: dt.datetime, report: LoadReport) -> None:
    """Write what a call brought: one batch, its files, the days they cover, the records that were set aside."""
    connection, source = staging.connection, staging.source.name
    connection.execute(
        "insert into batches values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [batch, source, received_at, report.records_in, report.loaded, report.duplicate, report.ignored, report.quarantined,
         report.conflicts, json.dumps(report.unknown_keys, sort_keys=True)],
    )  # fmt: skip
    _write_files(staging, batch)
    if not staging.source.find:
        # A repository tells of commits, not of days on which use is known: no quarter begins with it, and no zero follows from it.
        _write_spans(staging)
    connection.execute(
        "insert into file_days select ?, file_no, ?, tenant, day, count(*) from stage_records where day is not null group by all",
        [batch, source],
    )
    connection.execute(
        """
        insert into quarantine
        select ?, r.file_no, ?, f.name, r.line, r.reason, r.field, r.day, f.tenant
        from stage_rejected r join (select file_no, name, tenant from files where batch_id = ?) f using (file_no)
        """,
        [batch, source, batch],
    )


FILES = pa.schema([("file_no", pa.int32()), ("name", pa.string()), ("fetched_at", pa.timestamp("us"))])
_NOTES = pa.schema(
    [
        *FILES,
        ("content_sha256", pa.string()),
        ("records_in", pa.int64()),
        ("quarantined", pa.int64()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("refused", pa.string()),
        ("tenant", pa.string()),
    ]
)
_SPANS = pa.schema(
    [("file_no", pa.int32()), ("tenant", pa.string()), ("first_day", pa.date32()), ("last_day", pa.date32())]
)
_PARTS = pa.schema([("name", pa.string()), ("first_day", pa.date32()), ("last_day", pa.date32())])
_TOTALS = pa.schema([("tenant", pa.string()), ("taken_at", pa.timestamp("us")), ("stated", pa.int64())])


def _made(staging: Staging, name: str, schema: pa.Schema, rows: list[tuple[object, ...]]) -> str:
    """A temporary table of notes on files."""
    staging.connection.register("no_notes", schema.empty_table())
    staging.connection.execute(f"create or replace temp table {name} as select * from no_notes")
    staging.connection.unregister("no_notes")
    append(staging.connection, name, schema, rows)
    return name


def _write_files(staging: Staging, batch: int) -> None:
    rows: list[tuple[object, ...]] = []
    for number, notes in enumerate(staging.files):
        days = [day for span in notes.spans for day in (span.first, span.last)]
        rows.append(
            (number, bare_name(notes.name), notes.fetched_at, notes.content_sha256, notes.records_in, notes.quarantined,
             min(days, default=None), max(days, default=None), notes.refused or None, _named(notes))
        )  # fmt: skip
    staging.connection.execute(
        f"""
        insert into files
        with held as (
            select file_no, min(day) as first_day, max(day) as last_day,
                case when count(distinct tenant) = 1 then min(tenant) else '' end as tenant
            from stage_records group by file_no
        )
        select $batch, n.file_no, $source, n.name, n.fetched_at, n.content_sha256, n.records_in, n.quarantined, coalesce(h.tenant, n.tenant),
            least(n.first_day, h.first_day), greatest(n.last_day, h.last_day), n.refused
        from {_made(staging, "stage_notes", _NOTES, rows)} n left join held h using (file_no)
        """,
        {"batch": batch, "source": staging.source.name},
    )


def _named(notes: FileNotes) -> str:
    """The one tenant that a file states beside its records: all that is known of whose it is where no record could be read."""
    stated = {span.tenant for span in notes.spans if span.tenant}
    return stated.pop() if len(stated) == 1 else ""


def _write_spans(staging: Staging) -> None:
    connection, source = staging.connection, staging.source.name
    numbered = list(enumerate(staging.files))
    spans = [(number, span.tenant, span.first, span.last) for number, notes in numbered for span in notes.spans]
    parts = [
        (name.removesuffix(".gz"), part.first, part.last)
        for _, notes in numbered
        for part in notes.parts
        for name in part.names
    ]
    totals = [(total.tenant, notes.fetched_at, total.total) for _, notes in numbered for total in notes.seat_totals]
    unfinished = [number for number, notes in numbered if notes.more_follow]
    connection.execute(
        f"""
        insert into open_spans
        with held as (
            select file_no, tenant, min(day) as first_day, max(day) as last_day
            from stage_records where day is not null and not list_contains($unfinished::integer[], file_no) group by file_no, tenant
        ),
        stated as (
            select case when s.tenant <> '' then s.tenant else coalesce(r.tenant, '') end as tenant, s.first_day, s.last_day
            from {_made(staging, "stage_spans", _SPANS, [*spans])} s
            left join (select distinct file_no, tenant from stage_records) r using (file_no)
            where not list_contains($unfinished::integer[], s.file_no)
        )
        select distinct $source, tenant, first_day, last_day from (select tenant, first_day, last_day from held union select * from stated)
        """,
        {"source": source, "unfinished": unfinished},
    )
    if parts:
        made = _made(staging, "stage_parts", _PARTS, [*parts])
        connection.execute(
            f"insert into report_parts select distinct ?, * from {made} except select * from report_parts", [source]
        )
    if totals:
        made = _made(staging, "stage_totals", _TOTALS, [*totals])
        connection.execute(
            f"insert into seat_lists select distinct ?, * from {made} except select * from seat_lists", [source]
        )
