"""Texts of a bill: amounts, days, names and the vendor's words. What is no plain word is not kept."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from uptake.model.folding import folded_name
from uptake.sources.reading.models import FAMILIES

LIMIT = 10**9
"""No amount or quantity of one line is larger, and a thousand million such lines fit a column."""
PLACES = Decimal("1e-10")
AI_CREDITS = "ai-credits"
OTHER = "other"
MOST_PARTS = 8
_AMOUNT = re.compile(r"-?\d{1,10}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}(?:\[bot\])?")
_TENANT = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}")
_VERSION = re.compile(r"v?\d{1,4}(?:\.\d{1,4}){0,2}[a-z]?")
_AUTO = re.compile(r"auto\s*:\s*", re.IGNORECASE)
_WORDS = frozenset(
    (
        *(*FAMILIES, "agent", "agents", "ai", "business", "chat", "cli", "cloud", "code", "coding", "copilot", "credit", "credits", "enterprise"),
        *("fast", "flash", "github", "haiku", "high", "low", "max", "medium", "mini", "model", "models", "nano", "opus", "plus", "premium", "preview"),
        *("pro", "request", "requests", "review", "sonnet", "spark", "thinking"),
    )
)  # fmt: skip
"""Of which a name of several words may be made; any other could be a sentence, and a sentence is content."""
_UNITS = {"credits": AI_CREDITS, "ai-credit": AI_CREDITS, "ai_credits": AI_CREDITS, "request": "requests"}
_OF_USE = (AI_CREDITS, "requests")
_OF_SEATS = ("month", "seat", "user", "licen")
_OURS = ("copilot", "spark")


class BadCellError(Exception):
    """A cell that cannot be used: its name and why, never its value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def amount(text: str | None, field: str) -> Decimal | None:
    """A number of a bill, as Decimal with ten places: `0.30000000000000004` is 0.3 (rule R-BI-1). Empty: not said."""
    if not text:
        return None
    value = Decimal(text) if _AMOUNT.fullmatch(text) else None
    if value is None or abs(value) > LIMIT:
        raise BadCellError(field, "invalid number")
    return value.quantize(PLACES, ROUND_HALF_EVEN)


def login(text: str | None, field: str) -> str:
    """A login in lower case; empty where the cost is the organisation's (rule R-BI-5)."""
    name = folded_name(text)
    if name and not _LOGIN.fullmatch(name):
        raise BadCellError(field, "not a login")
    return name


def tenant(text: str | None, field: str) -> str:
    """An organisation or enterprise, by its name in addresses."""
    name = (text or "").strip().lower()
    if name and not _TENANT.fullmatch(name):
        raise BadCellError(field, "not the name of an organisation")
    return name


def word(text: str | None, between: str = "_") -> str:
    """A word of the vendor in lower case, or a few known ones joined; anything else could be free text and is `other`."""
    words = (text or "").lower().split()
    if len(words) == 1:
        return words[0] if _PLAIN.fullmatch(words[0]) else OTHER
    parts = [part for one in words for part in one.split("-")]
    if len(parts) > MOST_PARTS or not all(part in _WORDS or _VERSION.fullmatch(part) for part in parts):
        return OTHER
    return between.join(words)


def unit(text: str | None) -> str:
    """What a quantity counts; the interface says `credits` where the file says `ai-credits`."""
    found = word(text, "-")
    return _UNITS.get(found, found)


def model(text: str | None) -> tuple[str, bool]:
    """The model, and whether the tool chose it: `Auto: gpt-5` (rule R-BI-4)."""
    name = (text or "").strip()
    auto = _AUTO.match(name)
    return word(name[auto.end() :] if auto else name, "-"), auto is not None


def is_ours(product: str, sku: str, counted: str) -> bool:
    """A file of all products holds lines that are none of Copilot's, such as minutes of Actions."""
    return counted in _OF_USE or any(mark in text for mark in _OURS for text in (product, sku))


def is_of_use(counted: str) -> bool:
    """False where a line pays for a seat. An unknown unit may count use: the error must not fall on a person."""
    return not any(mark in counted for mark in _OF_SEATS)
