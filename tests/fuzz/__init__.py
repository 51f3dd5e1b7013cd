"""Damaged input for every reader that `SOURCES` names, made of its own fixtures: a new reader is in it without a line here."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """A line on standard output, now."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
