"""A segment of the spool that cannot be read: moved out of it whole, and a mark left in its place.

What stood in it was acknowledged, so nobody knows who did what on its days. The mark has the segment's name and goes through the load like
any segment: those days prove no zero until the segment itself was loaded.
"""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

from uptake.receive.spool import put_file
from uptake.sources.otlp.parse import Post, Refusal, encoded

UNREADABLE = "a segment of the spool cannot be read"
DAY = dt.timedelta(days=1)
LONGEST = 31
"""Days before its last write of which a segment is taken to speak at most."""
CHUNK = 1 << 20
PACKED = b"\x1f\x8b"
"""With this begins a packed file; no segment is one."""


def unreadable(path: Path) -> str:
    """Why a segment cannot be read to its end; empty where it can."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "it is no regular file"
        with path.open("rb") as file:
            if file.read(len(PACKED)) == PACKED:
                return "it is damaged at its begin"
            while file.read(CHUNK):
                pass
    except OSError as error:
        return f"it cannot be read: {error.strerror or 'input failed'}"
    return ""


def set_aside(path: Path, folder: Path, before: dt.datetime | None, now: dt.datetime) -> None:
    """Move the segment out of the spool into `folder`, and put its mark in its place: one refused record for each day that it may speak of.

    `before`: when a load was last begun, `now`: both UTC without zone.
    """
    mark = Post(received=now, refused=[Refusal(UNREADABLE, "segment", day) for day in _days(path, before, now)])
    waiting = path.with_suffix(".mark")
    put_file(waiting, encoded(mark))
    move_aside(path, folder)
    waiting.rename(path)


def move_aside(path: Path, folder: Path) -> None:
    """Move the segment out of the spool, and leave nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    path.rename(folder / path.name)


def _days(path: Path, before: dt.datetime | None, now: dt.datetime) -> list[dt.date]:
    """From the day before the last load, since all its posts came after it, to the day of its last write."""
    try:
        written = min(dt.datetime.fromtimestamp(path.lstat().st_mtime, dt.UTC).replace(tzinfo=None), now)
    except (OSError, ValueError, OverflowError):
        written = now
    last = written.date()
    first = min(before.date() if before else last, last) - DAY
    first = max(first, last - LONGEST * DAY)
    return [first + number * DAY for number in range((last - first).days + 1)]
