"""Our own CSV files of the invented company: people, absences, holidays, accounts, seats and prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from uptake.demo import names
from uptake.demo.company import Company, Person
from uptake.demo.seats import CLAUDE, COPILOT, Seat
from uptake.demo.window import AS_OF, Window
from uptake.demo.writing import write_csv

PEOPLE = (
    *("person_id", "email", "github_login", "manager_id", "team", "department", "lob", "site", "country"),
    *("legal_entity", "job_family", "engineer", "fte", "start_date", "end_date", "effective_from"),
)
PRICES = ((COPILOT, "39.00"), (CLAUDE, "60.00"))


def write_hr(folder: Path, company: Company, found: list[Seat], window: Window) -> None:
    """`hr-people`, `hr-absences`, `hr-calendar`, `accounts` and `seats`, each in a folder named as its source."""
    logins = {seat.person.number: _known_login(seat) for seat in found if seat.tool == COPILOT}
    write_csv(folder / "hr-people" / "people.csv", PEOPLE, _people(company, logins))
    absences = [(person.key, *away) for person in company.people for away in sorted(person.absences)]
    write_csv(folder / "hr-absences" / "absences.csv", ("person_id", "first_day", "last_day", "kind"), absences)
    write_csv(folder / "hr-calendar" / "holidays.csv", ("site", "day", "kind"), _holidays(window))
    write_csv(
        folder / "accounts" / "accounts.csv",
        ("source", "account", "person_id"),
        [*_accounts(found), *_logins(company, found)],
    )
    columns = ("tool", "account", "person_id", "first_day", "last_day", "monthly_cost", "currency")
    write_csv(folder / "seats" / "seats.csv", columns, _seats(found))


def _known_login(seat: Seat) -> str | None:
    """The login that HR knows: none for accounts that only a map, or nobody, can join."""
    return None if seat.unmatched or seat.mapped else seat.account


def _people(company: Company, logins: dict[int, str | None]) -> Iterator[tuple[object, ...]]:
    for person in company.people:
        yield _row(company, person, logins, None)
        changes = sorted({day for day in (person.moved_on, person.renamed_on) if day})
        for day in changes:
            yield _row(company, person, logins, day)


def _row(company: Company, person: Person, logins: dict[int, str | None], day: dt.date | None) -> tuple[object, ...]:
    moved = bool(day and person.moved_on and person.moved_on <= day)
    number = person.moved_to if moved else person.team
    team = company.teams[number] if number is not None else None
    manager = company.leads[number] if moved and number is not None else person.manager
    old = bool(person.old_email) and not (day and person.renamed_on and person.renamed_on <= day)
    site = names.SITES[person.site]
    return (
        person.key,
        person.old_email if old else person.email,
        logins.get(person.number),
        None if manager is None else company.people[manager].key,
        team.name if team else None,
        team.department if team else person.department,
        company.lines[team.line if team else person.line],
        site.name,
        site.country,
        site.legal_entity,
        "Engineering" if person.engineer else "Management" if team is None else "Product",
        person.engineer,
        f"{person.fte / 100:.2f}",
        person.start,
        person.end,
        day,
    )


def _holidays(window: Window) -> Iterator[tuple[object, ...]]:
    for site in names.SITES:
        for year in range(window.first.year, AS_OF.year + 1):
            for month, day in sorted(site.holidays):
                yield site.name, dt.date(year, month, day), "holiday"


def _accounts(found: list[Seat]) -> Iterator[tuple[object, ...]]:
    for seat in found:
        key: object = seat.user_id if seat.tool == COPILOT else seat.account
        if seat.mapped or seat.shared_with:
            yield seat.tool, key, seat.person.key
        if seat.shared_with:
            yield seat.tool, key, seat.shared_with.key


def _logins(company: Company, found: list[Seat]) -> Iterator[tuple[object, ...]]:
    """Rows of our accounts file for those whose login HR does not know: it knows the logins of Copilot. A few stay unmatched."""
    known = {seat.person.number for seat in found if seat.tool == COPILOT and not seat.mapped}
    for person in company.engineers:
        if person.number not in known:
            yield "github", person.login, person.key


def _seats(found: list[Seat]) -> Iterator[tuple[object, ...]]:
    """Claude Code gives no seat list, so ours stands for it; Copilot's own list needs a price only."""
    for tool, price in PRICES:
        yield tool, None, None, None, None, price, "USD"
    for seat in found:
        if seat.tool == CLAUDE:
            account, person = (None, seat.person.key) if seat.by_person else (seat.account, None)
            yield seat.tool, account, person, seat.created, seat.ends, None, None
