"""Every fetcher in every trouble: a day comes as the vendor has it or not at all, and after the trouble each has come once."""

from __future__ import annotations

import itertools
import pathlib

import pytest

from tests.contract.test_ingest import seat, user_day
from tests.fetch.answers import KEY
from tests.fetch.conftest import NOW, ONE_DAY, Home, ago, claude
from tests.fetch.graphs import identity
from tests.fetch.lists import WORDS, message, person
from tests.fetch.test_bills_and_events import ITEM, call
from tests.fetch.troubles import Trouble, troubles
from tests.fetch.vendors import Vendor
from uptake.fetch import FETCHERS
from uptake.fetch.problems import KeyRefused, NotFetched
from uptake.fetch.run import newest_day, opened
from uptake.fetch.waiting import Patience

TROUBLES = troubles(NOW)
CELLS = [
    (source, name)
    for source, name in itertools.product(FETCHERS, TROUBLES)
    if source in (TROUBLES[name].only or FETCHERS)
]
DAYS = (4, 3, 2)
"""Days ago that have rows; all vendors have them whole by now."""


def member(n: int) -> dict:
    return {
        "user": {"id": f"u{n}", "email_address": f"u{n}@x.example", "type": "user"},
        "chat_metrics": {"message_count": n},
    }


def fill(vendor: Vendor, more: int = 0) -> None:
    """Rows of three days for every fetcher. `more`: that the vendor has restated them."""
    kinds = {
        "copilot-users": lambda n, day: user_day(n, 3 + more, day),
        "copilot-billing": lambda n, _: ITEM | {"model": f"m{n}", "grossQuantity": n + more},
        "copilot-billing-users": lambda n, _: ITEM | {"of": f"dev{n}", "grossQuantity": n + more},
        "claude-code": lambda n, day: claude(f"u{n}", day, n + more),
        "claude-enterprise": lambda n, _: member(n + more),
        "cursor": lambda n, day: {"userId": n, "email": f"u{n}@x.example", "day": str(day), "chatRequests": n + more},
        "cursor-events": lambda n, day: call(n, day, f"e{n + more}"),
        "codex": lambda n, _: {"user_id": f"u{n}", "totals": {"turns": n + more}},
        "chatgpt-days": lambda n, day: message(n, day, f"u{n % 2}", conversation=f"c{n}"),
        "windsurf": lambda n, day: {
            "date": str(day), "ide": "vscode", "language": "go", "sum_num_acceptances": str(n + more), "api_key": f"hash-{n}",
        },
    }  # fmt: skip
    count = 5 + more
    vendor.days = {
        source: {ago(n): [made(number, ago(n)) for number in range(1, count + 1)] for n in DAYS}
        for source, made in kinds.items()
    }
    vendor.seats = [seat(number) for number in range(1, count + 1)]
    vendor.identities = [identity(number) for number in range(1, count + 1)]
    vendor.people = [person(number) for number in range(1, count + 1)]
    vendor.users = {f"hash-{number}": f"u{number}@x.example" for number in range(1, count + 1)}
    vendor.page = 2


class Asked:
    """Runs of one fetcher, with a clock of its own: pauses are noted and cost nothing."""

    def __init__(self, home: Home, source: str) -> None:
        self.home, self.source = home, source
        self.landed: dict[str, str] = {}
        self.pauses: list[float] = []
        self.refused = False

    def patience(self, _seconds: float, first: float) -> Patience:
        return Patience(100.0, first, sleep=self.pauses.append)

    def run(self) -> list[str]:
        """Days that came in this run. A run ends where the key is refused, as that of the command does."""
        came = []
        with opened(self.home.settings(), self.source, self.home.now, self.patience) as run:
            for day in run.plan(None, None):
                try:
                    landed = run.day(day)
                except NotFetched:
                    continue
                except KeyRefused:
                    self.refused = True
                    break
                if landed.rows:
                    self.landed[str(day)] = landed.path.read_text()
                    came.append(str(day))
                run.loaded(landed)
        return came


@pytest.fixture
def bare(tmp_path, vendor) -> Home:
    """A home with settings alone: nothing is loaded here."""
    made = Home(tmp_path / "home", vendor, now=NOW)
    made.path.mkdir()
    made.extra = {source: f"since = {ago(5)}" for source in FETCHERS}
    made.limits |= {"read_seconds": 0.4}
    made.write()
    return made


@pytest.fixture
def elsewhere(vendor):
    made = Vendor()
    fill(made)
    # Another name of this machine is another host: where the key may not go.
    vendor.elsewhere = made.base.replace("127.0.0.1", "localhost")
    yield made
    made.close()


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> dict[tuple[str, int], dict[str, str]]:
    """Source, and whether restated -> day -> its file, from a vendor who is well."""
    found = {}
    for more in (0, 1):
        vendor = Vendor()
        fill(vendor, more)
        home = Home(tmp_path_factory.mktemp("well"), vendor, now=NOW)
        home.extra = {source: f"since = {ago(5)}" for source in FETCHERS}
        home.write()
        for source in FETCHERS:
            asked = Asked(home, source)
            asked.run()
            found[source, more] = asked.landed
        vendor.close()
    return found


def test_every_fetcher_meets_every_trouble_that_it_can(truth):
    assert len(CELLS) > 180
    assert {source for source, _ in CELLS} == set(FETCHERS)
    for source, fetcher in FETCHERS.items():
        assert len(truth[source, 0]) == (1 if fetcher.snapshot else len(DAYS)), source
        assert truth[source, 0] != truth[source, 1]


@pytest.mark.parametrize(("source", "name"), CELLS, ids=[f"{source}, {name}" for source, name in CELLS])
def test_a_day_comes_as_it_is_or_not_at_all(bare, vendor, elsewhere, truth, caplog, source, name):
    caplog.set_level(10)
    fill(vendor)
    trouble, whole = TROUBLES[name], truth[source, 0]
    asked = Asked(bare, source)
    trouble.play(vendor)
    came = asked.run()
    assert asked.landed.items() <= whole.items()
    assert_as_announced(trouble, asked, came, whole)
    assert not any(KEY in str(one) for one in elsewhere.seen)
    end(vendor)
    asked.run()
    assert asked.landed == whole
    assert not bare.held_files(source)
    for secret in (KEY, WORDS, vendor.base):
        assert secret not in caplog.text
        assert secret.encode() not in bare.all_bytes()


def assert_as_announced(trouble: Trouble, asked: Asked, came: list[str], whole: dict[str, str]) -> None:
    if trouble.passes:
        assert sorted(came) == sorted(whole)
        assert not asked.refused
    elif trouble.loses:
        assert len(came) < len(whole)
    longest = sorted(asked.pauses, reverse=True)[: len(trouble.pauses)]  # a machine that is busy adds short ones
    assert len(longest) == len(trouble.pauses)
    assert all(waited >= wanted for waited, wanted in zip(longest, trouble.pauses, strict=True))


def end(vendor: Vendor) -> None:
    vendor.tricks.clear()
    vendor.expire_links = 0


@pytest.mark.parametrize("source", FETCHERS)
def test_days_that_the_vendor_restates_are_asked_for_again_and_replaced(bare, vendor, truth, source):
    fill(vendor)
    asked = Asked(bare, source)
    asked.run()
    fill(vendor, more=1)
    bare.now += ONE_DAY / 24
    asked.run()
    fetcher = FETCHERS[source]
    before = newest_day(fetcher, bare.now) - fetcher.window * ONE_DAY
    window = {day for day in asked.landed if fetcher.snapshot or day > str(before)}
    assert {day: asked.landed[day] for day in window} == {day: truth[source, 1][day] for day in window}
    assert window


@pytest.mark.parametrize("source", FETCHERS)
def test_three_days_without_a_vendor_cost_no_day(bare, vendor, truth, source):
    fill(vendor)
    asked = Asked(bare, source)
    bare.now -= 2 * ONE_DAY
    vendor.down = True
    for _ in range(3):
        assert not asked.run()
        bare.now += ONE_DAY
    bare.now -= ONE_DAY
    vendor.down = False
    asked.run()
    assert asked.landed == truth[source, 0]
    assert pathlib.Path(bare.path / "fetched" / source / "days.json").exists() != FETCHERS[source].snapshot
