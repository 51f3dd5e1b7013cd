"""The section `value` of the settings: prices of the site, and what the page Value assumes, each as a range."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from uptake.errors import WrongUsage
from uptake.settings.section import Section

Numbers = tuple[Decimal, Decimal, Decimal]
MOST = Decimal(10**9)


def _in_order(given: Numbers) -> Numbers:
    low, middle, high = given
    if not all(one.is_finite() and abs(one) <= MOST for one in given):
        raise ValueError("numbers up to a thousand million")
    if not low <= middle <= high:
        raise ValueError("low, mid and high must be in order")
    return given


def _none_below(given: Numbers) -> Numbers:
    if given[0] < 0:
        raise ValueError("none of them may be below 0")
    return given


def _share(given: Numbers) -> Numbers:
    if given[2] > 1:
        raise ValueError("a share is at most 1")
    return given


def _above(given: Numbers) -> Numbers:
    if given[0] <= 0:
        raise ValueError("all of them must be above 0")
    return given


def _effect(given: Numbers) -> Numbers:
    if given[0] < -1 or given[2] > 1:
        raise ValueError("an effect lies between -1 and 1")
    return given


Amount = Annotated[Numbers, AfterValidator(_in_order), AfterValidator(_none_below)]
Above = Annotated[Numbers, AfterValidator(_in_order), AfterValidator(_above)]
Share = Annotated[Numbers, AfterValidator(_in_order), AfterValidator(_above), AfterValidator(_share)]
Effect = Annotated[Numbers, AfterValidator(_in_order), AfterValidator(_effect)]


class Value(Section):
    """What money is reckoned with. A range is `[low, mid, high]`: half of the cases below mid, 9 of 10 between low and high."""

    prices: Path | None = Field(
        None, description="CSV of prices of models, which go before those that ship; see the how-to on prices."
    )
    seat_price: Amount | None = Field(
        None, description="US dollars a month for a seat whose price no file names; without it such seats are unpriced."
    )
    token_price: Amount | None = Field(
        None,
        description="US dollars for a million tokens of which no price is known; without it such calls are unpriced.",
    )
    estimate_factor: Above | None = Field(
        None, description="What is paid for a dollar of an estimate at list prices; without it, a dollar."
    )
    training: Amount | None = Field(
        None, description="US dollars of training and support a month for each active person; without it, none."
    )
    loaded_rate: Above | None = Field(
        None, description="US dollars that an engineer costs a month, all in; without it there is no break-even."
    )
    coding_share: Share | None = Field(
        None, description="Share of that time in which the tools can help, 0 to 1; without it there is no break-even."
    )
    effect: Effect | None = Field(
        None,
        description="Effect on that time, such as 0.06, from a study of your own; without it the page shows cost alone.",
    )
    realised: Share | None = Field(
        None, description="Share of the effect that becomes value, 0 to 1; without it, all of it."
    )


_RANGE = re.compile(r"-?\d{1,10}(?:\.\d{1,6})?")
NONE = "none"
"""In the place of a range: nothing is assumed."""


def with_what_if(stated: Value, assumed: Iterable[tuple[str, str]]) -> Value:
    """The section with some ranges instead: (name, `low, mid, high`, or one number for all three, or `none`).

    Raises:
        WrongUsage: a name that is no range, or a text that is none; names the assumption.
    """
    given = {name: _read(name, text) for name, text in assumed}
    if not given:
        return stated
    try:
        return Value.model_validate({**stated.model_dump(), **given})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise _unusable(str(first["loc"][0]), str(first["msg"]).removeprefix("Value error, ")) from None


def _read(name: str, text: str) -> Numbers | None:
    parts = [part.strip() for part in text.split(",")]
    if parts == [NONE]:
        return None
    if len(parts) not in (1, len(("low", "mid", "high"))) or not all(_RANGE.fullmatch(part) for part in parts):
        raise _unusable(name, "three numbers are needed: low, mid, high")
    low, *more = (Decimal(part) for part in parts)
    middle, high = more or (low, low)
    return low, middle, high


def _unusable(name: str, why: str) -> WrongUsage:
    return WrongUsage(f"`{name}` cannot be used", why=why, next_step="Write it as 0.01, 0.06, 0.11, or `none`")
