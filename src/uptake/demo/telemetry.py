"""What happened on each day, and which of it the vendors get to see."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from uptake.demo.draws import Uniform, below, count, pick, stream
from uptake.demo.latent import ACCEPTS_ONLY, IF_HEAVY, IF_LIGHT, TOUCHED
from uptake.demo.seats import COPILOT, Seat
from uptake.demo.window import FRIDAY, Window

SUGGESTIONS_SHOWN, MOST_SHOWN = 0.15, 20
"""Share of days of mere contact on which suggestions were shown; the seat list counts them as activity."""
RESTATED, LATE = 0.06, 0.04
"""Shares of working days that the vendor states twice, and that it states days later."""
_SPICE = 1 << 24


@dataclass(frozen=True, slots=True)
class Use:
    """One seat on one day. `spice` is 24 random bits: which features, which terminal, how many lines."""

    seat: Seat
    prompts: int
    accepts: int
    shown: int
    spice: int


@dataclass(frozen=True, slots=True)
class Odd:
    """What goes wrong at a vendor: numbers of days."""

    no_file: frozenset[int]
    few_accounts: frozenset[int]
    restated: frozenset[int]
    late: frozenset[int]
    claude_no_file: frozenset[int]


def odd_days(window: Window, seed: int) -> Odd:
    """One outage of each kind in every closed quarter, as many days long as the window says; restated and late days elsewhere."""
    draw = stream(seed, 8)
    no_file, few, claude = set[int](), set[int](), set[int]()
    for _, first, behind in window.closed:
        middle = [day for day in range(first + 35, behind - 10) if window.days[day].weekday() <= FRIDAY]
        one, two, three = pick(draw, middle, 3)
        no_file |= _workdays(window, one, window.outages)
        few |= _workdays(window, two, window.outages)
        claude |= _workdays(window, three, window.outages)
    few -= no_file
    rest = [
        day
        for day in range(window.quarters[-1][1])
        if window.days[day].weekday() <= FRIDAY and day not in no_file | few | claude
    ]
    mixed = pick(draw, rest, len(rest))
    restated, late = max(1, round(len(rest) * RESTATED)), max(1, round(len(rest) * LATE))
    return Odd(
        frozenset(no_file), frozenset(few), frozenset(mixed[:restated]),
        frozenset(mixed[restated : restated + late]), frozenset(claude),
    )  # fmt: skip


def _workdays(window: Window, start: int, length: int) -> set[int]:
    """Numbers of that many working days in a row."""
    later = (number for number in range(start, len(window.days)) if window.days[number].weekday() <= FRIDAY)
    return set(itertools.islice(later, length))


def days(found: list[Seat], window: Window, seed: int) -> Iterator[tuple[int, dt.date, list[Use]]]:
    """Each day with everything done on it, also what no vendor sees. Keeps the truth of each seat."""
    for place, (_, first, behind) in enumerate(window.quarters):
        masks = [(0, IF_LIGHT, IF_HEAVY)[seat.classes[place]] for seat in found]
        for number in range(first, behind):
            draw = stream(seed, 9, number)
            yield number, window.days[number], list(_day(found, masks, number, place, draw))


def _day(found: list[Seat], masks: list[int], number: int, place: int, draw: Uniform) -> Iterator[Use]:
    for seat, mask in zip(found, masks, strict=True):
        bits = seat.pattern[number]
        if bits & mask:
            yield _used(seat, bits, number, place, draw)
        elif bits & TOUCHED:
            shown = 1 + below(draw, MOST_SHOWN) if draw() < SUGGESTIONS_SHOWN else 0
            if shown:
                seat.last_activity = number
            yield Use(seat, 0, 0, shown, below(draw, _SPICE))


def _used(seat: Seat, bits: int, number: int, place: int, draw: Uniform) -> Use:
    level = seat.classes[place]
    prompts = 0 if bits & ACCEPTS_ONLY else 1 + count(draw, seat.prompt_means[level] - 1)
    accepts = count(draw, seat.accept_means[level]) if seat.tool == COPILOT else 0
    accepts = max(accepts, 0 if prompts else 1)
    shown = accepts * 3 + below(draw, 8) if seat.tool == COPILOT else 0
    seat.last_activity = number
    truth = seat.use[place]
    truth[0] += prompts > 0
    truth[1] += 1
    truth[2] += prompts
    truth[3] += accepts
    truth[4] += prompts > 0 and not seat.hidden(number)
    return Use(seat, prompts, accepts, shown, below(draw, _SPICE))
