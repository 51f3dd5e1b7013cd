"""How a fetch fails. No text here holds an address, a key or a value of an answer: links are signed, and logs are read by many."""

from __future__ import annotations

from uptake.errors import Unreachable, WrongUsage

LATER = "Run it again later: what is missing is asked for again"


class NotFetched(Unreachable):
    """A vendor did not give a day whole. `down`: it does not answer at all, so that other days need not be tried."""

    def __init__(self, what: str, *, why: str = "", next_step: str = LATER, down: bool = False) -> None:
        super().__init__(what, why=why, next_step=next_step)
        self.down = down


class LinkExpired(NotFetched):
    """A signed link is not good any more; the list of links is to be asked for again."""


class NotThere(NotFetched):
    """The vendor says that there is no such thing (404)."""


class KeyRefused(WrongUsage):
    """The vendor does not take the key, or the key may not do this."""


class AtWork(Unreachable):
    """Another run of this source is at work."""
