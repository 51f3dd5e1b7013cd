"""What a page is: a row of cards. A card is one question of `uptake ask`, narrowed by the URL, with its picture and words.

The rows of a card make its picture, its table and its files: there is no second way to them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from uptake.policy import Policy, Viewer
from uptake.reads import Answer, Filters, Order, Part, Tally
from uptake.web import words
from uptake.web.address import Address

Row = Mapping[str, Any]
Rows = Sequence[Row]
Cards = Mapping[str, Rows]
"""Rows of the cards of a page, by card name; under UNDER_REVIEW how many people a card leaves out, never who."""
UNDER_REVIEW = "(under review)"


class Stamp(Protocol):
    """What a page states of the snapshot that it shows."""

    @property
    def id(self) -> int: ...
    @property
    def as_of(self) -> str: ...
    @property
    def published_at(self) -> str: ...
    @property
    def score_version(self) -> str: ...
    @property
    def scores_digest(self) -> str: ...
    @property
    def restated(self) -> Mapping[str, str]: ...
    @property
    def released(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class SourceState:
    """How far the data of a source reach: its last complete day, and weekdays since then up to the as-of day."""

    name: str
    last: dt.date | None
    late: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the frame of every page needs, as this viewer may see it: quarters, released units by quarter, tools, sources."""

    units: Mapping[str, tuple[str, ...]]
    tools: tuple[str, ...]
    sources: tuple[SourceState, ...]
    complete: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By quarter: source days that are complete, and all that were expected."""
    small: bool = False
    """No unit is released to a viewer who may see units: not even the company has enough people."""

    @property
    def quarters(self) -> tuple[str, ...]:
        return tuple(sorted(self.units, reverse=True))


@dataclass(frozen=True, slots=True)
class Look:
    """One view of one page: the state of the URL with every default filled in, who looks, and what the frame knows."""

    path: str
    address: Address
    scope: str
    quarter: str
    before: str | None
    facts: Facts
    viewer: Viewer
    policy: Policy
    snapshot: Stamp
    demo: bool
    opaque: Callable[[str], str] = str
    """The name under which a form may speak of a person: a keyed hash, never the id."""
    opens: frozenset[str] = frozenset()
    """Pages that this viewer may open."""

    @property
    def tool(self) -> str:
        return self.address.tool

    @property
    def today(self) -> dt.date:
        return dt.date.fromisoformat(self.snapshot.as_of)

    @property
    def provisional(self) -> bool:
        """A quarter is closed 14 days after its end."""
        return self.today < last_day(self.quarter) + dt.timedelta(days=14)

    @property
    def running(self) -> bool:
        return self.today < last_day(self.quarter)

    @property
    def unit(self) -> str:
        return words.unit(self.scope)

    @property
    def withheld(self) -> str:
        """Why a figure is not shown."""
        return f"Withheld: {self.reveals}."

    @property
    def reveals(self) -> str:
        """The same within a sentence, by the smallest group of the policy in force."""
        return f"would reveal a group of fewer than {self.policy.k + 1}"

    @property
    def too_small(self) -> str:
        """Why a whole unit is not shown."""
        return f"Withheld: fewer than {self.policy.k + 1} people."

    @property
    def short_quarter(self) -> str:
        """`Q3`, or with its year where it is not the year of the data."""
        return self.quarter[4:] if self.quarter[:4] == self.snapshot.as_of[:4] else words.quarter(self.quarter)

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """First and last day that the page speaks of: those of the URL, else those of the quarter."""
        since, until = self.address.since, self.address.until
        return since or first_day(self.quarter), until or last_day(self.quarter)

    @property
    def period_words(self) -> str:
        """`Q3 2026`, or `6 Jul to 30 Aug 2026`."""
        if self.address.since is None:
            return words.quarter(self.quarter)
        since, until = self.period
        return f"{words.day(since, year=since.year != until.year)} to {words.day(until, year=True)}"

    @property
    def children(self) -> tuple[str, ...]:
        """Released units right below the scope."""
        return tuple(unit for unit in self.facts.units.get(self.quarter, ()) if parent(unit) == self.scope)


def parent(scope: str) -> str | None:
    """The unit above; None for the company."""
    if scope == words.COMPANY:
        return None
    return scope.rsplit("/", 1)[0] if "/" in scope else words.COMPANY


def first_day(quarter: str) -> dt.date:
    """First day of a quarter such as `2026Q3`."""
    return dt.date(int(quarter[:4]), 3 * int(quarter[5]) - 2, 1)


def last_day(quarter: str) -> dt.date:
    """Last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[5])
    following = dt.date(year + 1, 1, 1) if number == 4 else dt.date(year, 3 * number + 1, 1)
    return following - dt.timedelta(days=1)


def quarter_of(day: dt.date) -> str:
    """The quarter that holds a day."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarters_back(quarter: str, number: int) -> str:
    """The quarter that many quarters before."""
    place = int(quarter[:4]) * 4 + int(quarter[5]) - 1 - number
    return f"{place // 4}Q{place % 4 + 1}"


def of_quarter(look: Look) -> Filters:
    """Scope, quarter and tool of the URL."""
    return Filters(scope=look.scope, quarter=look.quarter, tool=look.tool)


def every_row(_look: Look, rows: Rows) -> Rows:
    return rows


def no_picture(_look: Look, _rows: Rows, _others: Cards) -> str | None:
    return None


def withheld(look: Look) -> str:
    """What a card says that has no row because each would reveal a small group."""
    return look.withheld


def too_small(look: Look) -> str:
    """What a card says whose unit is too small to be shown."""
    return look.too_small


def no_words(_look: Look, _rows: Rows, _others: Cards) -> str:
    return ""


def nothing(_look: Look) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that may be as long as the company: the engine orders, cuts and counts it, and only the rows that are shown are read, which is
    what the audit log says of them. Words and pictures read the counts of `tally`, or the first rows where there is none. A form reads the first `head` rows, whatever part is shown: none for a viewer who gets no form.
    """

    order: tuple[Order, ...] = ()
    tally: Tally | None = None
    head: Callable[[Look], int] = nothing


@dataclass(frozen=True, slots=True)
class Card:
    """`title` is the question of the card, `deck` its answer, `foot` what is counted and left out. `within` limits the rows
    to units, `keep` picks and orders them. `picture` answers markup (a string that has `__html__`) or None, `key` the key of
    its marks. `columns`: those of the page's table, all when empty; files hold every granted column. `terms` are words of
    the page of definitions. `listing` in place of `within` and `keep` where the list is long. `place`: cards of a higher place stand after all of a lower one. `form` answers a form that stands below the picture, also where there is no row. Words and pictures see the rows of the page's other cards too, by name.
    """

    name: str
    title: str
    question: str
    filters: Callable[[Look], Filters] = of_quarter
    within: Callable[[Look], Container[str]] | None = None
    keep: Callable[[Look, Rows], Rows] = every_row
    picture: Callable[[Look, Rows, Cards], str | None] = no_picture
    key: Callable[[Look, Rows, Cards], str | None] = no_picture
    deck: Callable[[Look, Rows, Cards], str] = no_words
    foot: Callable[[Look, Rows, Cards], str] = no_words
    columns: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    empty: str | Callable[[Look], str] = "No data for this period yet."
    form: Callable[[Look, Rows, Cards], str | None] = no_picture
    width: int = 12
    size: int = 100
    place: int = 0
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence of a page, the line below it, and tags of the state of the data (`amber` or plain)."""

    sentence: str
    lede: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A row of PAGES. The first card is the main one: its question says who may open the page, its rows are `/<slug>.csv`.

    `closed`: the last closed quarter is the default (Compare), else the running one once it can hold a segment.
    `viewers`: roles that it is for; policy must grant the main card as well, so that a page without either is seen by nobody.
    `controls`: the filters it offers. `menu`: where it stands, `main` or `own`. `purposes`: those it opens for, any when empty.
    """

    slug: str
    title: str
    question: str
    cards: tuple[Card, ...]
    headline: Callable[[Look, Cards], Headline]
    viewers: frozenset[str]
    controls: tuple[str, ...] = ("scope", "quarter", "compare", "tool")
    closed: bool = False
    menu: str = "main"
    purposes: tuple[str, ...] = ()
    split_by_tool: bool = True
    """False where every figure is of all tools together: with a tool in the address the page says so."""


class Ask(Protocol):
    def __call__(self, question: str, filters: Filters, wanted: Part | Tally | None = None, /) -> Answer: ...
