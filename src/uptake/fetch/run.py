"""One run of a fetcher: which days, each of them whole into a file, and what is noted once somebody has loaded it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from uptake.errors import WrongUsage
from uptake.fetch import FETCHERS, register
from uptake.fetch.keys import key_of, others_may_read
from uptake.fetch.landing import ONE_DAY, Days, Landing, first_of, wanted
from uptake.fetch.transport import Limits, Wire
from uptake.fetch.vendor import Asking, Fetcher
from uptake.fetch.waiting import Patience
from uptake.settings import Settings
from uptake.settings.fetching import BETWEEN, Vendor

MEGABYTE = 1_000_000
EMPTY_FOR = dt.timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Landed:
    """A day that came whole: its file, and how many rows it has. None of them is no zero: the day is not declared."""

    day: dt.date
    path: Path
    rows: int


def fetcher_named(name: str) -> Fetcher:
    """The fetcher of `SOURCE` or `SOURCE@TENANT`. Raises WrongUsage, with the names, when nothing can fetch that source."""
    source = name.partition(BETWEEN)[0]
    if source not in FETCHERS:
        raise WrongUsage(f"Nothing fetches `{source}`", next_step=f"Use one of: {', '.join(FETCHERS)}")
    return FETCHERS[source]


def settings_of(settings: Settings, name: str) -> Vendor:
    """How that fetch is set up; a further tenant without an `account` is told apart by its name.

    Raises:
        WrongUsage: there is no such tenant.
    """
    source, between, tenant = name.partition(BETWEEN)
    try:
        vendor = settings.fetch.vendor(name) if tenant or not between else None
    except KeyError:
        vendor = None
    if vendor is None:
        known = (
            ", ".join(f"{source}{BETWEEN}{one}" for one in settings.fetch.vendor(source).tenants) or "none is set up"
        )
        raise WrongUsage(
            f"Source {source} has no such tenant",
            why=f"known: {known}",
            next_step=f"See settings.toml, [fetch.{source}]",
        )
    return vendor if vendor.account or not tenant else vendor.model_copy(update={"account": tenant})


def newest_day(fetcher: Fetcher, now: dt.datetime) -> dt.date:
    """The last day that the vendor has whole; of a list of what holds now, today."""
    return now.date() if fetcher.snapshot else (now - dt.timedelta(hours=fetcher.lag_hours)).date() - ONE_DAY


@dataclass(slots=True)
class Run:
    """A run while it goes on."""

    fetcher: Fetcher
    settings: Settings
    asking: Asking
    landing: Landing
    now: dt.datetime
    warnings: tuple[str, ...] = ()

    def plan(self, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, ...]:
        """The days of this run: those named, else all that are due.

        Raises:
            WrongUsage: the days cannot be asked for.
        """
        newest = newest_day(self.fetcher, self.now)
        if self.fetcher.snapshot:
            if first or last:
                raise WrongUsage("This source is a list of what holds now", next_step="Leave --from and --to away")
            self.asking.days = (newest,)
        elif first is None and last is None:
            held = self.landing.read()
            first = first_of(self.fetcher, held, newest, self.asking.vendor.since)
            if first != held.first:
                self.landing.note(Days(first, held.asked))
            self.asking.days = wanted(self.fetcher, held, first, newest)
        else:
            self.asking.days = _named_days(first, last or newest, newest)
        return self.asking.days

    def day(self, day: dt.date) -> Landed:
        """Ask for one day.

        Raises:
            NotFetched: it did not come whole; nothing of it is left.
            KeyRefused: no other day will come either.
        """
        self.asking.wire.patience.renew()
        return Landed(day, *self.landing.land(self.fetcher, day, self.fetcher.fetch(self.asking, day)))

    def loaded(self, landed: Landed) -> None:
        """The day is in the warehouse, or had no rows: its file goes, and it is noted when it was asked for.

        A day without rows may be a vendor that has forgotten it: it is asked for during four weeks. An old day that somebody asked
        for does not make all days since then wanted.
        """
        held, today = self.landing.read(), self.now.date()
        tracked = held.first is not None and landed.day >= held.first
        if tracked and (landed.rows or landed.day < today - EMPTY_FOR):
            self.landing.note(Days(held.first, {**held.asked, landed.day: today}))
        if not (landed.rows and self.settings.fetch.keep_days):
            landed.path.unlink(missing_ok=True)

    def forget(self, landed: Landed) -> None:
        """The day could not be loaded: it is asked for again."""
        landed.path.unlink(missing_ok=True)


def _named_days(first: dt.date | None, last: dt.date, newest: dt.date) -> tuple[dt.date, ...]:
    if first is None or first > last:
        raise WrongUsage("--from and --to are no span", next_step="Give --from, or both in order")
    if last > newest:
        raise WrongUsage(
            f"The newest day that is whole is {newest}", next_step="Give an earlier --to, or leave it away"
        )
    return tuple(first + dt.timedelta(days=number) for number in range((last - first).days + 1))


@contextlib.contextmanager
def opened(
    settings: Settings, source: str, now: dt.datetime, patience: Callable[[float, float], Patience] = Patience
) -> Iterator[Run]:
    """A run of one source, alone on its folder.

    Raises:
        WrongUsage: the source is unknown or not set up.
        Unreachable: another run of it is at work.
    """
    fetcher = fetcher_named(source)
    vendor, limits = settings_of(settings, source), settings.fetch
    fetcher.check(source, vendor)
    key = key_of(source, vendor)
    base = vendor.base_url or fetcher.base
    whose = "|".join([base, vendor.account, *(str(getattr(vendor, name)) for name in (*fetcher.needs, *fetcher.wants))])
    wire = Wire(
        base,
        fetcher.headers(key),
        Limits(limits.connect_seconds, limits.read_seconds, limits.max_mb * MEGABYTE),
        patience(limits.patience_seconds, limits.first_wait_seconds),
        now,
    )
    landing = Landing(settings.fetched_folder / source, whose)
    try:
        with landing.alone():
            landing.tidy(limits.keep_days)
            told = others_may_read(settings, source)
            yield Run(fetcher, settings, Asking(wire, vendor, key), landing, now, (told,) if told else ())
    finally:
        wire.close()
        register.note(settings.fetched_folder, source, wire.hosts, now.date())
