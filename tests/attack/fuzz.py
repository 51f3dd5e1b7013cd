"""One ingest of a file of good and damaged records, and what is wrong with its answer."""

from __future__ import annotations

import json
import pathlib
import random

import duckdb

from tests.attack import mutate, samples
from tests.attack.drive import Done, run

GOOD = 5


def damaged_file(source: str, form: str, draw: random.Random, *, damaged: int) -> bytes:
    """`GOOD` good records, and damaged ones between them."""
    is_json = source in samples.JSON_SOURCES
    good = [
        samples.as_text(samples.record(source, number)) if is_json else samples.csv_line(source, samples.record(source, number))
        for number in range(GOOD)
    ]  # fmt: skip
    bad = []
    for number in range(damaged):
        text = json.dumps(samples.record(source, 900 + number)).replace("good-", "odd-").replace('"309', '"709')
        record = json.loads(text)
        bad.append(mutate.record(record, draw) if is_json else mutate.csv_line(samples.csv_line(source, record), draw))
    mixed = [
        good[0],
        *(part for pair in zip(bad, [good[1 + n % 4] for n in range(damaged)], strict=True) for part in pair),
    ]
    mixed += good[1:]
    return samples.json_file(source, mixed, form) if is_json else samples.csv_file(source, mixed)


def one_call(folder: pathlib.Path, source: str, form: str, seed: str, *, damaged: int) -> list[str]:
    """What is wrong after one ingest into a new home; empty when all is well."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "input"
    file.write_bytes(damaged_file(source, form, random.Random(seed), damaged=damaged))
    done = run(folder / "home", "ingest", source, file, "--json", *samples.MORE.get(source, ()))
    held_back = done.code == 3 and source == "hr-people" and "two different rows" in done.err
    found = [] if held_back else counted(done)
    if done.code not in {0, 4} and not held_back:
        found.append(f"exit {done.code} {done.err.strip()}")
    elif not held_back and (kept := count_good(folder / "home", source)) != GOOD:
        found.append(f"{GOOD - kept} good records lost")
    return [f"seed {seed}, {form}: {what}" for what in found]


def counted(done: Done) -> list[str]:
    """What is wrong with the answer itself: one JSON document, no traceback, and every record counted once."""
    found = ["a traceback"] if "Traceback" in done.err + done.out else []
    try:
        answer = json.loads(done.out)
    except ValueError:
        return [*found, "no JSON document on stdout"]
    if set(answer) == {"error", "exit_code"}:
        return [*found, *([] if answer["exit_code"] == done.code else ["another exit code in the answer"])]
    parts = sum(answer[name] for name in ("loaded", "duplicate", "ignored", "quarantined"))
    if answer["records_in"] != parts:
        found.append(f"{answer['records_in']} records in, {parts} accounted for")
    wanted = 0
    if answer["quarantined"] or answer["refused"]:
        wanted = 4 if answer["loaded"] + answer["duplicate"] + answer["ignored"] else 3
    return (
        found
        if done.code in {wanted, 4 if answer["refused"] else wanted}
        else [*found, f"exit {done.code}, not {wanted}"]
    )


def count_good(home: pathlib.Path, source: str) -> int:
    """How many of the good records stand in the warehouse."""
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute(samples.GOOD_ROWS[source]).fetchone()
    return int(row[0]) if row else 0
