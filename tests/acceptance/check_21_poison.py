"""Check 21: poison. Damaged records among good ones, and damaged files, over every source."""

from __future__ import annotations

import pathlib
import random
import shutil

from tests.acceptance import frame
from tests.attack import mutate, samples
from tests.attack.drive import run
from tests.attack.fuzz import counted, damaged_file, one_call

ROUNDS, DAMAGED = 25, 12
SOURCES = (*samples.JSON_SOURCES, *samples.CSV_SOURCES)
ASKED = "2,000 damaged records and files: 0 crashes, records in = loaded + duplicate + ignored + quarantined, no good record lost"


def check(folder: pathlib.Path) -> frame.Seen:
    wrong, records, files = [], 0, 0
    for source in SOURCES:
        for number in range(ROUNDS):
            form = ("lines", "array", "envelope")[number % 3] if source in samples.JSON_SOURCES else "lines"
            wrong += one_call(folder / "home", source, form, f"{source} poison {number}", damaged=DAMAGED)
            records += DAMAGED
            shutil.rmtree(folder / "home")
        for name, damage in mutate.FILES.items():
            wrong += [f"{source}, {name}: {what}" for what in _file(folder, source, damage(_good(source)))]
            files += 1
    text = f"{records} records and {files} files, {len(wrong)} wrong"
    return frame.Seen("; ".join([text, *wrong[:5]]), held=not wrong and records + files >= 2000)


def _good(source: str) -> bytes:
    return damaged_file(source, "lines", random.Random(0), damaged=0)


def _file(folder: pathlib.Path, source: str, data: bytes) -> list[str]:
    (folder / "file").write_bytes(data)
    done = run(folder / "files", "ingest", source, folder / "file", "--json", *samples.MORE.get(source, ()))
    return [*([] if done.code in {0, 3, 4} else [f"exit {done.code}"]), *counted(done)]


if __name__ == "__main__":
    frame.alone(__spec__)
