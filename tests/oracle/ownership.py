"""Accounts and seats by person: who owns which account on which day, and who is marked by a shared one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from .accounts import Account, blank
from .identity import Directory
from .seats import Spans, grant_span, holds
from .world import World


@dataclass(slots=True)
class Held:
    """An account of one person. `days` None = on every day, else the days on which it is this person's."""

    account: Account
    days: set[int] | None = None

    def on(self, day: int) -> bool:
        return self.days is None or day in self.days


@dataclass(slots=True)
class Holding:
    """All that one person has of one tool."""

    tool: str
    held: list[Held] = field(default_factory=list)
    by_person: Spans = field(default_factory=list)
    """Seats that name the person, not an account."""
    nobody: Account | None = None
    matchable: bool = True

    def seated(self, day: int) -> list[Account]:
        """Accounts whose evidence counts on the day: those with a seat; a seat of the person counts for them all."""
        own = [held.account for held in self.held if held.on(day)]
        if holds(self.by_person, day):
            return own or [self.nobody or blank(self.tool)]
        return [account for account in own if holds(account.seat, day)]


class Ownership:
    """Holdings per person and tool, and the days on which a person is marked by a shared account."""

    def __init__(
        self, world: World, accounts: dict[tuple[str, str], Account], directory: Directory, days: range
    ) -> None:
        self.directory = directory
        self.days = days
        self.by_person: dict[str, dict[str, Holding]] = defaultdict(dict)
        self.shared: dict[str, set[int]] = defaultdict(set)
        """Person -> days on which a shared account that they answer for has a seat or a row."""
        self.unplaced: dict[str, set[int]] = defaultdict(set)
        """Tool -> days on which an account was used that is nobody's, and no service account."""
        for account in accounts.values():
            if not account.robot:
                self._give(account)
                self.unplaced[account.tool] |= {day for day in _used(account) if not self._is_somebodys(account, day)}
        for grant in world.grants:
            if grant.person_id and not grant.account:
                holding = self._holding(grant.person_id, grant.tool)
                holding.by_person.append(grant_span(grant))
        known = {grant.tool for grant in world.grants if grant.account or grant.person_id}
        self.listed_tools = known | ({"copilot"} if world.seat_lists else set())
        for person, holdings in self.by_person.items():
            for holding in holdings.values():
                holding.matchable = bool(holding.held) or self._has_key(person, holding.tool)

    def _holding(self, person: str, tool: str) -> Holding:
        return self.by_person[person].setdefault(tool, Holding(tool, nobody=blank(tool)))

    def _give(self, account: Account) -> None:
        """Hands the account to its owner of each day. An account with one login and one answer has one owner."""
        if len(account.names.logins()) <= 1:
            answers = self.directory.owners(account.names, self.days.start)
            if not answers:
                return
            everybody = self.directory.answers(account.names, account.names.login_on(self.days.start))
            if len(everybody) == 1:
                self._holding(next(iter(answers)), account.tool).held.append(Held(account))
                return
        per_person: dict[str, set[int]] = defaultdict(set)
        for day in self.days:
            owners = self.directory.owners(account.names, day)
            if len(owners) == 1:
                per_person[next(iter(owners))].add(day)
            elif day in account.rows or holds(account.seat, day):
                for person in owners:
                    self.shared[person].add(day)
        for person, own in per_person.items():
            self._holding(person, account.tool).held.append(Held(account, own))

    def _is_somebodys(self, account: Account, day: int) -> bool:
        everybody = [held for own in self.by_person.values() for one in own.values() for held in one.held]
        given = any(held.account is account and held.on(day) for held in everybody)
        return given or bool(self.directory.owners(account.names, day))

    def _has_key(self, person: str, tool: str) -> bool:
        """Could an account of this tool ever be matched to the person: a GitHub login, elsewhere an e-mail."""
        rows = self.directory.history.get(person, [])
        return any(row.github_login if tool == "copilot" else row.email for row in rows)


def _used(account: Account) -> list[int]:
    """Days with use of an account of which no row says that it is a service account."""
    return [
        day
        for day, own in account.rows.items()
        if any(not one.service and one.proactive + one.accepts + one.sessions + one.edits for one in own.values())
    ]
