"""What arrived by itself and waits in spools: telemetry of clients, deliveries of hosts of code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from uptake import pipeline
from uptake.pipeline import Clock, Ingest, LoadReport
from uptake.pipeline.repositories import wishes
from uptake.receive.spool import Spool
from uptake.settings import Settings

__all__ = ["SPOOLED", "drain", "folder_of", "nothing", "wishes"]

SPOOLED = ("otlp", "github-prs", "gitlab-mrs")
"""Sources whose records arrive by themselves."""


def folder_of(settings: Settings, source: str) -> Path:
    """The spool of a source."""
    return settings.spool_folder if source == "otlp" else settings.spool_folder / source


def drain(settings: Settings, source: str, clock: Clock, load: Callable[[Ingest], LoadReport]) -> LoadReport | None:
    """Load what the spool of a source holds; None when it holds nothing. A segment goes when its rows are in the warehouse.

    Raises:
        UserError: nothing of it could be loaded; every segment stays.
    """
    spool = Spool(folder_of(settings, source))
    if not spool.holds():
        return None
    with spool.draining():
        segments = spool.taken()
        if not segments:
            return None
        loaded = pipeline.loaded_names(settings, source, [path.name for path in segments])
        # A drain that was killed between its load and this deletion: counted then, so not again now.
        left = [path for path in segments if path.name not in loaded]
        report = load(Ingest(source, tuple(map(str, left)), clock()))
        for path in segments:
            # What was refused was acknowledged once: it stays for somebody to look at.
            if path.name not in report.refused:
                path.unlink()
        return report


def nothing(source: str) -> LoadReport:
    """The answer of a drain of an empty spool."""
    return LoadReport(source, 0, {}, 0, 0, 0, 0, 0, 0, None)
