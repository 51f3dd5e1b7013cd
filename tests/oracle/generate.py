"""Generated worlds: `make_world(seed, people, quarters)` is the same world for the same arguments, always."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from .generate_files import claude_files, copilot_files, seat_lists
from .generate_people import SITES, Plan, Profile, absences, people
from .generate_use import CopilotAccount, claude_days, copilot_days
from .knobs import Knobs
from .version import Quarter
from .world import ClaudeRow, Grant, Holiday, Link, PersonRow, World


@dataclass(slots=True)
class Made:
    """The accounts while the world is made."""

    copilot: list[CopilotAccount] = field(default_factory=list)
    claude: dict[str, list[ClaudeRow]] = field(default_factory=lambda: defaultdict(list))
    links: list[Link] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)


def make_world(seed: int, people_count: int, quarters: int = 1, *, dense: bool = False, **knobs: Any) -> World:
    """A world of `people_count` people over `quarters` calendar quarters. `knobs`: see Knobs."""
    choice = replace(Knobs(), **knobs)
    first_quarter = Quarter(*choice.first_quarter)
    last = first_quarter.plus(quarters - 1).last
    if choice.as_of == "running":
        last -= dt.timedelta(days=40)
    plan = Plan(random.Random(seed), first_quarter.first, last, choice.odd)
    everybody = people(plan, people_count, dense=dense)
    world = World(absences=absences(plan, everybody), holidays=_holidays(plan))
    made = Made()
    listed = choice.claude_seats if choice.claude_seats is not None else seed % 2 == 0
    for person in everybody:
        _tools(plan, choice, made, person, listed=listed)
    if choice.odd:
        _strangers(plan, made)
        _shared(plan, made, everybody)
    world.people = [row for person in everybody for row in person.rows] + _readdressed(plan, made, everybody)
    world.links, world.grants = made.links, made.grants
    world.copilot = copilot_files(plan, choice, made.copilot)
    world.claude = claude_files(plan, choice, made.claude)
    world.seat_lists = seat_lists(plan, choice, made.copilot)
    world.as_of = last + dt.timedelta(days={"closed": 20, "open": 5, "running": 0}[choice.as_of])
    return world


def _holidays(plan: Plan) -> list[Holiday]:
    return [Holiday(site, day) for site in SITES[:2] for day in sorted({plan.day() for _count in range(3)})]


def _tools(plan: Plan, choice: Knobs, made: Made, person: Profile, *, listed: bool) -> None:
    """Seats and accounts of one person: Copilot, Claude Code, both, neither, or more than one account."""
    if person.clean or plan.chance(choice.copilot_share):
        _copilot(plan, made, person, 1000 + person.number)
        if not person.clean and plan.chance(plan.odd):
            _copilot(plan, made, person, 500_000 + person.number)
    if person.clean:
        return
    if plan.chance(choice.claude_share):
        _claude(plan, made, person, listed=listed)
    if choice.unread_tool and plan.chance(plan.odd / 4):
        made.grants.append(Grant("cursor", person_id=person.person_id))
    if listed and plan.chance(plan.odd / 4):
        made.grants.append(Grant("claude_code", person_id=person.person_id, first_day=plan.day()))


def _copilot(plan: Plan, made: Made, person: Profile, user_id: int) -> None:
    account = CopilotAccount(user_id, person.login if user_id < 500_000 else f"alt{person.number}", person)
    if user_id >= 500_000:
        made.links.append(Link("copilot", account.login, person.person_id))
    elif not person.clean:
        _copilot_identity(plan, made, account, person)
    account.seat = (plan.first - dt.timedelta(days=60), plan.last + dt.timedelta(days=400))
    if not person.clean:
        _copilot_seat(plan, account)
    if person.kind == "silent":
        account.hidden_use = plan.day() if plan.chance(0.6) else None
    else:
        copilot_days(plan, account, person.kind)
    made.copilot.append(account)


def _copilot_identity(plan: Plan, made: Made, account: CopilotAccount, person: Profile) -> None:
    """Most are matched by login; others by a link on id or login, by an older login, or not at all."""
    draw = plan.rng.random()
    if draw < plan.odd:
        account.login = f"gh-{person.number}"
        made.links.append(Link("copilot", str(account.user_id), person.person_id))
    elif draw < 2 * plan.odd:
        account.login = f"GH-{person.number}"
        made.links.append(Link("copilot", f"gh-{person.number}", person.person_id))
    elif draw < 3 * plan.odd:
        account.login = f"unknown-{person.number}"
    elif draw < 4 * plan.odd:
        account.renamed = (plan.day(), f"new-{person.number}")
    elif draw < 5 * plan.odd:
        account.login, account.renamed = f"former-{person.number}", (plan.day(), person.login)


def _copilot_seat(plan: Plan, account: CopilotAccount) -> None:
    draw = plan.rng.random()
    first, last = account.seat or (plan.first, plan.last)
    if draw < plan.odd:
        account.seat = (plan.day(), last)
    elif draw < 2 * plan.odd:
        account.seat = (first, plan.day())
    elif draw < 3 * plan.odd:
        account.seat = None
    elif draw < 4 * plan.odd:
        gone = plan.day(10)
        account.broken = (gone, gone + dt.timedelta(days=35))


def _claude(plan: Plan, made: Made, person: Profile, *, listed: bool) -> None:
    """A Claude Code account under the e-mail, an old e-mail, a linked address or an API key."""
    actor, draw = person.email, plan.rng.random()
    if draw < plan.odd:
        actor = f"{person.number}@elsewhere.example"
        made.links.append(Link("claude_code", actor.upper(), person.person_id))
    elif draw < 2 * plan.odd:
        actor = f"api_key:dev{person.number}"
        made.links.append(Link("claude_code", actor, person.person_id))
    elif person.old_email and plan.chance(0.6):
        actor = person.old_email
    made.claude[actor] += claude_days(plan, actor, person.kind, person)
    if listed and plan.chance(0.85):
        first = plan.rng.choice((None, None, plan.day()))
        last = plan.rng.choice((None, None, None, plan.day()))
        if first and last and first > last:
            first, last = last, first
        made.grants.append(Grant("claude_code", account=actor, first_day=first, last_day=last, monthly_cost="19.5"))


def _strangers(plan: Plan, made: Made) -> None:
    """Accounts without a person: a bot, a service key, a contractor, and two people under one GitHub id."""
    bot = CopilotAccount(900_001, "build-bot", None, bot=True, seat=(plan.first, plan.last))
    contractor = CopilotAccount(900_002, "contractor", None, seat=(plan.first, plan.last))
    copilot_days(plan, contractor, "regular")
    made.copilot += [bot, contractor]
    made.claude["api_key:ci"] += claude_days(plan, "api_key:ci", "heavy", None)
    made.claude["guest@elsewhere.example"] += claude_days(plan, "guest@elsewhere.example", "light", None)
    always = [own for own in made.copilot if own.seat and own.seat[0] < plan.first and not own.broken]
    always = [own for own in always if own.seat and own.seat[1] > plan.last and own.person and not own.person.clean]
    if always:
        made.copilot.append(CopilotAccount(always[0].user_id, "zz-same-id", None, seat=(plan.first, plan.last)))
    made.grants.append(Grant("copilot", monthly_cost="39"))


def _shared(plan: Plan, made: Made, everybody: list[Profile]) -> None:
    """Accounts that two people answer for: one mapped to both, one address in two HR rows."""
    free = [person for person in everybody if not person.clean]
    for number, start in enumerate(range(0, min(len(free) - 1, 400), 200)):
        pair = free[start : start + 2]
        account = CopilotAccount(700_000 + number, f"pool-{number}", None, seat=(plan.first, plan.last))
        copilot_days(plan, account, "regular")
        made.copilot.append(account)
        made.links += [Link("copilot", str(account.user_id), person.person_id) for person in pair]
    if len(free) > 20:
        address = "shared@bank.example"
        made.claude[address] += claude_days(plan, address, "light", None)[:9]
        for person in free[10:12]:
            person.rows[-1].email = address


def _readdressed(plan: Plan, made: Made, everybody: list[Profile]) -> list[PersonRow]:
    """Two people of whom one takes over the address of the other: each owns the account in their own time."""
    if not plan.odd or len(everybody) < 30:
        return []
    address, taken = "desk7@bank.example", plan.day(20)
    made.claude[address] += claude_days(plan, address, "heavy", None)
    before, after = (PersonRow(f"D{number}", "Retail", team="Retail-1", site="London") for number in (1, 2))
    before.email, after.email = address, address
    later = replace(before, email="desk8@bank.example", effective_from=taken)
    return [before, later, replace(after, effective_from=taken), replace(after, email="desk9@bank.example")]
