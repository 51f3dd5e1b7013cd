"""Who owns an account, day by day (SOURCES.md section 3; readings 11 to 14). Nobody is guessed, nobody is dropped.

Join order: explicit link > GitHub login > e-mail. The first step that answers decides. One person answers: the account is theirs.
Several answer at the link step: shared. Several answer at a later step: on each day the one who is employed with a roster
row that holds the login or e-mail; on a day with none or several such, shared. An explicit link may name somebody whom HR does not know (`known`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from uptake.model.folding import fold

BY = "all"
GRAIN = ("tool", "account", "first_day", "person_id")
COLUMNS = {
    "tool": str,
    "account": str,
    "first_day": dt.date,
    "last_day": dt.date,
    "person_id": str,
    "shared": bool,
    "known": bool,
}
READS = {
    "seen": "select tool, account, login, email, service, first_day from accounts_seen order by all",
    "links": "select tool, fold(trim(account)), person_id from account_links order by all",
    "roster": "select person_id, greatest(first_day, start_date), least(last_day, end_date), github_login, email from roster order by all",
}

ALWAYS = (dt.date.min, dt.date.max)
Span = tuple[dt.date, dt.date]
Answer = tuple[dt.date, dt.date, tuple[str, ...]]


class Directory:
    """The HR rows, by login and by e-mail."""

    def __init__(self, roster: Iterable[tuple[str, dt.date, dt.date, str | None, str | None]]) -> None:
        self.rows: dict[tuple[str, str], list[tuple[str, dt.date, dt.date]]] = defaultdict(list)
        self.everybody: set[str] = set()
        for person, first, last, login, email in roster:
            self.everybody.add(person)
            if login:
                self.rows["login", login].append((person, first, last))
            if email:
                self.rows["email", email].append((person, first, last))

    def people(self, kind: str, value: str) -> set[str]:
        return {person for person, _, _ in self.rows.get((kind, value), ())}

    def by_day(self, kind: str, value: str) -> Iterator[Answer]:
        """Spans that cover all days: on each the people employed with a row that holds the value, else all who ever did."""
        rows = self.rows[kind, value]
        everybody = tuple(sorted({person for person, _, _ in rows}))
        starts = sorted(
            {dt.date.min, *(first for _, first, _ in rows), *(_next(last) for _, _, last in rows if last < dt.date.max)}
        )
        for start, end in zip(starts, [*(_before(later) for later in starts[1:]), dt.date.max], strict=True):
            now = tuple(sorted({person for person, first, last in rows if first <= start <= last}))
            yield start, end, now if len(now) == 1 else everybody


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def _before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1)


def make(
    seen: Iterable[tuple[str, str, str, str, int, dt.date]],
    links: Iterable[tuple[str, str, str]],
    roster: Iterable[tuple[str, dt.date, dt.date, str | None, str | None]],
) -> Iterator[tuple[str, str, dt.date, dt.date, str, bool, bool]]:
    """Rows (tool, account, first_day, last_day, person_id, shared, known); a shared span has one row per person who answered."""
    directory = Directory(roster)
    linked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tool, account, person in links:
        linked[tool, account].add(person)
    accounts: dict[tuple[str, str], list[tuple[str, str, int, dt.date]]] = defaultdict(list)
    for tool, account, login, email, service, first in seen:
        accounts[tool, account].append((login, email, service, first))
    for (tool, account), names in sorted(accounts.items()):
        explicit = linked[tool, fold(account)].union(*(linked[tool, login] for login, _, _, _ in names if login))
        if not explicit and any(service for _, _, service, _ in names):
            continue
        for first, last, people in _answers(account, names, explicit, directory):
            for person in people:
                yield tool, account, first, last, person, len(people) > 1, person in directory.everybody


def _answers(
    account: str, names: list[tuple[str, str, int, dt.date]], explicit: set[str], directory: Directory
) -> Iterator[Answer]:
    if explicit:
        yield (*ALWAYS, tuple(sorted(explicit)))
        return
    logins = sorted({(first, login) for login, _, _, first in names if login})
    if any(directory.people("login", login) for _, login in logins):
        yield from _by_login(logins, directory)
        return
    emails = sorted({email for _, email, _, _ in names if email} | ({fold(account)} if "@" in account else set()))
    known = [email for email in emails if directory.people("email", email)]
    people = set().union(*(directory.people("email", email) for email in known)) if known else set()
    if len(people) == 1:
        yield (*ALWAYS, tuple(people))
    elif len(known) == 1:
        yield from directory.by_day("email", known[0])
    elif people:
        yield (*ALWAYS, tuple(sorted(people)))


def _by_login(logins: list[tuple[dt.date, str]], directory: Directory) -> Iterator[Answer]:
    """The login of the day decides; where it gives no answer, any login of the id if these lead to one person (reading 13)."""
    anybody = set().union(*(directory.people("login", login) for _, login in logins))
    newest: dict[str, dt.date] = {}
    for first, login in logins:
        newest.setdefault(login, first)
    order = sorted((first, login) for login, first in newest.items())
    starts = [dt.date.min, *(first for first, _ in order[1:])]
    for number, (_, login) in enumerate(order):
        start = starts[number]
        end = _before(starts[number + 1]) if number + 1 < len(order) else dt.date.max
        if start > end:
            continue
        people = directory.people("login", login)
        if len(people) == 1:
            yield start, end, tuple(people)
        elif people:
            for first, last, answer in directory.by_day("login", login):
                if max(first, start) <= min(last, end):
                    yield max(first, start), min(last, end), answer
        elif len(anybody) == 1:
            yield start, end, tuple(anybody)
