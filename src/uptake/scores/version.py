"""Read and check a score version file (MEASUREMENT.md section 4). Pure: text in, flat integers out."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any


class VersionError(ValueError):
    """The file is not a usable score version; names the key."""


@dataclass(frozen=True, slots=True)
class ScoreVersion:
    """One score version: `values` are the columns of the table `version`, `tools` the rows of `version_tools`."""

    id: str
    sha256: str
    valid_from: dt.date
    values: dict[str, int]
    tools: tuple[tuple[str, str, int, int | None], ...]


_SINGLE = {
    "w_proactive": ("weights", "proactive"),
    "w_passive": ("weights", "passive"),
    "w_alone": ("weights", "proactive_if_no_passive_tool"),
    "point_prompt": ("points", "prompt"),
    "point_plan": ("points", "plan"),
    "point_review_request": ("points", "review_request"),
    "point_agent_request": ("points", "agent_request"),
    "point_agent_slot": ("points", "agent_slot"),
    "point_accept": ("points", "accept"),
    "slot_points": ("caps", "slot_points"),
    "day_proactive": ("caps", "day_proactive"),
    "day_passive": ("caps", "day_passive"),
    "session_edits": ("caps", "session_edits"),
    "session_extra": ("caps", "session_extra"),
    "exponent_max": ("caps", "exponent_max"),
    "provisional_days": ("calendar", "provisional_days"),
    "quarter_close_days": ("calendar", "quarter_close_days"),
    "min_days": ("quarter", "min_days"),
    "engaged_accepts": ("segment", "engaged_accepts"),
    "lapsed_lookback": ("segment", "lapsed_lookback_quarters"),
    "min_group": ("compare", "min_group"),
    "median_floor": ("compare", "median_floor"),
    "replicates": ("certainty", "replicates"),
    "clear": ("certainty", "clear"),
}
_PAIRS = {
    ("coverage_num", "coverage_den"): ("quarter", "min_coverage"),
    ("zero_coverage_num", "zero_coverage_den"): ("quarter", "min_zero_coverage"),
    ("heavy_in_score", "heavy_in_share"): ("segment", "heavy_in"),
    ("heavy_out_score", "heavy_out_share"): ("segment", "heavy_out"),
    ("zero_share_num", "zero_share_den"): ("compare", "max_zero_share"),
}
SLOT_MINUTES = 10
COLUMNS = (*_SINGLE, *(name for pair in _PAIRS for name in pair))


def read_version(text: str, overrides: dict[str, int] | None = None) -> ScoreVersion:
    """Parse a version file; `overrides` replace flat values by column name (used by tests of the worked example only).

    Raises:
        VersionError: a key is missing, has the wrong type, or g is not round_half_even(1,000,000 / h).
    """
    data = tomllib.loads(text)
    values = {column: _integer(data, *keys) for column, keys in _SINGLE.items()}
    for (first, second), (section, key) in _PAIRS.items():
        pair = data.get(section, {}).get(key)
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(part) is int for part in pair)):
            raise VersionError(f"{section}.{key} must be two integers")
        values[first], values[second] = pair
    if _integer(data, "caps", "slot_minutes") != SLOT_MINUTES:
        raise VersionError(f"caps.slot_minutes must be {SLOT_MINUTES}: the readers cut the day so")
    values.update(overrides or {})
    tools = tuple(
        (tool, grain, *_slopes(f"tools.{tool}.{grain}", entry))
        for tool, grains in sorted(data.get("tools", {}).items())
        for grain, entry in sorted(grains.items())
    )
    return ScoreVersion(
        id=str(data["id"]),
        sha256=hashlib.sha256(
            text.encode() + repr(sorted((overrides or {}).items())).encode() * bool(overrides)
        ).hexdigest(),
        valid_from=data["valid_from"],
        values=values,
        tools=tools,
    )


def _integer(data: dict[str, Any], section: str, key: str) -> int:
    value = data.get(section, {}).get(key)
    if type(value) is not int:
        raise VersionError(f"{section}.{key} must be an integer")
    return value


def _slopes(name: str, entry: dict[str, Any]) -> tuple[int, int | None]:
    g_p = _checked(name, entry, "P")
    return g_p, _checked(name, entry, "R") if "h_R" in entry else None


def _checked(name: str, entry: dict[str, Any], channel: str) -> int:
    half = Decimal(str(entry.get(f"h_{channel}", "0")))
    slope = entry.get(f"g_{channel}")
    if half <= 0 or type(slope) is not int:
        raise VersionError(f"{name} needs h_{channel} > 0 and an integer g_{channel}")
    if slope != int((Decimal(1_000_000) / half).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)):
        raise VersionError(f"{name}: g_{channel} is not round_half_even(1,000,000 / h_{channel})")
    return slope
