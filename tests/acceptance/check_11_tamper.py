"""Check 11: 1,000 tamperings of the audit log are found, it is verified fast, and its newest signed head is at most 60 s old.

Speed is of this machine with all its processors, by the processor time that the work took, so that what else runs here does not count; the wall
clock is told beside it. In memory: hashes, links, numbers, clock. From a file of SQLite: the lists of people too, and starting the processes.
UPTAKE_ACCEPT_TAMPER changes the number of tamperings.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import resource
import shutil
import sqlite3
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.acceptance import frame
from tests.attack import tampering
from uptake.jobs import State, verified
from uptake.jobs.logged import keep_heads
from uptake.settings import read_settings
from uptake.state import audit, heads, verify

TAMPERINGS = int(os.environ.get("UPTAKE_ACCEPT_TAMPER", "1000"))
FASTEST, RECORDS, IN_MEMORY, OLDEST = 500_000, 1_000_000, 250_000, 60
ASKED = f"{TAMPERINGS} of {TAMPERINGS} tamperings found; >= {FASTEST:,} records/s; head <= {OLDEST} s old"


def check(folder: pathlib.Path) -> frame.Seen:
    missed = _missed(folder / "tampered")
    memory, (file, wall) = _in_memory(), _from_file(folder / "large")
    old = _oldest(folder / "served")
    said = (
        f"{TAMPERINGS - len(missed)} of {TAMPERINGS} found by {len(tampering.WAYS)} ways; {memory:,.0f} records/s in memory, "
        f"{file:,.0f} from SQLite with the lists of people ({wall:,.0f} by the wall clock), {os.cpu_count()} processors; head {old:.0f} s after the record"
    )
    return frame.Seen("; ".join([said, *missed[:5]]), held=not missed and memory >= FASTEST and old <= OLDEST)


def _missed(folder: pathlib.Path) -> list[str]:
    """Tamperings that verification did not find, each on a copy of one log of 300 records."""
    made = tampering.home(folder / "made", 300)
    missed = [] if _found(made) is None else ["the log that nobody touched"]
    for number in range(TAMPERINGS):
        way, home = tampering.WAYS[number % len(tampering.WAYS)], folder / "copy"
        shutil.copytree(made, home)
        tampering.tampered(home, way, number)
        if _found(home) is None:
            missed.append(f"{way} {number}")
        shutil.rmtree(home)
    return missed


def _found(home: pathlib.Path) -> str | None:
    settings = read_settings(home)
    state = State(settings.state_file)
    try:
        reasons = verified(settings, state).reasons
    finally:
        state.engine.dispose()
    return reasons[0] if reasons else None


def rows(count: int) -> list[verify.Row]:
    """A chain as it lies in the store: records of a manager's read of 3 people, 0.6 KB each."""
    previous, made = audit.START, []
    event = {
        **tampering.EVENT,
        "as_person": "b" * 32,
        "policy_version": "c" * 64,
        "result": "answered",
        "route": "GET /api/v1/not_using",
        "rows": 3,
    }
    for seq in range(1, count + 1):
        body = {
            **event,
            "seq": seq,
            "subject_count": 3,
            "subjects": [f"{seq:032x}", f"{seq + 1:032x}", f"{seq + 2:032x}"],
            "time": "2026-11-24T09:00:00Z",
        }
        text = json.dumps(body, separators=(",", ":"), sort_keys=True)
        ending = hashlib.sha256(f"{previous}{text}".encode()).hexdigest()
        made.append((seq, text.encode(), previous.encode(), ending.encode(), 1))
        previous = ending
    return made


def _walk(_number: int) -> float:
    """Seconds of one walk over a chain that lies in the memory of this process; the best of three."""
    kept, seconds = rows(IN_MEMORY), []
    for _ in range(3):
        verdict, begun = verify.Verdict(), time.process_time()
        verify.chain(kept, verdict, set())
        seconds.append(time.process_time() - begun)
        assert (verdict.ok, verdict.records) == (True, IN_MEMORY)
    return min(seconds)


def _in_memory() -> float:
    processors = os.cpu_count() or 1
    with ProcessPoolExecutor(processors, get_context("spawn")) as pool:
        return sum(IN_MEMORY / seconds for seconds in pool.map(_walk, range(processors)))


def _from_file(folder: pathlib.Path) -> tuple[float, float]:
    """Records a second of `uptake verify` over a store of a million: by processor time, and by the wall clock."""
    folder.mkdir()
    settings = read_settings(folder)
    state = State(settings.state_file)
    with state.reading():
        pass
    with sqlite3.connect(settings.state_file) as connection:
        made = rows(RECORDS)
        connection.executemany(
            "insert into audit values (?, ?, ?, ?)", [(one[0], *(text.decode() for text in one[1:4])) for one in made]
        )
        people = ((one[0], f"{one[0] + more:032x}") for one in made for more in range(3))
        connection.executemany("insert into audit_subjects values (?, ?)", people)
    connection.close()
    del made
    begun, spent = time.perf_counter(), _spent()
    verdict = verified(settings, state)
    seconds, spent = time.perf_counter() - begun, _spent() - spent
    state.engine.dispose()
    assert (verdict.ok, verdict.records) == (True, RECORDS), verdict.reasons
    return RECORDS / spent * (os.cpu_count() or 1), RECORDS / seconds


def _spent() -> float:
    """Seconds of processor time of this process and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _oldest(folder: pathlib.Path) -> float:
    """Seconds from a record to the head that holds it, of a server whose first head has just been written."""
    folder.mkdir()
    settings = read_settings(folder)
    state, ended = State.of(settings), threading.Event()
    server = threading.Thread(target=keep_heads, args=(state, ended))
    server.start()
    for _ in range(2):
        audit.record(state, {**tampering.EVENT, "time": "2026-11-24T09:00:00Z"})
    begun = time.monotonic()
    while heads.read(settings.heads_folder)[-1].count < 2 and time.monotonic() - begun < 2 * OLDEST:
        time.sleep(0.2)
    ended.set()
    server.join()
    return time.monotonic() - begun


if __name__ == "__main__":
    frame.alone(__spec__)
