"""Numbers, quarters, days, units and states as people read them: one place, so that a page says one thing one way."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from uptake.charts import Svg, numerals
from uptake.charts.core import esc
from uptake.charts.numerals import DASH, MINUS, count, score, share
from uptake.model.reasons import REASONS

TOOLS = {
    "all": "All tools", "copilot": "Copilot", "claude_code": "Claude Code", "claude": "Claude", "chatgpt": "ChatGPT",
    "codex": "Codex", "cursor": "Cursor", "gemini_cli": "Gemini CLI", "amazon_q": "Amazon Q", "windsurf": "Windsurf",
}  # fmt: skip
SEGMENTS = {
    "heavy": "heavy", "light": "light", "lapsed": "lapsed", "non_adopter": "non-adopter", "non_user": "non-user",
    "insufficient": "not known", "excluded": "excluded",
}  # fmt: skip
"""In the order in which they are drawn."""
TASKS = {
    "code": "writing code", "test": "tests", "review": "review", "docs": "documentation", "explain": "questions", "plan": "planning",
    "migrate": "migration", "automate": "automation", "risk": "risk", "unclassified": "unclassified",
}  # fmt: skip
"""In the order in which they are drawn."""
COMPANY = "(company)"
LONG = 24
"""Texts of more letters keep a width in a table at which they fold into two or three lines, however many columns stand beside them."""
MID = 14
"""Texts of more letters than this keep one of two or three words a line."""
_CODE = re.compile(r"`([^`]+)`")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_CELLS = {
    COMPANY: "Whole company",
    "(others)": "Other units",
    "(joiners)": "Joined in the quarter",
    "(none)": "Without a unit",
}


__all__ = ["COMPANY", "DASH", "count", "score", "share"]


def scaled(value: int, digits: int, decimals: int) -> str:
    """An integer of `10^-digits` as a decimal text, half to even, with a true minus sign and never a negative zero."""
    found = Decimal(value).scaleb(-digits).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    text = f"{abs(found) if found.is_zero() else found:,}"
    return text.replace("-", MINUS)


def ratio(part: int, whole: int) -> int:
    """A share in ppm, half to even; 0 of 0 is 0."""
    if not whole:
        return 0
    quotient, rest = divmod(1_000_000 * part, whole)
    return quotient + (2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))


def quarter(name: str) -> str:
    """`Q3 2026` out of `2026Q3`."""
    return f"{name[4:]} {name[:4]}"


def day(value: dt.date, *, year: bool = False) -> str:
    """`14 Oct`, with the year where it is not clear."""
    return f"{numerals.day(value)}{f' {value.year}' if year else ''}"


def day_of(time: str) -> str:
    """The day of a time as ISO text: `14 Oct 2026`."""
    return day(dt.date.fromisoformat(time[:10]), year=True)


def month(year: int, number: int) -> str:
    """`Apr 2026`."""
    return f"{numerals.MONTHS[number - 1]} {year}"


def month_of(text: str) -> str:
    """`Jul 2026` out of `2026-07`; any other text as it is."""
    year, _, number = text.partition("-")
    known = year.isdecimal() and number.isdecimal() and 1 <= int(number) <= len(numerals.MONTHS)
    return month(int(year), int(number)) if known else text


def unit(scope: str) -> str:
    """The last part of a scope, as people name it."""
    part = scope.rsplit("/", 1)[-1]
    return _CELLS.get(part) or part.replace("~3", ", ").replace("~2", "(").replace("~1", "/").replace("~0", "~")


def tool(name: str) -> str:
    """A tool's own name."""
    return TOOLS.get(name, name)


def tool_within(name: str) -> str:
    """A tool's own name, or `all tools`, within a sentence."""
    return "all tools" if name == "all" else tool(name)


def task(name: str) -> str:
    """A task type in words."""
    return TASKS.get(name, name)


def segment(name: str) -> str:
    """A segment in words."""
    return SEGMENTS.get(name, name)


SOURCES = {
    "copilot-users": "Copilot", "claude-code": "Claude Code", "claude-enterprise": "Claude Enterprise",
    "claude-transcripts": "Claude Code transcripts", "chatgpt-days": "ChatGPT", "otlp": "Client telemetry", "copilot-seats": "Copilot seats",
    "seats": "Seat file", "copilot-aggregate": "Copilot totals", "copilot-user-teams": "Copilot teams",
}  # fmt: skip


def source(name: str) -> str:
    """A source as the stamp names it."""
    return SOURCES.get(name, name)


def closing(end: dt.date) -> dt.date:
    """The day on which a quarter that ends on `end` is closed."""
    return end + dt.timedelta(days=14)


def reason(name: str) -> str:
    """A reason in words."""
    return REASONS.get(name, name.replace("_", " "))


_MEASURES = {"accept_user": "accepts", "lines_added": "lines added"}


def code(name: str) -> str:
    """A word of ours as people write it: `under review` out of `under_review`."""
    return name.replace("_", " ")


_WITHOUT = re.compile("^cost: without (.+), withheld$")


def bound(text: str) -> str:
    """Why a figure is not shown, or not whole: tools by their own names where a cost leaves them out, all else word by word."""
    found = _WITHOUT.match(text)
    if not found:
        return code(text)
    return f"cost without {', '.join(tool(name) for name in found[1].split(', '))}, which is withheld"


VERIFICATION = {"missing": "not verified", "partly": "in part", "verified": "verified"}
"""Status of a change in the register, in words; the worst first."""


def verification(status: str) -> str:
    return VERIFICATION.get(status, status)


def moment(text: str) -> str:
    """`27 Nov 2026, 21:20:15 UTC` out of a time as it is stored; any other text as it is."""
    try:
        return f"{day_of(text)}, {dt.time.fromisoformat(text[11:19])} UTC" if _MOMENT.fullmatch(text) else text
    except ValueError:
        return text


def measure(name: str) -> str:
    """A measure of usage in words."""
    return _MEASURES.get(name, name.replace("_", " "))


def dollars(amount: int) -> str:
    """`$50,800`: three digits that count, for an amount that is an estimate; below 100 whole dollars."""
    size = max(0, len(str(abs(amount))) - 3)
    rounded = round(amount, -size)
    return f"{MINUS if rounded < 0 else ''}${abs(rounded):,}"


def money(amount: int | Decimal, currency: str | None) -> str:
    """`$81,800`, `81,800 EUR`: what seats cost, in the currency that their prices are in."""
    return f"${amount:,.0f}" if currency == "USD" else f"{amount:,.0f}\u202f{currency}"


def hours(minutes: int) -> str:
    """`5.5` out of 330 minutes."""
    return scaled(round(10 * minutes / 60), 1, 1)


def dollars_each(amount: Decimal) -> str:
    """`$165`, `$7.24`: the same of a small amount, with cents below 100 dollars."""
    return dollars(round(amount)) if amount >= 100 else f"${amount:,.2f}"


def coded(text: str) -> str:
    """Words in backticks are commands and settings: code on a page. Markup of ours stays as it is."""
    return text if not text or hasattr(text, "__html__") else Svg(_CODE.sub(r"<code>\1</code>", esc(text)))


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 engineer`, `2 engineers`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


_DECIMALS = {
    "micro-points": (6, 1),
    "centi-days": (2, 1),
    "hundredths": (2, 1),
    "thousandths": (3, 1),
    "micro-sd": (6, 2),
}
"""Unit of a column -> (digits of its integer after the point, decimals shown)."""


def cell(value: Any, kind: str) -> str:  # noqa: PLR0911 - one return a kind
    """A value of a table by the unit of its column; an en dash where there is none."""
    if value is None:
        return DASH
    if kind in _DECIMALS:
        return scaled(value, *_DECIMALS[kind])
    if kind == "yes/no":
        return "yes" if value else "no"
    if kind in ("ppm", "quarter"):
        return share(value) if kind == "ppm" else quarter(value)
    if kind == "money":
        return f"{value:,.2f}"
    if isinstance(value, dt.date):
        return day(value, year=True)
    return count(value) if isinstance(value, int) else str(value)


TOOLS_WHERE = "Figures of single tools are shown for the whole company and its lines."

LEFT_OUT = "Left out of lists and rankings; the numbers stand until it is decided."
"""What stands beside a contested person or case (PAGES.md section 3)."""
