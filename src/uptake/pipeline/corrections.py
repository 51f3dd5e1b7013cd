"""Corrections that two people decided, as rows of our own CSV files: they come in by the way of every other input.

A row for a person's history repeats what is held of that day and changes what was decided; so do the rows after it, as long as they
still say what was wrong. A later file of HR that repeats the error is corrected again (`again`).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uptake.errors import InputRefused
from uptake.model.folding import fold
from uptake.pipeline import Ingest, LoadReport, Progress, ingest, of_home, silent
from uptake.settings import Settings
from uptake.warehouse import state_of
from uptake.warehouse.connect import Connection

FOLDER = "corrections"
KEYS: Mapping[str, tuple[str, ...]] = {
    "hr-people": ("person_id", "effective_from"),
    "hr-absences": ("person_id", "first_day", "kind"),
    "accounts": ("source", "account"),
    "vendor-gaps": ("tool", "person_id", "first_day"),
}
"""Source -> what its rows are told apart by; accounts by whom they are mapped at once."""
Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Correction:
    """One that was decided: number of the change, whom it is about, the source of ours, and the cells that are given."""

    number: int
    person_id: str
    source: str
    fields: Mapping[str, str]

    @property
    def given(self) -> dict[str, str]:
        """The cells that say something."""
        return {name: value for name, value in self.fields.items() if value}

    @property
    def changed(self) -> dict[str, str]:
        """The cells that take the place of others in a history."""
        return {name: value for name, value in self.given.items() if name != "effective_from"}

    def file(self, settings: Settings) -> Path:
        """Where its rows lie."""
        return settings.home / FOLDER / f"change-{self.number}-{self.source}.csv"


def apply(
    settings: Settings, decided: Sequence[Correction], now: dt.datetime, progress: Progress = silent
) -> list[Correction]:
    """Load corrections; loading them again is a duplicate. Answers those that could not be loaded, of which nothing is taken.

    Raises: as `ingest`, where it is not for what a correction says.
    """
    with of_home(settings) as connection:
        refused = [made for made in decided if not made.file(settings).exists() and _takes_away(connection, made)]
    for together in _rounds([made for made in decided if made not in refused]):
        with of_home(settings) as connection:
            for made in together:
                if not made.file(settings).exists():
                    _write(made.file(settings), _rows(connection, made))
        if _taken(settings, together, now, progress):
            continue
        for made in together:
            if not _taken(settings, [made], now, progress):
                made.file(settings).unlink()
                refused.append(made)
    return refused


def touched(settings: Settings, made: Correction) -> set[str]:
    """Other people whose accounts a correction changes: whoever holds the account now, and whoever will."""
    if made.source != "accounts":
        return set()
    with of_home(settings) as connection:
        held = state_of.holders(connection, made.given["source"].lower(), made.given["account"])
    return (held | _named(made)) - {made.person_id}


def _named(made: Correction) -> set[str]:
    return {made.given[name] for name in ("person_id", "second_person_id") if name in made.given}


def _takes_away(connection: Connection, made: Correction) -> bool:
    """Whether an account of somebody else would be taken from them in a case that is not theirs, or given to nobody whom we know.

    Who holds an account may have it given to another person, or shared; who does not hold it may share it with whoever does.
    """
    if made.source != "accounts":
        return False
    held = state_of.holders(connection, made.given["source"].lower(), made.given["account"])
    named = _named(made)
    unknown = named - state_of.known(connection, sorted(named))
    foreign = made.person_id not in held and not (made.person_id in named and held <= named)
    return bool(unknown) or foreign


def again(
    settings: Settings, source: str, decided: Sequence[Correction], now: dt.datetime, progress: Progress = silent
) -> None:
    """Load the corrections of a source once more, after a file of it that may have repeated the errors.

    Raises: as `ingest`.
    """
    standing = [made for made in decided if made.source == source and made.file(settings).exists()]
    if not standing:
        return
    newest: dict[tuple[str, ...], Rows] = {}
    with of_home(settings) as connection:
        for made in standing:
            newest |= _by_key(source, _kept(settings, connection, made))
    file = settings.home / FOLDER / f"again-{source}.csv"
    _write(file, [row for rows in newest.values() for row in rows])
    _load(settings, source, [file], now, progress)


def _rounds(decided: Sequence[Correction]) -> Iterable[list[Correction]]:
    """Corrections that may be loaded in one call: of one source, and none about what another of them is about."""
    rounds: list[tuple[str, set[str], list[Correction]]] = []
    for made in decided:
        about = {
            made.person_id,
            f"account {fold(made.given.get('account', ''))}" if made.source == "accounts" else "",
        }
        fits = [one for one in rounds if one[0] == made.source]
        # Not before a round that it follows upon: the later decision holds.
        place = max((number for number, one in enumerate(fits) if (one[1] - {""}) & about), default=-1) + 1
        if place == len(fits):
            fits.append((made.source, set(), []))
            rounds.append(fits[-1])
        fits[place][1].update(about)
        fits[place][2].append(made)
    return [together for _, _, together in rounds]


def _taken(settings: Settings, together: Sequence[Correction], now: dt.datetime, progress: Progress) -> bool:
    """Whether every row of these corrections of one source was taken."""
    files = [made.file(settings) for made in together]
    try:
        report = _load(settings, together[0].source, files, now, progress)
    except InputRefused:
        return False
    return report.files == len(files) and report.loaded + report.duplicate == report.records_in > 0


def figures(settings: Settings, cases: Iterable[tuple[str, str]]) -> list[str]:
    """Canonical JSON of the figures of (person, quarter) as they stand in the warehouse; `{}` where there are none."""
    with of_home(settings) as connection:
        found = [state_of.figures(connection, person_id, quarter) for person_id, quarter in cases]
    return [json.dumps(one, default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for one in found]


def _load(settings: Settings, source: str, files: Sequence[Path], now: dt.datetime, progress: Progress) -> LoadReport:
    """A correction is newer than every record of its source, whatever the clocks say: it holds."""
    with of_home(settings) as connection:
        newest = state_of.newest_record(connection, source)
    stamp = max(now, newest + dt.timedelta(seconds=1)) if newest else now
    return ingest(settings, Ingest(source, tuple(map(str, files)), now, fetched_at=stamp, partial=True), progress)


def _rows(connection: Connection, made: Correction) -> Rows:
    given = made.given
    if made.source == "accounts":
        people = [given[name] for name in ("person_id", "second_person_id") if name in given]
        return [{"source": given["source"], "account": given["account"], "person_id": who} for who in people]
    if made.source == "hr-people":
        return _corrected(_history(connection, made.person_id), made)
    return [{"person_id": made.person_id, **given}]


def _corrected(history: Rows, made: Correction) -> Rows:
    """The row from the day on, and those after it that repeat what it said before."""
    day = made.given["effective_from"]
    before = [row for row in history if row["effective_from"] <= day]
    held = before[-1] if before else {}
    found = [{**held, "person_id": made.person_id, "effective_from": day, **made.changed}]
    for row in history[len(before) :]:
        if any(row.get(name) != held.get(name) for name in made.changed):
            break
        found.append({**row, **made.changed})
    return found


def _kept(settings: Settings, connection: Connection, made: Correction) -> Rows:
    """The rows of a correction; those of a history with what else is held of the day by now."""
    with made.file(settings).open(newline="", encoding="utf-8") as lines:
        rows = [dict(row) for row in csv.DictReader(lines)]
    if made.source != "hr-people":
        return rows
    now = {row["effective_from"]: row for row in _history(connection, made.person_id)}
    return [{**now.get(row["effective_from"], row), **made.changed} for row in rows]


def _history(connection: Connection, person_id: str) -> Rows:
    found = state_of.history(connection, person_id)
    return [{name: _text(value) for name, value in row.items() if value is not None} for row in found]


def _by_key(source: str, rows: Rows) -> dict[tuple[str, ...], Rows]:
    found: dict[tuple[str, ...], Rows] = {}
    for row in rows:
        found.setdefault(tuple(row.get(name, "").lower() for name in KEYS[source]), []).append(row)
    return found


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """All or nothing: a half-written file is never loaded."""
    listed = list(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as out:
        lines = csv.DictWriter(out, fieldnames=list(dict.fromkeys(name for row in listed for name in row)), restval="")
        lines.writeheader()
        lines.writerows(listed)
    part.replace(file)
