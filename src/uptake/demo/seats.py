"""Who holds a seat of which tool from when to when, under which account, and what is odd about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from uptake.demo import names
from uptake.demo.company import Company, Person
from uptake.demo.draws import Uniform, below, pick, stream
from uptake.demo.window import ONE_DAY, Window

COPILOT, CLAUDE = "copilot", "claude_code"
NO_SEAT, SEATS_PER_PERSON, FIRST_CLAUDE = 0.14, 70_000 / 65_000, 0.08
NEVER_REPORTS, GAP, NEW_SEAT, SEAT_STAYS = 0.05, 0.10, 0.03, 0.30
"""Shares of Copilot seats, of all seats, of all seats, and of the seats of leavers."""
SHARED, UNMATCHED, MAPPED, RENAMED_LOGIN, OLD_CLIENT = 0.002, 0.005, 0.01, 0.005, 0.015
COMMAND_LINE, TWO_GRANTS = 0.10, 0.02


@dataclass(slots=True)
class Seat:
    """One seat. Days are numbers of the window; `first` and `last` are cut to it. `classes`: 0 none, 1 light, 2 heavy."""

    number: int
    tool: str
    person: Person
    second: bool
    """True for the second seat of a person."""
    created: dt.date
    first: int
    last: int
    ends: dt.date | None = None
    account: str = ""
    old_account: str | None = None
    """Login or e-mail in use before `changed_on`."""
    changed_on: dt.date | None = None
    user_id: int = 0
    reports: bool = True
    gap: tuple[int, int] | None = None
    shared_with: Person | None = None
    unmatched: bool = False
    mapped: bool = False
    by_person: bool = False
    """Our seats file names the person, not the account."""
    old_client_until: int = -1
    command_line: bool = False
    two_grants: bool = False
    pattern: bytes = b""
    classes: list[int] = field(default_factory=list)
    latents: list[float] = field(default_factory=list)
    prompt_means: tuple[float, float, float] = (0.0, 0.0, 0.0)
    accept_means: tuple[float, float, float] = (0.0, 0.0, 0.0)
    last_activity: int | None = None
    """Newest day of activity as the vendor's seat list knows it; also shown suggestions count."""
    last_counted: int = -1000
    """Newest day on which the vendor's report shows use: for its weekly and monthly totals."""
    use: list[list[int]] = field(default_factory=list)
    """Per quarter: days with a proactive action, days with any action, prompts, accepts, proactive days that are reported."""

    def name_on(self, day: dt.date) -> str:
        """Login or e-mail of the account on a day."""
        if self.old_account and self.changed_on and day < self.changed_on:
            return self.old_account
        return self.account

    def hidden(self, number: int) -> bool:
        """True when nothing of that day reaches the vendor's report."""
        return not self.reports or (self.gap is not None and self.gap[0] <= number <= self.gap[1])


def seats(company: Company, window: Window, seed: int) -> list[Seat]:
    """All seats of the engineers, in the order of the people, with exact quotas of everything odd."""
    draw = stream(seed, 3)
    engineers = company.engineers
    holders = pick(draw, engineers, len(engineers) - round(len(engineers) * NO_SEAT))
    total = round(len(engineers) * SEATS_PER_PERSON)
    claude_first = {person.number for person in holders[: round(len(holders) * FIRST_CLAUDE)]}
    second = {person.number for person in pick(draw, holders, total - len(holders))}
    found: list[Seat] = []
    for person in sorted(holders, key=lambda holder: holder.number):
        first_tool, other = (CLAUDE, COPILOT) if person.number in claude_first else (COPILOT, CLAUDE)
        for tool in (first_tool, other) if person.number in second else (first_tool,):
            found.append(_seat(draw, len(found), tool, person, window, second=tool != first_tool))
    _give_dates(found, draw, window)
    _make_odd(found, company, draw, window)
    return found


def _seat(draw: Uniform, number: int, tool: str, person: Person, window: Window, *, second: bool) -> Seat:
    created = max(window.first - ONE_DAY * (30 + below(draw, 600)), person.start + ONE_DAY * (3 + below(draw, 10)))
    seat = Seat(number, tool, person, second, created, 0, len(window.days) - 1)
    if tool == COPILOT:
        seat.account, seat.user_id = person.login, 5_000_000 + person.number * 13
    else:
        seat.account = person.email
        seat.by_person = person.old_email is not None or draw() < 0.2
        seat.old_account, seat.changed_on = person.old_email, person.renamed_on
    return seat


def _give_dates(found: list[Seat], draw: Uniform, window: Window) -> None:
    """New seats, and the ends of leavers' seats: some stay for good."""
    stable = [seat for seat in found if seat.person.end is None and seat.created < window.first]
    for seat in pick(draw, stable, round(len(found) * NEW_SEAT)):
        seat.created = window.days[below(draw, window.quarters[-1][1])]
    leaving = [seat for seat in found if seat.person.end is not None]
    stays = {seat.number for seat in pick(draw, leaving, round(len(leaving) * SEAT_STAYS))}
    for seat in found:
        if seat.person.end is not None and seat.number not in stays:
            seat.ends = max(seat.person.end + ONE_DAY * (1 + below(draw, 20)), seat.created)
        seat.first = max(0, window.number(seat.created))
        if seat.ends is not None:
            seat.last = min(seat.last, window.number(seat.ends))


def _make_odd(found: list[Seat], company: Company, draw: Uniform, window: Window) -> None:
    copilot = [seat for seat in found if seat.tool == COPILOT]
    claude = [seat for seat in found if seat.tool == CLAUDE and seat.old_account is None]
    for seat in pick(draw, copilot, round(len(copilot) * NEVER_REPORTS)):
        seat.reports = False
    for seat in pick(draw, [seat for seat in copilot if seat.reports], round(len(found) * GAP)):
        length = (10 + below(draw, 21)) * window.outages
        start = below(draw, max(1, window.quarters[-1][1] - length))
        seat.gap = (start, start + length - 1)
    copilot, claude = pick(draw, copilot, len(copilot)), pick(draw, claude, len(claude))
    for seat in _quota(copilot, len(copilot), SHARED):
        seat.shared_with = _colleague(seat, company, draw)
    for group in (copilot, claude):
        size = len(group)
        for seat in _quota(group, size, UNMATCHED):
            seat.unmatched, seat.by_person = True, False
            _rename_account(seat)
        for seat in _quota(group, size, MAPPED):
            seat.mapped = True
            _rename_account(seat)
    for seat in _quota(copilot, len(copilot), RENAMED_LOGIN):
        seat.old_account = seat.account.replace("_", "-before_", 1)
        seat.changed_on = window.days[len(window.days) // 3 + below(draw, len(window.days) // 3)]
    for seat in _quota(copilot, len(copilot), OLD_CLIENT):
        seat.old_client_until = len(window.days) // 3 + below(draw, len(window.days) // 3)
    for seat in found:
        seat.command_line = draw() < COMMAND_LINE
        seat.two_grants = draw() < TWO_GRANTS


def _quota(group: list[Seat], size: int, share: float) -> list[Seat]:
    """The next seats of a shuffled group, at least one; a seat is odd in one way only."""
    number = max(1, round(size * share))
    taken, group[:] = group[:number], group[number:]
    return taken


def _colleague(seat: Seat, company: Company, draw: Uniform) -> Person:
    team = [
        person
        for person in company.engineers
        if person.team == seat.person.team and person is not seat.person and person.end is None
    ]
    return team[below(draw, len(team))] if team else company.engineers[seat.person.number - 1]


def _rename_account(seat: Seat) -> None:
    """An account name that the HR file does not know."""
    if seat.tool == COPILOT:
        seat.account = f"ext-{seat.user_id}_{names.SHORTCODE}"
    else:
        seat.account = f"ext{seat.person.number + 1}@{names.OTHER_DOMAIN}"
