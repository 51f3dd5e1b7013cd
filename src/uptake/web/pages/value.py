"""What is the return, with what doubt? Cost as it is known, the effect that it would take, and ranges for all that is assumed.

Never one figure of return: a cost, an interval, and how many of the draws come out above it. Every assumption may be changed in the address.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from uptake.charts import Band, Svg, bands
from uptake.reads import Filters
from uptake.web import words
from uptake.web.address import ASSUMED
from uptake.web.pages import common, forms, spending
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, withheld

NAMES = {
    "seat_price": "Price of a seat without a price", "token_price": "A million tokens without a price", "estimate_factor": "Paid for a dollar at list price",
    "training": "Training and support", "loaded_rate": "An engineer, all in", "coding_share": "Time in which tools can help",
    "effect": "Effect on that time", "realised": "Part of the effect that becomes value",
}  # fmt: skip
PPM = 1_000_000
A_PART = "A part of the cost is withheld: a few people hold it."
DOUBT = "Half of the cases lie below the middle, 9 of 10 between low and high."


def _asked(look: Look) -> Filters:
    return Filters(scope=spending.line_of(look), quarter=look.quarter, assumed=look.address.assumed)


def _exactly_there(look: Look, rows: Rows) -> Rows:
    return [row for row in rows if row["scope"] == spending.line_of(look)]


def _headline(look: Look, cards: Cards) -> Headline:
    row = next(iter(cards["range"]), None)
    if row is None:
        return Headline(f"What use costs in {words.unit(spending.line_of(look))} is not shown.", look.withheld)
    if row["cost"] is None:
        return Headline(f"What use costs in {look.short_quarter} is not known yet.", spending.NO_MONTH)
    least = "at least " if _lacks(row) else ""
    each = f", {words.dollars_each(row['cost_per_active'])} for each active person" if row["cost_per_active"] else ""
    return Headline(
        f"Use costs {least}{words.dollars(row['cost'])} a month{each}.",
        f"{words.unit(spending.line_of(look))}. {_verdict(row)}",
    )


def _lacks(row: Row) -> bool:
    """True if a part of the cost is not in it."""
    return bool(row["bound"]) or bool({"seat_price", "token_price"} & set(_missing(row)))


def _missing(row: Row) -> list[str]:
    return (row["missing"] or "").split(", ") if row["missing"] else []


def _verdict(row: Row) -> str:
    """What can be said of the return, in words."""
    if row["break_even_p50"] is None:
        return f"Whether it pays is not known. {_why(row)}"
    needed = (
        f"It pays from an effect of {_percent(row['break_even_p50'])} on the time in which tools can help "
        f"({_percent(row['break_even_p5'])} to {_percent(row['break_even_p95'])})."
    )
    if row["p_net_positive"] is None:
        return f"{needed} No effect is stated, so this page shows cost alone."
    return f"{needed} With the effect that is assumed it does in {_of_hundred(row['p_net_positive'])} of 100 cases."


def _why(row: Row) -> str:
    lacking = _missing(row)
    if row["bound"]:
        return A_PART
    if "seat_price" in lacking:
        return "Some seats have no price: a price file or the assumption on seats would give them one."
    if "token_price" in lacking:
        return "Some calls have no price: a price file or the assumption on tokens would give them one."
    if row["active"] is None:
        return "How many people are active is not shown."
    stated = [NAMES[name].lower() for name in lacking if name != "effect"]
    return f"Not stated: {' and '.join(stated)}." if stated else ""


def _percent(ppm: int) -> str:
    return f"{words.scaled(ppm, 4, 1)}\u202f%"


def _of_hundred(ppm: int) -> str:
    """A share of the draws: never all or none of them, for the draws are of assumptions."""
    whole = words.scaled(ppm, 4, 0)
    return "fewer than 1" if whole == "0" else "more than 99" if whole == "100" else whole


def _between(low: int, high: int) -> str:
    return f"{words.dollars(low)} to {words.dollars(high)}"


def _range(look: Look, rows: Rows, others: Cards) -> str | None:
    """Cost beside benefit in dollars; below, the effect that it would take beside the one that is assumed."""
    row = rows[0]
    if row["cost"] is None:
        return None
    money = [_band("Cost a month", row["cost_p5"], row["cost"], row["cost_p95"], "stone")]
    if row["benefit_p50"] is not None:
        money.append(_band("Benefit a month", row["benefit_p5"], row["benefit_p50"], row["benefit_p95"], "light"))
    drawn = bands(
        money,
        "Cost and benefit a month",
        words.dollars,
        (row["cost"], "break-even: benefit = cost") if len(money) > 1 else None,
    )
    effects = _effects(row, others) if row["break_even_p50"] is not None else []
    below = bands(effects, "Effect on the time in which tools can help", _percent_tick) if effects else ""
    return Svg(f"{_figures(look, row)}{drawn}{below}")


def _effects(row: Row, others: Cards) -> list[Band]:
    """The effect that it takes, and beside it the one that is assumed."""
    found = [("Break-even effect", [row[f"break_even_{end}"] for end in ("p5", "p50", "p95")], "stone")]
    assumed = common.row_of(others["assumptions"], name="effect") if others.get("assumptions") else None
    if assumed and assumed["mid"] is not None:
        found.append(("Effect assumed", [round(PPM * assumed[end]) for end in ("low", "mid", "high")], "light"))
    return [
        Band(name, low, middle, high, kind, f"{_percent(middle)} ({_percent(low)} to {_percent(high)})")
        for name, (low, middle, high), kind in found
    ]


def _band(name: str, low: int, middle: int, high: int, kind: str) -> Band:
    low, high = min(low, middle), max(high, middle)
    said = words.dollars(middle) if low == high else f"{words.dollars(middle)} ({_between(low, high)})"
    return Band(name, low, middle, high, kind, said)


def _percent_tick(ppm: int) -> str:
    return f"{words.scaled(ppm, 4, 0 if ppm % 10_000 == 0 else 1)}\u202f%"


def _figures(look: Look, row: Row) -> str:
    """Key figures, with words where one is not known."""
    shown = []
    partly = A_PART if row["bound"] else ""
    for title, name, unit, absent in (
        ("For each active person", "cost_per_active", "a month", _why(row) or look.withheld),
        ("For each merged change", "cost_per_change", "of all merged changes", partly or "Merged changes are not loaded, or not shown."),
        ("For each retained line", "cost_per_retained_line", "of lines still there after 21 days", partly or "Lines are followed in too few of the repositories, or not shown."),
    ):  # fmt: skip
        value = row[name]
        shown.append(
            common.figure(
                title,
                words.DASH if value is None else words.dollars_each(value),
                absent if value is None else unit,
                None,
                1,
            )
        )
    return common.strip(shown)


def _left_out(bound: str) -> str:
    """The tools that `cost: without copilot, withheld` names, as people call them."""
    return ", ".join(
        words.tool(name) for name in bound.removeprefix("cost: without ").removesuffix(", withheld").split(", ")
    )


def _foot(_look: Look, rows: Rows, _others: Cards) -> str:
    row = rows[0]
    parts = [f"Seats {words.dollars(row['seats_cost'])}, calls {words.dollars(row['calls_cost'])}, training {words.dollars(row['training_cost'])} a month."] if row["cost"] is not None else []  # fmt: skip
    left_out = (
        f"Not all that was paid for is in it, for a few people hold the rest: {_left_out(row['bound'])}."
        if row["bound"] and row["cost"] is not None
        else ""
    )
    return common.notes(
        [
            *parts, left_out, "Bills stand before estimates of the same calls; nothing without a price counts as 0.",
            "Associated with use, not caused by it, unless the effect comes from assigned waves.",
        ]
    )  # fmt: skip


def _deck(look: Look, rows: Rows, _others: Cards) -> str:
    row = rows[0]
    if row["cost"] is None:
        return spending.NO_MONTH
    months = words.plural(row["months"], "month")
    likely = row["p_net_positive"]
    chance = (
        f" The benefit is larger than the cost in {_of_hundred(likely)} of 100 draws." if likely is not None else ""
    )
    return (
        f"{words.unit(spending.line_of(look))}, an average month of {months} of {look.short_quarter}. {DOUBT}{chance}"
    )


def _number(value: Any) -> str:
    return (
        ""
        if value is None
        else f"{Decimal(str(value)):,f}".rstrip("0").rstrip(".")
        if "." in str(value)
        else f"{value:,}"
    )


def _assumptions(_look: Look, rows: Rows, _others: Cards) -> str:
    heads = ("Assumption", "Low", "Mid", "High", "From")
    lines = [
        (f"{NAMES[row['name']]}, {row['unit']}", *(_number(row[end]) or words.DASH for end in ("low", "mid", "high")), row["origin"])
        for row in rows
    ]  # fmt: skip
    return forms.plain_table("Assumptions", heads, lines, numbers=range(1, 4))


def _what_if(look: Look, rows: Rows, _others: Cards) -> str:
    """The ranges as fields of a form that asks for this page again: the address then holds them."""
    held = {row["name"]: row for row in rows}
    fields = []
    for name in ASSUMED:
        ends = [held[name][end] for end in ("low", "mid", "high")] if name in held else [None]
        value = ", ".join(f"{Decimal(str(end)).normalize():f}" for end in ends) if None not in ends else ""
        fields.append(
            forms.field(
                f"{NAMES[name]}, {held[name]['unit'] if name in held else ''}",
                name,
                value,
                more=' placeholder="low, mid, high"',
            )
        )
    kept = {"scope": look.address.scope, "quarter": look.address.quarter}
    hidden = [forms.hidden(name, value) for name, value in kept.items() if value]
    return forms.form(f"/{look.path}", [*hidden, *fields], "Reckon with these", method="get")


def _units(_look: Look, rows: Rows) -> Rows:
    """The lines, dearest first, as far as they are shown."""
    return sorted(
        (row for row in rows if row["scope"] != words.COMPANY), key=lambda row: (-(row["cost"] or 0), row["scope"])
    )


def _of_quarter(look: Look) -> Filters:
    return Filters(scope=spending.line_of(look), quarter=look.quarter)


VALUE = Page(
    "value",
    "Value",
    "What is the return, with what doubt?",
    (
        Card(
            "range", "What does use cost, and what would it have to bring?", "value", _asked, keep=_exactly_there, picture=_range, deck=_deck, foot=_foot,
            columns=("scope", "quarter", "cost", "cost_p5", "cost_p95", "cost_per_active", "cost_per_change", "cost_per_retained_line", "break_even_p5",
                     "break_even_p50", "break_even_p95", "benefit_p5", "benefit_p50", "benefit_p95", "p_net_positive", "missing", "bound"),
            empty=withheld, terms=("break-even", "unpriced"),
        ),
        Card(
            "assumptions", "What is assumed?", "value_assumptions", lambda look: Filters(assumed=look.address.assumed), picture=_assumptions, form=_what_if,
            deck=lambda look, _rows, _others: "A what-if of this page: it is in the address and nowhere else." if look.address.assumed else
            "As the settings of this installation state them. Change a range to see what follows; nothing is kept.",
            foot=lambda _look, _rows, _others: f"{DOUBT} An effect belongs here only from a study of your own.",
            columns=("name", "low", "mid", "high", "unit", "origin", "about"), terms=("break-even",),
        ),
        Card(
            "units", "What does it cost by line?", "value", lambda look: Filters(quarter=look.quarter, assumed=look.address.assumed), keep=_units,
            deck=lambda look, _rows, _others: f"Lines of business, an average month of {look.short_quarter}, dearest first.",
            foot=lambda _look, _rows, _others: "Where a tool is left out, or something has no price, a cost is at least what stands here. Lines are no ranking: they do different work.",
            columns=("scope", "cost", "active", "cost_per_active", "cost_per_change", "break_even_p5", "break_even_p50", "break_even_p95", "missing", "bound"),
            empty=withheld, terms=("break-even",),
        ),
        Card(
            "spend", "Where did the money go?", "spend", _of_quarter, keep=spending.newest_first, deck=spending.deck, foot=spending.foot,
            columns=spending.COLUMNS, empty=spending.NO_MONTH, terms=("unpriced",),
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "compliance"}),
    controls=("scope", "quarter"),
    closed=True,
    split_by_tool=False,
)  # fmt: skip
