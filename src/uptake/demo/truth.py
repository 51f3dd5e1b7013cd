"""What was planted, for whoever checks the product. The product never opens these files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from uptake.demo import company as people_of
from uptake.demo import seats as seats_of
from uptake.demo.company import Company
from uptake.demo.files_git import LinesRow
from uptake.demo.latent import ACTIVE_PER_PERSON
from uptake.demo.planted import Planted, truth_rows
from uptake.demo.seats import CLAUDE, COPILOT, Seat
from uptake.demo.telemetry import Odd
from uptake.demo.window import Window
from uptake.demo.writing import write_csv

CLASSES = ("none", "light", "heavy")
PlanRow = tuple[str, int, int]


def write_truth(
    folder: Path, company: Company, found: list[Seat], odd: Odd, window: Window, plan: list[PlanRow]
) -> None:
    """`plan`, `seats`, `seat_quarters`, `person_quarters` and `vendor_days`, all CSV."""
    write_csv(folder / "plan.csv", ("what", "planned", "realised"), plan)
    write_csv(
        folder / "seats.csv",
        ("person_id", "tool", "account", "second", "reports", "gap_first", "gap_last", "shared_with", "unmatched", "mapped",
         "old_client_until"),
        (_seat(seat, window) for seat in found),
    )  # fmt: skip
    write_csv(
        folder / "seat_quarters.csv",
        (
            "quarter",
            "person_id",
            "tool",
            "class",
            "latent_milli",
            "proactive_days",
            "active_days",
            "prompts",
            "accepts",
        ),
        _seat_quarters(found, window),
    )
    write_csv(
        folder / "person_quarters.csv",
        ("quarter", "person_id", "class", "proactive_days", "active_days"),
        _person_quarters(company, found, window),
    )
    days = [("copilot", "no_file", odd.no_file), ("copilot", "few_accounts", odd.few_accounts)]
    days += [
        ("copilot", "restated", odd.restated),
        ("copilot", "late", odd.late),
        (CLAUDE, "no_file", odd.claude_no_file),
    ]
    rows = sorted((tool, window.days[number], what) for tool, what, numbers in days for number in numbers)
    write_csv(folder / "vendor_days.csv", ("tool", "day", "what"), rows)


def write_units(folder: Path, units: Planted) -> None:
    """`units`: which departments and teams are planted, and how."""
    columns = ("unit", "level", "kind", "people", "typical_score", "soundness_milli", "volume_percent")
    write_csv(folder / "units.csv", columns, truth_rows(units))


def write_lines(folder: Path, lines: list[LinesRow]) -> None:
    """`lines`: what was planted of the lines of changes whose repository is real."""
    write_csv(folder / "lines.csv", ("repository", "number", "assisted", "marked", "lines", "lost_21"), lines)


def _seat(seat: Seat, window: Window) -> tuple[object, ...]:
    gap = seat.gap and [window.days[number] for number in seat.gap]
    old = window.days[seat.old_client_until] if seat.old_client_until >= 0 else None
    return (
        seat.person.key, seat.tool, seat.user_id or seat.account, seat.second, seat.reports,
        gap and gap[0], gap and gap[1], seat.shared_with and seat.shared_with.key, seat.unmatched, seat.mapped, old,
    )  # fmt: skip


def _seat_quarters(found: list[Seat], window: Window) -> Iterator[tuple[object, ...]]:
    for place, (name, _, _) in enumerate(window.quarters):
        for seat in found:
            latent = int(seat.latents[place] * 1000)
            yield name, seat.person.key, seat.tool, CLASSES[seat.classes[place]], latent, *seat.use[place]


def _person_quarters(company: Company, found: list[Seat], window: Window) -> Iterator[tuple[object, ...]]:
    """A person's class is the highest of the seats; days of two tools are added, so they are an upper bound."""
    held: dict[int, list[Seat]] = {}
    for seat in found:
        held.setdefault(seat.person.number, []).append(seat)
    for place, (name, _, _) in enumerate(window.quarters):
        for person in company.engineers:
            seats = held.get(person.number, [])
            level = max((seat.classes[place] for seat in seats), default=0)
            yield (
                name, person.key, CLASSES[level],
                sum(seat.use[place][0] for seat in seats), sum(seat.use[place][1] for seat in seats),
            )  # fmt: skip


def plan_of(people: int, company: Company, found: list[Seat], window: Window) -> list[PlanRow]:
    """Planned numbers beside those counted in what was made."""
    engineers = company.engineers
    holders = {seat.person.number for seat in found}
    first = [seat for seat in found if not seat.second]
    copilot = [seat for seat in found if seat.tool == COPILOT]
    plan = [
        ("engineers", people, len(engineers)),
        ("engineers without a seat", round(people * seats_of.NO_SEAT), len(engineers) - len(holders)),
        ("seats", round(people * seats_of.SEATS_PER_PERSON), len(found)),
        ("first seats: Copilot", round(len(holders) * (1 - seats_of.FIRST_CLAUDE)), _of(first, COPILOT)),
        ("first seats: Claude Code", round(len(holders) * seats_of.FIRST_CLAUDE), _of(first, CLAUDE)),
        ("part-time engineers", round(people * (1 - people_of.FTE[0][1])), sum(p.fte < 100 for p in engineers)),
        ("joiners", round(people * people_of.JOIN), sum(p.start >= window.first for p in engineers)),
        ("leavers", round(people * people_of.LEAVE), sum(p.end is not None for p in engineers)),
        ("moves", round(people * people_of.MOVE), sum(p.moved_on is not None for p in engineers)),
        ("on long leave", round(people * people_of.LONG_LEAVE), sum(_long(p) for p in engineers)),
        ("Copilot clients that never report", round(len(copilot) * seats_of.NEVER_REPORTS), sum(not s.reports for s in found)),
        (f"seats with a gap of {10 * window.outages} to {30 * window.outages} days", round(len(found) * seats_of.GAP), sum(s.gap is not None for s in found)),
    ]  # fmt: skip
    for place, (name, _, _) in enumerate(window.closed):
        active = sum(1 for seat in found if seat.use[place][0])
        plan.append((f"active seats {name}", round(people * ACTIVE_PER_PERSON), active))
        seen = round(people * ACTIVE_PER_PERSON * (1 - seats_of.NEVER_REPORTS * len(copilot) / len(found)))
        plan.append((f"of these reported {name}", seen, sum(1 for seat in found if seat.use[place][4])))
    return plan


def _of(found: list[Seat], tool: str) -> int:
    return sum(seat.tool == tool for seat in found)


def _long(person: people_of.Person) -> bool:
    return any(kind == "long_leave" for _, _, kind in person.absences)
