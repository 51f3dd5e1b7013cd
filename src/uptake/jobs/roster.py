"""Whether there is anybody to be scored."""

from __future__ import annotations

from uptake import pipeline
from uptake.settings import Settings


def is_empty(settings: Settings) -> bool:
    """True if no person is loaded: a score of that is no mistake of the program, and looks like one."""
    return not pipeline.health(settings).people
