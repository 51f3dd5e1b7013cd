"""What a fetcher is: one vendor interface, and what must be known of it to ask for the right days and to take them as whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from uptake.errors import WrongUsage
from uptake.fetch.rows import Row
from uptake.fetch.transport import Wire
from uptake.model.outcome import Sees
from uptake.settings.fetching import BETWEEN, Vendor, table_of

Made = TypeVar("Made")
Rows = Generator[Sequence[Row | msgspec.Raw], None, dict[str, Any]]
"""Rows of one day, page by page; the value at the end is what stands beside them in the file."""


@dataclass(slots=True)
class Asking:
    """One run, as a fetcher sees it. `days`: all that are wanted; `kept`: what a fetcher asked `once` for all of them."""

    wire: Wire
    vendor: Vendor
    key: str
    days: tuple[dt.date, ...] = ()
    kept: dict[Callable[[Asking], Any], Any] = field(default_factory=dict)
    sees: Sees | None = None
    """The local detector, where policy has switched it on: it looks at prompts in memory, before they are dropped."""

    def once(self, make: Callable[[Asking], Made]) -> Made:
        """What `make` answers, asked for once a run and kept in memory."""
        if make not in self.kept:
            self.kept[make] = make(self)
        found: Made = self.kept[make]
        return found


@dataclass(frozen=True, slots=True)
class Fetcher:
    """A vendor interface. It knows no database and no file: rows come out of it a day at a time."""

    source: str
    title: str
    base: str
    """The vendor's public address."""
    headers: Callable[[str], Mapping[str, str]]
    """Key -> what goes with each request."""
    fetch: Callable[[Asking, dt.date], Rows]
    known: frozenset[str]
    """Keys whose values are kept; of all others only the name."""
    window: int = 7
    """Days that are asked for again at each run, since the vendor restates them (SOURCES.md section 1)."""
    lag_hours: int = 0
    """Hours after midnight UTC from which the vendor has the day before whole."""
    history: int = 1000
    """Days back that the vendor still has."""
    begins: tuple[dt.date, ...] = ()
    """The first day that the vendor has at all, where it says so."""
    complete: bool = True
    """What a day lacks has vanished; False where rows do not say their day to the loader."""
    listed: str = ""
    """Key under which the rows of a file lie; empty = one row a line."""
    snapshot: bool = False
    """A list of what holds now, one a day; days that are over cannot be asked for."""
    needs: tuple[str, ...] = ()
    """Settings beside the key, one of which must be given."""
    wants: tuple[str, ...] = ()
    """Settings beside the key, all of which must be given."""
    columns: tuple[str, ...] = ()
    """Header of the file, where the reader takes CSV; empty = JSON."""
    holds_prompts: bool = False
    """True when its answers hold what people wrote, which the fetcher drops."""
    alone: bool = False
    """There may be one of it only: two lists of all people would end each other's."""
    name: str = ""
    """By which it is asked for, where that is not its source: one of two interfaces of one vendor."""

    @property
    def called(self) -> str:
        """By which name it is asked for."""
        return self.name or self.source

    def check(self, name: str, vendor: Vendor) -> None:
        """Raises WrongUsage when a setting is missing that this vendor needs. `name`: that of the fetch."""
        why = ""
        if self.needs and sum(bool(getattr(vendor, one)) for one in self.needs) != 1:
            why = f"it needs one of: {', '.join(self.needs)}"
        lacking = [one for one in self.wants if not getattr(vendor, one).strip()]
        if lacking:
            why = f"it needs `{lacking[0]}`"
        if self.alone and BETWEEN in name:
            why = "there may be one of it only"
        if why:
            raise WrongUsage(
                f"Source {name} is not set up", why=why, next_step=f"See settings.toml, [{table_of(name)}]"
            )


def bearer(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


def pages_of(found: Iterator[list[Row]]) -> Rows:
    """The pages, with nothing beside them."""
    yield from found
    return {}
