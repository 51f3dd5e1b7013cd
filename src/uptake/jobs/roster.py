"""Whether there is anybody to be scored, and any use of theirs."""

from __future__ import annotations

import datetime as dt

from uptake import pipeline
from uptake.settings import Settings


def is_empty(settings: Settings) -> bool:
    """True if no person is loaded: a score of that is no mistake of the program, and looks like one."""
    return not pipeline.health(settings).people


def use_begins_after(settings: Settings, day: dt.date) -> dt.date | None:
    """The first day of use, where it lies after a day to be scored: figures up to then hold nothing, and stand in place of those before."""
    first = pipeline.first_day(settings)
    return first if first and first > day else None
