"""State, points and score of every day of one person (MEASUREMENT sections 2, 3 and 5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from .accounts import CAUSES, Account, Evidence
from .arith import day_score
from .canon import FEEDS, Record
from .complete import is_workday
from .identity import Directory, after_end, before_start, employed
from .ownership import Holding, Ownership
from .seats import FOREVER
from .version import Version, quarter_of
from .world import PersonRow, World

DayRow = tuple[str, int | None, int | None, int | None]
"""state, proactive, passive, score_micro of one tool on one day."""

Split = tuple[int, int]
"""Weight of the proactive and of the passive channel, micro-points."""


@dataclass(slots=True, frozen=True)
class Points:
    """Use of one tool on one day: points after the caps and exponents before theirs."""

    proactive: int
    passive: int
    u_proactive: int
    u_passive: int
    estimated: bool
    slots: frozenset[int] | None = None
    """Ten minutes with any act; None where the source tells no times."""
    tasks: Counter[str] = field(default_factory=Counter)
    """Acts by task type."""

    @property
    def any(self) -> bool:
        return self.proactive + self.passive > 0


@dataclass(slots=True, frozen=True)
class ToolDay:
    state: str
    seat: bool
    points: Points | None
    cause: str | None = None


@dataclass(slots=True)
class PersonDays:
    """What the weeks need of one person; lists run over the days of the world."""

    rows: dict[tuple[int, str], DayRow] = field(default_factory=dict)
    weight: list[int] = field(default_factory=list)
    """Centi-days that the day is expected for; 0 = not expected."""
    observed: list[bool] = field(default_factory=list)
    score: list[int] = field(default_factory=list)
    engaged: list[bool] = field(default_factory=list)
    active: list[bool] = field(default_factory=list)
    estimated: list[bool] = field(default_factory=list)
    slots: list[frozenset[int] | None] = field(default_factory=list)
    """Ten minutes with any act with any tool; None where no tool of the day tells times."""
    tasks: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Day -> acts by task type."""
    touched: list[bool] = field(default_factory=list)
    """Employed, or any row of the person: the day gives a row in the quarter (reading 6)."""
    cause: list[str | None] = field(default_factory=list)
    """Why a working day of the site is no observed expected day."""
    lost: list[tuple[int, str]] = field(default_factory=list)
    """Expected days of a single seat that are not observed, with the cause."""
    possible: list[bool] = field(default_factory=list)
    """Working days of the person's site."""
    due: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Tool -> days that are expected and have its seat."""
    seen: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Tool -> those of its due days on which it is active or a proven zero."""


class Days:
    """Computes the days of one person after another."""

    def __init__(
        self, world: World, version: Version, directory: Directory, ownership: Ownership, evidence: Evidence
    ) -> None:
        self.version = version
        self.directory = directory
        self.ownership = ownership
        self.evidence = evidence
        self.range = ownership.days
        self.holidays = {(holiday.site, holiday.day.toordinal()) for holiday in world.holidays}
        self.absent: dict[str, set[int]] = defaultdict(set)
        for absence in world.absences:
            self.absent[absence.person_id].update(
                range(absence.first_day.toordinal(), absence.last_day.toordinal() + 1)
            )

        self.gaps: dict[tuple[str, str], set[int]] = defaultdict(set)
        for gap in world.gaps:
            self.gaps[gap.person_id, gap.tool].update(range(gap.first_day.toordinal(), gap.last_day.toordinal() + 1))

    def of(self, person: str) -> PersonDays:
        holdings = self.ownership.by_person.get(person, {})
        uses = {tool: self.uses(holding) for tool, holding in holdings.items()}
        for tool, holding in holdings.items():
            first = min((day for day, points in uses[tool].items() if points.any), default=None)
            if tool not in self.ownership.listed_tools and first is not None:
                holding.by_person = [(first, FOREVER)]
        out = PersonDays()
        first_seat = _first_seat(holdings.values())
        for day in self.range:
            tools = {}
            for tool, holding in holdings.items():
                found = self.tool_day(holding, uses[tool].get(day), day)
                if found:
                    tools[tool] = _with_gap(found) if day in self.gaps[person, tool] else found
            self._add_day(out, person, day, tools)
            out.cause.append(self._cause(out, person, day, tools, first_seat))
        return out

    def uses(self, holding: Holding) -> dict[int, Points]:
        """Day -> points, for each day with any row of the person's accounts of this tool."""
        rows: dict[int, list[dict[str, Record]]] = defaultdict(list)
        for held in holding.held:
            for day, own in held.account.rows.items():
                if held.on(day):
                    rows[day].append(own)
        return {day: self._points(own) for day, own in rows.items()}

    def _points(self, own: list[dict[str, Record]]) -> Points:
        """The best source of the day, one that tells of use before one that tells of none; summed over accounts, then capped."""
        telling = {name for records in own for name, record in records.items() if record.tells_of_use}
        source = min(
            {name for records in own for name in records}, key=lambda name: (name not in telling, FEEDS[name].rank)
        )
        records = [record[source] for record in own if source in record]
        feed, caps = FEEDS[source], self.version.caps
        g_proactive, g_passive = self.version.rates[feed.tool, feed.grain]
        if feed.grain == "session":
            extra = sum(record.edits for record in records) // caps["session_edits"]
            proactive = int(any(record.sessions > 0 for record in records)) + min(caps["session_extra"], extra)
        elif feed.grain == "event":
            proactive = self._slot_points([slot for record in records for slot in record.slots])
        else:
            proactive = min(sum(record.proactive for record in records), caps["day_proactive"])
        passive = 0
        if g_passive is not None:
            passive = min(sum(record.accepts for record in records), caps["day_passive"])
        slots = frozenset(one[0] for record in records for one in record.slots if any(one[1:]))
        return Points(
            proactive, passive, proactive * g_proactive, passive * (g_passive or 0), estimated=feed.grain == "session",
            slots=slots if feed.grain == "event" else None, tasks=sum((record.tasks for record in records), Counter()),
        )  # fmt: skip

    def _slot_points(self, slots: list[tuple[int, int, bool, int]]) -> int:
        """Of each ten minutes: its prompts, or one for an agent's work where there is none; no more than the cap."""
        prompts: dict[int, int] = defaultdict(int)
        worked = set()
        for slot, asked, agent, _accepts in slots:
            prompts[slot] += asked
            worked |= {slot} if agent else set()
        cap = self.version.caps["slot_points"]
        return sum(min(asked, cap) for asked in prompts.values()) + sum(not prompts[slot] for slot in worked)

    def tool_day(self, holding: Holding, points: Points | None, day: int) -> ToolDay | None:
        """State of one tool on one day; None where there is neither a seat nor a row."""
        seated = holding.seated(day)
        if points and points.any:
            return ToolDay("active", bool(seated), points)
        if not seated:
            return ToolDay("no_seat", seat=False, points=points) if points else None
        cause = self._doubt(holding, seated, day)
        return ToolDay("not_observed" if cause else "zero", seat=True, points=points, cause=cause)

    def _doubt(self, holding: Holding, seated: list[Account], day: int) -> str | None:
        if not holding.matchable or (not holding.held and self._unplaced_use(holding.tool, day)):
            return "identity_not_matched"
        doubts = [self.evidence.doubt(account, day) for account in seated]
        return min((doubt for doubt in doubts if doubt), key=CAUSES.index, default=None)

    def _unplaced_use(self, tool: str, day: int) -> bool:
        """An account of nobody was used in the quarter: it may be that of anybody whose account is not known."""
        quarter = quarter_of(dt.date.fromordinal(day))
        first, last = quarter.first.toordinal(), quarter.last.toordinal()
        return any(first <= used <= last for used in self.ownership.unplaced[tool])

    def split(self, tools: dict[str, ToolDay]) -> Split:
        """The channels' weights: they follow the seats on record that day, observed or not."""
        weights = self.version.weights
        seats = [tool for tool, found in tools.items() if found.seat]
        if seats and not any(self.version.passive(tool) for tool in seats):
            return (weights["proactive_if_no_passive_tool"], 0)
        return (weights["proactive"], weights["passive"])

    def exponent_score(self, points: list[Points], split: Split) -> int:
        limit = self.version.caps["exponent_max"]
        u_proactive = min(sum(point.u_proactive for point in points), limit)
        u_passive = min(sum(point.u_passive for point in points), limit)
        return day_score(u_proactive, u_passive, *split)

    def tool_score(self, tool: str, points: Points) -> int:
        weights = self.version.weights
        if self.version.passive(tool):
            return self.exponent_score([points], (weights["proactive"], weights["passive"]))
        return self.exponent_score([points], (weights["proactive_if_no_passive_tool"], 0))

    def _add_day(self, out: PersonDays, person: str, day: int, tools: dict[str, ToolDay]) -> None:
        row = self.directory.row_on(person, day)
        works = employed(row, day)
        used = any(found.points for found in tools.values())
        seat = any(found.seat for found in tools.values())
        observed = any(found.seat and found.state in ("active", "zero") for found in tools.values())
        points = [found.points for found in tools.values() if found.points and found.points.any]
        score = self.exponent_score(points, self.split(tools)) if points else 0
        expected = works and row is not None and seat and self._site_works(row, day) and day not in self.absent[person]
        out.weight.append(percent(row) if expected and row else 0)
        out.possible.append(self._site_works(row, day))
        out.observed.append(observed)
        out.score.append(score)
        proactive, passive = sum(point.proactive for point in points), sum(point.passive for point in points)
        out.engaged.append(proactive >= 1 or passive >= self.version.engaged_accepts)
        out.active.append(bool(points))
        out.estimated.append(any(point.estimated for point in points))
        told = [found.points.slots for found in tools.values() if found.points and found.points.slots is not None]
        out.slots.append(frozenset().union(*told) if told else None)
        out.touched.append(works or used)
        for found in tools.values():
            out.tasks[day] += found.points.tasks if found.points else Counter()
        if (works and seat) or used:
            for tool, found in tools.items():
                if found.points or works:
                    out.rows[day, tool] = self._tool_row(tool, found)
            out.rows[day, "all"] = _all_row(bool(points), observed, seat, (proactive, passive, score))
        for tool, found in tools.items():
            if out.weight[-1] and found.seat:
                out.due[tool].append(day)
                if found.cause:
                    out.lost.append((day, found.cause))
                if found.state in ("active", "zero"):
                    out.seen[tool].add(day)

    def _tool_row(self, tool: str, found: ToolDay) -> DayRow:
        if found.state == "active" and found.points:
            return ("active", found.points.proactive, found.points.passive, self.tool_score(tool, found.points))
        return ("zero", 0, 0, 0) if found.state == "zero" else (found.state, None, None, None)

    def _site_works(self, row: PersonRow | None, day: int) -> bool:
        return is_workday(day) and (row is None or (row.site, day) not in self.holidays)

    def _cause(  # noqa: PLR0911  one return per cause
        self, out: PersonDays, person: str, day: int, tools: dict[str, ToolDay], first_seat: int
    ) -> str | None:
        """Why a working day of the site is no observed expected day; None where it is one, or the site is closed."""
        row = self.directory.row_on(person, day)
        if not self._site_works(row, day):
            return None
        if row is None or before_start(row, day):
            return "joined"
        if after_end(row, day):
            return "left"
        if day in self.absent[person]:
            return "on_leave"
        if not any(found.seat for found in tools.values()):
            return "new_seat" if day < first_seat else "seat_ended"
        if not out.weight[-1]:
            return "no_weight"
        if out.observed[-1]:
            return None
        return min((found.cause for found in tools.values() if found.cause), key=CAUSES.index, default=None)


def _with_gap(found: ToolDay) -> ToolDay:
    """A day that the vendor did not report: no zero; a stronger cause of its own stays."""
    if found.state not in ("zero", "not_observed"):
        return found
    cause = min(found.cause or "vendor_gap", "vendor_gap", key=CAUSES.index)
    return ToolDay("not_observed", seat=True, points=found.points, cause=cause)


def _all_row(active: bool, observed: bool, seat: bool, values: tuple[int, int, int]) -> DayRow:
    if active:
        return ("active", *values)
    if observed:
        return ("zero", 0, 0, 0)
    return ("not_observed" if seat else "no_seat", None, None, None)


def _first_seat(holdings: Iterable[Holding]) -> int:
    """The first day with any seat; FOREVER where there is none."""
    firsts = [FOREVER]
    for holding in holdings:
        firsts += [first for first, _last in holding.by_person]
        firsts += [first for held in holding.held for first, _last in held.account.seat]
    return min(firsts)


def percent(row: PersonRow) -> int:
    """FTE in whole percent, half to even (reading 26)."""
    return int((100 * Decimal(row.fte)).to_integral_value(rounding=ROUND_HALF_EVEN))
