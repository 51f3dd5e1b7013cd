"""A snapshot of people becomes history: a row holds from the day on which something changed (SOURCES.md rules R-SC-3 to R-SC-5).

A person of whom nothing changed since the last snapshot is a duplicate. The first snapshot of a home holds from the start of time, or
nobody had a line before it. Who is no longer active, or missing from a snapshot that is known whole, keeps their history and ends the day
before. What the directory cannot say of a person stays as the file of our own says it.
"""

from __future__ import annotations

import datetime as dt
from importlib import resources

from uptake.errors import InputRefused
from uptake.model.outcome import SET_ASIDE
from uptake.warehouse.staging import Staging

MANAGER = "scim:"
TOLD = ("lob", "email", "manager_id", "department")
"""What a directory says of a person."""
TWO_ACTIVE = "two active users tell different things of one person"


def settle(staging: Staging, *, complete: bool) -> None:
    """Give the staged people of a snapshot the day from which they hold, the keys of what is held already, and their managers.

    `complete`: the call holds everybody, whatever its pages say.

    Raises:
        InputRefused: it is no whole snapshot of one day after the last one, or loses more than 10 %.
    """
    if not _one(staging, "select count(*) from stage_records")[0]:
        return
    day = _day(staging)
    broken = any(notes.quarantined or notes.refused or notes.ignored[SET_ASIDE] for notes in staging.files)
    stated = _pages(staging, complete=complete)
    _translate_managers(staging)
    _set_two_aside(staging)
    sql = (resources.files("uptake.warehouse") / "snapshots.sql").read_text()
    loaded = "select count(*) from files f join batches b using (batch_id) where f.source = ? and f.fetched_at < ? and b.loaded > 0"
    later = bool(_one(staging, loaded, staging.source.name, day)[0])
    staging.connection.execute(
        f"create or replace temp table settled as {sql}", {"source": staging.source.name, "day": day, "later": later}
    )
    _note_missing(staging)
    if not complete:
        _hold(staging)
    _write(staging)
    if (stated or complete) and not broken:
        _end_missing(staging, day)


def _one(staging: Staging, sql: str, *parameters: object) -> tuple[object, ...]:
    row = staging.connection.execute(sql, list(parameters)).fetchone()
    return tuple(row) if row else ()


def _day(staging: Staging) -> dt.date:
    """The one day of the snapshot."""
    times = [notes.fetched_at for notes in staging.files if not notes.refused]
    if min(times).date() != max(times).date():
        raise InputRefused(
            "The files are snapshots of several days", next_step="Load the files of one day in one call, day after day"
        )
    (newest,) = _one(staging, "select max(fetched_at) from records where source = ?", staging.source.name)
    if isinstance(newest, dt.datetime) and newest > min(times):
        raise InputRefused(
            "The snapshot is older than the newest one that is loaded",
            why="a history grows by one snapshot after the other",
            next_step="Load snapshots in the order of their days, each with its --fetched-at",
        )
    return min(times).date()


def _pages(staging: Staging, *, complete: bool) -> bool:
    """Whether the pages say how many there are in all, and all of them were read.

    Raises:
        InputRefused: some were not: a page that is missing must end nobody, and cut nobody from their manager.
    """
    totals = [total for notes in staging.files for total in notes.listed]
    if not totals:
        return False
    (people,) = _one(staging, "select count(distinct coalesce('id ' || account, 'key ' || key)) from stage_records")
    read = int(str(people)) + sum(notes.ignored.total() + notes.quarantined for notes in staging.files)
    if read < max(totals) and not complete:
        raise InputRefused(
            f"The snapshot is not whole: {read} of {max(totals)} resources are in it",
            why="who stands on a page that is missing would look as if they had left",
            next_step="Load all pages of the day in one call; --complete says that these are all",
        )
    return read >= max(totals)


def _translate_managers(staging: Staging) -> None:
    """The manager's SCIM id becomes the manager's person. Whose manager is outside the feed has none, and is counted (rule R-SC-4)."""
    staging.connection.execute(
        """
        update stage_people set manager_id = named.person_id
        from (
            select r.account, min(p.person_id) as person_id from stage_records r join stage_people p using (rec)
            where r.account is not null group by r.account having count(distinct p.person_id) = 1
        ) as named
        where stage_people.manager_id = ? || named.account
        """,
        [MANAGER],
    )
    (cut,) = _one(staging, "select count(*) from stage_people where starts_with(manager_id, ?)", MANAGER)
    staging.managers_cut = int(str(cut))
    for table in ("stage_people", "people"):  # an earlier release kept the SCIM id, which is nobody's
        staging.connection.execute(f"update {table} set manager_id = null where starts_with(manager_id, ?)", [MANAGER])


def _set_two_aside(staging: Staging) -> None:
    """Active resources that tell different things of one person go into quarantine: which of them is true cannot be said (rule R-HR-3).

    What is held of the person stays, and so does everybody else's day. An inactive resource beside an active one says nothing: it is an
    older account.
    """
    run = staging.connection.execute
    run(
        f"""
        create or replace temp table two_told as
        select p.person_id from stage_people p join stage_records r using (rec)
        where r.rank = '1' group by p.person_id having count(distinct row({", ".join(f"p.{name}" for name in TOLD)})) > 1
        """
    )
    run(
        """
        create or replace temp table two_records as
        select r.rec, r.file_no, r.line from stage_records r join stage_people p using (rec) where p.person_id in (from two_told)
        """
    )
    run(
        "insert into stage_rejected select file_no, line, ?, 'employeeNumber', null from two_records",
        [TWO_ACTIVE],
    )
    for file_no, many in run("select file_no, count(*) from two_records group by file_no").fetchall():
        staging.files[file_no].quarantined += many
        staging.files[file_no].taken -= many
    for table in ("stage_records", "stage_people"):
        run(f"delete from {table} where rec in (select rec from two_records)")


def _note_missing(staging: Staging) -> None:
    """Everybody active at the last snapshot, and whether this one lacks them."""
    staging.connection.execute(
        """
        create or replace temp table were_active as
        with placed as (
            select person_id, end_date, effective_from, row_number() over (partition by person_id order by effective_from desc) as place
            from people where source = $source
        )
        select person_id, person_id not in (select person_id from stage_people union all from two_told) as missing
        from placed where place = 1 and coalesce(end_date >= effective_from, true)
        """,
        {"source": staging.source.name},
    )


def _hold(staging: Staging) -> None:
    """Rule R-HR-4, of those who were active at the last snapshot."""
    known, lost = _one(
        staging,
        "select count(*), count(*) filter (where missing or person_id in (select person_id from settled where what = 'ended'))"
        " from were_active",
    )
    if int(str(lost)) * 10 > int(str(known)):
        raise InputRefused(
            f"The snapshot is held: {lost} of {known} active people are missing from it or no longer active",
            why="a snapshot that loses more than 10 % of the people is more often cut than true",
            next_step="Check the export; if it is whole, load it again with --complete",
        )


def _write(staging: Staging) -> None:
    """What becomes of each staged person, written into the staged rows.

    Nobody whom we never knew as active is stored. A second resource of a person is the first one once more.
    """
    run = staging.connection.execute
    run(
        """
        create or replace temp table outcomes as
        select r.rec,
            case when s.what = 'known' then s.held_key when s.what = 'never' then r.key
                else concat(first_value(r.key) over whom, '|', s.effective_from) end as key,
            case when s.what = 'known' then held.revision when s.what = 'never' then 'never'
                else s.revision end as revision
        from stage_records r
        join stage_people p on p.rec = r.rec
        join settled s on s.person_id = p.person_id
        left join records held on held.source = $source and held.key = s.held_key
        window whom as (partition by p.person_id order by r.rec)
        """,
        {"source": staging.source.name},
    )
    run("update stage_records set key = o.key, revision = o.revision from outcomes o where o.rec = stage_records.rec")
    run("delete from stage_people")
    run(
        "insert into stage_people by name select * exclude (what, held_key, revision) from settled where what in ('new', 'ended')"
    )


def _end_missing(staging: Staging, day: dt.date) -> None:
    """Who is missing from a whole snapshot ends as if told inactive: a row of ours, no record of the file (its number is below 0)."""
    run = staging.connection.execute
    known = {"source": staging.source.name, "day": day}
    run(
        """
        create or replace temp table ended as
        with newest as (
            select p.*, row_number() over (partition by person_id order by effective_from desc, source) as place
            from people p where effective_from <= $day and person_id in (select person_id from were_active where missing)
        ),
        own as (
            select person_id, key, row_number() over (partition by person_id order by effective_from desc) as place
            from people where source = $source
        )
        select n.* exclude (source, key, place) replace ($day as effective_from, least(n.end_date, cast($day - interval 1 day as date)) as end_date),
            -row_number() over (order by n.person_id) as rec,
            concat(left(o.key, strpos(o.key, '|') - 1), '|', $day) as key
        from newest n join own o on o.person_id = n.person_id and o.place = 1
        where n.place = 1
        """,
        known,
    )
    run("insert into stage_people by name select * exclude (key) from ended")
    run(
        "insert into stage_records by name select rec, 0 as file_no, key, 'ended' as revision, '0' as rank, '' as tenant, 1 as report"
        " from ended"
    )
