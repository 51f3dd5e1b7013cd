"""From a world to the rows that the product must give: `expected` for all at once, `Oracle` for one person at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from . import compare
from .accounts import Evidence, build
from .arith import MICRO, rhe
from .canon import Record, chosen
from .complete import Completeness
from .days import Days, PersonDays
from .identity import Directory
from .ownership import Ownership
from .segments import Loss, Past, Tally, absent_reason, certainty, classify, reason, remembered, tally
from .version import Quarter, Version, load, quarter_of, week_pieces
from .weeks import Week, week
from .world import Absence, PersonRow, Unread, World

DAY_COLUMNS = ("state", "proactive", "passive", "score_micro")
MOST_QUARTERS = 12

DayKey = tuple[str, dt.date, str]
QuarterKey = tuple[str, str]
Columns = dict[str, object]


@dataclass(slots=True)
class Scored:
    """One person-quarter before the comparison."""

    columns: Columns
    lob: str | None
    segment: str
    eligible: bool
    score: int | None


@dataclass(slots=True)
class PersonQuarter:
    """What one quarter of one person is made of."""

    quarter: Quarter
    first: int
    last: int
    days: PersonDays
    weeks: tuple[Week, ...] = ()
    row: PersonRow | None = None
    units: dict[str, str | None] = field(default_factory=dict)


class Oracle:
    """The expected day and quarter scores of a world as of a day."""

    def __init__(self, world: World, as_of: dt.date, version: Version | None = None) -> None:
        self.version = version or load()
        self.as_of = as_of
        records = chosen(world, as_of.toordinal())
        self.quarters = quarters(first_day(world, records, as_of), as_of)
        self.days_of_world = range(self.quarters[0].first.toordinal(), as_of.toordinal() + 1)
        self.scored_quarters = self.quarters[-MOST_QUARTERS:]
        self.directory = Directory(world.people, world.links)
        accounts = build(world, records, as_of.toordinal())
        self.ownership = Ownership(world, accounts, self.directory, self.days_of_world)
        self.evidence = Evidence(Completeness(world, records, as_of.toordinal()))
        self.days = Days(world, self.version, self.directory, self.ownership, self.evidence)
        self.unread = unread_spans(world)
        self.people = sorted(set(self.directory.history) | set(self.ownership.by_person))

    def day_rows(self, days: PersonDays, person: str) -> Iterator[tuple[DayKey, Columns]]:
        """Rows of `day_scores` of one person inside the scored quarters."""
        first = self.scored_quarters[0].first.toordinal()
        for (day, tool), row in days.rows.items():
            if day >= first:
                yield (person, dt.date.fromordinal(day), tool), dict(zip(DAY_COLUMNS, row, strict=True))

    def quarters_of(self, person: str, days: PersonDays) -> dict[Quarter, Scored]:
        """The person's quarters in the order of time, each with the memory of those before."""
        found: dict[Quarter, Scored] = {}
        for quarter in self.scored_quarters:
            first, last = quarter.first.toordinal(), min(quarter.last, self.as_of).toordinal()
            start = self.days_of_world.start
            if any(days.touched[first - start : last - start + 1]):
                own = PersonQuarter(quarter, first, last, days)
                self._fill(own, person)
                found[quarter] = self._score(own, person, self._past(found, quarter, days))
        return found

    def _fill(self, own: PersonQuarter, person: str) -> None:
        tools = tuple(sorted(own.days.due))
        pieces = [(first, min(last, own.last)) for first, last in week_pieces(own.quarter, self.as_of)]
        own.weeks = tuple(week(own.days, self.days_of_world.start, first, last, tools) for first, last in pieces)
        own.row = self.directory.row_on(person, own.last)
        expected = [day for day in range(own.first, own.last + 1) if own.days.weight[day - self.days_of_world.start]]
        rows = [self.directory.row_on(person, day) for day in expected]
        for name in ("lob", "team"):
            values = [getattr(row, name) for row in rows]
            own.units[name] = most_days(values) if values else getattr(own.row, name, None)

    def _past(self, found: dict[Quarter, Scored], quarter: Quarter, days: PersonDays) -> Past:
        """Memory from the closed quarters before; activity from the calendar quarters of the lookback that are closed."""
        newest = quarter.plus(-1)
        while not newest.closed(self.as_of, self.version.close_days):
            newest = newest.plus(-1)
        before = [found[newest.plus(-back)].segment if newest.plus(-back) in found else None for back in range(3)]
        active = any(
            self._active(quarter.plus(-back), days)
            for back in range(1, self.version.lookback + 1)
            if quarter.plus(-back).closed(self.as_of, self.version.close_days)
        )
        return Past(remembered(before), active)

    def _active(self, quarter: Quarter, days: PersonDays) -> bool:
        start = self.days_of_world.start
        first, last = quarter.first.toordinal() - start, quarter.last.toordinal() - start
        return last >= 0 and any(days.active[max(first, 0) : last + 1])

    def _score(self, own: PersonQuarter, person: str, past: Past) -> Scored:
        whole = tally(own.weeks, [1] * len(own.weeks))
        start = self.days_of_world.start
        causes = own.days.cause[own.first - start : own.last - start + 1]
        segment, why, sure = self._segment(own, person, past, whole, causes)
        columns: Columns = {
            "quarter": str(own.quarter),
            "person_id": person,
            **own.units,
            "score_micro": whole.q_score,
            "expected_days": whole.expected,
            "observed_days": whole.counted,
            "coverage": rhe(MICRO * whole.counted, whole.expected) if whole.expected else None,
            "engaged_share": whole.engaged_share,
            "segment": segment,
            "reason": why,
            "certainty": sure,
            "minutes": _minutes([piece.slots for piece in own.weeks]),
            "breadth": breadth([own.days.tasks[day] for day in range(own.first, own.last + 1)]),
            "estimated_days": sum(piece.estimated for piece in own.weeks),
            "score_version": self.version.id,
        }
        eligible = segment not in ("excluded", "insufficient")
        return Scored(columns, own.units["lob"], segment, eligible, whole.q_score)

    def _segment(
        self, own: PersonQuarter, person: str, past: Past, whole: Tally, causes: Iterable[str | None]
    ) -> tuple[str, str, str]:
        """Segment, reason, certainty. Exclusion is certain."""
        if own.row is not None and not own.row.engineer:
            return "excluded", "not_engineer", "clear"
        if any(own.first <= day <= own.last for day in self.ownership.shared.get(person, ())):
            return "excluded", "shared_account", "clear"
        if whole.expected == 0:
            return "excluded", absent_reason(causes), "clear"
        loss = self._loss(own, person, tuple(causes))
        doubtful = loss.unexplained or loss.maybe_away
        segment = classify(whole, past, self.version, doubtful=doubtful)
        why = reason(segment, whole, loss, self.version)
        return segment, why, certainty(segment, own.weeks, past, str(own.quarter), self.version, doubtful)

    def _loss(self, own: PersonQuarter, person: str, causes: tuple[str | None, ...]) -> Loss:
        start = self.days_of_world.start
        holdings = self.ownership.by_person.get(person, {})
        shown = (
            (held, listing.last_activity_day)
            for holding in holdings.values()
            for held in holding.held
            for listing in held.account.listings
            if listing.last_activity_day is not None
        )
        return Loss(
            causes=causes,
            seat_causes=tuple(cause for day, cause in own.days.lost if own.first <= day <= own.last),
            possible=sum(own.days.possible[own.first - start : own.last - start + 1]),
            over=self.as_of >= own.quarter.last,
            maybe_away=any(first <= own.last and last >= own.first for first, last in self.unread.get(person, ())),
            unexplained=any(
                own.first <= day <= own.last
                and held.on(day)
                and not any(record.shown for record in held.account.rows.get(day, {}).values())
                for held, day in shown
            )
            or any(
                own.first <= day <= own.last and held.on(day) and any(record.signs for record in records.values())
                for holding in holdings.values()
                for held in holding.held
                for day, records in held.account.rows.items()
            ),
        )

    def compared(self, scored: dict[QuarterKey, Scored]) -> dict[QuarterKey, Columns]:
        """Adds the group columns: needs every person of a quarter."""
        found: dict[QuarterKey, Columns] = {}
        for quarter in self.scored_quarters:
            own = {key: row for key, row in scored.items() if key[0] == str(quarter)}
            scores: dict[str | None, list[int]] = {}
            for row in own.values():
                if row.eligible and row.score is not None:
                    scores.setdefault(row.lob, []).append(row.score)
            company = compare.group([score for lob in scores.values() for score in lob], self.version)
            groups = {lob: compare.group(values, self.version) for lob, values in scores.items()}
            for key, row in own.items():
                line = groups.get(row.lob)
                position = compare.position(row.score if row.eligible else None, line or company, self.version)
                found[key] = {**row.columns, **compare.columns(line, company), **position}
        return found


def unread_spans(world: World) -> dict[str, list[tuple[int, int]]]:
    """Person -> days, as numbers, on which he or she may have been away: no line of the same load says what the damaged one does not."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line in world.unread:
        dated = line.first_day or line.last_day
        if dated and any(_says_again(line, other) for other in world.absences):
            continue
        first, last = line.first_day or dt.date.min, line.last_day or dt.date.max
        found[line.person_id].append((first.toordinal(), last.toordinal()))
    return found


def _says_again(line: Unread, other: Absence) -> bool:
    names = ("person_id", "first_day", "last_day", "kind")
    return all(getattr(line, name) in (None, getattr(other, name)) for name in names)


def first_day(world: World, records: list[Record], as_of: dt.date) -> dt.date:
    """The first day with a row, or of a seat list, whichever is earlier."""
    days = [record.day for record in records]
    days += [seat_list.taken_at.toordinal() for seat_list in world.seat_lists]
    return dt.date.fromordinal(min(days, default=as_of.toordinal()))


def quarters(first: dt.date, as_of: dt.date) -> list[Quarter]:
    """Every quarter from the one of `first` to the one of `as_of`."""
    found = [quarter_of(first)]
    while found[-1] < quarter_of(as_of):
        found.append(found[-1].plus(1))
    return found


def most_days(values: list[str | None]) -> str | None:
    """The commonest of values in the order of time; a tie goes to the one seen later."""
    counts = Counter(values)
    last = {value: at for at, value in enumerate(values)}
    return max(counts, key=lambda value: (counts[value], last[value]))


def expected(
    world: World, as_of: dt.date, version: Version | None = None
) -> tuple[dict[DayKey, Columns], dict[QuarterKey, Columns]]:
    """Day rows by (person_id, day, tool) and quarter rows by (quarter, person_id), each a dict by column name."""
    oracle = Oracle(world, as_of, version)
    day_rows: dict[DayKey, Columns] = {}
    scored: dict[QuarterKey, Scored] = {}
    for person in oracle.people:
        days = oracle.days.of(person)
        day_rows.update(oracle.day_rows(days, person))
        for quarter, row in oracle.quarters_of(person, days).items():
            scored[str(quarter), person] = row
    return day_rows, oracle.compared(scored)


def expected_quarters(world: World, as_of: dt.date, version: Version | None = None) -> dict[QuarterKey, Columns]:
    """Quarter rows alone: for worlds whose day rows would not fit into memory."""
    oracle = Oracle(world, as_of, version)
    scored: dict[QuarterKey, Scored] = {}
    for person in oracle.people:
        for quarter, row in oracle.quarters_of(person, oracle.days.of(person)).items():
            scored[str(quarter), person] = row
    return oracle.compared(scored)


def _minutes(slots: list[int | None]) -> int | None:
    told = [count for count in slots if count is not None]
    return 10 * sum(told) if told else None


def breadth(days: Iterable[Counter[str]]) -> int | None:
    """Hundredths of exp(entropy) over task types with 3 acts or more, as the product of (total / acts)^(acts / total); None where
    fewer than 6 of 10 acts have a type.
    """
    acts = sum(days, Counter[str]())
    known = {task: count for task, count in acts.items() if task}
    counted = [count for count in known.values() if count >= 3]
    if not counted or 10 * sum(known.values()) < 6 * sum(acts.values()):
        return None
    whole = Decimal(sum(counted))
    with localcontext() as context:
        context.prec = 60
        found = Decimal(100)
        for count in counted:
            found *= (whole / count) ** (count / whole)
        return int(found.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
