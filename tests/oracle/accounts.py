"""Accounts: their names, rows, seats and listings, and what can be proven of a day without use (section 3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .canon import FEEDS, Record, better
from .complete import Completeness
from .identity import Names
from .seats import Listing, Spans, grant_span, listed, vendor_spans
from .world import World

WITNESS_DAYS = 28
BLANKED_AFTER = 90
"""Days after which Copilot blanks the last-activity stamp."""

CAUSES = (
    "identity_not_matched",
    "client_never_reports",
    "client_too_old",
    "telemetry_off",
    "vendor_gap",
    "no_witness",
    "on_leave",
    "joined",
    "left",
    "new_seat",
    "seat_ended",
)
"""Causes of a day that is no observed expected day, in the order that decides ties (reading 34)."""


@dataclass(slots=True)
class Account:
    tool: str
    key: str
    names: Names
    rows: dict[int, dict[str, Record]] = field(default_factory=dict)
    """Day -> source -> the record that counts."""
    tenants: dict[str, frozenset[str]] = field(default_factory=dict)
    """Source -> tenants in which the account has rows."""
    listings: list[Listing] = field(default_factory=list)
    seat: Spans = field(default_factory=list)
    robot: bool = False
    days: list[int] = field(default_factory=list)
    """Days with a row, rising."""


def blank(tool: str, key: str = "") -> Account:
    """An account of which nothing is known: it stands for a seat whose account has never been seen."""
    return Account(tool, key, Names(tool, key))


def build(world: World, records: Iterable[Record], as_of: int) -> dict[tuple[str, str], Account]:
    """Every account that a row, a seat list or a seat grant names."""
    accounts: dict[tuple[str, str], Account] = {}

    def account(tool: str, key: str) -> Account:
        return accounts.setdefault((tool, key), blank(tool, key))

    for record in records:
        _add_record(account(FEEDS[record.source].tool, record.account), record)
    lists = [seat_list for seat_list in world.seat_lists if seat_list.taken_at.toordinal() <= as_of]
    for seat_list in lists:
        for key, listing in listed(seat_list).items():
            holder = account("copilot", key)
            holder.listings.append(listing)
            holder.names.seen.append((listing.taken_at.toordinal(), listing.login))
            holder.robot |= listing.bot
    for key, spans in vendor_spans(lists).items():
        account("copilot", key).seat += spans
    for grant in world.grants:
        if grant.account:
            account(grant.tool, grant.account).seat.append(grant_span(grant))
    for holder in accounts.values():
        _finish(holder)
    return accounts


def _add_record(account: Account, record: Record) -> None:
    """Where tenants repeat use the best of them counts, else they add up (reading 20)."""
    own = account.rows.setdefault(record.day, {})
    rival = own.get(record.source)
    if rival is None:
        own[record.source] = record
    elif not FEEDS[record.source].tenants_repeat:
        rival.sessions += record.sessions
        rival.edits += record.edits
        rival.signs += record.signs
        rival.shown += record.shown
        rival.proactive += record.proactive
        rival.accepts += record.accepts
        rival.tasks = rival.tasks + record.tasks
        rival.too_old |= record.too_old
    elif better(record, rival):
        own[record.source] = record
    account.names.email = account.names.email or record.email
    account.tenants[record.source] = account.tenants.get(record.source, frozenset()) | {record.tenant}


def _finish(account: Account) -> None:
    account.days = sorted(account.rows)
    logins = [(day, record.login) for day in account.days for record in account.rows[day].values() if record.login]
    account.names.seen = sorted(account.names.seen + logins)
    if len(account.names.logins()) == 1:
        del account.names.seen[1:]
    if "@" in account.key:
        account.names.email = account.names.email or account.key


class Evidence:
    """Says of an account with a seat and without use on a day why that is no proven zero, if it is none."""

    def __init__(self, complete: Completeness) -> None:
        self.complete = complete
        self.loaded: dict[str, list[str]] = defaultdict(list)
        for source, feed in FEEDS.items():
            if feed.proves and any(name == source for name, _tenant in complete.days):
                self.loaded[feed.tool].append(source)

    def doubt(self, account: Account, day: int) -> str | None:
        """The first cause in the order of CAUSES that holds; None = an observed zero is proven."""
        sources = self.loaded[account.tool]
        cause = self._unproven(account, day, sources)
        served = not sources or any(FEEDS[source].counts_on_server for source in sources)
        never = not account.days and not served
        return "client_never_reports" if cause and never else cause

    def _unproven(self, account: Account, day: int, sources: list[str]) -> str | None:
        if too_old(account, day):
            return "client_too_old"
        if contradicted(account, day):
            return "telemetry_off"
        whole = [name for name in sources if self.complete.of(name, account.tenants.get(name, frozenset()), day)]
        if not whole:
            return "vendor_gap"
        seen = near_row(account, day) or idle_by_list(account, day)
        return None if seen or any(FEEDS[name].counts_on_server for name in whole) else "no_witness"


def near_row(account: Account, day: int) -> bool:
    """Witness (b): any row of the account within 28 days before or after."""
    at = bisect_left(account.days, day - WITNESS_DAYS)
    return at < len(account.days) and account.days[at] <= day + WITNESS_DAYS


def idle_by_list(account: Account, day: int) -> bool:
    """Witness (d): a list taken at least 24 h after the end of the day shows no activity on or after that day."""
    for listing in account.listings:
        taken = listing.taken_at.toordinal()
        if taken < day + 2:
            continue
        if listing.last_activity_day is None:
            if day >= taken - BLANKED_AFTER:
                return True
        elif listing.last_activity_day < day:
            return True
    return False


def too_old(account: Account, day: int) -> bool:
    """The newest row on or before the day comes from a client below the vendor's minimum."""
    at = bisect_right(account.days, day)
    if at == 0:
        return False
    own = account.rows[account.days[at - 1]]
    return own[min(own, key=lambda source: FEEDS[source].rank)].too_old


def contradicted(account: Account, day: int) -> bool:
    """A seat list knows of activity after the newest row; then no day after that row is observed."""
    active = [listing.last_activity_day for listing in account.listings if listing.last_activity_day is not None]
    if not active:
        return False
    newest = account.days[-1] if account.days else 0
    return max(active) > newest and day > newest
