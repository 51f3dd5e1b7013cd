"""What do idle seats cost? Released counts for whoever may see the unit; each seat with its proof for the licence manager alone.

A seat is idle only where its zero is proven. What is not observed stands apart, and nobody new or on leave is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from uptake.charts import IdleAge, IdleTool, SegmentRow, Svg, idle_seats, segment_bar, segment_key
from uptake.charts.core import esc
from uptake.charts.rows import Part
from uptake.reads import Filters, Order, Tally
from uptake.web import words
from uptake.web.pages import common, forms, overview, spending
from uptake.web.pages.shape import Card, Cards, Headline, Listing, Look, Page, Row, Rows, of_quarter, withheld

AGES = ((120, "up to 120 days"), (180, "121 to 180 days"), (240, "181 to 240 days"), (None, "over 240 days"))
"""Calendar days since the proven idleness began: up to so many, and the words of it."""
NOT_IDLE = (
    "Not counted as idle: seats held for less than 90 days, of people who joined less than 90 days ago, on leave or exempt, "
    "and seats that are not observed."
)


def _headline(look: Look, cards: Cards) -> Headline:
    if "proposals" in cards:
        return _of_proposals(cards["proposals"])
    rows = cards.get("idle", ())
    known = [row for row in rows if row["idle"] is not None]
    if not known or look.scope != _line(look):
        return _of_people(look, cards)
    idle, cost = sum(row["idle"] for row in known), sum(row["monthly_cost"] or 0 for row in known)
    priced = f" and cost {words.money(cost, _currency(known))} a month" if cost else ""
    hidden = [words.tool(row["tool"]) for row in rows if row["idle"] is None]
    whose = f"{' and '.join(words.tool(row['tool']) for row in known)} seats" if hidden else "seats"
    more = f"{' and '.join(hidden)}: not shown, it {look.reveals}." if hidden else ""
    return Headline(
        f"{words.count(idle)} {whose} are proven idle for 60 expected days or more{priced}.",
        f"{_where(look)}, as of {words.day(look.today)}. Each is a proposal: a named person decides, and nobody has lost a seat. {more}".strip(),
    )


def _of_people(look: Look, cards: Cards) -> Headline:
    """Where the seats of a unit are not shown apart: engineers who hold one and did not use it."""
    seats = cards["seats"][0] if cards["seats"] else None
    unused = overview.people(cards.get("segments", ()), "non_user", "non_adopter")
    if seats is None or seats["provisioned"] is None:
        return Headline(f"Seats of {common.who(look)} are not shown.", look.withheld)
    if "segments" not in cards or unused is None:
        return Headline(
            f"{words.count(seats['provisioned'])} of {words.count(seats['engineers'])} {common.who(look)} hold a seat."
        )
    share = words.share(words.ratio(unused, seats["provisioned"]))
    return Headline(
        f"{words.plural(unused, 'engineer')} hold a seat that they did not use {common.when(look)}, {share} of those with a seat.",
        "Each of these zeros is proven. What the idle seats of this unit cost is not shown: it would reveal a small group.",
    )


def _of_proposals(rows: Rows) -> Headline:
    if not rows:
        return Headline(
            "No seat is proven idle for 60 expected days.", "Seats that are not observed are never counted as idle."
        )
    cost, never = (
        sum((row["monthly_cost"] or 0 for row in rows), Decimal(0)),
        _never(rows),
    )
    one = _seats(rows) == 1
    priced = f" and {'costs' if one else 'cost'} {words.money(cost, _currency(rows))} a month" if cost else ""
    return Headline(
        f"{words.plural(_seats(rows), 'seat')} {'is' if one else 'are'} proven idle{priced}.",
        f"{words.count(never)} of them were never used. Each is a proposal: a named person decides, and nobody has lost a seat.",
    )


def _where(look: Look) -> str:
    return words.unit(_line(look))


def _line(look: Look) -> str:
    """Seats are released for the company and its lines only."""
    return look.scope.split("/")[0]


def _cost(rows: Iterable[Row]) -> str:
    known = [row["monthly_cost"] for row in rows if row.get("monthly_cost") is not None]
    return f"{sum(known, Decimal(0)):,.0f}" if known else ""


def _currency(rows: Iterable[Row]) -> str | None:
    """The one in which the prices of the rows are; nothing is converted, so there is one."""
    return next((row["currency"] for row in rows if row.get("currency")), None)


def _priced(head: str, rows: Rows) -> str:
    """The heading of a column of money."""
    currency = _currency(rows)
    return f"{head}, {currency}" if currency else head


def _money(rows: Rows) -> str:
    currency = _currency(rows)
    return (
        f"Cost in {currency}; seats sold in another currency have no price here." if currency else "No price is known."
    )


def _of_tool(look: Look) -> Filters:
    return Filters(tool=None if look.tool == "all" else look.tool)


def _of_line(look: Look) -> Filters:
    return Filters(scope=_line(look), tool=None if look.tool == "all" else look.tool)


def _exactly_there(look: Look, rows: Rows) -> Rows:
    return [row for row in rows if row["scope"] == _line(look)]


def _seats(counts: Iterable[Row]) -> int:
    return sum(row["rows"] for row in counts)


def _never(counts: Iterable[Row]) -> int:
    """Seats that were never used."""
    return sum(row["without_last_seen"] for row in counts)


def _by_tool(rows: Rows) -> list[tuple[str, list[Row]]]:
    return [(tool, list(counts)) for tool, counts in groupby(rows, key=lambda row: row["tool"])]


def _bars(look: Look, rows: Rows, _others: Cards) -> str:
    return idle_seats([_tool(look, tool, seats) for tool, seats in _by_tool(rows)])


def _tool(look: Look, tool: str, counts: list[Row]) -> IdleTool:
    today = look.today
    days = [((today - row["since"]).days, row["rows"]) for row in counts]
    lower = (-1, *(most for most, _ in AGES[:-1]))
    ages = tuple(
        IdleAge(name, sum(seats for age, seats in days if low < age and (most is None or age <= most)))
        for low, (most, name) in zip(lower, AGES, strict=True)
        if low is not None
    )
    return IdleTool(words.tool(tool), ages, words.plural(_seats(counts), "idle seat"))


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]], about: str) -> Svg:
    """Tools and their numbers; every column after the first is one."""
    first, *others = heads
    head = f'<th scope="col">{first}</th>' + "".join(f'<th scope="col" class="n">{name}</th>' for name in others)
    body = "".join(_line_of(row) for row in rows)
    return Svg(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(about)}"><table class="tools-idle">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line_of(cells: Iterable[str]) -> str:
    first, *numbers = cells
    return (
        f'<tr><th scope="row">{esc(first)}</th>'
        + "".join(f'<td class="n">{esc(cell)}</td>' for cell in numbers)
        + "</tr>"
    )


def _split(_look: Look, rows: Rows, _others: Cards) -> str:
    """The proposals by tool, and their sum."""
    found = [(words.tool(tool), counts) for tool, counts in _by_tool(rows)]
    lines = [*found, *([("All tools", list(rows))] if len(found) > 1 else [])]
    numbers = [
        (name, words.count(_seats(counts)), words.count(_never(counts)), _cost(counts) or words.DASH)
        for name, counts in lines
    ]  # fmt: skip
    return _table(("Tool", "Idle seats", "Never used", _priced("Cost a month", rows)), numbers, "Idle seats by tool")


def _groups(look: Look, rows: Rows, _others: Cards) -> str:
    names = ("seats", "idle", "never_used", "not_observed", "monthly_cost")
    lines = [(words.tool(row["tool"]), *(words.cell(row[name], "seats") for name in names)) for row in rows]
    hidden = any(row[name] is None and common.said(row, name) for row in rows for name in names)
    why = f'<p class="told">{words.DASH} {esc(look.withheld)}</p>' if hidden else ""
    heads = ("Tool", "Seats", "Proven idle", "Never used", "Not observed", _priced("Cost of idle a month", rows))
    return Svg(_table(heads, lines, "Seats by tool") + why)


def _unused(look: Look, rows: Rows, others: Cards) -> str:
    seats = others["seats"]
    engineers = seats[0]["engineers"] if seats else None
    parts = tuple(Part(row["segment"], row["people"], row["bound"] or "") for row in rows)
    return segment_bar(SegmentRow(look.unit, engineers, parts, text=look.withheld))


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


def _choices(look: Look) -> int:
    """How many seats the form offers to whoever decides."""
    return MOST_SEATS if look.viewer.role == "licence" else 0


def _decide(look: Look, rows: Rows, _others: Cards) -> str | None:
    """A form for one of the seats: nothing happens by itself, and the register says who decided what."""
    if not rows:
        return None
    seats = {
        look.opaque(f"{row['person_id']} {row['tool']}"): f"{row['person_id']}, {words.tool(row['tool'])}"
        for row in rows
    }
    parts = [
        forms.choice("Seat", "seat", seats), forms.choice("Decision", "answer", {"reclaim": "reclaim it", "keep": "keep it"}),
        forms.field("Reason, in a sentence", "reason", more=' minlength="10" maxlength="500" required'),
    ]  # fmt: skip
    return forms.form("/licences/decide", parts, "Decide")


MOST_SEATS = 200
LONGEST_FIRST = (Order("since"), Order("tool"), Order("person_id"))
_COUNTS = Tally(("tool", "since", "currency"), ("monthly_cost",), ("last_seen",))
_PROPOSALS = Listing(LONGEST_FIRST, _COUNTS)

LICENCES = Page(
    "licences",
    "Licences",
    "What do idle seats cost?",
    (
        Card(
            "seats", "How many seats are there, and are they used?", "funnel", of_quarter, picture=_figures,
            columns=("scope", "quarter", "engineers", "provisioned", "active", "accounts", "active_accounts", "bound"),
            deck=lambda look, _rows, _others: f"{look.unit}, {words.tool_within(look.tool)}. A person with two seats has two accounts.",
            terms=("active account", "expected day"), place=2,
        ),
        Card(
            "proposals", "How long have they been idle?", "idle_seats", _of_tool, listing=_PROPOSALS, picture=_bars, width=7,
            deck=lambda _look, _rows, _others: "Seats by calendar days since the proven idleness began.",
            foot=lambda _look, _rows, _others: f"Whole company, as of the snapshot. {NOT_IDLE}",
            columns=("tool", "since", "last_seen", "person_id", "monthly_cost"),
            empty="No seat is proven idle for 60 expected days.", terms=("zero", "expected day"),
        ),
        Card(
            "by_tool", "What do they cost, by tool?", "idle_seats", _of_tool, listing=_PROPOSALS, picture=_split, width=5,
            deck=lambda _look, rows, _others: f"{words.plural(_seats(rows), 'seat')}, each at its own price.",
            foot=lambda _look, rows, _others: f"{_money(rows)} A seat without a known price adds nothing.",
            columns=("tool", "since", "last_seen", "person_id", "monthly_cost"),
            empty="No seat is proven idle for 60 expected days.", terms=("zero",),
        ),
        Card(
            "list", "Which seats are proposed for reclaim?", "idle_seats", _of_tool, form=_decide,
            listing=Listing(LONGEST_FIRST, _COUNTS, head=_choices),
            deck=lambda _look, _rows, _others: "Longest idle first; a dash says never used. Nothing is reclaimed until a named person decides.",
            foot=lambda _look, _rows, _others: (
                "Proven zero on 60 expected days or more, held for 90 days, nobody on leave, nobody new. Every opening of this list is recorded."
            ),
            columns=("person_id", "tool", "since", "last_seen", "monthly_cost", "decision", "decided"),
            empty="No seat is proven idle for 60 expected days.", terms=("zero",), place=1, size=25,
        ),
        Card(
            "idle", "How many seats are idle, and what do they cost?", "idle_groups", _of_line, keep=_exactly_there, picture=_groups,
            deck=lambda look, _rows, _others: f"{_where(look)}, seats held on {words.day(look.today)}. Idle: proven zero on 60 expected days or more.",
            foot=lambda _look, rows, _others: f"{NOT_IDLE} {_money(rows)} Rounded to 100.",
            columns=("scope", "tool", "seats", "idle", "never_used", "not_observed", "monthly_cost", "bound"),
            empty=withheld, terms=("zero", "expected day"),
        ),
        Card(
            "segments", "Who holds a seat and does not use it?", "segments", lambda look: Filters(scope=look.scope, quarter=look.quarter),
            keep=overview.by_segment, picture=_unused, place=2,
            key=lambda _look, _rows, _others: segment_key(),
            deck=lambda _look, _rows, _others: "Engineers by segment, all tools together. Non-adopters and non-users hold a seat and did not use it.",
            foot=lambda _look, _rows, _others: "Not known is never counted as idle. Excluded: no seat, on leave, joined or left.",
            columns=("segment", "reason", "people", "share", "bound"), terms=("non_user", "non_adopter", "lapsed", "insufficient", "zero"),
        ),
        Card(
            "spend", "What do seats and calls cost, month by month?", "spend",
            lambda look: Filters(scope=_line(look), quarter=look.quarter, tool=None if look.tool == "all" else look.tool),
            keep=spending.newest_first, deck=spending.deck, foot=spending.foot, columns=spending.COLUMNS, empty=spending.NO_MONTH,
            terms=("unpriced",), place=3,
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "administrator", "licence", "compliance"}),
    controls=("scope", "quarter", "tool"),
)  # fmt: skip
