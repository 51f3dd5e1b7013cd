"""Who uses how much: a latent draw per person, cut so that the planted number of seats is active in each quarter."""

from __future__ import annotations

from uptake.demo import names
from uptake.demo.company import FREE, WORK, Company, presence
from uptake.demo.draws import beta, gamma, normal, stream
from uptake.demo.planted import keen_departments
from uptake.demo.seats import COPILOT, Seat
from uptake.demo.window import Window

ACTIVE_PER_PERSON = 24_000 / 65_000
LINE_SD, TEAM_SD, PERSON_SD, DRIFT_SD, SECOND_SD, SECOND_SHIFT = 0.9, 0.6, 0.8, 0.25, 0.5, -0.6
KEEN_SHIFT = 2.2
"""Added to the latent of every team of a keen department."""
PLANTED_LINES = {names.EAGER: 2.0, names.IDLE: -1.6}
HEAVY_FROM = 1.1
"""Latent from which a seat is heavy; from 0 it is light."""
LIGHT_PROMPTS, HEAVY_PROMPTS, LIGHT_ACCEPTS, HEAVY_ACCEPTS = 3.6, 13.0, 5.0, 15.0
ACCEPT_ONLY_SHARE, WEEKEND, CONTACT = 0.08, 0.04, 0.25
NEVER_OPENED = 0.3
"""Share of seats whose client makes no contact on days without use."""

IF_LIGHT, IF_HEAVY, ACCEPTS_ONLY, TOUCHED = 1, 2, 4, 8
"""Bits of a day of a seat: used if the seat is light, used if it is heavy, no prompt that day, client contact without use."""


def plant(company: Company, found: list[Seat], window: Window, seed: int) -> None:
    """Give every seat its latents, its classes and its days. A class is a fact of the latent draw, never of what is seen."""
    lines = [PLANTED_LINES.get(line, LINE_SD * normal(stream(seed, 4, line))) for line in range(len(company.lines))]
    keen = keen_departments(company)
    teams = [
        TEAM_SD * normal(stream(seed, 5, number)) + KEEN_SHIFT * (team.department in keen)
        for number, team in enumerate(company.teams)
    ]
    own = stream(seed, 6)
    people: dict[int, list[float]] = {}
    for seat in found:
        person = seat.person
        if person.number not in people:
            base = (
                lines[person.line] + PERSON_SD * normal(own) + (teams[person.team] if person.team is not None else 0.0)
            )
            people[person.number] = [base + DRIFT_SD * normal(own) for _ in window.quarters]
        shift = SECOND_SHIFT + SECOND_SD * normal(own) if seat.second else 0.0
        seat.latents = [latent + shift for latent in people[person.number]]
        seat.pattern = _pattern(seat, window, seed)
        seat.use = [[0, 0, 0, 0, 0] for _ in window.quarters]
    wanted = round(len(company.engineers) * ACTIVE_PER_PERSON)
    intercept = 0.0
    for place, (_, first, behind) in enumerate(window.quarters):
        if place < len(window.closed):  # the running quarter is too short to be tuned: it goes on as the one before
            intercept = _intercept(found, place, first, behind, wanted)
        for seat in found:
            seat.latents[place] += intercept
            seat.classes.append(_class(seat.latents[place]))


def _class(latent: float) -> int:
    return 2 if latent >= HEAVY_FROM else 1 if latent >= 0 else 0


def _intercept(found: list[Seat], place: int, first: int, behind: int, wanted: int) -> float:
    """The intercept at which exactly `wanted` seats have a day with a proactive action.

    A seat turns active at one value and stays so above it (the days of a heavy seat hold those of a light one), so the
    value that bisection would close in on lies between two neighbours in the order of these values.
    """
    turns = []
    for seat in found:
        days = seat.pattern[first:behind]
        if any(day & IF_LIGHT and not day & ACCEPTS_ONLY for day in days):
            turns.append(-seat.latents[place])
        elif any(day & IF_HEAVY and not day & ACCEPTS_ONLY for day in days):
            turns.append(HEAVY_FROM - seat.latents[place])
    turns.sort()
    if wanted >= len(turns):
        return turns[-1] + 1
    return (turns[wanted - 1] + turns[wanted]) / 2


def _pattern(seat: Seat, window: Window, seed: int) -> bytes:
    """The bits of each day of the window; also sets the seat's means per class."""
    draw = stream(seed, 7, seat.number)
    light = beta(draw, 2, 9)
    heavy = max(beta(draw, 8, 2.5), light)
    seat.prompt_means = (0.0, LIGHT_PROMPTS * gamma(draw, 4) / 4, HEAVY_PROMPTS * gamma(draw, 8) / 8)
    if seat.tool == COPILOT:
        seat.accept_means = (0.0, LIGHT_ACCEPTS * gamma(draw, 2) / 2, HEAVY_ACCEPTS * gamma(draw, 2) / 2)
    accepts_only = ACCEPT_ONLY_SHARE if seat.tool == COPILOT else 0.0
    touched = 1.0 if draw() < NEVER_OPENED or seat.tool != COPILOT else 1.0 - CONTACT
    days = presence(seat.person, window)
    found = bytearray(len(days))
    for number in range(seat.first, seat.last + 1):
        used, kind = draw(), draw()
        if days[number] == FREE:
            used, kind = used / WEEKEND, min(kind, 0.5)
        elif days[number] != WORK:
            continue
        found[number] = (
            (IF_LIGHT if used < light else 0)
            | (IF_HEAVY if used < heavy else 0)
            | (ACCEPTS_ONLY if kind < accepts_only else 0)
            | (TOUCHED if kind > touched else 0)
        )
    return bytes(found)
