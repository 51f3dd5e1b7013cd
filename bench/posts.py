"""`python -m bench.posts [--rate 400] [--seconds 60]`: telemetry posts at a rate while pages are read; ten times as many; then as before.

Each post is of its own session, so that what was acknowledged can be counted in the warehouse afterwards. Posts are made before a phase begins. The senders and the reader of pages run
on the same machine: their work is part of what the server waits for. Nothing here fails on a time; it fails when an acknowledged record is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import os
import pathlib
import platform
import sys
import tempfile
import time
import urllib.request
from collections import Counter, deque
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier

import duckdb

from bench import measure
from bench.load.server import Server

KEY = "bench-sender-key-0123456789abcdef"
CONNECTIONS, MOST_CONNECTIONS = 64, 400
MANY = 1_000
"""From this rate on clients wait side by side, as those of a large company would."""
PATIENCE, BUILDING = 20.0, 300.0
"""Seconds: for the last answers, and until the posts of a phase are made."""


@dataclass(slots=True)
class Sent:
    """What came of the posts of one phase: how many of which status, seconds of each acknowledged one, the ids of the records acknowledged."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)
    late: int = 0
    """Sent more than a second after they were due."""
    cpu: float = 0.0
    """Seconds of processor that the senders took."""


def attribute(key: str, value: str) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": value}}


def body(signal: str, name: str, number: int, now: int) -> bytes:
    """One post: of logs a prompt and the call that answers it, of metrics two points."""
    who = [attribute("session.id", f"{name}-{number}"), attribute("user.email", f"p{number % 500}@example.com")]
    resource = {"attributes": [attribute("service.name", "claude-code"), attribute("service.version", "2.1.0")]}
    if signal == "logs":
        told: list[dict[str, object]] = [
            {"timeUnixNano": str(now + place), "body": {"stringValue": f"claude_code.{kind}"},
             "attributes": [*who, attribute("event.name", kind), attribute("event.sequence", str(place)), attribute("prompt.id", f"{name}-{number}"),
                            attribute("request_id", f"r-{name}-{number}"), attribute("input_tokens", "10"), attribute("output_tokens", "3")]}
            for place, kind in enumerate(("user_prompt", "api_request"))
        ]  # fmt: skip
        return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": told}]}]}).encode()  # fmt: skip
    points = [
        {"name": f"claude_code.{what}", "sum": {"aggregationTemporality": 1, "isMonotonic": True, "dataPoints": [
            {"attributes": [*who, attribute("type", kind)], "startTimeUnixNano": str(now), "timeUnixNano": str(now + 1), "asDouble": 1}]}}
        for what, kind in (("lines_of_code.count", "added"), ("active_time.total", "user"))
    ]  # fmt: skip
    return json.dumps({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"scope": {"name": "com.anthropic.claude_code"}, "metrics": points}]}]}).encode()  # fmt: skip


def whole(where: tuple[str, int], signal: str, name: str, count: int) -> list[bytes]:
    """Posts as they go over the wire, each of a session of its own: made beforehand, so that making them takes nothing from the server."""
    head = f"POST /v1/{signal} HTTP/1.1\r\nHost: {where[0]}:{where[1]}\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\nContent-Length: "
    texts = (body(signal, name, number, time.time_ns()) for number in range(count))
    return [f"{head}{len(text)}\r\n\r\n".encode() + text for text in texts]


class _Connection(asyncio.Protocol):
    """One kept connection: a post, its answer, the next post."""

    def __init__(self, line: _Line) -> None:
        self._line, self._held, self._begun, self._waits = line, b"", 0.0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def post(self, text: bytes) -> None:
        self._begun, self._waits = time.perf_counter(), True
        self.transport.write(text)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, found, rest = self._held.partition(b"\r\n\r\n")
        said = head.lower()
        if found and len(rest) >= int(said.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0):
            self._held, self._waits = b"", False
            self._line.answered(
                self, int(said.split()[1]), time.perf_counter() - self._begun, again=b"retry-after: " in said
            )

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._line.lost(self, waited=self._waits)


class _Line:
    """Posts that are due, and connections that are free for them."""

    def __init__(self, signal: str, most: int) -> None:
        self.sent, self._signal, self._most = Sent(), signal, most
        self.free: deque[_Connection] = deque()
        self._due: deque[tuple[bytes, float]] = deque()
        self._in_hand = 0
        self.done = asyncio.Event()

    def put(self, text: bytes, due: float) -> None:
        self._due.append((text, due))
        # A client that finds no free connection gives up what it cannot send in time: it does not send it minutes later.
        if len(self._due) > self._most:
            self._due.popleft()
            self.sent.statuses[0] += 1
        self._next()

    def _next(self) -> None:
        while self.free and self._due:
            self.done.clear()
            text, due = self._due.popleft()
            self.sent.late += time.perf_counter() - due > 1
            self._in_hand += 1
            self.free.popleft().post(text)
        if not (self._in_hand or self._due):
            self.done.set()

    def answered(self, connection: _Connection, status: int, seconds: float, *, again: bool) -> None:
        self._in_hand -= 1
        self.sent.statuses[status] += 1
        if status == 200:
            self.sent.seconds.append(seconds)
            self.sent.acknowledged[self._signal] += 2
        elif status == 429 and not again:
            self.sent.statuses[-429] += 1
        self.free.append(connection)
        self._next()

    def lost(self, connection: _Connection, *, waited: bool) -> None:
        if waited:
            self._in_hand -= 1
            self.sent.statuses[-1] += 1
            self._next()
        elif connection in self.free:
            self.free.remove(connection)


async def _phase(where: tuple[str, int], signal: str, rate: float, posts: list[bytes]) -> Sent:
    connections = CONNECTIONS if rate < MANY else MOST_CONNECTIONS
    line, loop = _Line(signal, 4 * connections), asyncio.get_running_loop()
    for _ in range(connections):
        _, connection = await loop.create_connection(lambda: _Connection(line), *where)
        line.free.append(connection)
    begun, cpu = time.perf_counter(), time.process_time()
    for number, text in enumerate(posts):
        due = begun + number / rate
        if (wait := due - time.perf_counter()) > 0.002:
            await asyncio.sleep(wait)
        line.put(text, due)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(line.done.wait(), PATIENCE)
    line.sent.cpu = time.process_time() - cpu
    for connection in line.free:
        connection.transport.close()
    return line.sent


def _sender(
    where: tuple[str, int],
    signal: str,
    name: str,
    rate: float,
    seconds: float,
    start: Barrier,
    answers: multiprocessing.Queue[Sent],
) -> None:
    posts = whole(where, signal, name, int(rate * seconds))
    start.wait(BUILDING)
    answers.put(asyncio.run(_phase(where, signal, rate, posts)))


def _pages(where: tuple[str, int], ends: float) -> list[float]:
    """Seconds of each reading of a page, one a second."""
    found = []
    while time.perf_counter() < ends:
        begun = time.perf_counter()
        with urllib.request.urlopen(f"http://{where[0]}:{where[1]}/overview", timeout=60) as page:
            page.read()
        found.append(time.perf_counter() - begun)
        time.sleep(max(0.0, 1 - found[-1]))
    return found


def run(server: Server, name: str, rate: float, seconds: float) -> tuple[Sent, list[float]]:
    """Both signals at the rate each, and the pages meanwhile."""
    answers: multiprocessing.Queue[Sent] = multiprocessing.Queue()
    start = multiprocessing.Barrier(3)
    senders = [
        multiprocessing.Process(target=_sender, args=(server.where, signal, name, rate, seconds, start, answers))
        for signal in ("metrics", "logs")
    ]
    for sender in senders:
        sender.start()
    start.wait(BUILDING)
    pages = _pages(server.where, time.perf_counter() + seconds)
    total = Sent()
    for one in (answers.get(timeout=PATIENCE + 2 * seconds) for _ in senders):
        total.statuses += one.statuses
        total.seconds += one.seconds
        total.acknowledged += one.acknowledged
        total.late += one.late
        total.cpu += one.cpu
    for sender in senders:
        sender.join()
    return total, pages


def at(times: list[float], share: float) -> float:
    """Milliseconds below which that share lies."""
    found = sorted(times)
    return 1000 * found[min(len(found) - 1, int(share * len(found)))] if found else float("nan")


def line(name: str, sent: Sent, pages: list[float], seconds: float, memory: float, cpu: float) -> str:
    """What came of a phase. `cpu`: seconds that the server took, pages included; per 1,000 posts that it answered they do not change with other load."""
    ok, busy = sent.statuses[200], sent.statuses[429]
    other = sum(count for status, count in sent.statuses.items() if status not in (200, 429, 0))
    answered = max(1, sum(count for status, count in sent.statuses.items() if status > 0)) / 1000
    return (
        f"{name:<10} {ok / seconds:7.0f} acknowledged/s  429: {busy:6}  not sent: {sent.statuses[0]:6}  late: {sent.late}  other: {other}  post p50 {at(sent.seconds, 0.5):.0f}"
        f" p99 {at(sent.seconds, 0.99):.0f} ms  page p50 {at(pages, 0.5):.0f} p95 {at(pages, 0.95):.0f} ms  memory {memory:.0f} MB"
        f"  CPU of 1,000 posts: server {cpu / answered:.3f} s, senders {sent.cpu / answered:.3f} s"
    )


def measured(given: argparse.Namespace, folder: pathlib.Path) -> tuple[list[str], bool]:
    home = folder / "home"
    measure.uptake("demo", "--people", given.people, "--quarters", 1, "--no-serve", "--json", "--home", home)
    with (home / "settings.toml").open("a") as settings:
        settings.write(f'\n[telemetry]\nsenders = {{ "{hashlib.sha256(KEY.encode()).hexdigest()}" = "" }}\n')
    server = Server(home)
    acknowledged: Counter[str] = Counter()
    lines = []
    try:
        for name, rate, seconds in (
            ("warm-up", given.rate / 4, 5), ("first", given.rate, given.seconds / 2), ("second", given.rate, given.seconds / 2),
            ("10 times", 10 * given.rate, 10), ("after", given.rate, 10),
        ):  # fmt: skip
            cpu = server.cpu()
            sent, pages = run(server, name, rate, seconds)
            acknowledged += sent.acknowledged
            lines.append(line(name, sent, pages, seconds, server.memory()[0], server.cpu() - cpu))
            sys.stderr.write(lines[-1] + "\n")
    finally:
        server.stop()
    measure.uptake("ingest", "otlp", "--json", "--home", home)
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        kept = dict(connection.execute("select basis, count(*) from telemetry_events where account like 'p%@example.com' group by basis").fetchall())  # fmt: skip
    lost = {signal: acknowledged[signal] - kept.get(signal, 0) for signal in ("metrics", "logs")}
    lines.append(f"acknowledged records: {dict(acknowledged)}; in the warehouse after one drain: {kept}; lost: {lost}")
    # More than was acknowledged is possible: a post whose answer the sender did not wait for.
    return lines, all(missing <= 0 for missing in lost.values())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.posts", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000, help="people of the demo company whose pages are read")
    parser.add_argument("--rate", type=float, default=400.0, help="posts a second of metrics, and as many of logs")
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="uptake-posts-") as folder:
        lines, whole = measured(given, pathlib.Path(folder))
    print(f"{os.cpu_count()} cores, load {before:.1f} before, Python {platform.python_version()}; {given.rate:.0f} posts of metrics and {given.rate:.0f} of logs a second")  # fmt: skip
    print("\n".join(lines))
    return int(not whole)


if __name__ == "__main__":
    raise SystemExit(main())
