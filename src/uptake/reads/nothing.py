"""Why an answer may hold no row: which quarters, tools and units there are for whoever asks.

All of it comes through the gate, for the same viewer: a unit that does not exist and one that may not be seen give the same words
(GOVERNANCE.md section 4). Rows of people are never read again for it, so that no look is written down that nobody took.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from uptake.errors import NotPermitted
from uptake.model import TOOLS
from uptake.policy import QUESTIONS
from uptake.policy.questions import GROUP
from uptake.reads.query import Filters

if TYPE_CHECKING:
    from uptake.reads.visit import Visit

MOST_NAMED = 12


def why(visit: Visit, question: str, filters: Filters) -> str:
    """What the filters asked for and what there is instead; empty where nothing can be said of them."""
    parts = []
    if filters.quarter is not None:
        parts += _quarter(visit, filters.quarter)
    if filters.tool is not None and filters.tool not in ("all", *TOOLS):
        parts.append(f"there is no tool `{filters.tool}`, there are all, {', '.join(TOOLS)}")
    if filters.scope is not None:
        parts.append(_unit(visit, question, filters))
    return "; ".join(parts)


def _quarter(visit: Visit, quarter: str) -> list[str]:
    with contextlib.suppress(NotPermitted):
        held = set(visit.ask("segments", Filters()).table.column("quarter").to_pylist())
        if held and quarter not in held:
            return [f"there is no quarter {quarter}, there are {_named(held)}"]
        if held:
            return []
    # Who is shown no unit is shown the day of the figures all the same: every page and file states it.
    later = quarter > _quarter_of(visit.snapshot.as_of)
    return [f"quarter {quarter} begins after {visit.snapshot.as_of}, up to which is scored"] if later else []


def _unit(visit: Visit, question: str, filters: Filters) -> str:
    told = f"no row that may be shown is of a unit `{filters.scope}`"
    spec = QUESTIONS[question]
    if spec.level != GROUP or spec.unit_column not in spec.names:
        return told
    found = visit.ask(question, replace(filters, scope=None, quarter=None, tool=None, first=None, last=None))
    units = set(found.table.column(spec.unit_column).to_pylist()) - {None}
    if any(unit == filters.scope or unit.endswith(f"/{filters.scope}") for unit in units):
        return f"no row of the unit `{filters.scope}` is left by the other options"
    return f"{told}, there are {_named(units)}" if units else told


def _quarter_of(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


def _named(found: set[str]) -> str:
    more = len(found) - MOST_NAMED
    return ", ".join(sorted(found)[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
