"""Numbers as text, the same on every picture, page and file that shows them in words.

Decimals: share 0, change 1, score 0. Rounded half to even over integers. A true minus sign, no negative zero, and no 0 or
100 that is not exact: what rounds to it says `< 1` or `> 99`. Narrow no-break space before units.
"""

from __future__ import annotations

import datetime as dt

NARROW = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE_PPM = 1_000_000
MICRO = 1_000_000


def rounded(value: int, unit: int) -> int:
    """`value / unit` as a whole number, half to even."""
    quotient, rest = divmod(value, unit)
    return quotient + (2 * rest > unit or (2 * rest == unit and quotient % 2 == 1))


def count(number: int) -> str:
    """65,000; never shortened."""
    return f"{number:,}".replace("-", MINUS)


def share_number(ppm: int) -> str:
    """A share in percent without its sign, for cells: `34`, `< 1`, `> 99`."""
    whole = rounded(ppm, 10_000)
    if whole == 0 and ppm > 0:
        return f"<{NARROW}1"
    if whole == 100 and ppm < WHOLE_PPM:
        return f">{NARROW}99"
    return str(whole)


def share(ppm: int) -> str:
    """A share in percent: `34 %`."""
    return f"{share_number(ppm)}{NARROW}%"


def share_of(part: int, whole: int) -> str:
    """A share of counts: `34 %`, a dash where there is no whole."""
    return share(rounded(part * WHOLE_PPM, whole)) if whole > 0 else DASH


def score(micro: int) -> str:
    """A score of 0 to 100 points: `28`; more than none and under half a point is `< 1`."""
    whole = rounded(micro, MICRO)
    return f"<{NARROW}1" if whole == 0 and micro > 0 else str(whole)


def signed(value: int, unit: int) -> str:
    """One decimal with its sign: `+1.8`, `0.0`, a fall with a true minus. `unit` is one point in units of `value`."""
    tenths = rounded(value * 10, unit)
    sign = "+" if tenths > 0 else MINUS if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def unsigned(value: int, unit: int) -> str:
    """One decimal, a sign only when negative."""
    return signed(value, unit).removeprefix("+")


def interval(low: int, high: int, unit: int) -> str:
    """Bounds in words: `1.4 to 2.2`, with both signs where they differ: minus 0.9 `to +0.3`."""
    form = signed if low < 0 < high else unsigned
    return f"{form(low, unit)} to {form(high, unit)}"


def day(date: dt.date) -> str:
    """14 Oct."""
    return f"{date.day} {MONTHS[date.month - 1]}"


def people(number: int, one: str = "person", many: str = "people") -> str:
    """A count with its noun: `1 person`, `12 people`."""
    return f"{count(number)} {one if number == 1 else many}"
