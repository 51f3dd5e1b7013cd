"""The frame of every page: what this viewer may see at all (units, quarters, tools, sources), and the URL resolved against it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from uptake.errors import NotPermitted, UserError, WrongUsage
from uptake.policy import Policy, Viewer
from uptake.reads import Filters
from uptake.web import words
from uptake.web.address import Address
from uptake.web.pages import common
from uptake.web.pages.shape import (
    Ask,
    Facts,
    Look,
    Page,
    Rows,
    SourceState,
    Stamp,
    first_day,
    last_day,
    parent,
    quarter_of,
    quarters_back,
)

YOUNG = dt.timedelta(days=28)
"""A running quarter younger than this holds fewer than 20 working days, so nobody can have a segment in it yet."""


class NoSuchUnit(UserError):
    """A unit, tool or quarter that is not there for this viewer: absent and forbidden look the same."""

    http_status = 404


OF_FACTS = ("funnel", "adoption_weeks", "coverage")
"""Questions that `facts` asks."""


def facts(ask: Ask, today: dt.date) -> Facts:
    """Units by quarter, tools and sources, through the same door as every card."""
    units: dict[str, list[str]] = {}
    tools: tuple[str, ...] = ()
    sources: tuple[SourceState, ...] = ()
    complete: dict[str, tuple[int, int]] = {}
    small = False
    with contextlib.suppress(NotPermitted):
        found = ask("funnel", Filters()).table
        for quarter, scope in zip(*(found.column(name).to_pylist() for name in ("quarter", "scope")), strict=True):
            units.setdefault(quarter, []).append(scope)
        small = not units
        tools = _tools(ask)
    with contextlib.suppress(NotPermitted):
        days = ask("coverage", Filters()).rows()
        sources, complete = _sources(days, today), _complete(days)
    return Facts({quarter: tuple(sorted(names)) for quarter, names in units.items()}, tools, sources, complete, small)


def _tools(ask: Ask) -> tuple[str, ...]:
    """Tools with a figure of the company. A role that may not ask for weeks finds them by the funnel, tool by tool."""
    try:
        weeks = ask("adoption_weeks", Filters(scope=words.COMPANY)).table
        return tuple(sorted(set(weeks.column("tool").to_pylist()) - {"all"}))
    except NotPermitted:
        names = (name for name in words.TOOLS if name != "all")
        return tuple(sorted(n for n in names if ask("funnel", Filters(scope=words.COMPANY, tool=n)).table.num_rows))


def _sources(days: Rows, today: dt.date) -> tuple[SourceState, ...]:
    last: dict[str, dt.date | None] = {}
    for row in days:
        known = last.setdefault(row["source"], None)
        if row["state"] == "complete" and (known is None or row["day"] > known):
            last[row["source"]] = row["day"]
    return tuple(SourceState(name, day, _weekdays(day, today) if day else 0) for name, day in sorted(last.items()))


def _complete(days: Rows) -> dict[str, tuple[int, int]]:
    """By quarter: complete source days, and those on which data were expected."""
    found: dict[str, tuple[int, int]] = {}
    for row in days:
        state = common.day_state(row)
        whole, every = found.get(quarter_of(row["day"]), (0, 0))
        if state != common.NOT_EXPECTED:
            found[quarter_of(row["day"])] = (whole + (state == "complete"), every + 1)
    return found


def _weekdays(after: dt.date, until: dt.date) -> int:
    """Weekdays after a day, before the as-of day: that day itself is still running."""
    return sum((after + dt.timedelta(days=n)).weekday() < 5 for n in range(1, (until - after).days))


def look(
    page: Page,
    path: str,
    address: Address,
    known: Facts,
    who: tuple[Viewer, Policy],
    shown: tuple[Stamp, bool, Callable[[str], str]],
) -> Look:
    """The URL with its defaults filled in.

    Raises:
        NoSuchUnit: the scope, the quarter or the tool is not there for this viewer.
        WrongUsage: days for a page that shows whole quarters.
    """
    (viewer, policy), (snapshot, demo, opaque) = who, shown
    today = dt.date.fromisoformat(snapshot.as_of)
    if address.until is not None and "period" not in page.controls:
        raise WrongUsage("This page shows whole quarters", next_step="Give `quarter` instead of `from` and `to`")
    asked = quarter_of(address.until) if address.until else address.quarter
    quarter = asked or _default_quarter(page, known, today)
    units = known.units.get(quarter, ())
    scope = address.scope or _default_scope(viewer, units)
    if known.units:
        _need(quarter in known.units and scope in units and address.tool in ("all", *known.tools))
    before = {"previous": 1, "year": 4}.get(address.compare)
    compared = quarters_back(quarter, before) if before and quarter else None
    made = Look(path, address, scope, quarter, compared, known, viewer, policy, snapshot, demo, opaque)
    comparable = compared in known.units and not made.running
    return made if comparable else replace(made, before=None)


def _need(held: bool) -> None:
    if not held:
        raise NoSuchUnit("There is no such page")


def _default_quarter(page: Page, known: Facts, today: dt.date) -> str:
    """Quarter to date, once somebody can have a segment in it; on pages that compare, the last closed quarter."""
    for quarter in known.quarters:
        if page.closed and today < last_day(quarter) + dt.timedelta(days=14):
            continue
        if today - first_day(quarter) >= YOUNG:
            return quarter
    return known.quarters[0] if known.quarters else f"{today.year}Q{(today.month + 2) // 3}"


def _default_scope(viewer: Viewer, units: tuple[str, ...]) -> str:
    """Own unit of a manager, own line of a lead, else the company; where it is not released, the smallest unit above that is."""
    scope: str | None = words.COMPANY
    if viewer.role == "manager":
        scope = viewer.unit
    elif viewer.role in ("lob_lead", "self", "peer"):
        scope = (viewer.unit or words.COMPANY).split("/")[0]
    while scope is not None and scope not in units:
        scope = parent(scope)
    return scope or words.COMPANY
