"""Whose account is it on a day (readings 4, 11 to 15)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .world import Link, PersonRow

NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class Names:
    """What is known of the names of an account: every login with the day it was seen on, and its e-mail."""

    tool: str
    key: str
    email: str | None = None
    seen: list[tuple[int, str]] = field(default_factory=list)

    def login_on(self, day: int) -> str | None:
        """The login of the day: the newest one seen by then, else the first one seen later."""
        if not self.seen:
            return None
        earlier = [login for when, login in self.seen if when <= day]
        return earlier[-1] if earlier else self.seen[0][1]

    def logins(self) -> set[str]:
        return {login for _when, login in self.seen}


class Directory:
    """HR history and the explicit map of accounts."""

    def __init__(self, people: Iterable[PersonRow], links: Iterable[Link]) -> None:
        self.history: dict[str, list[PersonRow]] = defaultdict(list)
        self.by_login: dict[str, set[str]] = defaultdict(set)
        self.by_email: dict[str, set[str]] = defaultdict(set)
        self.by_link: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in people:
            self.history[row.person_id].append(row)
            if row.github_login:
                self.by_login[fold(row.github_login)].add(row.person_id)
            if row.email:
                self.by_email[fold(row.email)].add(row.person_id)
        for link in links:
            self.by_link[link.tool, fold(link.account)].add(link.person_id)
        self.starts: dict[str, list[int]] = {}
        for person, rows in self.history.items():
            rows.sort(key=holds_from)
            self.starts[person] = [holds_from(row) for row in rows]

    def row_on(self, person: str, day: int) -> PersonRow | None:
        """The roster row of a day: the newest with `effective_from` <= day."""
        at = bisect_right(self.starts.get(person, []), day)
        return self.history[person][at - 1] if at else None

    def answers(self, names: Names, login: str | None) -> frozenset[str]:
        """Everybody whom the first step with an answer names: the link, then the GitHub login, then the e-mail."""
        by_login = self.by_login.get(fold(login), set()) if login else set()
        by_email = self.by_email.get(fold(names.email), set()) if names.email else set()
        return frozenset(self._linked(names, login) or by_login or by_email)

    def _linked(self, names: Names, login: str | None) -> set[str]:
        linked = set(self.by_link.get((names.tool, fold(names.key)), ()))
        return linked | self.by_link.get((names.tool, fold(login)), set()) if login else linked

    def owners(self, names: Names, day: int) -> frozenset[str]:
        """Nobody, one person, or (a shared account) everybody who answers."""
        login = names.login_on(day)
        found = self.answers(names, login)
        if not found:
            ever = frozenset().union(*(self.answers(names, other) for other in names.logins()))
            return ever if len(ever) == 1 else NOBODY
        if len(found) == 1 or self._linked(names, login):
            return found
        holders = frozenset(person for person in found if self._holds(person, names.email, login, day))
        return holders if len(holders) == 1 else found

    def _holds(self, person: str, email: str | None, login: str | None, day: int) -> bool:
        row = self.row_on(person, day)
        if row is None or not employed(row, day):
            return False
        by_login = bool(login and row.github_login) and fold(row.github_login or "") == fold(login or "")
        by_email = bool(email and row.email) and fold(row.email or "") == fold(email or "")
        return by_login or by_email


def fold(name: str) -> str:
    """Names are compared trimmed and without case."""
    return name.strip().lower()


def holds_from(row: PersonRow) -> int:
    return row.effective_from.toordinal() if row.effective_from else dt.date.min.toordinal()


def employed(row: PersonRow | None, day: int) -> bool:
    """True if the roster row of the day has the day between its start and end (reading 4)."""
    return row is not None and not before_start(row, day) and not after_end(row, day)


def before_start(row: PersonRow, day: int) -> bool:
    return row.start_date is not None and day < row.start_date.toordinal()


def after_end(row: PersonRow, day: int) -> bool:
    return row.end_date is not None and day > row.end_date.toordinal()
