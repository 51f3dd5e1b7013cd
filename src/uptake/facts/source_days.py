"""Is the file of a source complete for a day (MEASUREMENT.md section 3; readings 16 to 18)? Only a complete day can prove a zero.

A day is complete when (1) it lies in a span that a file states or holds, every part that a report envelope names is loaded, and no
record that speaks of it is in quarantine; and (2) the accounts that report are at least half of the median of the last 4 complete
days of the same weekday (no test with fewer than 2). A working day on which nobody reports, where 10 or more usually do, is a gap.
A bill has days as well and is complete for none: it proves no zero (decision 0043). A line of it in quarantine may be anybody's use, so its
day is complete for no source of that tool (decision 0048).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

BY = "all"
GRAIN = ("source", "tenant", "day")
COLUMNS = {
    "source": str,
    "tenant": str,
    "day": dt.date,
    "expected_accounts": int,
    "reporting_accounts": int,
    "state": str,
    "cause": str,
}
READS = {
    "spans": "select source, tenant, first_day, least(last_day, (select day from as_of)) from spans"
    " where first_day <= (select day from as_of) and source not in (select source from spends) order by all",
    "reporting": "select source, tenant, day, accounts from reporting_days where day <= (select day from as_of) order by all",
    "damaged": """
        with damaged_days as (
            select f.source, f.tenant, f.batch_id, f.file_no, f.fetched_at,
                cast(unnest(generate_series(coalesce(q.day, f.first_day), coalesce(q.day, f.last_day), interval 1 day)) as date) as day
            from quarantine as q
            join files as f on f.batch_id = q.batch_id and f.file_no = q.file_no
            where coalesce(q.day, f.first_day) is not null
        ),
        counted as (
            select d.source, d.tenant, d.day, d.fetched_at, count(*) + max(coalesce(h.records, 0)) as records
            from damaged_days as d
            left join file_days as h
                on h.batch_id = d.batch_id and h.file_no = d.file_no and h.day = d.day and h.tenant = d.tenant
            group by d.source, d.tenant, d.batch_id, d.file_no, d.day, d.fetched_at
        ),
        known as (
            select source, tenant, day, accounts from reporting_days
        ),
        billed as (
            select distinct b.source, s.name from spends as b join sources as s on s.tool = b.tool
        )
        select distinct coalesce(b.name, c.source), case when b.name is null then c.tenant else '' end, c.day, c.day
        from counted as c
        left join billed as b on b.source = c.source
        left join known as k on k.source = c.source and k.tenant = c.tenant and k.day = c.day
        where not exists (
            select 1 from whole_reports as w
            where w.source = c.source and w.tenant = c.tenant and w.fetched_at > c.fetched_at
            and c.day between w.first_day and w.last_day)
        and not exists (
            select 1 from file_days as l
            join files as f on f.batch_id = l.batch_id and f.file_no = l.file_no
            where l.source = c.source and l.tenant = c.tenant and l.day = c.day and f.fetched_at > c.fetched_at
            and f.quarantined = 0 and l.records >= c.records and l.records >= coalesce(k.accounts, 0))
        order by all""",
    "missing_parts": """
        select distinct p.source, p.first_day, p.last_day
        from report_parts as p
        where not exists (
            select 1 from files as f
            where f.source = p.source and f.refused is null and f.records_in > 0 and regexp_replace(f.name, '[.]gz$', '') = p.name
            and (f.first_day is null or (f.first_day >= p.first_day and f.last_day <= p.last_day)))
        order by all""",
}

SAME_WEEKDAYS = 4
FEWEST_FOR_TEST = 2
USUALLY_SILENT_BELOW = 10
FRIDAY = 4

Feed = tuple[str, str]


def median(values: list[int]) -> int:
    """Median of integers, rule 1.6: the mean of the middle two is rounded half to even."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    both = ordered[middle - 1] + ordered[middle]
    half = both // 2
    return half + (both % 2 and half % 2)


def make(
    spans: Iterable[tuple[str, str, dt.date, dt.date]],
    reporting: Iterable[tuple[str, str, dt.date, int]],
    damaged: Iterable[tuple[str, str, dt.date, dt.date]],
    missing_parts: Iterable[tuple[str, dt.date, dt.date]],
) -> Iterator[tuple[str, str, dt.date, int | None, int, str, str]]:
    """One row per source, tenant and day from the first to the last day known of it. Accounts are counted matched or not."""
    covered: dict[Feed, set[dt.date]] = defaultdict(set)
    for source, tenant, first, last in spans:
        covered[source, tenant].update(_days(first, last))
    accounts: dict[Feed, dict[dt.date, int]] = defaultdict(dict)
    for source, tenant, day, count in reporting:
        accounts[source, tenant][day] = count
    bad: dict[Feed, set[dt.date]] = defaultdict(set)
    for source, tenant, first, last in damaged:
        bad[source, tenant].update(_days(first, last))
    partial: dict[str, set[dt.date]] = defaultdict(set)
    for source, first, last in missing_parts:
        partial[source].update(_days(first, last))
    _settle_unowned(covered, accounts)
    for source, tenant in sorted(set(covered) | set(accounts)):
        feed = (source, tenant)
        broken = bad[feed] | bad[source, ""]
        yield from _judge(feed, covered[feed], accounts[feed], broken, partial[source])


def _settle_unowned(covered: dict[Feed, set[dt.date]], accounts: dict[Feed, dict[dt.date, int]]) -> None:
    """A file without rows may not say whose it is. With one known tenant its days are that tenant's; with several it proves nothing."""
    for source in {source for source, tenant in covered if not tenant and (source, tenant) not in accounts}:
        tenants = sorted({tenant for name, tenant in (*covered, *accounts) if name == source and tenant})
        if tenants:
            days = covered.pop((source, ""))
            if len(tenants) == 1:
                covered[source, tenants[0]] |= days


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)


def _judge(
    feed: Feed, covered: set[dt.date], accounts: dict[dt.date, int], damaged: set[dt.date], partial: set[dt.date]
) -> Iterator[tuple[str, str, dt.date, int | None, int, str, str]]:
    known = covered | set(accounts)
    if not known:
        return
    usual = [count for day, count in accounts.items() if day.weekday() <= FRIDAY and count > 0]
    silent_is_gap = bool(usual) and median(usual) >= USUALLY_SILENT_BELOW
    complete: dict[int, list[int]] = defaultdict(list)
    for day in _days(min(known), max(known)):
        count = accounts.get(day, 0)
        before = complete[day.weekday()][-SAME_WEEKDAYS:]
        expected = median(before) if len(before) >= FEWEST_FOR_TEST else None
        cause = _cause(day, count, expected, covered, damaged, partial, silent_is_gap=silent_is_gap)
        if not cause:
            complete[day.weekday()].append(count)
        state = "complete" if not cause else "missing" if cause == "no_file" else "incomplete"
        yield (*feed, day, expected, count, state, cause)


def _cause(
    day: dt.date,
    count: int,
    expected: int | None,
    covered: set[dt.date],
    damaged: set[dt.date],
    partial: set[dt.date],
    *,
    silent_is_gap: bool,
) -> str:
    if day not in covered:
        return "no_file"
    if day in partial:
        return "part_missing"
    if day in damaged:
        return "quarantined_record"
    if expected is not None and 2 * count < expected:
        return "too_few_accounts"
    if silent_is_gap and count == 0 and day.weekday() <= FRIDAY:
        return "silent_day"
    return ""
