"""What arrived by itself and waits in spools: telemetry of clients, deliveries of hosts of code.

A segment that cannot be read is set aside whole and named; the others load, and scoring goes on.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from uptake import pipeline
from uptake.errors import Unreachable, UserError
from uptake.pipeline import Ingest, LoadReport
from uptake.pipeline.repositories import wishes
from uptake.receive.aside import move_aside, set_aside, unreadable
from uptake.receive.deliveries import HOSTS, Deliveries
from uptake.receive.seen import Tally, keep
from uptake.receive.spool import Spool, SpoolFullError
from uptake.settings import Settings

TELEMETRY = "otlp"
SPOOLED = (TELEMETRY, "github-prs", "gitlab-mrs", "data-classes")
"""Sources whose records arrive by themselves."""
Load = Callable[[Ingest], LoadReport]


def folder_of(settings: Settings, source: str) -> Path:
    """The spool of a source."""
    return settings.spool_folder if source == TELEMETRY else settings.spool_folder / source


def aside_of(settings: Settings, source: str) -> Path:
    """Where segments of a source lie that cannot be read."""
    return settings.aside_folder if source == TELEMETRY else settings.aside_folder / source


def deliveries(settings: Settings, name: str) -> Deliveries:
    """What takes the deliveries of a host into its spool, which is drained here."""
    host, told = HOSTS[name], settings.webhooks
    folder = folder_of(settings, host.source)
    return Deliveries(host, folder, told.secret_of(name), wishes(settings), spool_mb=told.spool_mb)


@contextlib.contextmanager
def looking(settings: Settings, classes: Collection[str], *, prompts: bool) -> Iterator[Tally | None]:
    """The local detector, where policy has it on and what is read holds prompts; what it counted goes to the spool once all is loaded.
    What is read again after a kill is not counted twice.
    """
    tally = Tally(classes) if classes and prompts else None
    yield tally
    try:
        keep(settings.spool_folder, tally.lines() if tally else [])
    except (SpoolFullError, OSError):
        raise Unreachable(
            "What was read is loaded, and the classes of data seen in it are not kept",
            why="the disk took nothing",
            next_step="Make room, then run the same command again",
        ) from None


def drain(
    settings: Settings, source: str, load: Load, before: dt.datetime | None, now: dt.datetime
) -> LoadReport | None:
    """Load what the spool of a source holds; None when it holds nothing. A segment goes when its rows are in the warehouse.

    `before`: when a load was last begun. `refused` of the answer names what was set aside.

    Raises:
        UserError: nothing of it could be loaded; every segment stays.
    """
    spool = Spool(folder_of(settings, source))
    if not spool.holds():
        return None
    with spool.draining():
        segments = spool.taken()
        aside = {path.name: why for path in segments if (why := unreadable(path))}
        for path in segments:
            if path.name in aside:
                _set_aside(settings, source, path, before, now)
        segments = [path for path in segments if path.exists()]
        if not segments:
            return replace(nothing(source), refused=aside) if aside else None
        loaded = pipeline.loaded_names(settings, source, [path.name for path in segments])
        # A drain that was killed between its load and this deletion: counted then, so not again now.
        left = [path for path in segments if path.name not in loaded]
        report = load(Ingest(source, tuple(map(str, left)), now))
        for path in segments:
            # What was refused was acknowledged once: the next drain looks at it again.
            if path.name not in report.refused:
                path.unlink()
        return replace(report, refused=report.refused | aside)


def _set_aside(settings: Settings, source: str, path: Path, before: dt.datetime | None, now: dt.datetime) -> None:
    """Days of telemetry prove no zero without it; a change to code proves nothing by its absence, so that it leaves no mark."""
    folder = aside_of(settings, source)
    if source == TELEMETRY:
        set_aside(path, folder, before, now)
    else:
        move_aside(path, folder)


def checks(settings: Settings) -> list[dict[str, Any]]:
    """A row of the doctor for each source of which a segment was ever set aside; good again when all of them were loaded after all."""
    return [found for source in SPOOLED if (found := _check(settings, source))]


def _check(settings: Settings, source: str) -> dict[str, Any] | None:
    folder = aside_of(settings, source)
    # Whatever lies there, a folder in the place of a segment too; but for the folders of the other sources.
    held = sorted(path.name for path in folder.iterdir() if path.name not in SPOOLED) if folder.is_dir() else []
    if not held:
        return None
    try:
        left = [name for name in held if name not in pipeline.loaded_names(settings, source, held, whole=True)]
    except UserError:
        left = held  # said by the check of the engine
    where = folder.relative_to(settings.home)
    detail = f"{len(left)} segments that senders were told are kept cannot be read: {', '.join(left)}"
    step = f"Mend rights or disk, then run `uptake ingest {source} {where}/{left[0]}`" if left else ""
    if not left:
        detail = f"all {len(held)} segments that were set aside are loaded; {where} can be emptied"
    name = "spool" if source == TELEMETRY else f"spool of {source}"
    return {"name": name, "ok": not left, "detail": detail, "next_step": step}


def refused(drained: Iterable[LoadReport | None]) -> dict[str, str]:
    """Segments that some drains did not take -> why."""
    return {name: why for report in drained if report for name, why in report.refused.items()}


def nothing(source: str) -> LoadReport:
    """The answer of a drain of an empty spool."""
    return LoadReport(source, 0, {}, 0, 0, 0, 0, 0, 0, None)
