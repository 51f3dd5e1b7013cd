"""A company whose outcomes are planted: every figure of a person is a number that no other person and no group has.

Each engineer merges one change with AI and one other in the quarter. A change with AI has a million lines and a few, another one a hundred
million and a few, so a sum of lines tells by itself how many authors stand behind it. Two engineers merge many more changes, without lines.
A repository of one author has lines that are told nowhere else.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.attack.drive import run
from tests.attack.world import AS_OF, Account, World
from tests.changes.payloads import Pull
from tests.git_repositories import Made, made

CLAUDE = "Generated with [Claude Code](https://claude.com/claude-code)"
TRAILER = b"work\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
WITH_AI, OTHER = 1_000_000, 100_000_000
"""Lines of one change of either kind, before the few that tell its author."""
K = 5
TEAM, TEAMS, DEPARTMENTS, LINES = 12, 2, 2, 2
MANY = {5: 53, 17: 59}
"""Engineer by number -> changes more, without lines."""
SOLO_LINES = (4321, 2718)
"""Of the repository of one author: lines that were added, and those of them that a fix took out."""
FIRST_MERGE = dt.datetime(2026, 7, 6, 10)
NIGHT = 1_783_000_000
"""2026-07-02, for commits."""
DAY = 86_400


@dataclass(frozen=True)
class Member:
    """A person of the company; `number` counts engineers, None leads."""

    key: str
    manager: str | None
    line: str
    department: str | None = None
    team: str | None = None
    number: int | None = None

    @property
    def login(self) -> str:
        return f"dev-{self.key}"

    @property
    def email(self) -> str:
        return f"{self.login}@bank.example"

    @property
    def names(self) -> frozenset[str]:
        """By what a row may name the person."""
        return frozenset({self.key, self.login, self.email})

    @property
    def unit(self) -> str:
        return "/".join(part for part in (self.line, self.department, self.team) if part)


@dataclass(frozen=True)
class Planted:
    """What is planted of one engineer."""

    changes: int
    lines: tuple[int, int]
    lead_minutes: tuple[int, int]
    review_minutes: tuple[int, int]

    @property
    def figures(self) -> frozenset[int]:
        """Numbers that are this person's and nobody else's, as they stand and as their sums."""
        pairs = (self.lines, self.lead_minutes, self.review_minutes)
        return frozenset(number for pair in pairs for number in (*pair, sum(pair)))


def planted(number: int) -> Planted:
    """The figures of an engineer: with AI, then without. Minutes lie beyond every share in ppm. No even steps: the mean of a few people would be that of the one between."""
    own = 11 * number + 7
    drawn = 3 * (17 * number * number % 30_011)
    return Planted(
        2 + MANY.get(number, 0),
        (WITH_AI + own, OTHER + own + 5),
        (1_300_001 + drawn, 1_500_003 + drawn),
        (1_100_002 + drawn, 1_210_004 + drawn),
    )


def authors_of(lines: int) -> tuple[int, int]:
    """How many changes with AI and how many others stand behind a sum of lines: each is of one more author."""
    return lines % OTHER // WITH_AI, lines // OTHER


def company() -> list[Member]:
    """The head, leads of lines and departments, managers of teams, and their engineers."""
    keys = (f"{10_000 + 37 * place:06d}" for place in range(1, 1_000))
    head = Member(next(keys), None, "Head")
    found = [head]
    numbers = iter(range(1_000))
    for line in [f"Line{place}" for place in range(LINES)]:
        lead = Member(next(keys), head.key, line)
        found.append(lead)
        for department in [f"D{place}" for place in range(DEPARTMENTS)]:
            over = Member(next(keys), lead.key, line, department)
            found.append(over)
            for team in [f"T{place}" for place in range(TEAMS)]:
                manager = Member(next(keys), over.key, line, department, team)
                found.append(manager)
                found += [
                    replace(manager, key=next(keys), manager=manager.key, number=next(numbers)) for _ in range(TEAM)
                ]
    return found


def pulls(members: list[Member]) -> Iterator[dict[str, object]]:
    """What the host tells: changes, and one review of each by the next engineer."""
    engineers = [member for member in members if member.number is not None]
    serial = iter(range(1, 100_000))
    for place, member in enumerate(engineers):
        assert member.number is not None
        figures = planted(member.number)
        reviewer = engineers[(place + 1) % len(engineers)].login
        for kind, body in enumerate((CLAUDE, None)):
            merged = FIRST_MERGE + dt.timedelta(days=14 * (place % 6) + 7 * kind)
            opened = merged - dt.timedelta(minutes=figures.lead_minutes[kind])
            pull = Pull(next(serial), member.login, body, merged=merged, opened=opened, lines=(figures.lines[kind], 0))
            yield pull.answer()
            yield pull.review(reviewer, "APPROVED", minutes=-figures.review_minutes[kind])
            yield pull.check("success")
        for _ in range(MANY.get(member.number, 0)):
            yield Pull(next(serial), member.login, merged=FIRST_MERGE, opened=FIRST_MERGE, lines=(0, 0)).answer()


def home_of(folder: pathlib.Path) -> pathlib.Path:
    """Everything loaded and scored, with the smallest group that can be set; it counts as a demo, so that anybody may sign in."""
    home, members = folder / "home", company()
    home.mkdir(parents=True)
    (home / "settings.toml").write_text(
        '[operator]\nroles = ["administrator", "compliance", "executive", "internal_audit", "licence", "validator"]\n[groups]\nk = 5\n'
    )
    (home / "DEMO").touch()
    (folder / "prs.ndjson").write_text("".join(f"{json.dumps(one)}\n" for one in pulls(members)))
    calls = [("hr-people", [_people(folder, members)], []), ("github-prs", [folder / "prs.ndjson"], [])]
    calls += [("git", [path], ["--account", path.name]) for path in _repositories(folder, members)]
    for source, paths, more in [*calls, *_use(members).write(folder / "vendor")]:
        done = run(home, "ingest", source, *paths, *more, "--json")
        assert done.code in {0, 4}, f"{source}: {done.code} {done.err}"
    done = run(home, "score", "--as-of", str(AS_OF))
    assert done.code == 0, done.err
    return home


def _people(folder: pathlib.Path, members: list[Member]) -> pathlib.Path:
    names = (
        "person_id",
        "email",
        "github_login",
        "manager_id",
        "lob",
        "department",
        "team",
        "engineer",
        "legal_entity",
    )
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(names)
        for one in members:
            place = (one.manager, one.line, one.department, one.team, one.number is not None, "Bank AG")
            out.writerow([one.key, one.email, one.login, *place])
    return path


def _use(members: list[Member]) -> World:
    """Every engineer holds a seat and uses it every other week: the changes of the weeks between are those of which nothing says that AI was used."""
    world = World()

    def prompts(day: dt.date, often: int) -> int:
        return often * int(day.day % 5 < often) * (1 - (day - FIRST_MERGE.date()).days // 7 % 2)

    for member in members:
        if member.number is not None:
            account = Account(10_000 + member.number, member.login)
            often = 1 + member.number * 7 % 5
            world.seat(account)
            world.reports(account, world.days(), lambda day, often=often: prompts(day, often))
    return world


def _repositories(folder: pathlib.Path, members: list[Member]) -> list[pathlib.Path]:
    """One of everybody, with marks and without, and one of a single author."""
    engineers = [member for member in members if member.number is not None]
    shared = [
        Made(
            {f"src/{kind}{one.number}.py".encode(): b"".join(b"%d %d\n" % (one.number or 0, n) for n in range(20))},
            text, b"N <%s>" % one.email.encode(), NIGHT + 60 * (one.number or 0),
        )
        for kind, text in (("m", TRAILER), ("u", b"work"))
        for one in engineers
    ]  # fmt: skip
    author = b"N <%s>" % engineers[0].email.encode()
    added, lost = SOLO_LINES
    text = [b"line %d\n" % n for n in range(added)]
    solo = [
        Made({b"src/a.py": b"".join(text)}, TRAILER, author, NIGHT),
        Made({b"src/a.py": b"".join(text[lost:])}, b"fix: wrong rate", author, NIGHT + 7 * DAY),
        Made({b"README": b"x\n"}, b"docs", author, NIGHT + 60 * DAY),
    ]
    last = Made({b"README": b"x\n"}, b"docs", author, NIGHT + 60 * DAY)
    return [made(folder / name, commits) for name, commits in (("core", [*shared, last]), ("solo", solo))]
