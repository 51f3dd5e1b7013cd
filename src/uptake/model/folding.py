"""The one way to compare logins and addresses: A to Z are small letters, every other letter stays what it is (decision 0090).

Unicode's own small letters put two addresses into one: that of the Kelvin sign is the ASCII `k`. The macro `fold` of the warehouse says the same in SQL.
"""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata

CAPITALS, SMALL = string.ascii_uppercase, string.ascii_lowercase
_SMALL = str.maketrans(CAPITALS, SMALL)
_LIKE_ASCII = re.compile("([\u037e\u1fef\u212a])")
"""Letters that NFC turns into an ASCII one: the Greek question mark, the varia and the Kelvin sign."""

_STROKES = str.maketrans(
    {
        "\u00f8": "o",
        "\u0142": "l",
        "\u0111": "d",
        "\u0127": "h",
        "\u0167": "t",
        "\u0131": "i",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00f0": "d",
        "\u00fe": "th",
    }
)
"""Small letters that Unicode does not part into a letter and its accent, as they are written where only A to Z is left."""


def fold(text: str) -> str:
    """The text with A to Z as a to z."""
    return text.translate(_SMALL)


def digest_of(text: str) -> str:
    """SHA-256 of a text, where it may be recognised and must not be kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def composed(text: str) -> str:
    """One letter may be written in two ways (NFC, NFD); one of another alphabet never becomes one of ASCII."""
    if text.isascii():
        return text
    return "".join(
        part if _LIKE_ASCII.fullmatch(part) else unicodedata.normalize("NFC", part) for part in _LIKE_ASCII.split(text)
    )


def folded_name(text: str | None) -> str:
    """A login or an address as it is stored and compared: without spaces around it, composed and folded."""
    return fold(composed((text or "").strip()))


def alike(text: str) -> str:
    """What two spellings of one name have in common: no capitals of any alphabet, no accents, no strokes. It raises a doubt (decision 0101) and joins nobody."""
    if text.isascii():
        return fold(text)
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).translate(_STROKES)
