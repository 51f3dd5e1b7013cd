"""Copilot reports of one day: users-1-day, user-teams-1-day, enterprise-1-day (SOURCES.md 4.2 to 4.4)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

from uptake.demo import names
from uptake.demo.company import Company
from uptake.demo.copilot_row import Counts, counts_of, user_row
from uptake.demo.draws import pick, stream
from uptake.demo.seats import COPILOT, Seat
from uptake.demo.telemetry import Odd, Use
from uptake.demo.window import ONE_DAY
from uptake.demo.writing import write_gzip

FEW_ACCOUNTS, LATE_ACCOUNTS, REPEATED = 0.15, 0.08, 0.001
"""Shares: accounts in a damaged report, accounts that the first version of a day lacks, rows that come twice."""
SMALLEST_TEAM = 5
"""The vendor leaves out teams with fewer seats (rule R-UT-2)."""
TEAMS_ON = 7
"""Day of the month of which the vendor's teams are kept."""
WEEK, MONTH = 7, 28

Rows = list[tuple[Use, Counts]]


def write_copilot_day(
    vendor: Path, number: int, day: dt.date, uses: list[Use], found: list[Seat], odd: Odd, seed: int
) -> int:
    """The user report of a day, as whole or as broken as the vendor gave it, and its aggregate. Answers the user records."""
    rows = [(use, counts_of(use)) for use in uses if use.seat.tool == COPILOT and not use.seat.hidden(number)]
    for use, counts in rows:
        if counts.features:
            use.seat.last_counted = number
    _write_aggregate(vendor / "copilot-aggregate", number, day, rows, found)
    folder, draw = vendor / "copilot-users", stream(seed, 11, number)
    if number in odd.no_file:
        return 0
    if number in odd.few_accounts:
        return _write(folder, number, day, pick(draw, rows, max(1, round(len(rows) * FEW_ACCOUNTS))))
    if number in odd.late:
        return _write(folder, number, day, rows, made=day + ONE_DAY * 6)
    if number in odd.restated:
        early = [
            (use, counts.halved() if draw() < LATE_ACCOUNTS else counts)
            for use, counts in rows
            if draw() >= LATE_ACCOUNTS
        ]
        known = _write(folder, number, day, early, made=day + ONE_DAY)
        return known + _write(folder, number, day, rows, made=day + ONE_DAY * 3)
    return _write(folder, number, day, [*rows, *(row for row in rows if draw() < REPEATED)])


def _write(folder: Path, number: int, day: dt.date, rows: Rows, made: dt.date | None = None) -> int:
    """One object a line; a report with its own time of making comes in its envelope instead (rule R-GH-5)."""
    texts = [user_row(use, counts, day, number) for use, counts in rows]
    if made is None:
        write_gzip(folder / f"users-1-day-{day}.ndjson.gz", "\n".join(texts) + "\n" if texts else "")
    else:
        head = (
            f'{{"report_start_day":"{day}","report_end_day":"{day}","enterprise_id":"{names.ENTERPRISE}",'
            f'"created_at":"{made}T03:36:11.710Z","day_totals":[\n'
        )
        write_gzip(folder / f"users-1-day-{day}-made-{made}.json.gz", head + ",\n".join(texts) + "\n]}\n")
    return len(texts)


def _write_aggregate(folder: Path, number: int, day: dt.date, rows: Rows, found: list[Seat]) -> None:
    """The vendor's own totals. They also hold what an outage of the user report has lost: reconciliation shows it."""
    since = [number - seat.last_counted for seat in found if seat.tool == COPILOT]
    daily = sum(1 for age in since if age == 0)
    totals = Counts.total(counts for _, counts in rows)
    write_gzip(
        folder / f"enterprise-1-day-{day}.ndjson.gz",
        f'{{"day":"{day}","enterprise_id":"{names.ENTERPRISE}","daily_active_users":{daily},'
        f'"weekly_active_users":{sum(1 for age in since if age < WEEK)},'
        f'"monthly_active_users":{sum(1 for age in since if age < MONTH)},'
        f'"user_initiated_interaction_count":{totals.prompts},"code_generation_activity_count":{totals.generations},'
        f'"code_acceptance_activity_count":{totals.accepts},"loc_added_sum":{totals.added},"loc_deleted_sum":{totals.deleted},'
        f'"totals_by_ide":[],"totals_by_feature":[],'
        f'"pull_requests":{{"total_created":{daily // 2},"total_reviewed":{daily // 3},"total_merged":{daily // 3},'
        f'"total_created_by_copilot":{daily // 40},"total_reviewed_by_copilot":{daily // 30}}}}}\n',
    )


def write_teams(vendor: Path, number: int, day: dt.date, company: Company, found: list[Seat]) -> None:
    """The vendor's teams on one day of each month: the HR teams of that day that have enough seats."""
    if day.day != TEAMS_ON:
        return
    members = [
        (seat, seat.person.moved_to if seat.person.moved_on and seat.person.moved_on <= day else seat.person.team)
        for seat in found
        if seat.tool == COPILOT and seat.first <= number <= seat.last
    ]
    sizes = Counter(team for _, team in members)
    lines = [
        f'{{"user_id":{seat.user_id},"user_login":"{seat.name_on(day)}","day":"{day}","enterprise_id":"{names.ENTERPRISE}",'
        f'"team_id":{7000 + team},"slug":"{slug_of(company, team)}"}}\n'
        for seat, team in members
        if team is not None and sizes[team] >= SMALLEST_TEAM
    ]
    write_gzip(vendor / "copilot-user-teams" / f"user-teams-1-day-{day}.ndjson.gz", "".join(lines))


def slug_of(company: Company, team: int) -> str:
    """The vendor's short name of a team."""
    return company.teams[team].name.lower().replace(" ", "-")
