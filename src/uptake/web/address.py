"""The URL is the whole state: what a page may be asked for, read from the query and written back in one fixed order.

Rights and purpose are never in it: they belong to the session. No name, e-mail or number of a person is in it either.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from uptake.errors import WrongUsage
from uptake.reads import Filters, checked

COMPARES = ("previous", "year", "none")
VIEWS = ("picture", "table")
STATUSES = ("missing", "partly", "verified")
"""Of a change in the register: not verified, in part, verified."""
LONGEST = 300
SEAL = "[A-Za-z0-9_-]{22,1000}"
"""The place in a long list: a seal, or the keyed hash of a row."""
RANGE = r"[-0-9., ]{1,60}|none"
QUARTER, WORD, DAY = "[0-9]{4}Q[1-4]", "[a-z0-9_]{1,40}", "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_QUARTER, _WORD, _DAY, _SEAL = (re.compile(pattern) for pattern in (QUARTER, WORD, DAY, SEAL))


@dataclass(frozen=True, slots=True)
class Address:
    """State of a page. None: what the page chooses by itself; `after` is an opaque place in a long list.

    `since` and `until` are `from` and `to` of the URL: first and last day of a period that is no quarter. The ranges are a what-if of the page
    Value; no other page reads them. `status` and `lacks` narrow the register of changes on the page Assurance.
    """

    scope: str | None = None
    quarter: str | None = None
    tool: str = "all"
    compare: str = "previous"
    view: str = "picture"
    after: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    seat_price: str | None = None
    token_price: str | None = None
    estimate_factor: str | None = None
    training: str | None = None
    loaded_rate: str | None = None
    coding_share: str | None = None
    effect: str | None = None
    realised: str | None = None
    status: str | None = None
    lacks: str | None = None

    @property
    def assumed(self) -> tuple[tuple[str, str], ...]:
        """What the page Value is to assume instead of the settings."""
        return tuple((name, text) for name in ASSUMED if (text := getattr(self, name)) is not None)


DEFAULTS = Address()
NAMES = tuple(field.name for field in fields(Address))
ASSUMED = (
    "seat_price",
    "token_price",
    "estimate_factor",
    "training",
    "loaded_rate",
    "coding_share",
    "effect",
    "realised",
)
"""Ranges of the page Value, as its settings name them: each as `low, mid, high`."""
_IN_URL = {"since": "from", "until": "to"}


def read(items: Iterable[tuple[str, str]]) -> Address:
    """The state that a query states.

    Raises:
        WrongUsage: an unknown name, one given twice, or a value that cannot be; names the field, never the value.
    """
    given = _once(items, [_IN_URL.get(name, name) for name in NAMES])
    since, until = _period(given)
    found = replace(DEFAULTS, since=since, until=until, **{name: given[name] for name in NAMES if name in given})
    _need("scope", found.scope is None or 0 < len(found.scope) <= LONGEST)
    _need("quarter", found.quarter is None or (_QUARTER.fullmatch(found.quarter) and _counts(int(found.quarter[:4]))))
    _need("tool", _WORD.fullmatch(found.tool))
    _need("compare", found.compare in COMPARES)
    _need("view", found.view in VIEWS)
    _need("after", found.after is None or _SEAL.fullmatch(found.after))
    _need("status", found.status in (None, *STATUSES))
    _need("lacks", found.lacks is None or _WORD.fullmatch(found.lacks))
    for name, text in found.assumed:
        _need(name, re.fullmatch(RANGE, text))
    return found


def read_filters(items: Iterable[tuple[str, str]]) -> tuple[Filters, str | None]:
    """Filters and place in the list of a call of the API, under the names of `uptake ask`.

    Raises:
        WrongUsage: as `read`.
    """
    given = _once(items, ("scope", "tool", "quarter", "from", "to", "after"), blank=True)
    scope, after = given.get("scope"), given.get("after")
    _need("scope", scope is None or 0 < len(scope) <= LONGEST)
    _need("after", after is None or _SEAL.fullmatch(after))
    first, last = (_day(name, given.get(name)) for name in ("from", "to"))
    return checked(Filters(scope, given.get("tool"), given.get("quarter"), first, last)), after


def link(path: str, address: Address, **changes: Any) -> str:
    """The URL of a state, defaults left out, in one order: the same state has one URL."""
    state = replace(address, **changes)
    pairs = [
        (_IN_URL.get(name, name), getattr(state, name))
        for name in NAMES
        if getattr(state, name) != getattr(DEFAULTS, name)
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _once(items: Iterable[tuple[str, str]], names: Iterable[str], *, blank: bool = False) -> dict[str, str]:
    """Each name at most once. A form sends fields that were left blank: they are as not given, unless `blank` keeps them."""
    given: dict[str, str] = {}
    for name, value in items:
        if name not in names:
            raise WrongUsage("A part of the address is not known", next_step=f"Use: {', '.join(names)}")
        _need(name, name not in given)
        if value or blank:
            given[name] = value
    return given


def _period(given: dict[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a period of the URL's own: both or none, in order, and never beside a quarter."""
    since, until = (_day(name, given.get(name)) for name in ("from", "to"))
    if since is None and until is None:
        return None, None
    if "quarter" in given:
        raise WrongUsage("A period is a quarter, or `from` and `to`, not both", next_step="Leave one of them out")
    if since is None or until is None:
        raise WrongUsage("`from` and `to` go together", next_step="Give the first and the last day")
    if since > until:
        raise WrongUsage("`from` is after `to`", next_step="Give the earlier day first")
    _need("from", _counts(since.year))
    _need("to", _counts(until.year))
    return since, until


def _counts(year: int) -> bool:
    """Whether pages can count from a year: they look at the quarter before and at weeks after, and the calendar has ends."""
    return dt.MINYEAR < year < dt.MAXYEAR


def _day(name: str, text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise WrongUsage(f"`{name}` cannot be used", next_step="Write it as 2026-09-30")


def _need(name: str, held: object) -> None:
    if not held:
        raise WrongUsage(f"`{name}` cannot be used", next_step="See the page on addresses, or leave it out")
