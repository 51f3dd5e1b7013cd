"""Where fetched files lie until they are loaded, and which days are known whole: `fetched/<source>/` of the home.

A file gets its name when all of it is on the disk; the notes are replaced in one step. One run of a source at a time.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import fcntl
import hashlib
import io
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from uptake import disk
from uptake.fetch.problems import AtWork, NotFetched
from uptake.fetch.rows import REPORT, encoded
from uptake.fetch.vendor import Fetcher, Rows

NOTES = "days.json"
LOCK = "lock"
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """What runs so far came to."""

    first: dt.date | None = None
    """The first day that runs without `--from` look after."""
    asked: Mapping[dt.date, dt.date] = field(default_factory=dict)
    """Day -> the last day on which it was asked for and came whole."""


class Landing:
    """The folder of one source. `of` says whose days the notes are: those of another organisation do not count."""

    def __init__(self, folder: Path, of: str) -> None:
        self.folder = folder
        self._of = hashlib.sha256(of.encode()).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Raises AtWork when another run of this source is at work."""
        with (self.folder / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise AtWork(
                    "Another fetch of this source is at work", next_step="Wait for it and run this again"
                ) from None
            yield

    def tidy(self, keep_days: int) -> None:
        """Take away what a killed run left half written, and files that have been kept long enough."""
        oldest = time.time() - keep_days * 86_400
        for path in self.folder.iterdir():
            half = path.name.startswith(".")
            if half or (path.name not in (NOTES, LOCK) and (not keep_days or path.stat().st_mtime < oldest)):
                path.unlink()

    def land(self, fetcher: Fetcher, day: dt.date, pages: Rows) -> tuple[Path, int]:
        """The rows of a day as one file, and how many they are. Nothing is left when the pages break off."""
        name = f"{day.isoformat()}.{'csv' if fetcher.columns else 'json' if fetcher.listed else 'ndjson'}"
        half = self.folder / f".{name}.{os.getpid()}"
        try:
            with half.open("wb") as out:
                count = _write_csv(out, fetcher, pages) if fetcher.columns else _write(out, fetcher, pages)
                out.flush()
                os.fsync(out.fileno())
            half.replace(self.folder / name)
        finally:
            half.unlink(missing_ok=True)
        disk.sync(self.folder)
        return self.folder / name, count

    def read(self) -> Days:
        """What is noted; nothing where that cannot be read, or is of another organisation: its days are asked for anew."""
        try:
            found = json.loads((self.folder / NOTES).read_text(encoding="utf-8"))
            if found["of"] != self._of:
                return Days()
            asked = {dt.date.fromisoformat(day): dt.date.fromisoformat(on) for day, on in found["asked"].items()}
            return Days(dt.date.fromisoformat(found["first"]), asked)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Days()

    def note(self, days: Days) -> None:
        asked = {str(day): str(on) for day, on in sorted(days.asked.items())}
        half = self.folder / f".{NOTES}"
        with half.open("w", encoding="utf-8") as out:
            json.dump({"of": self._of, "first": str(days.first), "asked": asked}, out)
            out.flush()
            os.fsync(out.fileno())
        half.replace(self.folder / NOTES)
        disk.sync(self.folder)


def _write(out: BinaryIO, fetcher: Fetcher, pages: Rows) -> int:
    """Rows one a line; in an envelope where the reader needs what stands beside them."""
    count = 0
    beside: dict[str, Any] = {}
    if fetcher.listed:
        out.write(f'{{"{fetcher.listed}":[\n'.encode())
    while True:
        try:
            rows = next(pages)
        except StopIteration as ended:
            beside = ended.value or {}
            break
        for row in rows:
            if count and fetcher.listed:
                out.write(b",\n")
            try:
                out.write(encoded(row, fetcher.known))
            except ValueError:
                raise NotFetched("A row of the vendor cannot be written", next_step=REPORT) from None
            if not fetcher.listed:
                out.write(b"\n")
            count += 1
    if fetcher.listed:
        said = msgspec.json.encode(beside)[1:-1]
        out.write(b"\n]" + (b"," + said if said else b"") + b"}\n")
    return count


def _write_csv(out: BinaryIO, fetcher: Fetcher, pages: Rows) -> int:
    """Rows as lines of CSV, under the header that the reader wants; what has no column is left out."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, fetcher.columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    count = 0
    try:
        for rows in pages:
            for row in rows:
                writer.writerow(msgspec.json.decode(row) if isinstance(row, msgspec.Raw) else row)
                count += 1
    except UnicodeError:
        raise NotFetched("A row of the vendor cannot be written", next_step=REPORT) from None
    finally:
        text.detach()
    return count


def first_of(fetcher: Fetcher, days: Days, newest: dt.date, since: dt.date | None) -> dt.date:
    """The first day to look after: of the settings, else the first one of the first run; none that the vendor has no more."""
    known = [day for day in (since, days.first) if day is not None]
    first = min(known) if known else newest - dt.timedelta(days=fetcher.window - 1)
    oldest = newest - dt.timedelta(days=fetcher.history - 1)
    return max(first, oldest, *fetcher.begins)


def wanted(fetcher: Fetcher, days: Days, first: dt.date, newest: dt.date) -> tuple[dt.date, ...]:
    """Days to ask for, the oldest first: those of the window, and all that never came whole, or too early to be final.

    A day is final once it came whole at least `window` days after it. So after an outage of any length each missing day is asked for.
    """
    window = dt.timedelta(days=fetcher.window)
    every = (first + dt.timedelta(days=number) for number in range((newest - first).days + 1))
    return tuple(
        day for day in every if day > newest - window or day not in days.asked or days.asked[day] < day + window
    )
