"""Load records full of canaries through the command line, score, ask, and search all that is left on disk and was printed."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable

import duckdb

from tests.attack import samples
from tests.attack.canary import Canaries, bad_csv_lines, bad_with_content, good_csv, good_with_content
from tests.attack.drive import COMPLIANCE, Done, home_with_roles, run
from tests.attack.fuzz import count_good

QUESTIONS = ("quarter_scores", "usage_days", "seats", "not_using", "day_scores")
OPEN = ("coverage", "quarantine", "unmatched_accounts", "reconciliation", "funnel", "segments", "definitions")


def content_run(folder: pathlib.Path, each: int) -> tuple[list[str], int]:
    """What leaked, and how many canaries were planted."""
    canaries = Canaries()
    home = home_with_roles(folder / "home", "administrator", "compliance")
    outputs = [text for done in _loads(folder, home, canaries, each) for text in (done.out, done.err)]
    leaks = [f"before scoring: {leak}" for leak in found_in(home, canaries, outputs)]
    leaks += [
        f"{source}: good records did not load"
        for source in samples.JSON_SOURCES
        if count_good(home, source) != 2 + each
    ]
    answers = [
        run(home, "score", "--as-of", "2026-09-30", "--json"),
        run(home, "doctor"),
        run(home, "verify", "--json"),
    ]
    answers += [run(home, "ask", question, *COMPLIANCE, "--json") for question in QUESTIONS]
    answers += [run(home, "ask", question, "--format", form) for question in OPEN for form in ("table", "csv")]
    bugs = [f"exit {done.code}: {done.err}" for done in answers if done.code not in {0, 1}]
    _checkpoint(home)
    outputs += [text for done in answers for text in (done.out, done.err)]
    return [*bugs, *leaks, *found_in(home, canaries, outputs)], len(canaries.texts) + len(canaries.numbers)


def _loads(folder: pathlib.Path, home: pathlib.Path, canaries: Canaries, each: int) -> Iterable[Done]:
    fetched = ("--fetched-at", "2026-07-03T00:00:00Z")
    for source in samples.JSON_SOURCES:
        for form in ("lines", "array", "envelope"):
            records = [samples.as_text(samples.record(source, number)) for number in range(2)]
            for number in range(each):
                records.append(good_with_content(source, 10 + number, canaries))
                records.append(bad_with_content(source, 10 + number, canaries, number))
            file = folder / f"{source}-{form}.json"
            file.write_bytes(samples.json_file(source, records, form))
            more = samples.MORE.get(source, [])
            yield run(home, "ingest", source, file, *fetched, *more, "--json")
            yield run(home, "ingest", source, file, *fetched, *more)
        yield from _refused(folder, home, canaries, source)
    for source in samples.CSV_SOURCES:
        good, bad = folder / f"{source}.csv", folder / f"{source}-bad.csv"
        good.write_bytes(good_csv(source, canaries))
        bad.write_bytes(samples.csv_file(source, bad_csv_lines(source, canaries)))
        yield run(home, "ingest", source, good, "--json")
        yield run(home, "ingest", source, bad)


def _refused(folder: pathlib.Path, home: pathlib.Path, canaries: Canaries, source: str) -> Iterable[Done]:
    """Whole files that are no file of this source."""
    page = f"<html><title>{canaries.text()}</title>{canaries.text()}</html>"
    texts = (
        page,
        f'"{canaries.text()}"',
        canaries.text(),
        f'{{"message": "{canaries.text()}"}}',
        f'["{canaries.text()}"]',
    )
    for number, text in enumerate(texts):
        file = folder / f"refused-{source}-{number}"
        file.write_text(text)
        yield run(home, "ingest", source, file, "--json")


def _checkpoint(home: pathlib.Path) -> None:
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute("force checkpoint")


def found_in(home: pathlib.Path, canaries: Canaries, outputs: Iterable[str]) -> list[str]:
    """Canaries in the bytes of all files, in the cells of all databases (which compress their text), and in what was printed."""
    held = {str(file.relative_to(home)): file.read_bytes() for file in home.rglob("*") if file.is_file()}
    for file in home.rglob("*.duckdb"):
        held[f"cells of {file.name}"] = _cells(file)
    held["names of files"] = "\n".join(str(file) for file in home.rglob("*")).encode(errors="surrogateescape")
    held["output"] = "\n".join(outputs).encode(errors="surrogateescape")
    return sorted({f"{what} in {place}" for place, data in held.items() for what in canaries.found(data)})


def _cells(file: pathlib.Path) -> bytes:
    parts = []
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'select cast(t as varchar) from "{table}" t').fetchall()
            parts += [f"{table}: {row[0]}" for row in rows]
    return "\n".join(parts).encode()
