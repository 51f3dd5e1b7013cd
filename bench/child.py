"""One measured piece of work in a process of its own: `python -m bench.child NOTE uptake WORD...`, or `... call MODULE NAME JSON`.

The note states the seconds and the peak memory of this process, read from the kernel at its end: the figures that a parent
gets of a child may include the parent's own memory from before the start.
"""

from __future__ import annotations

import importlib
import json
import pathlib
import resource
import sys
import time
from typing import Any


def peak_bytes() -> int:
    """Highest resident memory of this process so far."""
    status = pathlib.Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def cpu_seconds() -> float:
    """Processor time of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _uptake(words: list[str]) -> Any:
    from uptake import cli  # noqa: PLC0415  the time of the import belongs to the command, not to the other kind of work

    return cli.run(words)


def _call(words: list[str]) -> Any:
    module, name, arguments = words
    return getattr(importlib.import_module(module), name)(**json.loads(arguments))


def main(note: str, kind: str, *words: str) -> int:
    """Do the work, write the note, and answer the exit code of the work."""
    begun, before = time.perf_counter(), cpu_seconds()
    result = (_uptake if kind == "uptake" else _call)(list(words))
    found = {
        "wall": time.perf_counter() - begun,
        "cpu": cpu_seconds() - before,
        "peak": peak_bytes(),
        "result": result,
    }
    pathlib.Path(note).write_text(json.dumps(found))
    return result if kind == "uptake" else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
