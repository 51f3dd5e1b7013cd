"""What may be turned on and off in a generated world."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Knobs:
    """What a world holds beside people and use."""

    first_quarter: tuple[int, int] = (2026, 1)
    odd: float = 0.04
    """Share of people whom each quirk meets; 0 = a world without quirks of people and accounts."""
    copilot_share: float = 0.8
    claude_share: float = 0.25
    claude_seats: bool | None = None
    """True: our seats file lists Claude Code; False: no list is known; None: by the seed."""
    unread_tool: bool = True
    """A few hold a seat of a tool whose telemetry is not loaded at all."""
    outages: bool = True
    organisation: bool = True
    back_fill: bool = True
    restatements: bool = True
    unreadable: bool = True
    bare_weekends: bool = False
    """Copilot days without any row have no file at all instead of an empty envelope."""
    as_of: str = "closed"
    """closed: 20 days after the last quarter; open: 5 days after; running: in the middle of the last quarter."""
