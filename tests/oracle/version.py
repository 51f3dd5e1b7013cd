"""The score version file, read again with nothing of the product, and the calendar of quarters."""

from __future__ import annotations

import datetime as dt
import pathlib
import tomllib
from dataclasses import dataclass, replace
from typing import Any

VERSIONS = pathlib.Path(__file__).resolve().parents[2] / "src" / "uptake" / "scores" / "versions"


@dataclass(frozen=True, eq=False)
class Version:
    """One score version: the numbers the oracle needs, under the names of MEASUREMENT section 4. Equal if the same."""

    id: str
    weights: dict[str, int]
    caps: dict[str, int]
    close_days: int
    min_days: int
    min_coverage: tuple[int, int]
    min_zero_coverage: tuple[int, int]
    heavy_in: tuple[int, int]
    heavy_out: tuple[int, int]
    engaged_accepts: int
    lookback: int
    min_group: int
    max_zero_share: tuple[int, int]
    median_floor: int
    replicates: int
    clear: int
    rates: dict[tuple[str, str], tuple[int, int | None]]
    """(tool, grain) -> (g_P, g_R); g_R is None where the tool has no passive channel."""

    def passive(self, tool: str) -> bool:
        """True if the tool has a passive channel (in any grain that the version lists)."""
        return any(rate[1] is not None for (name, _grain), rate in self.rates.items() if name == tool)

    def with_overrides(self, min_days: int | None = None, min_group: int | None = None) -> Version:
        """The same version with the test overrides of a spec."""
        return replace(
            self,
            min_days=self.min_days if min_days is None else min_days,
            min_group=self.min_group if min_group is None else min_group,
        )


def load(name: str = "engagement-1.0.0", folder: pathlib.Path = VERSIONS) -> Version:
    with (folder / f"{name}.toml").open("rb") as file:
        raw = tomllib.load(file)
    return from_toml(raw)


def from_toml(raw: dict[str, Any]) -> Version:
    rates = {
        (tool, grain): (entry["g_P"], entry.get("g_R"))
        for tool, grains in raw["tools"].items()
        for grain, entry in grains.items()
    }
    return Version(
        id=raw["id"],
        weights=raw["weights"],
        caps=raw["caps"],
        close_days=raw["calendar"]["quarter_close_days"],
        min_days=raw["quarter"]["min_days"],
        min_coverage=tuple(raw["quarter"]["min_coverage"]),
        min_zero_coverage=tuple(raw["quarter"]["min_zero_coverage"]),
        heavy_in=tuple(raw["segment"]["heavy_in"]),
        heavy_out=tuple(raw["segment"]["heavy_out"]),
        engaged_accepts=raw["segment"]["engaged_accepts"],
        lookback=raw["segment"]["lapsed_lookback_quarters"],
        min_group=raw["compare"]["min_group"],
        max_zero_share=tuple(raw["compare"]["max_zero_share"]),
        median_floor=raw["compare"]["median_floor"],
        replicates=raw["certainty"]["replicates"],
        clear=raw["certainty"]["clear"],
        rates=rates,
    )


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        return self.plus(1).first - dt.timedelta(days=1)

    def plus(self, quarters: int) -> Quarter:
        year, number = divmod(4 * self.year + self.number - 1 + quarters, 4)
        return Quarter(year, number + 1)

    def closed(self, as_of: dt.date, close_days: int) -> bool:
        return as_of >= self.last + dt.timedelta(days=close_days)


def quarter_of(day: dt.date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def week_pieces(quarter: Quarter, as_of: dt.date) -> list[tuple[int, int]]:
    """(first, last) ordinals of the ISO weeks of a quarter, cut at its ends; pieces after `as_of` do not exist."""
    pieces = []
    day, end = quarter.first.toordinal(), quarter.last.toordinal()
    while day <= min(end, as_of.toordinal()):
        sunday = day + 7 - dt.date.fromordinal(day).isoweekday()
        pieces.append((day, min(sunday, end)))
        day = sunday + 1
    return pieces
