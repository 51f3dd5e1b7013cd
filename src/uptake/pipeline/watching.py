"""The warehouse as alerts look at it: opened for a moment, closed at once."""

from __future__ import annotations

from uptake.settings import Settings
from uptake.sources import SOURCES
from uptake.warehouse.connect import opened
from uptake.warehouse.watching import Seen, SourceSeen, seen

__all__ = ["SOURCES", "Seen", "SourceSeen", "watched"]


def watched(settings: Settings) -> Seen:
    """What the warehouse holds.

    Raises:
        UserError: another command has it open, or it cannot be opened.
    """
    with opened(settings.warehouse_file, memory=settings.engine.load_memory, threads=1) as connection:
        return seen(connection)
