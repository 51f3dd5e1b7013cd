"""`python -m bench.load [--people N] [--seconds S] [--home HOME]`: the server under load, idle beside ingesting, in one run.

200 people browse with think time, 20 export; then the same while days are loaded and scored; then all without think time. Nothing here
fails on a time. The clients run on the same machine: their work is part of what the server waits for.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import pathlib
import platform
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench import measure
from bench.load import crowd
from bench.load.server import Ingest, Server, copied
from uptake.settings import read_settings
from uptake.snapshot import current

REPEATED = 20
"""Requests of each page that is asked alone."""
TITLES = ("phase", "what", "requests", "errors", "p50 ms", "p95 ms", "p99 ms", "largest kB")


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: what was seen, seconds that it lasted, CPU seconds of the server in it."""

    name: str
    seen: list[crowd.Seen]
    seconds: float
    cpu: float

    def times(self, kind: str = "") -> list[float]:
        """Milliseconds of the answers that came, in order; of one kind, else of all who browse."""
        return sorted(
            1000 * one.answer.seconds
            for one in self.seen
            if one.answer.status == 200 and (one.kind == kind if kind else one.kind != "export")
        )

    def p99(self) -> float:
        return at(self.times(), 0.99)


def at(times: Sequence[float], share: float) -> float:
    """The value below which that share of them lies (nearest rank)."""
    return times[max(0, -(-int(share * 1000 * len(times)) // 1000) - 1)] if times else float("nan")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--people", type=int, default=2_000, help="people of the demo company that is made")
    parser.add_argument(
        "--home", type=pathlib.Path, help="a demo home that is there, with its vendor files; it is copied, not changed"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="of each of the two phases with think time")
    parser.add_argument("--browsing", type=int, default=200)
    parser.add_argument("--exporting", type=int, default=20)
    parser.add_argument(
        "--think", type=float, default=10.0, help="seconds between two requests of a person, on average"
    )
    return parser.parse_args()


def measured(given: argparse.Namespace, folder: pathlib.Path) -> list[str]:
    """All phases; answers the lines of the report."""
    source = given.home
    if source is None:
        source = folder / "made"
        say(f"demo of {given.people}")
        measure.uptake("demo", "--people", given.people, "--no-serve", "--json", "--home", source)
    home = copied(source, folder / "home")
    settings = read_settings(home)
    snapshot = current(settings.snapshot_folder)
    as_of = dt.date.fromisoformat(snapshot.as_of)
    quarter = f"{as_of.year}Q{(as_of.month - 1) // 3}" if as_of.month > 3 else f"{as_of.year - 1}Q4"
    people = crowd.gathered(settings, given.browsing, given.exporting, quarter)
    server = Server(home, [("/healthz", ""), *people.first_pages()])
    people.where = server.where
    try:
        alone = one_at_a_time(people)
        phases = [run("warm-up", people, server, min(10.0, given.seconds), given.think / 2)]
        phases = [run("idle", people, server, given.seconds, given.think)]
        ingest = Ingest(home, source / "vendor", as_of)
        with ingest.going_on():
            phases.append(run("ingesting", people, server, given.seconds, given.think))
        phases.append(run("saturated", people, server, max(10.0, given.seconds / 3), 0))
        now, most = server.memory()
    finally:
        server.stop()
    log = served(home)
    return [
        f"from the start of the process, seconds (of CPU); snapshot of {size(settings.snapshot_folder / snapshot.file)}:",
        *(f"  {what}: {seconds:.2f} ({cpu:.2f})" for what, seconds, cpu in server.started), *alone,
        *table(phases), *ratios(phases, ingest.done), f"memory of the server: {now:.0f} MB at the end, {most:.0f} MB at most", *log,
    ]  # fmt: skip


def one_at_a_time(people: crowd.Crowd) -> list[str]:
    """What each page costs whoever asks alone: p50, p95, bytes on the wire."""
    say("one at a time")
    lines = ["one request at a time, ms and kB on the wire:"]
    for (role, path), seen in asyncio.run(people.alone(REPEATED)).items():
        times, wrong = sorted(1000 * one.seconds for one in seen), sum(one.status != 200 for one in seen)
        largest = max(one.size for one in seen) / 1000
        lines.append(
            f"  {role} {path}: p50 {at(times, 0.5):.0f}, p95 {at(times, 0.95):.0f}, {largest:.0f} kB, {wrong} errors"
        )
    return lines


def run(name: str, people: crowd.Crowd, server: Server, seconds: float, think: float) -> Phase:
    say(name)
    before = server.cpu()
    seen = asyncio.run(people.busy(seconds, think))
    return Phase(name, seen, seconds, server.cpu() - before)


def table(phases: Sequence[Phase]) -> list[str]:
    rows = [TITLES]
    for phase in phases:
        for kind in ("", *sorted({one.kind for one in phase.seen})):
            of = [one for one in phase.seen if (one.kind == kind if kind else one.kind != "export")]
            times, wrong = phase.times(kind), sum(one.answer.status != 200 for one in of)
            largest = max((one.answer.size for one in of), default=0) / 1000
            shares = [f"{at(times, share):.0f}" for share in (0.5, 0.95, 0.99)]
            rows.append((phase.name, kind or "all who browse", str(len(of)), str(wrong), *shares, f"{largest:.0f}"))
    widths = [max(len(row[place]) for row in rows) for place in range(len(TITLES))]
    return ["  ".join(cell.ljust(width) if place < 2 else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))) for row in rows]  # fmt: skip


def ratios(phases: Sequence[Phase], days: int) -> list[str]:
    idle, ingesting, saturated = phases
    times = saturated.times()
    found = [
        f"CPU of the server: {1000 * one.cpu / max(1, len(one.seen)):.0f} ms a request ({one.name})" for one in phases
    ]
    return [
        *found, f"p99 while ingesting / idle: {ingesting.p99() / idle.p99():.2f} ({days} days were loaded, scored and published meanwhile)",
        f"saturated: {len(saturated.seen) / saturated.seconds:.0f} requests a second, p99/p50 {at(times, 0.99) / at(times, 0.5):.2f}",
    ]  # fmt: skip


def served(home: pathlib.Path) -> list[str]:
    """What the server's own log says of the routes, over all phases: from the arrival of a request to its last byte."""
    found: dict[str, list[float]] = defaultdict(list)
    for file in sorted((home / "logs").glob("serve.jsonl*")):
        for line in file.read_text().splitlines():
            one = json.loads(line)
            if one["event"] == "request" and one["status"] == 200:
                found[one["route"]].append(one["ms"])
    most = sorted(found.items(), key=lambda item: -len(item[1]))[:12]
    return ["in the server, all phases, ms:", *(f"  {route}: {len(ms)} times, p50 {at(sorted(ms), 0.5):.0f}, p95 {at(sorted(ms), 0.95):.0f}" for route, ms in most)]  # fmt: skip


def size(file: pathlib.Path) -> str:
    return f"{file.stat().st_size / 1e6:.0f} MB"


def say(text: str) -> None:
    sys.stderr.write(f"{text} ...\n")


def main() -> int:
    given = arguments()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="uptake-load-") as folder:
        lines = measured(given, pathlib.Path(folder))
    print(f"{os.cpu_count()} cores, load {before:.1f} before, Python {platform.python_version()}; {given.browsing} browse, {given.exporting} export, think time {given.think:.0f} s")  # fmt: skip
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
