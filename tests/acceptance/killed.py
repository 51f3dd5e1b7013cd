"""Readers of a server that is killed again and again; what checks 10 and the kills share."""

from __future__ import annotations

import pathlib
import random
import time
from collections.abc import Sequence

from bench import measure

from tests.attack import served

PEOPLE = 300
READS = (
    ("Manager", 0, "/api/v1/not_using"),
    ("Manager", 1, "/team"),
    ("Engineer", 0, "/me"),
    ("Engineer", 1, "/api/v1/quarter_scores"),
)


def home(folder: pathlib.Path) -> pathlib.Path:
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", folder)
    return folder


def run(home: pathlib.Path, *, kills: int, answers: int, seed: int) -> tuple[str, list[str]]:
    """Read until there are as many answers, killed so often meanwhile; what was seen, and what was wrong."""
    server = served.Server(home)
    server.start()
    try:
        readers = [served.reader(server, *read) for read in READS]
        since = max(int(one["seq"]) for one in served.newest(home))
        for one in readers:
            one.start()
        for number in range(kills):
            _let_read(readers, answers / (kills + 1), random.Random(f"{seed} {number}"))
            server.kill()
            server.start()
        _let_read(readers, answers - sum(one.answered for one in readers), random.Random(seed))
        for one in readers:
            one.ended.set()
        for one in readers:
            one.join(served.PATIENCE)
    finally:
        server.stop()
    wrong = served.wrong(home, readers, kills, since)
    records = len(served.newest(home, since))
    sent, whole = sum(one.sent for one in readers), sum(one.answered for one in readers)
    return (
        f"{sent} requests, {whole} whole answers with people, {kills} kills, {records} records of reads, {len(wrong)} wrong",
        wrong,
    )


def _let_read(readers: Sequence[served.Reader], more: float, draw: random.Random) -> None:
    """Wait a random moment, and until there are so many more answers."""
    before, begun = sum(one.answered for one in readers), time.monotonic()
    time.sleep(draw.uniform(0.05, 1.0))
    while sum(one.answered for one in readers) - before < more:
        time.sleep(draw.uniform(0.01, 0.1))
        if time.monotonic() - begun > served.LONGEST:
            raise AssertionError(f"no {more:.0f} answers in {served.LONGEST} s")
