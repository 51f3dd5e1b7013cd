"""People of whom something is odd but real, in vendor files: what a fair reader of the documents says of each stands beside them (decision 0096).

What is expected was written down before the product was asked.
"""

from __future__ import annotations

import datetime as dt
import pathlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.attack.edges import Calls, crowd
from tests.attack.world import FIRST, LAST, LISTS, ONE, Account, World, weekdays

Day = dt.date
MIDDLE = Day(2026, 8, 17)
"""A Monday, near the middle of the quarter."""
BEFORE = MIDDLE - ONE
FEW, MANY = "light/some_use", "heavy/above_cut"
NOT_SEEN, ZERO = "insufficient/use_without_days", "non_user/seat_never_used"
WHOSE = "insufficient/identity_not_matched"
AWAY = "insufficient/absence_unread"
NO_WORK = ("excluded/on_leave", "insufficient/on_leave")


class EveryDay(World):
    """Reports are written of Saturdays and Sundays too."""

    def days(self) -> list[Day]:
        return [FIRST + ONE * number for number in range((LAST - FIRST).days + 1)]


@dataclass
class Odd:
    """The company, and what may be said of each odd person."""

    world: World = field(default_factory=EveryDay)
    expected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    later: list[Callable[[pathlib.Path], Calls]] = field(default_factory=list)
    """Loads that come after all others."""

    def says(self, key: str, *allowed: str) -> str:
        self.expected[key] = allowed
        return key

    def copilot(self, key: str, used: int = 0, days: list[Day] | None = None, **more: object) -> Account:
        """An HR row, a seat and rows of the client: `used` prompts on each of the days."""
        self.world.person(key, **more)
        account = self.world.account(key)
        self.world.seat(account)
        self.world.reports(account, weekdays() if days is None else days, lambda _day: used)
        return account


def _stamp(odd: Odd, account: Account, at: str) -> None:
    """The last activity of an account as its newest seat list has it."""
    for seat in odd.world.listings[LISTS[-1]]:
        if seat["assignee"]["id"] == account.number:
            seat["last_activity_at"] = at


def seat_lists(odd: Odd) -> None:
    """The vendor counts shown suggestions as activity: a stamp on a day of zeros is use that no row shows."""
    _stamp(odd, odd.copilot(odd.says("STAMPED", NOT_SEEN)), "2026-09-16T10:00:00Z")
    _stamp(odd, odd.copilot(odd.says("NIGHT", NOT_SEEN)), "2026-06-30T23:30:00-06:00")
    account = odd.copilot(odd.says("OFFERED", ZERO))
    _stamp(odd, account, "2026-09-16T10:00:00Z")
    shown = {"feature": "code_completion", "code_generation_activity_count": 9}
    odd.world.copilot[account.tenant][Day(2026, 9, 16)][-1].update({"totals_by_feature": [shown]})
    account = odd.copilot(
        odd.says("ENDED", *("insufficient/new_seat", "insufficient/seat_ended")), days=weekdays(LISTS[2], LISTS[2])
    )
    for taken in LISTS:
        odd.world.listings[taken] = [
            seat for seat in odd.world.listings[taken] if seat["assignee"]["id"] != account.number or taken == LISTS[2]
        ]
    odd.world.listings[LISTS[2]][-1].update(created_at="2026-08-14T01:00:00Z", pending_cancellation_date="2026-08-15")


def flags(odd: Odd) -> None:
    """The vendor's yes beside counters of zero; a review that nobody asked for is no use."""
    for key, flag, wanted in (
        ("CHATTED", "used_chat", NOT_SEEN), ("AGENTED", "used_agent", NOT_SEEN), ("TYPED", "used_cli", NOT_SEEN),
        ("REVIEWED", "used_copilot_code_review_passive", ZERO),
    ):  # fmt: skip
        account = odd.copilot(odd.says(key, wanted))
        odd.world.copilot[account.tenant][Day(2026, 8, 12)][-1][flag] = True
    account = odd.copilot(odd.says("DENIED", ZERO))
    odd.world.copilot[account.tenant][Day(2026, 8, 12)][-1].update(used_chat=False, used_agent=False, used_cli=False)


def absences(odd: Odd) -> None:
    """An absence without a last day is open; a later line closes it. Whoever a line names that cannot be read was away, nobody knows when."""
    for key in (odd.says("AWAY", *NO_WORK), odd.says("BACK", ZERO), odd.says("ALMOST", "insufficient/on_leave")):
        odd.copilot(key)
    rows = [("AWAY", Day(2026, 6, 15), "", "long_leave"), ("BACK", Day(2026, 6, 15), "", "long_leave")]
    odd.world.absences += [*rows, ("ALMOST", Day(2026, 7, 6), LAST, "long_leave")]  # type: ignore[list-item]

    def closed(folder: pathlib.Path) -> Calls:
        path = folder / "closed.csv"
        path.write_text("person_id,first_day,last_day,kind\nBACK,2026-06-15,2026-07-10,long_leave\n")
        return [("hr-absences", [path], [])]

    zeros = odd.says("NODAYS", AWAY), odd.says("NOEND", AWAY), odd.says("SWAPPED", AWAY), odd.says("PARTY", AWAY)
    for key in (
        *zeros,
        odd.says("BEFORE", ZERO),
        odd.says("MENDED", ZERO),
        odd.says("REDATED", ZERO),
        odd.says("OTHERDAY", AWAY),
    ):
        odd.copilot(key)
    odd.copilot(odd.says("USING", MANY), 5)
    unread = [
        ("NODAYS", "1.7.2026", "soon", "leave"), ("NOEND", "2026-06-15", "31.12.2026", "long_leave"), ("USING", "x", "y", "z"),
        ("SWAPPED", "2026-09-30", "2026-07-01", "leave"), ("PARTY", "2026-07-06", "2026-09-25", "sabbatical"),
        ("BEFORE", "", "2026-06-30", "leave"), ("MENDED", "2026-07-06", "10.7.2026", "leave"), ("REDATED", "6.7.2026", "10.7.2026", "leave"),
        ("OTHERDAY", "2026-07-06", "10.7.2026", "leave"), ("", "2026-07-06", "x", "leave"),
    ]  # fmt: skip
    odd.world.absences += unread  # type: ignore[arg-type]

    def mended(folder: pathlib.Path) -> Calls:
        path = folder / "mended.csv"
        good = "MENDED,2026-07-06,2026-07-10,leave\nREDATED,2026-07-06,2026-07-10,leave\nOTHERDAY,2026-09-07,2026-09-11,leave\n"
        path.write_text("person_id,first_day,last_day,kind\n" + good)
        return [("hr-absences", [path], [])]

    odd.later.append(mended)

    odd.later.append(closed)


def employment(odd: Odd) -> None:
    """Joiners, leavers, movers and people of few hours."""
    odd.copilot(odd.says("CONTRACTOR", MANY), 5, weekdays(MIDDLE), start_date=str(MIDDLE))
    odd.copilot(odd.says("JOINER", "insufficient/joined"), days=weekdays(Day(2026, 9, 14)), start_date="2026-09-14")
    # Who left stands in no reporting tree, so the gate shows nobody the row where entities are told apart; `plants.leaver` holds the label.
    odd.copilot("INTERN", days=weekdays(FIRST, Day(2026, 7, 20)), end_date="2026-07-20")
    odd.copilot(odd.says("MOVER", FEW), 1, weekdays(FIRST, Day(2026, 7, 20)))
    odd.world.person("MOVER", lob="Other line", effective_from=str(MIDDLE))
    tuesdays = [day for day in weekdays() if day.weekday() in (1, 2)]
    odd.copilot(odd.says("TWODAYS", MANY), 5, tuesdays, fte="0.4")
    odd.copilot(odd.says("HALFDAYS", ZERO), fte="0.5")
    odd.copilot(odd.says("FEWHOURS", "insufficient/few_days"), fte="0.2")
    odd.copilot(odd.says("ENTITY", "excluded/legal_profile"), 5, legal_entity="By count")
    odd.world.person("ENTITY", legal_entity="Home", effective_from=str(MIDDLE))
    odd.copilot(odd.says("ONCE", "excluded/legal_profile"), 5, legal_entity="By count")
    odd.world.person("ONCE", legal_entity="Home", effective_from="2026-03-01")
    returned = odd.says("RETURNED", MANY)
    odd.world.person(returned, github_login="gh-before", end_date="2026-03-31")
    again = {"start_date": "2026-08-03", "effective_from": "2026-08-03", "github_login": "gh-again"}
    odd.world.person(returned, **again)
    account = odd.world.account(returned, login="gh-again")
    odd.world.seat(account, created=Day(2026, 8, 3))
    odd.world.reports(account, weekdays(Day(2026, 8, 3)), lambda _day: 5)


def days_of_use(odd: Odd) -> None:
    """On what days there is use, and of what days the vendor is silent."""
    account = odd.copilot(odd.says("WEEKENDS", FEW))
    weekends = [day for day in odd.world.days() if day.weekday() > 4]
    odd.world.reports(account, weekends, lambda _day: 5)
    # Two witnesses may speak: rows reach 28 days, an empty stamp in a later seat list 90 (MEASUREMENT 3, b and d).
    odd.copilot(odd.says("LISTED", ZERO), days=weekdays(FIRST, BEFORE))
    account = odd.copilot(odd.says("SILENT", "insufficient/no_witness"), days=weekdays(FIRST, BEFORE))
    for seats in odd.world.listings.values():
        seats[:] = [seat for seat in seats if seat["assignee"]["id"] != account.number]
    odd.world.grants.append({"tool": "copilot", "account": account.login})
    account = odd.copilot(odd.says("RESTATED", ZERO), 5)

    def restated(folder: pathlib.Path) -> Calls:
        second = World()
        second.reports(account, weekdays())
        calls = second.write(folder / "restated")
        return [(source, paths, ["--fetched-at", "2026-10-17T06:00:00Z"]) for source, paths, _more in calls]

    odd.later.append(restated)


def accounts(odd: Odd) -> None:
    """Several accounts, new logins, wrong maps."""
    odd.copilot(odd.says("TWOTOOLS", FEW))
    odd.world.codes("twotools@corp.example", weekdays())
    odd.world.grants.append({"tool": "claude_code", "account": "twotools@corp.example"})
    odd.world.person(odd.says("RENAMED", MANY), github_login="gh-new")
    account = odd.world.account("RENAMED", login="gh-old", logins=((MIDDLE, "gh-new"),))
    odd.world.seat(account)
    odd.world.reports(account, weekdays(), lambda _day: 5)
    odd.copilot(odd.says("BOTLIKE", ZERO))
    bot = odd.world.account("BOT", login="gh-botlike[bot]")
    odd.world.seat(bot, kind="Bot")
    odd.world.reports(bot, weekdays(), lambda _day: 30)
    # The map names somebody whom HR does not know; the one who was meant has a seat by name, and nothing of hers is seen.
    odd.world.person(odd.says("MEANT", WHOSE))
    odd.world.grants.append({"tool": "claude_code", "person_id": "MEANT"})
    odd.world.links.append(("claude_code", "own.name@corp.example", "MEENT"))
    odd.world.codes("own.name@corp.example", weekdays())
    # A row of seats with the account of one and the id of another proves nothing of either.
    odd.world.person(odd.says("OWNER", WHOSE))
    odd.world.person(odd.says("NAMED", "excluded/no_seat"))
    odd.world.grants.append({"tool": "claude_code", "account": "owner@corp.example", "person_id": "NAMED"})
    odd.world.codes("owner@corp.example", weekdays(FIRST, FIRST), sessions=0)
    # A name that is nearly a person's raises a doubt where the account did something and is nobody's.
    for key, other, wanted in (("NEAR", "\u00c9N@corp.example", WHOSE), ("TWIN", "et@corp.example", ZERO)):
        own = f"\u00e9{key[0].lower()}@corp.example"
        odd.world.person(odd.says(key, wanted), email=own)
        odd.world.grants.append({"tool": "claude_code", "account": own})
        odd.world.codes(other, weekdays())
    odd.world.person("OTHER", email="et@corp.example")
    # ... and one whose account is nobody's gives the seat to the person it names.
    odd.world.person(odd.says("OPAQUE", WHOSE))
    odd.world.grants.append({"tool": "claude_code", "account": "user_01ABC", "person_id": "OPAQUE"})


def company() -> Odd:
    odd = Odd()
    crowd(odd.world, weekdays())
    for part in (seat_lists, flags, absences, employment, days_of_use, accounts):
        part(odd)
    for row in odd.world.hr:
        row.setdefault("legal_entity", "Home")
    return odd


def calls_of(odd: Odd, folder: pathlib.Path) -> Calls:
    calls = odd.world.write(folder)
    return [*calls, *(call for more in odd.later for call in more(folder))]
