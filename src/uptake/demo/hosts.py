"""What the hosts of code say alike of a change of the invented company: ids, commits, checks, and one file of answers a week."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from uptake.demo.changes import Change
from uptake.demo.window import LAST_DAY
from uptake.demo.writing import write_gzip

MARK = "Made with an invented tool.\\n\\nCo-authored-by: Claude <noreply@anthropic.com>"


def shown(made: Iterable[Change]) -> list[Change]:
    """Changes that the hosts know of by the newest day, by day of the merge."""
    return sorted(
        (one for one in made if one.merged.date() <= LAST_DAY), key=lambda one: (one.merged, one.repository, one.number)
    )


def write_weeks(folder: Path, made: list[Change], lines: Callable[[Change], Iterable[str]]) -> None:
    """One file for each week, by the day of the merge."""
    for week, inside in groupby(made, key=lambda one: one.merged.date() - dt.timedelta(days=one.merged.weekday())):
        text = "\n".join(line for one in inside for line in lines(one))
        write_gzip(folder / f"{week}.ndjson.gz", f"{text}\n")


def checks(one: Change) -> Iterator[tuple[bool, dt.datetime, dt.datetime]]:
    """The checks of the merged commit: (passed, begun, ended)."""
    begun = one.opened + dt.timedelta(minutes=1)
    for place, passed in enumerate((True,) if one.passed else (False, True)):
        yield passed, begun, begun + dt.timedelta(minutes=4 + 9 * place)


def since(made: Iterable[Change]) -> dt.datetime:
    """Since when the rules of branches hold: a month before the first change."""
    opened = (one.opened for one in made)
    return min(opened, default=dt.datetime.combine(LAST_DAY, dt.time())) - dt.timedelta(days=30)


def became(one: Change, commits: Mapping[tuple[str, int], str]) -> str:
    """The commit that a change became."""
    return commits.get((one.repository, one.number)) or sha(one, "merge")


def id_of(one: Change) -> int:
    """A number with room for the reviews and checks after it."""
    return (int.from_bytes(digest(one, "id")[:5], "big") >> 4) * 8 + 1


def sha(one: Change, what: str) -> str:
    """A commit of a change: `head`, `merge` or an older one."""
    return digest(one, what)[:20].hex()


def digest(one: Change, what: str) -> bytes:
    """Chance that is the same in each run."""
    return hashlib.sha256(f"{what} {one.repository} {one.number}".encode()).digest()


def time(when: dt.datetime) -> str:
    """As the hosts write it."""
    return f"{when.isoformat(timespec='seconds')}Z"
