"""Texts of one subject, encrypted where they lie: AES-256-GCM under a key of that subject (GOVERNANCE.md section 7, decision 0068).

The key of a subject is made from the key `directory` of the home (HMAC-SHA-256, RFC 2104, of the subject's id), which lies beside the store and outside
backups. So a copy of the store alone says nothing, and servers that share the folder of keys share these.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uptake.errors import Unreachable
from uptake.state import State

MARK = "aes:"
"""With this begins an encrypted text; a text of an older release begins with anything else."""
NONCE = 12
"""Bytes; random for each writing."""


def locked(state: State, subject: str, text: str) -> str:
    """A text encrypted for a subject; it opens for the same one alone."""
    nonce = secrets.token_bytes(NONCE)
    made = nonce + _cipher(state, subject).encrypt(nonce, text.encode(), subject.encode())
    return MARK + base64.b64encode(made).decode()


def opened(state: State, subject: str, kept: str) -> str:
    """The text of what is kept; one of an older release as it is.

    Raises:
        Unreachable: it does not open: the key of the home is another one, or the text was changed.
    """
    if not kept.startswith(MARK):
        return kept
    try:
        raw = base64.b64decode(kept.removeprefix(MARK), validate=True)
        return _cipher(state, subject).decrypt(raw[:NONCE], raw[NONCE:], subject.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise Unreachable(
            "What a directory sent cannot be opened",
            why="the key `directory` of this home is another one than it was written under",
            next_step="Put the folder keys back, or have the directory send its users anew",
        ) from None


def _cipher(state: State, subject: str) -> AESGCM:
    return AESGCM(hmac.digest(state.secret("directory"), f"subject\0{subject}".encode(), "sha256"))
