"""The job that drains the spool. A segment that cannot be read is set aside whole and named; the others load, and scoring goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from uptake import pipeline
from uptake.errors import UserError
from uptake.pipeline import LoadReport
from uptake.receive.aside import set_aside, unreadable
from uptake.receive.spool import Spool
from uptake.settings import Settings

SOURCE = "otlp"
Load = Callable[[Sequence[Path]], LoadReport]


def drain(settings: Settings, load: Load, before: dt.datetime | None, now: dt.datetime) -> LoadReport | None:
    """Load the segments; None when the spool holds none. A segment goes when its rows are in the warehouse. `before`: when a load was last begun.

    Raises:
        UserError: nothing of it could be loaded; every segment stays.
    """
    spool = Spool(settings.spool_folder)
    if not spool.holds():
        return None
    with spool.draining():
        segments = spool.taken()
        if not segments:
            return None
        aside = {path.name: why for path in segments if (why := unreadable(path))}
        for path in segments:
            if path.name in aside:
                set_aside(path, settings.aside_folder, before, now)
        loaded = pipeline.loaded_names(settings, SOURCE, [path.name for path in segments])
        # A drain that was killed between its load and this deletion: counted then, so not again now.
        report = load([path for path in segments if path.name not in loaded])
        for path in segments:
            # What was refused was acknowledged once: the next drain looks at it again.
            if path.name not in report.refused:
                path.unlink()
        return replace(report, refused=report.refused | aside)


def checks(settings: Settings) -> list[dict[str, Any]]:
    """A row of the doctor, if any segment was ever set aside; it is good again when all of them were loaded after all."""
    held = sorted(path.name for path in settings.aside_folder.iterdir()) if settings.aside_folder.is_dir() else []
    if not held:
        return []
    try:
        left = [name for name in held if name not in pipeline.loaded_names(settings, SOURCE, held, whole=True)]
    except UserError:
        left = held  # said by the check of the engine
    where = settings.aside_folder.relative_to(settings.home)
    detail = f"{len(left)} segments that clients were told are kept cannot be read: {', '.join(left)}"
    step = f"Mend rights or disk, then run `uptake ingest {SOURCE} {where}/{left[0]}`" if left else ""
    if not left:
        detail = f"all {len(held)} segments that were set aside are loaded; {where} can be emptied"
    return [{"name": "spool", "ok": not left, "detail": detail, "next_step": step}]
