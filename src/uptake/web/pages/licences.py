"""What do idle seats cost? Counts for everybody who may see the unit; each seat with its proof for the licence manager alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from uptake.charts import IdleAge, IdleTool, SegmentRow, idle_seats, segment_bar, segment_key
from uptake.charts.rows import Part
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common, overview
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, of_quarter

LONGEST_LIST = 6
"""Months that are drawn one by one; older ones are added up."""


def _headline(look: Look, cards: Cards) -> Headline:
    if "proposals" in cards:
        return _of_proposals(cards["proposals"])
    seats = cards["seats"][0] if cards["seats"] else None
    unused = overview.people(cards.get("segments", ()), "non_user", "non_adopter")
    if seats is None or seats["provisioned"] is None:
        return Headline(
            f"Seats of {common.who(look)} are not shown.", "Withheld: would reveal a group of fewer than 11."
        )
    if "segments" not in cards or unused is None:
        return Headline(
            f"{words.count(seats['provisioned'])} of {words.count(seats['engineers'])} {common.who(look)} hold a seat."
        )
    share = words.share(words.ratio(unused, seats["provisioned"]))
    return Headline(
        f"{words.plural(unused, 'engineer')} hold a seat that they did not use {common.when(look)}, {share} of those with a seat.",
        "Each of these zeros is proven. The seats with their cost open for the licence manager, under the purpose licence.",
    )


def _of_proposals(rows: Rows) -> Headline:
    if not rows:
        return Headline(
            "No seat is proven idle for 60 expected days.", "Seats that are not observed are never counted as idle."
        )
    cost = _cost(rows)
    priced = f" and cost {cost} a month" if cost else ""
    never = sum(row["last_seen"] is None for row in rows)
    return Headline(
        f"{words.plural(len(rows), 'seat')} {'is' if len(rows) == 1 else 'are'} proven idle for 60 expected days or more{priced}.",
        f"{words.count(never)} of them were never used. Each is a proposal: a named person decides, and nobody has lost a seat.",
    )


def _cost(rows: Iterable[Row]) -> str:
    known = [row["monthly_cost"] for row in rows if row.get("monthly_cost") is not None]
    return f"{sum(known, Decimal(0)):,.0f}" if known else ""


def _longest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["since"], row["tool"], row["person_id"]))


def _bars(_look: Look, rows: Rows, _others: Cards) -> str:
    by_tool = sorted(rows, key=lambda row: (row["tool"], row["since"]))
    return idle_seats([_tool(tool, list(seats)) for tool, seats in groupby(by_tool, key=lambda row: row["tool"])])


def _tool(tool: str, seats: list[Row]) -> IdleTool:
    ages = [
        (month, sum(1 for _ in group))
        for month, group in groupby(seats, key=lambda row: (row["since"].year, row["since"].month))
    ]
    recent, old = ages[-LONGEST_LIST:], sum(number for _, number in ages[:-LONGEST_LIST])
    shown = [IdleAge(f"since {words.month(*month)}", number) for month, number in reversed(recent)]
    shown += [IdleAge("longer", old)] if old else []
    cost = _cost(seats)
    return IdleTool(
        words.tool(tool), tuple(shown), f"{words.plural(len(seats), 'seat')}{f', {cost} a month' if cost else ''}"
    )


def _unused(look: Look, rows: Rows, others: Cards) -> str:
    seats = others["seats"]
    engineers = seats[0]["engineers"] if seats else None
    parts = tuple(Part(row["segment"], row["people"], row["bound"] or "") for row in rows)
    return segment_bar(SegmentRow(look.unit, engineers, parts, text="Withheld: would reveal a group of fewer than 11."))


def _figures(_look: Look, rows: Rows, _others: Cards) -> str | None:
    row = rows[0]
    shown = []
    for title, name, whole, noun in (
        ("Engineers with a seat", "provisioned", "engineers", "engineers"), ("Accounts", "accounts", "", "seats and use"),
        ("Active accounts", "active_accounts", "accounts", "accounts"),
    ):  # fmt: skip
        if name not in row:
            continue
        value, of = row[name], row[whole] if whole else None
        share = f"{words.share(words.ratio(value, of))} of {words.count(of)}" if value is not None and of else noun
        shown.append(common.figure(title, words.DASH if value is None else words.count(value), share, None, 1))
    return common.strip(shown)


LICENCES = Page(
    "licences",
    "Licences",
    "What do idle seats cost?",
    (
        Card(
            "seats", "How many seats are there, and are they used?", "funnel", of_quarter, picture=_figures,
            columns=("scope", "quarter", "engineers", "provisioned", "active", "accounts", "active_accounts", "bound"),
            deck=lambda look, _rows, _others: f"{look.unit}, {words.tool(look.tool)}. A person with two seats has two accounts.",
            terms=("active account", "expected day"),
        ),
        Card(
            "segments", "Who holds a seat and does not use it?", "segments", lambda look: Filters(scope=look.scope, quarter=look.quarter),
            keep=overview.by_segment, picture=_unused,
            key=lambda _look, _rows, _others: segment_key(),
            deck=lambda _look, _rows, _others: "Engineers by segment, all tools together. Non-adopters and non-users hold a seat and did not use it.",
            foot=lambda _look, _rows, _others: "Not known is never counted as idle. Excluded: no seat, on leave, joined or left.",
            columns=("segment", "reason", "people", "share", "bound"), terms=("non_user", "non_adopter", "lapsed", "insufficient", "zero"),
        ),
        Card(
            "proposals", "Which seats are proposed for reclaim?", "idle_seats",
            lambda look: Filters(tool=None if look.tool == "all" else look.tool), keep=_longest_first, picture=_bars,
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'seat')} by the month in which the proven idleness began.",
            foot=lambda _look, _rows, _others: (
                "Proven zero on 60 expected days or more, held for 90 days, nobody on leave, nobody new. Whole company, as of the "
                "snapshot; cost in the currency of the seat file. Every opening of this list is recorded."
            ),
            empty="No seat is proven idle for 60 expected days.", terms=("zero", "expected day"),
        ),
        Card(
            "list", "The proposals, one by one", "idle_seats", lambda look: Filters(tool=None if look.tool == "all" else look.tool),
            keep=_longest_first, empty="No seat is proven idle for 60 expected days.",
            deck=lambda _look, _rows, _others: "Longest idle first. Nothing is reclaimed until a named person decides.", terms=("zero",),
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "administrator", "licence", "compliance"}),
    controls=("scope", "quarter", "tool"),
)  # fmt: skip
