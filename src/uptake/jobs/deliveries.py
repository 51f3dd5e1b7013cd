"""What hosts of code sent by themselves and waits in their spools; and how a site wants texts to be read for marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from uptake import pipeline
from uptake.pipeline import LoadReport
from uptake.pipeline.repositories import wishes
from uptake.receive.aside import unreadable
from uptake.receive.spool import Spool
from uptake.settings import Settings

__all__ = ["SOURCES", "drain", "folder_of", "nothing", "wishes"]

SOURCES = ("github-prs", "gitlab-mrs")
"""Sources whose hosts deliver."""


def folder_of(settings: Settings, source: str) -> Path:
    """The spool of a source."""
    return settings.spool_folder / source


def drain(settings: Settings, source: str, load: Callable[[Sequence[Path]], LoadReport]) -> LoadReport | None:
    """Load what the spool of a source holds; None when it holds nothing. A segment goes when its rows are in the warehouse; one that cannot
    be read stays and is named in `refused`.

    Raises:
        UserError: nothing of it could be loaded; every segment stays.
    """
    spool = Spool(folder_of(settings, source))
    if not spool.holds():
        return None
    with spool.draining():
        segments = spool.taken()
        left = {path.name: why for path in segments if (why := unreadable(path))}
        # A drain that was killed between its load and this deletion: counted then, so not again now.
        loaded = pipeline.loaded_names(settings, source, [path.name for path in segments])
        fresh = [path for path in segments if path.name not in {*left, *loaded}]
        report = load(fresh) if fresh else nothing(source)
        for path in segments:
            # What was refused was acknowledged once: the next drain looks at it again.
            if path.name not in {*left, *report.refused}:
                path.unlink()
        return replace(report, refused=report.refused | left)


def nothing(source: str) -> LoadReport:
    """The answer of a drain of an empty spool."""
    return LoadReport(source, 0, {}, 0, 0, 0, 0, 0, 0, None)
