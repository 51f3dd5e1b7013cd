"""Packs the days of a generated world into vendor files: daily files, gaps, back-fills, restatements, seat lists."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from .generate_people import Plan
from .generate_use import CopilotAccount
from .knobs import Knobs
from .world import ClaudeFile, ClaudeRow, CopilotDay, CopilotFile, Feature, SeatEntry, SeatList

ENTERPRISE = "900001"
ORGANISATION = "700007"
CLAUDE = "org-claude-1"
DAY = dt.timedelta(days=1)


def moment(day: dt.date, hour: int = 6) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour))


def copilot_files(plan: Plan, choice: Knobs, accounts: list[CopilotAccount]) -> list[CopilotFile]:
    """Enterprise daily files, and what else the knobs ask for."""
    rows: dict[dt.date, list[CopilotDay]] = {day: [] for day in plan.days()}
    for account in accounts:
        for day, row in account.rows.items():
            rows[day].append(row)
    missing, thin, quiet = _outages(plan) if choice.outages else (set(), set(), set())
    files = []
    for day, own in rows.items():
        if day not in missing:
            files += _daily(plan, choice, day, _reported(own, thin=day in thin, quiet=day in quiet))
    if choice.unreadable:
        for file in plan.rng.sample(files, 1):
            file.unreadable.append(_day_of(file))
    if choice.restatements:
        files += _restated(plan, files)
    if choice.organisation:
        files += _organisation(plan, rows)
    if choice.back_fill:
        files.append(_back_fill(plan, rows, missing))
    return files


def _outages(plan: Plan) -> tuple[set[dt.date], set[dt.date], set[dt.date]]:
    """Days without a file, days with few accounts, and working days whose file is empty: few enough in each 90 days that
    a zero can still be proven (90 % of the days)."""
    days = plan.days()
    missing, thin, quiet = set[dt.date](), set[dt.date](), set[dt.date]()
    for start in range(0, len(days) - 40, 90):
        late = [day for day in days[start + 30 : start + 90] if day.weekday() < 5]
        drawn = plan.rng.sample(late, 5)
        missing.update(drawn[:2])
        thin.update(drawn[2:4])
        quiet.add(drawn[4])
    return missing, thin, quiet


def _reported(rows: list[CopilotDay], *, thin: bool, quiet: bool) -> list[CopilotDay]:
    if quiet:
        return []
    return rows[: len(rows) // 4] if thin else rows


def _day_of(file: CopilotFile) -> dt.date:
    return file.span[0] if file.span else file.rows[0].day


def _daily(plan: Plan, choice: Knobs, day: dt.date, rows: list[CopilotDay]) -> list[CopilotFile]:
    """A bare file, or an envelope of one day: the only way to say that a day has no rows."""
    if not rows and choice.bare_weekends:
        return []
    span = None if rows and plan.chance(0.9) else (day, day)
    return [CopilotFile(ENTERPRISE, rows, moment(plan.last + DAY), span=span)]


def _restated(plan: Plan, files: list[CopilotFile]) -> list[CopilotFile]:
    """Some days are fetched again with other numbers (they win), and stale copies come late (they lose)."""
    whole = [file for file in files if file.rows and not file.unreadable]
    newer = [_changed(file, file.fetched_at + 3 * DAY, by=5) for file in plan.rng.sample(whole, 5)]
    return newer + [
        _changed(file, file.fetched_at - dt.timedelta(hours=12), by=9) for file in plan.rng.sample(whole, 3)
    ]


def _changed(file: CopilotFile, fetched: dt.datetime, by: int) -> CopilotFile:
    rows = [replace(row, features=_more(row.features, by)) if row.user_id % 3 else row for row in file.rows]
    return replace(file, rows=rows, fetched_at=fetched, call=1, unreadable=[])


def _more(features: tuple[Feature, ...], by: int) -> tuple[Feature, ...]:
    return tuple(
        replace(feature, prompts=feature.prompts + by) if feature.name.startswith("chat_") else feature
        for feature in features
    )


def _organisation(plan: Plan, rows: dict[dt.date, list[CopilotDay]]) -> list[CopilotFile]:
    """The daily file of one organisation repeats its members; on days without an enterprise file it stands alone."""
    return [
        CopilotFile(ORGANISATION, members, moment(plan.last + 5 * DAY), scope="organization", call=2)
        for members in ([row for row in own if row.user_id % 20 == 0] for own in rows.values())
        if members
    ]


def _back_fill(plan: Plan, rows: dict[dt.date, list[CopilotDay]], missing: set[dt.date]) -> CopilotFile:
    """A 28-day report: it fills the missing days in its span, and loses against daily files, which are better."""
    first = min(missing, default=plan.first + 30 * DAY) - 3 * DAY
    days = [day for day in (first + count * DAY for count in range(28)) if day in rows]
    every = [row for day in days for row in rows[day]]
    report = CopilotFile(ENTERPRISE, every, moment(plan.last + 7 * DAY), span=(days[0], days[-1]), call=3)
    stale = _changed(report, fetched=report.fetched_at, by=2)
    return replace(stale, call=3)


def claude_files(plan: Plan, choice: Knobs, accounts: dict[str, list[ClaudeRow]]) -> list[ClaudeFile]:
    """One answer per day. Days without rows are asked for too: runs of empty days are stated by --from and --to."""
    rows: dict[dt.date, list[ClaudeRow]] = defaultdict(list)
    for own in accounts.values():
        for row in own:
            rows[row.day].append(row)
    lost = set(plan.rng.sample([day for day in plan.days()[30:] if day.weekday() < 5], 2)) if choice.outages else set()
    fetched = moment(plan.last + DAY)
    files = [ClaudeFile(CLAUDE, rows[day], fetched) for day in plan.days() if rows[day] and day not in lost]
    empty = [day for day in plan.days() if not rows[day]]
    for first, last in _runs(empty):
        files.append(ClaudeFile(CLAUDE, [], fetched, span=(first, last)))
    if choice.restatements and files[0].rows:
        again = [replace(row, sessions=row.sessions + 1, edits=(("edit_tool", 80, 1),)) for row in files[0].rows]
        files.append(ClaudeFile(CLAUDE, again, fetched + 2 * DAY, call=1))
    return files


def _runs(days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
    found: list[tuple[dt.date, dt.date]] = []
    for day in days:
        if found and day == found[-1][1] + DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def seat_lists(plan: Plan, choice: Knobs, accounts: list[CopilotAccount]) -> list[SeatList]:
    """A list every three weeks and one after the end; one of them is incomplete, some have several pages."""
    taken = [plan.first + count * DAY for count in range(9, (plan.last - plan.first).days - 6, 21)]
    found = []
    for number, day in enumerate([*taken, plan.last]):
        entries = [entry for account in accounts if (entry := _entry(account, day, taken))]
        entries += [replace(entry, granted_by="other", last_activity_at=None) for entry in entries[::15]]
        entries.append(SeatEntry(None, created_at=moment(plan.first)))
        total = len({(entry.user_id, entry.login) for entry in entries})
        if choice.outages and number == 2:
            entries, total = entries[: len(entries) // 2], total + 3
        found.append(SeatList(ENTERPRISE, moment(day, 5), entries, total, pages=1 + number % 3))
    return found


def _entry(account: CopilotAccount, day: dt.date, lists: list[dt.date]) -> SeatEntry | None:
    """The seat as the list of `day` shows it, if it does."""
    if account.seat is None or not account.seat[0] <= day <= account.seat[1]:
        return None
    created = account.seat[0]
    if account.broken and account.broken[0] <= day:
        if day <= account.broken[1] or not any(account.broken[0] <= other <= account.broken[1] for other in lists):
            return None
        created = account.broken[1]
    used = [own for own, row in account.rows.items() if own < day and _active(row)]
    if account.hidden_use and account.hidden_use < day:
        used.append(account.hidden_use)
    newest = max(used, default=None)
    shown = newest if newest and (day - newest).days < 90 else None
    renamed = account.renamed and day >= account.renamed[0]
    return SeatEntry(
        user_id=account.user_id,
        login=account.renamed[1] if account.renamed and renamed else account.login,
        created_at=moment(created, 12),
        last_activity_at=moment(shown, 9) if shown else None,
        ends_on=account.seat[1] if (account.seat[1] - day).days < 25 else None,
        bot=account.bot,
        granted_by="main",
    )


def _active(row: CopilotDay) -> bool:
    return any(feature.prompts or feature.accepts for feature in row.features)
