"""Planted people who are no non-users, each with the reasons that fit; and true non-users, without whom the test could not fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.attack.world import FIRST, LAST, LISTS, MAIN, OLD, ONE, Account, World, weekdays

Day = dt.date
Pairs = frozenset[tuple[str, str]]
MISSING, FEW, SILENT, DAMAGED = "900", "901", "902", "904"
GAP_TENANTS = (MISSING, FEW, SILENT, DAMAGED)
GAPS = {"bare": (Day(2026, 8, 17), Day(2026, 8, 28)), "envelope": (Day(2026, 8, 26), Day(2026, 9, 22))}
USES: Pairs = frozenset({("light", "some_use"), ("heavy", "above_cut")})


def _insufficient(*reasons: str) -> Pairs:
    return frozenset(("insufficient", reason) for reason in reasons)


def _excluded(*reasons: str) -> Pairs:
    return frozenset(("excluded", reason) for reason in reasons)


@dataclass
class Plan:
    """A world under construction, and what may be said of whom."""

    world: World
    form: str
    allowed: dict[str, tuple[str, Pairs]] = field(default_factory=dict)
    true_non_users: set[str] = field(default_factory=set)
    plants_in: dict[str, set[int]] = field(default_factory=dict)
    """Gap tenant -> account numbers of its plants."""

    @property
    def days(self) -> list[Day]:
        return self.world.days()

    @property
    def gap(self) -> list[Day]:
        return weekdays(*GAPS["envelope" if self.form == "envelope" else "bare"])

    def silent(self, key: str, days: list[Day] | None = None, **more: object) -> Account:
        """A person with a seat whose client reports zeros: a non-user, were it not for what the plant adds."""
        self.world.person(key, **more)
        account = self.world.account(key)
        self.world.seat(account)
        self.world.reports(account, self.days if days is None else days)
        return account


def long_leave(plan: Plan, key: str) -> Pairs:
    plan.silent(key)
    plan.world.absences.append((key, FIRST, LAST, "long_leave"))
    return _excluded("on_leave")


def leave(plan: Plan, key: str) -> Pairs:
    plan.silent(key, weekdays(plan.world.first, Day(2026, 7, 20)))
    plan.world.absences.append((key, Day(2026, 7, 21), Day(2026, 10, 30), "leave"))
    return _insufficient("on_leave")


def joiner(plan: Plan, key: str) -> Pairs:
    plan.silent(key, weekdays(Day(2026, 9, 10)), start_date="2026-09-10")
    return _insufficient("joined")


def leaver(plan: Plan, key: str) -> Pairs:
    plan.silent(key, weekdays(plan.world.first, Day(2026, 7, 20)), end_date="2026-07-20")
    return _insufficient("left")


def old_address(plan: Plan, key: str) -> Pairs:
    """Claude knows the address that HR has in an older row only."""
    old = f"Old.{key}@Corp.Example "
    plan.world.person(key, email=old)
    plan.world.person(key, effective_from="2026-06-01")
    plan.world.grants.append({"tool": "claude_code", "person_id": key})
    plan.world.codes(old.strip().lower(), plan.days[-20:])
    return USES


def mapped_address(plan: Plan, key: str) -> Pairs:
    """The vendor's address is in no HR row; `accounts` maps it."""
    plan.world.person(key)
    plan.world.grants.append({"tool": "claude_code", "person_id": key})
    plan.world.links.append(("claude_code", f"X-{key}@vendor.example", key))
    plan.world.codes(f"x-{key.lower()}@vendor.example", plan.days[-20:])
    return USES


def mapped_login(plan: Plan, key: str) -> Pairs:
    """HR has no login; `accounts` maps one, in other letters."""
    plan.world.person(key, github_login=None)
    account = plan.world.account(key, f"own-{key.lower()}")
    plan.world.seat(account)
    plan.world.reports(account, plan.days, lambda day: int(day.weekday() == 1))
    plan.world.links.append(("copilot", f"OWN-{key}", key))
    return USES


def mapped_number(plan: Plan, key: str) -> Pairs:
    plan.world.person(key, github_login=None)
    account = plan.world.account(key, f"num-{key.lower()}")
    plan.world.seat(account)
    plan.world.reports(account, plan.days, lambda day: int(day.weekday() == 2))
    plan.world.links.append(("copilot", str(account.number), key))
    return USES


def renamed(plan: Plan, key: str) -> Pairs:
    """Used under the old login only; HR knows the new one, and zeros came under it since."""
    plan.world.person(key, github_login=f"new-{key.lower()}")
    changed = Day(2026, 7, 10)
    logins = ((Day(2026, 1, 1), f"old-{key.lower()}"), (changed, f"new-{key.lower()}"))
    account = plan.world.account(key, f"old-{key.lower()}", logins=logins)
    plan.world.seat(account)
    plan.world.reports(account, plan.days, lambda day: 3 * int(FIRST <= day < changed))
    return USES


def shared_map(plan: Plan, key: str) -> Pairs:
    """Two people stand in `accounts` for one account."""
    plan.silent(key)
    other = plan.world.person(f"{key}B", github_login=None)
    plan.world.links += [("copilot", f"gh-{key.lower()}", key), ("copilot", f"gh-{key.lower()}", other)]
    plan.allowed[other] = ("shared_map", _excluded("shared_account"))
    return _excluded("shared_account")


def shared_login(plan: Plan, key: str) -> Pairs:
    plan.silent(key)
    other = plan.world.person(f"{key}B", github_login=f"GH-{key}")
    plan.allowed[other] = ("shared_login", _excluded("shared_account"))
    return _excluded("shared_account")


def shared_address(plan: Plan, key: str) -> Pairs:
    """Two HR rows with one e-mail; the account on it has a seat."""
    plan.world.person(key)
    other = plan.world.person(f"{key}B", email=f"{key}@CORP.example")
    plan.world.grants.append({"tool": "claude_code", "account": f"{key.lower()}@corp.example"})
    plan.allowed[other] = ("shared_address", _excluded("shared_account"))
    return _excluded("shared_account")


def no_seat(plan: Plan, key: str) -> Pairs:
    plan.world.person(key)
    return _excluded("no_seat")


def never_reports(plan: Plan, key: str) -> Pairs:
    plan.world.person(key)
    plan.world.seat(plan.world.account(key), active=Day(2026, 9, 1))
    return _insufficient("client_never_reports", "telemetry_off", "use_without_days")


def too_old(plan: Plan, key: str) -> Pairs:
    plan.world.person(key)
    account = plan.world.account(key)
    plan.world.seat(account)
    plan.world.reports(account, plan.days, version=OLD)
    return _insufficient("client_too_old")


def no_login(plan: Plan, key: str) -> Pairs:
    plan.world.person(key, github_login=None)
    plan.world.grants.append({"tool": "copilot", "person_id": key})
    return _insufficient("identity_not_matched")


def no_address(plan: Plan, key: str) -> Pairs:
    plan.world.person(key, email=None)
    plan.world.grants.append({"tool": "claude_code", "person_id": key})
    return _insufficient("identity_not_matched")


def service(plan: Plan, key: str) -> Pairs:
    """HR lists a bot: its seat is no seat of a person."""
    plan.world.person(key)
    account = plan.world.account(key)
    plan.world.seat(account, kind="Bot")
    plan.world.reports(account, plan.days)
    return _excluded("no_seat")


def part_time(plan: Plan, key: str) -> Pairs:
    """30 % of 66 working days are fewer than 20 days."""
    plan.silent(key, fte="0.3")
    return _insufficient("few_days")


def late_seat(plan: Plan, key: str) -> Pairs:
    plan.world.person(key)
    account = plan.world.account(key)
    plan.world.seat(account, created=Day(2026, 9, 7))
    plan.world.reports(account, weekdays(Day(2026, 9, 7)))
    return _insufficient("new_seat")


def late_grant(plan: Plan, key: str) -> Pairs:
    plan.world.person(key)
    plan.world.grants.append({"tool": "claude_code", "person_id": key, "first_day": "2026-09-07"})
    return _insufficient("new_seat")


def ended_seat(plan: Plan, key: str) -> Pairs:
    """A later complete list lacks the seat."""
    plan.world.person(key)
    account = plan.world.account(key)
    plan.world.seat(account, lists=LISTS[:2], ends="2026-07-18")
    plan.world.reports(account, weekdays(plan.world.first, Day(2026, 7, 17)))
    return _insufficient("seat_ended")


def telemetry_off(plan: Plan, key: str) -> Pairs:
    """Telemetry stopped in August, and the seat list saw activity in September."""
    plan.world.person(key)
    account = plan.world.account(key)
    plan.world.seat(account, active=Day(2026, 9, 28))
    plan.world.reports(account, weekdays(plan.world.first, Day(2026, 8, 20)))
    return _insufficient("telemetry_off")


def second_tool_blind(plan: Plan, key: str) -> Pairs:
    """Zeros of one tool are proven; of the other nothing was ever seen."""
    plan.world.person(key)
    plan.world.grants.append({"tool": "claude_code", "person_id": key})
    plan.world.seat(plan.world.account(key), active=Day(2026, 9, 1))
    return _insufficient(
        "client_never_reports", "telemetry_off", "use_without_days", "too_early", "identity_not_matched"
    )


def used_on_leave(plan: Plan, key: str) -> Pairs:
    """One prompt in the whole quarter, on a day off."""
    plan.world.person(key)
    account = plan.world.account(key)
    plan.world.seat(account)
    plan.world.reports(account, plan.days, lambda day: int(day == Day(2026, 8, 5)))
    plan.world.absences.append((key, Day(2026, 8, 3), Day(2026, 8, 7), "leave"))
    return USES


def other_account(plan: Plan, key: str) -> Pairs:
    """Idle on one account, active on a second one that `accounts` maps."""
    plan.silent(key)
    second = plan.world.account(key, f"second-{key.lower()}")
    plan.world.links.append(("copilot", second.login, key))
    plan.world.reports(second, plan.days[-10:], lambda _day: 2)
    return USES


def no_engineer(plan: Plan, key: str) -> Pairs:
    plan.silent(key, engineer="false")
    return _excluded("not_engineer")


def vendor_gap(plan: Plan, key: str, tenant: str) -> Pairs:
    """All use falls into the days that the vendor lost."""
    plan.world.person(key)
    account = plan.world.account(key, tenant=tenant)
    plan.world.seat(account)
    plan.world.reports(account, plan.days, lambda day: 5 * int(day in plan.gap))
    plan.plants_in.setdefault(tenant, set()).add(account.number)
    return _insufficient("vendor_gap")


PLANTS: tuple[Callable[[Plan, str], Pairs], ...] = (
    *(long_leave, leave, joiner, leaver, old_address, mapped_address, mapped_login, mapped_number, renamed),
    *(shared_map, shared_login, shared_address, no_seat, never_reports, too_old, no_login, no_address, service),
    *(part_time, late_seat, late_grant, ended_seat, telemetry_off, second_tool_blind, used_on_leave, other_account),
    no_engineer,
)


def build(each: int, form: str = "bare", first: Day = FIRST) -> Plan:
    """`each` people of every plant and of every gap, as many ordinary users, and true non-users of both tools."""
    plan = Plan(World(first), form)
    for plant in PLANTS:
        for number in range(each):
            key = f"{plant.__name__.upper().replace('_', '')}{number}"
            plan.allowed[key] = (plant.__name__, plant(plan, key))
    for tenant in GAP_TENANTS:
        for number in range(each):
            key = f"GAP{tenant}N{number}"
            plan.allowed[key] = (f"vendor_gap {tenant}", vendor_gap(plan, key, tenant))
        _hide(plan, tenant)
    for number in range(max(40, 20 * each)):
        _ordinary(plan, f"USER{number}", MAIN if number % 2 else GAP_TENANTS[number // 2 % 4])
    for number in range(max(6, each)):
        plan.silent(f"TRUE{number}")
        plan.world.person(f"TRUEC{number}")
        plan.world.grants.append({"tool": "claude_code", "account": f"truec{number}@corp.example"})
        plan.true_non_users |= {f"TRUE{number}", f"TRUEC{number}"}
    for day in plan.days:
        plan.world.codes("somebody@elsewhere.example", [day])
    return plan


def _ordinary(plan: Plan, key: str, tenant: str) -> None:
    plan.world.person(key)
    account = plan.world.account(key, tenant=tenant)
    plan.world.seat(account, active=LAST)
    plan.world.reports(account, plan.days, lambda day: (account.number + day.day) % 5)
    plan.world.reports(account, [LAST + ONE], lambda _day: 1)


def _hide(plan: Plan, tenant: str) -> None:
    gap, whose = frozenset(plan.gap), plan.plants_in
    kept = {
        MISSING: lambda _rows: None,
        FEW: lambda rows: rows[-(len(rows) // 5) :],
        SILENT: lambda _rows: [],
        DAMAGED: lambda rows: [{**row, "user_login": 7} if row["user_id"] in whose[tenant] else row for row in rows],
    }[tenant]
    plan.world.hidden[tenant] = lambda day, rows: kept(rows) if day in gap else rows
