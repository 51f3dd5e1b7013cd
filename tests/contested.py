"""A world of the oracle in which people report errors: the product decides and corrects them, and the world is changed by hand the same way."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import pathlib
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tests import policies, product
from tests.oracle import oracle
from tests.oracle.generate import make_world
from tests.oracle.world import Absence, Gap, Link, PersonRow, World
from tests.oracle.write import write
from uptake import jobs
from uptake.acts import Act, cases, contests
from uptake.jobs import Ingest, State
from uptake.policy import Policy, Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import Settings, read_settings

NOW = dt.datetime(2026, 11, 24, 9)
MAKER, CHECKER = "demo:compliance-1", "demo:compliance-2"
REASON = "the files of the source say so, looked up by hand"
QUARTER = "2026Q1"
TEAM_OF = 8
"""People to a manager."""
EVERYTHING = Filters()
RIGHT = 4
"""Of five claims so many are right."""
LISTS = {"manager": ("quarter_scores", "not_using"), "licence": ("idle_seats", "seats")}
CATEGORIES = ("leave", "part_time", "wrong_team", "vendor_gap", "shared_account", "wrong_identity")


def act(identity: str, now: dt.datetime = NOW) -> Act:
    return Act("test", "test", now, identity)


@dataclass
class Home:
    """A home with a policy in force under which managers see their own people by name."""

    settings: Settings
    state: State
    policy: Policy
    world: World
    calls: list[tuple[str, list[pathlib.Path], list[str]]]
    managers: dict[str, str]

    def score(self) -> None:
        jobs.score(self.settings, self.state, self.world.as_of, clock=lambda: NOW)

    def load_again(self, *sources: str) -> None:
        """What the sources send every night: the same files, later."""
        for source, paths, _more in self.calls:
            if source in sources:
                given = Ingest(
                    source, tuple(map(str, paths)), NOW + dt.timedelta(days=1), complete=source == "hr-people"
                )
                jobs.ingest(self.settings, self.state, given, clock=lambda: NOW)

    def rows(self, question: str, viewer: Viewer, filters: Filters = EVERYTHING) -> list[dict[str, Any]]:
        return ask(
            self.settings, self.state, self.policy, question, viewer, filters, Caller("test", "test", NOW)
        ).rows()

    def listed(self, people: Iterable[str]) -> dict[str, set[str]]:
        """Person -> the lists of others in which they stand now: of their manager, and of the licence manager."""
        wanted = set(people)
        managers = sorted({self.managers[person] for person in wanted if person in self.managers})
        viewers = [Viewer(role="manager", purpose="support", person_id=manager) for manager in managers]
        viewers.append(Viewer(role="licence", purpose="licence"))
        found: dict[str, set[str]] = {person: set() for person in wanted}
        for viewer in viewers:
            for question in LISTS[viewer.role]:
                for row in self.rows(question, viewer):
                    if row["person_id"] in wanted:
                        found[row["person_id"]].add(f"{viewer.role} {question}")
        return found

    def differences(self) -> list[str]:
        """Every day and quarter row that is not what the oracle says of the world."""
        with product.opened(self.settings.warehouse_file) as connection:
            days, quarters = product.day_rows(connection), product.quarter_rows(connection)
        wanted_days, wanted_quarters = oracle.expected(self.world, self.world.as_of)
        return product.differences(days, wanted_days) + product.differences(quarters, wanted_quarters)


def made(folder: pathlib.Path, seed: int, people: int, **knobs: Any) -> Home:
    """Load and score a world of the oracle; every eighth person manages the seven after them."""
    world = make_world(seed, people, 1, **knobs)
    names = list(dict.fromkeys(row.person_id for row in world.people))
    managers = {name: names[place - place % TEAM_OF] for place, name in enumerate(names) if place % TEAM_OF}
    for row in world.people:
        row.manager_id = managers.get(row.person_id)
    settings = read_settings(folder / "home")
    state = State(settings.state_file)
    calls = write(world, folder / "vendor")
    for source, paths, more in calls:
        if source == "hr-people":
            _of_one_entity(paths[0])
        with contextlib.redirect_stdout(io.StringIO()):
            product.uptake(settings.home, "ingest", source, *paths, *more, "--json")
    policy = policies.in_force(settings, state, NOW.date(), profile="managed")
    home = Home(settings, state, policy, world, calls, managers)
    home.score()
    return home


def _of_one_entity(file: pathlib.Path) -> None:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, [*rows[0], "legal_entity"])
        writer.writeheader()
        writer.writerows({**row, "legal_entity": "One"} for row in rows)


@dataclass
class Claim:
    """An error that somebody reports, and what is right: cells of a correction, None where the report is wrong."""

    person: str
    category: str
    source: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def decision(self) -> str:
        return "upheld" if self.source else "rejected"

    @property
    def others(self) -> set[str]:
        """People beside the person whom the correction touches."""
        return {self.fields[name] for name in ("person_id", "second_person_id") if name in self.fields} - {self.person}

    @property
    def officer(self) -> Viewer:
        return Viewer(role="compliance", purpose="assurance", case_id=f"contest-{self.number}")


class Claims:
    """Draws claims about people of a world, each about another person, and writes what is right into the world."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)
        self.people: dict[str, list[PersonRow]] = defaultdict(list)
        for row in world.people:
            self.people[row.person_id].append(row)
        # By the vendor's id: of a login that was given up it is not clear whose days a map by it speaks of.
        accounts = {row.login: row.user_id for file in world.copilot for row in file.rows}
        self.accounts = {
            name: str(accounts[str(rows[-1].github_login)])
            for name, rows in self.people.items()
            if str(rows[-1].github_login) in accounts
        }
        self.names = self._employed()
        self.random.shuffle(self.names)

    def _employed(self) -> list[str]:
        return [name for name, rows in self.people.items() if all(row.end_date is None for row in rows)]

    def draw(self, count: int) -> list[Claim]:
        """`count` claims; every fifth of them is wrong."""
        found = []
        for number in range(count):
            category = CATEGORIES[number % len(CATEGORIES)]
            person = self._person(category)
            claim = Claim(person, category)
            if number % 5 < RIGHT:
                getattr(self, f"_{category}")(claim)
            found.append(claim)
        return found

    def _person(self, category: str) -> str:
        fits = (
            name for name in self.names if category not in ("shared_account", "wrong_identity") or name in self.accounts
        )
        found = next(fits)
        self.names.remove(found)
        return found

    def _days(self) -> tuple[dt.date, dt.date]:
        first = dt.date(2026, 1, 5) + dt.timedelta(days=self.random.randrange(70))
        return first, first + dt.timedelta(days=self.random.randrange(1, 15))

    def _leave(self, claim: Claim) -> None:
        first, last = self._days()
        claim.source, claim.fields = "hr-absences", {"first_day": str(first), "last_day": str(last), "kind": "leave"}
        self.world.absences.append(Absence(claim.person, first, last))

    def _vendor_gap(self, claim: Claim) -> None:
        first, last = self._days()
        tool = self.random.choice(("copilot", "claude_code"))
        claim.source, claim.fields = "vendor-gaps", {"tool": tool, "first_day": str(first), "last_day": str(last)}
        self.world.gaps.append(Gap(tool, claim.person, first, last))

    def _part_time(self, claim: Claim) -> None:
        self._history(claim, {"fte": self.random.choice(("0.50", "0.80", "0.60"))})

    def _wrong_team(self, claim: Claim) -> None:
        lob = self.random.choice(("Risk", "Cards", "Retail"))
        self._history(claim, {"lob": lob, "team": f"{lob}-12", "department": f"{lob}-D9"})

    def _history(self, claim: Claim, right: Mapping[str, str]) -> None:
        """By hand: split the row that holds on the day; the rows after it change too until one says something else."""
        since, _ = self._days()
        claim.source, claim.fields = "hr-people", {"effective_from": str(since), **right}
        rows = sorted(self.people[claim.person], key=lambda row: row.effective_from or dt.date.min)
        before = [row for row in rows if (row.effective_from or dt.date.min) <= since]
        held = replace(before[-1])
        if before[-1].effective_from == since:
            self.world.people.remove(before[-1])
        self.world.people.append(replace(held, effective_from=since, **right))
        for row in rows[len(before) :]:
            if any(_value(row, name) != _value(held, name) for name in right):
                break
            for name, value in right.items():
                setattr(row, name, value)

    def _shared_account(self, claim: Claim) -> None:
        other = self.random.choice(sorted(self.people))
        self._account(
            claim, {"person_id": claim.person, "second_person_id": other if other != claim.person else "P00000"}
        )

    def _wrong_identity(self, claim: Claim) -> None:
        self._account(claim, {"person_id": self.random.choice(sorted(set(self.people) - {claim.person}))})

    def _account(self, claim: Claim, people: dict[str, str]) -> None:
        account = self.accounts[claim.person]
        claim.source, claim.fields = "accounts", {"source": "copilot", "account": account, **people}
        kept = [one for one in self.world.links if (one.tool, one.account) != ("copilot", account)]
        self.world.links = kept + [Link("copilot", account, who) for who in people.values()]


def _value(row: PersonRow, name: str) -> object:
    return round(Decimal(row.fte), 2) if name == "fte" else getattr(row, name)


def opened(home: Home, claims: Sequence[Claim]) -> None:
    """Each person reports their error."""
    for claim in claims:
        viewer = Viewer(role="self", purpose="self", person_id=claim.person)
        said = contests.Claim(claim.category, QUARTER)
        claim.number = contests.open_contest(
            home.state, home.policy, viewer, said, home.world.as_of, act(f"person:{claim.person}")
        ).id


def decided(home: Home, claim: Claim) -> str:
    """One officer takes the case and proposes, another one approves; the state of the case then."""
    given = (home.state, home.policy, claim.officer, claim.number)
    cases.take(*given, act(MAKER))
    right = cases.Correction(claim.source, claim.fields) if claim.source else None
    change = cases.propose(*given, (claim.decision, right), REASON, act(MAKER))
    shown = home.rows("quarter_scores", claim.officer, Filters(quarter=QUARTER, person=claim.person))
    return cases.decide(*given, shown[0] if shown else {}, act(CHECKER), change=change, approve=True)
