"""Check digits of numbers. Each function answers whether digits (or a text of digits and letters) carry their own proof."""

from __future__ import annotations

import datetime as dt

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TR": 26, "UA": 29,
}  # fmt: skip
"""Characters of an IBAN by country (ISO 13616, the registry's common part)."""
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_PERMUTED = ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4))
_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True)
)  # fmt: skip
"""Values of the odd places of a codice fiscale (decree of 23 December 1976)."""


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: from the right, each second digit doubled; the sum is a multiple of ten."""
    found = [int(one) for one in reversed(digits)]
    return (sum(found[::2]) + sum(_DOUBLED[one] for one in found[1::2])) % 10 == 0


def card(digits: str) -> bool:
    """A number of a payment card: its length is the one of the brand that its first digits name, and Luhn holds."""
    first, two, four = digits[0], int(digits[:2]), int(digits[:4])
    length = len(digits)
    if length == 16:
        named = first == "4" or 51 <= two <= 55 or 2221 <= four <= 2720 or 3528 <= four <= 3589
        named = named or four == 6011 or two in (62, 65) or 6440 <= four <= 6499
    elif length == 15:
        named = two in (34, 37)
    else:
        named = (length == 14 and (two in (36, 38) or 3000 <= four <= 3059)) or (17 <= length <= 19 and two == 62)
    return named and len(set(digits)) > 1 and luhn(digits)


def iban(text: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as 10..35, the number leaves 1 by 97."""
    whole = text[4:] + text[:4]
    return len(text) == IBAN_LENGTHS.get(text[:2]) and int("".join(str(int(one, 36)) for one in whole)) % 97 == 1


def nir(digits: str) -> bool:
    """France: 13 digits and a key, 97 less the rest by 97; the third and fourth pair name a month."""
    month = int(digits[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42) and 97 - int(digits[:13]) % 97 == int(digits[13:])


def dni(text: str) -> bool:
    """Spain: the letter is the one at the number's rest by 23."""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:8]) % 23] == text[-1]


def codice_fiscale(text: str) -> bool:
    """Italy: the last letter is the sum of values of odd and even places by 26."""
    odd = sum(_ODD[one] for one in text[:15:2])
    even = sum(int(one) if one.isdigit() else ord(one) - 65 for one in text[1:15:2])
    return chr(65 + (odd + even) % 26) == text[15]


def ahv(digits: str) -> bool:
    """Switzerland: the check digit of EAN-13."""
    return sum(int(one) * (1, 3)[place % 2] for place, one in enumerate(digits)) % 10 == 0


def personnummer(digits: str) -> bool:
    """Sweden: a day of birth and Luhn over all ten digits."""
    try:
        dt.date(2000, int(digits[2:4]), int(digits[4:6]))  # the year does not matter, and 2000 has all days
    except ValueError:
        return False
    return luhn(digits)


def aadhaar(digits: str) -> bool:
    """India: Verhoeff's scheme over twelve digits."""
    rest = 0
    for place, one in enumerate(reversed(digits)):
        rest = _added(rest, _permuted(place % 8, int(one)))
    return rest == 0


def _permuted(times: int, digit: int) -> int:
    for _ in range(times):
        digit = _PERMUTED[1][digit]
    return digit


def _added(one: int, other: int) -> int:
    """Addition in the dihedral group of the pentagon."""
    turned = (one + other) % 5 if one < 5 else (one - other) % 5
    return turned + 5 * ((one < 5) != (other < 5))
