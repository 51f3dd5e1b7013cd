"""Texts that go out and come back and say nothing to whoever holds them: the place in a long list of people (AES-SIV, RFC 5297).

The same text gives the same seal, so that one page has one address. The key is derived from that of the sessions: servers that share
sessions share it, and no further key has to be handed round.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from uptake.state import State


def sealed(state: State, text: str, about: str) -> str:
    """The seal of a text, in letters of an address; it opens for the same `about` alone."""
    return base64.urlsafe_b64encode(_cipher(state).encrypt(text.encode(), [about.encode()])).decode().rstrip("=")


def opened(state: State, seal: str, about: str) -> str | None:
    """The text of a seal; None when it is none of ours, or was made about something else."""
    try:
        raw = base64.urlsafe_b64decode(seal + "=" * (-len(seal) % 4))
        return _cipher(state).decrypt(raw, [about.encode()]).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return None


def _cipher(state: State) -> AESSIV:
    return AESSIV(hmac.new(state.secret("session"), b"places in lists", hashlib.sha512).digest())
