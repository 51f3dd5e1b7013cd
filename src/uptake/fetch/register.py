"""The register of outbound destinations (GOVERNANCE.md section 12): which hosts a home has called, for which source, from when to when.

Hosts alone: never a path, a link or a number of what was asked for.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "destinations.json"


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """`host source` -> host, source, first, last, requests; empty while nothing went out."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(folder: Path, source: str, hosts: Mapping[str, int], today: dt.date) -> None:
    """Add the requests of a run. A disk that refuses it stops no fetch."""
    if not hosts:
        return
    with contextlib.suppress(OSError), (folder / f".{FILE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = read(folder)
        for host, count in hosts.items():
            before = held.get(f"{host} {source}", {"first": str(today), "requests": 0})
            held[f"{host} {source}"] = {
                "host": host,
                "source": source,
                "first": before["first"],
                "last": str(today),
                "requests": before["requests"] + count,
            }
        half = folder / f".{FILE}"
        with half.open("w", encoding="utf-8") as out:
            json.dump(held, out, indent=1, sort_keys=True)
            out.flush()
            os.fsync(out.fileno())
        half.replace(folder / FILE)
