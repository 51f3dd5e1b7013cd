"""Pauses between attempts: twice as long each time, drawn so that many clients do not come back together, and bounded in all."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LONGEST_PAUSE = 60.0
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"


@dataclass(slots=True)
class Patience:
    """How much time failures and pauses may still cost. `renew` begins a new day of a source."""

    seconds: float
    first_pause: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.seconds

    def renew(self) -> None:
        self.left = self.seconds

    def lose(self, begun: float) -> None:
        """The time since `begun` brought nothing."""
        self.left -= self.clock() - begun

    def pause(self, failures: int, asked: float | None) -> bool:
        """Wait before the next attempt: as long as the vendor asks, and our own pause beside it. False when patience is at its end."""
        # From half of it to all of it: never at once, never all clients together.
        own = min(self.first_pause * 2 ** (failures - 1), LONGEST_PAUSE) * (0.5 + self.chance() / 2)
        wanted = own + (asked or 0.0)
        if wanted > self.left:
            return False
        self.left -= wanted
        self.sleep(wanted)
        return True


def asked_pause(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds that an answer asks to wait: `Retry-After` as a number or a date, else GitHub's time of reset; None where it does not say."""
    after = headers.get("retry-after", "").strip()
    if after.isdecimal() and len(after) < 8:
        return float(after)
    if after:
        try:
            return max(0.0, (dt.datetime.strptime(after, HTTP_DATE) - now).total_seconds())  # noqa: DTZ007 - it is GMT
        except ValueError:
            return None
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal() and len(reset) < 12:
        return max(0.0, int(reset) - now.replace(tzinfo=dt.UTC).timestamp())
    return None
