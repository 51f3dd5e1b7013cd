"""Reads a drawn spec (tests/specs/README.md): a world, and the rows that are expected of it."""

from __future__ import annotations

import datetime as dt
import pathlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from uptake.model import Absence as ModelAbsence
from uptake.model import AccountLink, Person, SeatGrant, SiteDay, SlotUse, UnreadAbsence, Usage
from uptake.model.folding import digest_of

from .canon import reader
from .days import percent
from .version import Version
from .world import Absence, Canonical, Grant, Holiday, Link, PersonRow, SeatEntry, SeatList, Span, Unread, World

SPECS = pathlib.Path(__file__).resolve().parents[1] / "specs"
SOURCES = {"copilot": "copilot-users", "claude_code": "claude-code", "chatgpt": "chatgpt-days", "gemini_cli": "otlp"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
COUNTS = {
    "P": "prompts",
    "R": "accept_user",
    "S": "sessions",
    "E": "accept_unsplit",
    "X": "reject_user",
    "plan": "plans",
    "review": "review_requests",
    "agent": "agent_requests",
    "auto": "accept_auto",
}
FEATURES = {"copilot": "chat_panel_agent_mode", "claude_code": "_all", "chatgpt": "messages", "gemini_cli": "_all"}

NOBODY = "nobody"
"""Name of an account that belongs to no person."""

Row = dict[str, str]


@dataclass
class Spec:
    """One spec. Expected rows hold only the columns that the spec states; None stands for NULL."""

    name: str
    title: str
    settings: dict[str, str] = field(default_factory=dict)
    world: World = field(default_factory=World)
    days: dict[tuple[str, dt.date, str], dict[str, object]] = field(default_factory=dict)
    quarters: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)

    @property
    def overrides(self) -> dict[str, int]:
        """The test overrides of the score version that the spec states: min_days, min_group."""
        return {key: int(value) for key, value in self.settings.items() if key in ("min_days", "min_group")}

    def version(self, version: Version) -> Version:
        return version.with_overrides(**self.overrides)


def names() -> list[str]:
    return sorted(path.stem for path in SPECS.glob("*.txt"))


def load(name: str, folder: pathlib.Path = SPECS) -> Spec:
    return parse(name, (folder / f"{name}.txt").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Spec:
    """Raises ValueError that names the section where the text is not a spec."""
    lines = text.splitlines()
    spec = Spec(name, title=lines[0].removeprefix("# ").strip())
    for heading, rows in _sections(lines):
        kind, _, rest = heading.partition(" ")
        if kind not in READERS:
            raise ValueError(f"{name}: no such section: {heading}")
        for row in rows:
            READERS[kind](spec, rest, row)
    spec.world.as_of = _day(spec.settings["as_of"])
    spec.world.links = [Link(tool, key(person), person) for tool, person in sorted(_accounts(spec.world))]
    return spec


def key(person: str) -> str:
    """The account key of a person, the same in every tool."""
    return person.lower()


def _sections(lines: list[str]) -> Iterator[tuple[str, list[Row]]]:
    """(heading, rows) of each `## heading`; a row is a table line by column name. Other lines are prose."""
    heading, columns, rows = "", [""], list[Row]()
    for line in [*lines, "## "]:
        if line.startswith("## "):
            if heading:
                yield heading, rows
            heading, columns, rows = line[3:].strip(), [], []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
            if not columns:
                columns = cells
            elif not set(line) <= set("|- "):
                rows.append(dict(zip(columns, cells, strict=True)))


def _accounts(world: World) -> set[tuple[str, str]]:
    """(tool, person) of every account that the spec uses or seats, by the lower-case name of the person."""
    names = {key(row.person_id): row.person_id for row in world.people}
    held = {(grant.tool, names[grant.account]) for grant in world.grants if grant.account}
    listed = {("copilot", names[entry.login]) for own in world.seat_lists for entry in own.entries}
    used = {(row.usage.tool, row.usage.account) for row in world.canonical}
    return held | listed | {(tool, names[account]) for tool, account in used if account != NOBODY}


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _maybe_day(text: str | None) -> dt.date | None:
    return _day(text) if text else None


def _setting(spec: Spec, _rest: str, row: Row) -> None:
    spec.settings[row["setting"]] = row["value"]


def _person(spec: Spec, _rest: str, row: Row) -> None:
    spec.world.people.append(
        PersonRow(
            person_id=row["person"],
            lob=row["lob"],
            effective_from=_maybe_day(row.get("from")),
            team=row.get("team") or "Team",
            site=row.get("site") or None,
            engineer=row.get("engineer", "yes") != "no",
            fte=row.get("fte") or "1",
            start_date=_maybe_day(row.get("start")),
            end_date=_maybe_day(row.get("end")),
        )
    )


def _email(spec: Spec, _rest: str, row: Row) -> None:
    """The e-mail of a person who stands in the section of people already."""
    for person in spec.world.people:
        if person.person_id == row["person"]:
            person.email = row["email"]


def _seat(spec: Spec, _rest: str, row: Row) -> None:
    first, last = _maybe_day(row.get("from")), _maybe_day(row.get("to"))
    if row.get("by") == "person":
        spec.world.grants.append(Grant(row["tool"], person_id=row["person"], first_day=first, last_day=last))
    else:
        spec.world.grants.append(Grant(row["tool"], account=key(row["person"]), first_day=first, last_day=last))


def _absence(spec: Spec, _rest: str, row: Row) -> None:
    if "?" in row.values():
        first, last = (None if row[name] == "?" else _day(row[name]) for name in ("from", "to"))
        spec.world.unread.append(Unread(row["person"], first, last, None if row["kind"] == "?" else row["kind"]))
        return
    spec.world.absences.append(Absence(row["person"], _day(row["from"]), _day(row["to"]), row["kind"]))


def _holiday(spec: Spec, _rest: str, row: Row) -> None:
    spec.world.holidays.append(Holiday(row["site"], _day(row["day"])))


def _complete(spec: Spec, _rest: str, row: Row) -> None:
    spec.world.spans.append(Span(row["source"], _day(row["from"]), _day(row["to"])))


def _use(spec: Spec, tool: str, row: Row) -> None:
    """A line of use: the week or weeks (`2029-01-01 x13`) and one cell per weekday."""
    monday, _, times = row["week"].partition(" x")
    for number in range(int(times or 1)):
        for offset, weekday in enumerate(WEEKDAYS):
            day = _day(monday) + dt.timedelta(days=7 * number + offset)
            for part, cell in enumerate(row.get(weekday, "-").split(" + ")):
                if cell not in ("-", ""):
                    spec.world.canonical.append(cell_use(tool, row["person"], day, cell, part))


def cell_use(tool: str, person: str, day: dt.date, cell: str, part: int = 0) -> Canonical:
    """A cell with or without times: `7P@09:00 agent@09:10 2R@09:15`."""
    slots: dict[int, SlotUse] = {}
    for count, word, hour, minute in re.findall(r"(\d*)(P|R|agent)@(\d\d):(\d\d)", cell):
        slot = int(hour) * 6 + int(minute) // 10
        found = slots.setdefault(
            slot,
            SlotUse(
                tool=tool, account=key(person), day=day, surface=f"ide{part}", slot=slot, prompts=0, agent=False, accepts=0
            ),
        )  # fmt: skip
        found.prompts += int(count or 0) * (word == "P")
        found.accepts += int(count or 0) * (word == "R")
        found.agent |= word == "agent"
    usage = cell_usage(tool, person, day, " ".join(word for word in cell.split() if "@" not in word), part)
    if slots:
        usage.prompts = sum(one.prompts for one in slots.values())
        usage.accept_user = sum(one.accepts for one in slots.values())
        usage.agent_slots = sum(one.agent and not one.prompts for one in slots.values())
    return Canonical(SOURCES[tool], usage, slots=list(slots.values()))


def cell_usage(tool: str, person: str, day: dt.date, cell: str, part: int = 0) -> Usage:
    """`4P 16R`, `0` (a row of zeros), `old 0` (from a client below the minimum)."""
    usage = Usage(
        tool=tool,
        account=key(person),
        day=day,
        surface=f"ide{part}",
        feature=FEATURES[tool],
        feature_class="proactive",
        prompts=None if tool == "claude_code" else 0,
        sessions=0 if tool == "claude_code" else None,
    )
    for word in cell.split():
        found = re.fullmatch(r"(\d+)(\w+)", word)
        if word == "old":
            usage.below_minimum = True
        elif found and found[2] in COUNTS:
            setattr(usage, COUNTS[found[2]], int(found[1]))
        elif word != "0":
            raise ValueError(f"no such count in a cell of use: {word}")
    return usage


def _list(spec: Spec, taken: str, row: Row) -> None:
    """An entry of the Copilot seat list that was taken at 05:00 of the day in the heading; by login."""
    stamp = dt.datetime.combine(_day(taken), dt.time(5))
    lists = spec.world.seat_lists
    if not lists or lists[-1].taken_at != stamp:
        lists.append(SeatList("", stamp, [], 0))
    entry = SeatEntry(user_id=len(lists[-1].entries) + 1, login=key(row["person"]))
    for name, column in (("created_at", "created"), ("last_activity_at", "last_activity")):
        if row.get(column):
            setattr(entry, name, dt.datetime.combine(_day(row[column]), dt.time(9)))
    entry.ends_on = _maybe_day(row.get("ends"))
    lists[-1].entries.append(entry)
    lists[-1].total += 1


def _expect(spec: Spec, rest: str, row: Row) -> None:
    kind, _, quarter = rest.partition(" ")
    values = {column: value(cell) for column, cell in row.items() if cell and column not in ("person", "day", "tool")}
    if kind == "days":
        spec.days[row["person"], _day(row["day"]), row["tool"]] = values
    else:
        spec.quarters[quarter, row["person"]] = values


def value(cell: str) -> object:
    """null, an integer with or without thousands commas, else text."""
    if cell == "null":
        return None
    return int(cell.replace(",", "")) if re.fullmatch(r"-?\d[\d,]*", cell) else cell


READERS: dict[str, Callable[[Spec, str, Row], None]] = {
    "settings": _setting,
    "people": _person,
    "emails": _email,
    "seats": _seat,
    "list": _list,
    "absences": _absence,
    "holidays": _holiday,
    "complete": _complete,
    "use": _use,
    "expect": _expect,
}


def structs(world: World) -> dict[str, list[msgspec.Struct]]:
    """The canonical structs of a spec world by the source that brings them; spans stand in `world.spans` apart."""
    found: dict[str, list[msgspec.Struct]] = {
        "hr-people": [model_person(row) for row in world.people],
        "hr-absences": [
            *(ModelAbsence(**{name: getattr(row, name) for name in row.__slots__}) for row in world.absences),
            *(
                UnreadAbsence(
                    person=digest_of(row.person_id), first_day=row.first_day, last_day=row.last_day, kind=row.kind
                )
                for row in world.unread
            ),
        ],
        "hr-calendar": [SiteDay(site=row.site, day=row.day, kind="holiday") for row in world.holidays],
        "accounts": [AccountLink(tool=row.tool, account=row.account, person_id=row.person_id) for row in world.links],
        "seats": [
            SeatGrant(
                tool=row.tool,
                account=row.account,
                person_id=row.person_id,
                first_day=row.first_day,
                last_day=row.last_day,
            )
            for row in world.grants
        ],
    }
    for row in world.canonical:
        found.setdefault(reader(row.source), []).extend([row.usage, *row.slots])
    return found


def model_person(row: PersonRow) -> Person:
    return Person(
        person_id=row.person_id,
        effective_from=row.effective_from or dt.date(1, 1, 1),
        lob=row.lob,
        email=row.email,
        github_login=row.github_login,
        manager_id=row.manager_id,
        team=row.team,
        department=row.department,
        site=row.site,
        engineer=row.engineer,
        fte_percent=percent(row),
        start_date=row.start_date,
        end_date=row.end_date,
    )
