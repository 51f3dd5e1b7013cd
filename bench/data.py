"""Data that the bench and the full-size checks make for themselves: report rows of the demo company, repeated under new accounts."""

from __future__ import annotations

import datetime as dt
import gzip
import pathlib
import re
from collections.abc import Iterator, Sequence

from uptake.demo import run
from uptake.pipeline import silent

FIRST_DAY = dt.date(2026, 4, 6)
_HEAD = re.compile(r'^\{"user_id":\d+,"user_login":"[^"]*","day":"[^"]*",')
_SOME_DAYS = ("2026-07-07", "2026-07-08", "2026-07-09")


def tails(folder: pathlib.Path) -> list[str]:
    """Rows of a small demo company without account and day; `folder` is filled with that company."""
    run.make(folder, people=300, quarters=1, seed=7, progress=silent)
    found: list[str] = []
    for file in sorted((folder / "vendor" / "copilot-users").iterdir()):
        if any(day in file.name for day in _SOME_DAYS) and "made" not in file.name:
            found += [_HEAD.sub("", line) for line in gzip.decompress(file.read_bytes()).decode().splitlines()]
    if len(found) < 100:
        raise ValueError("the demo company gave too few rows to repeat")
    return found


def lines(rows: Sequence[str], day: dt.date, accounts: int) -> Iterator[bytes]:
    """The report of one day: one line for each account; every account has another row every day."""
    shift = (day - FIRST_DAY).days * 31
    for number in range(accounts):
        tail = rows[(number + shift) % len(rows)]
        yield f'{{"user_id":{number + 1},"user_login":"load-{number + 1}","day":"{day}",{tail}\n'.encode()


def write_report(file: pathlib.Path, rows: Sequence[str], day: dt.date, accounts: int) -> tuple[int, int]:
    """Write the report of one day as NDJSON, packed where the name ends in `.gz`. Answers (records, bytes unpacked)."""
    size = 0
    with gzip.open(file, "wb", compresslevel=1) if file.suffix == ".gz" else file.open("wb") as out:
        for line in lines(rows, day, accounts):
            out.write(line)
            size += len(line)
    return accounts, size


def one_more_day(home: pathlib.Path, folder: pathlib.Path, after: int) -> tuple[pathlib.Path, dt.date]:
    """The newest Copilot report of a demo home again, as the report of a later working day. Answers the file and its day."""
    newest = max(file for file in (home / "vendor" / "copilot-users").iterdir() if "1-day" in file.name)
    old = newest.name.split("day-")[1][:10]
    day = dt.date.fromisoformat(old) + dt.timedelta(days=after)
    file = folder / newest.name.replace(old, day.isoformat())
    file.write_bytes(
        gzip.compress(gzip.decompress(newest.read_bytes()).replace(old.encode(), day.isoformat().encode()), 1)
    )
    return file, day
