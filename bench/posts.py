"""`python -m bench.posts [--rate 400] [--seconds 60]`: telemetry posts at a rate while pages are read; ten times as many; then as before.

Each post is of its own session, so that what was acknowledged can be counted in the warehouse afterwards. The senders and the reader of pages run
on the same machine: their work is part of what the server waits for. Nothing here fails on a time; it fails when an acknowledged record is lost.
"""

from __future__ import annotations

import argparse
import asyncio
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
from collections import Counter
from dataclasses import dataclass, field

import duckdb

from bench import measure
from bench.load.server import Server

KEY = "bench-sender-key-0123456789abcdef"
CONNECTIONS, MOST_CONNECTIONS = 64, 400
MANY = 1_000
"""From this rate on clients wait side by side, as those of a large company would."""
PATIENCE = 20.0


@dataclass(slots=True)
class Sent:
    """What came of the posts of one phase: how many of which status, seconds of each acknowledged one, the ids of the records acknowledged."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)
    late: int = 0


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


async def _posted(
    where: tuple[str, int], signal: str, name: str, numbers: asyncio.Queue[tuple[int, float]], sent: Sent
) -> None:
    """One kept connection that posts what is due."""
    reader, writer = await asyncio.open_connection(*where)
    head = f"POST /v1/{signal} HTTP/1.1\r\nHost: {where[0]}:{where[1]}\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\nContent-Length: "
    while True:
        number, due = await numbers.get()
        if number < 0:
            break
        text = body(signal, name, number, time.time_ns())
        begun = time.perf_counter()
        sent.late += begun - due > 1
        writer.write(f"{head}{len(text)}\r\n\r\n".encode() + text)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = answer.partition("content-length: ")[2].partition("\r\n")[0]
        await reader.readexactly(int(length or 0))
        status = int(answer.split()[1])
        sent.statuses[status] += 1
        if status == 200:
            sent.seconds.append(time.perf_counter() - begun)
            sent.acknowledged[signal] += 2
        elif status == 429 and "retry-after: " not in answer:
            sent.statuses[-429] += 1
    writer.close()


async def _phase(where: tuple[str, int], signal: str, name: str, rate: float, seconds: float) -> Sent:
    sent, numbers = Sent(), asyncio.Queue[tuple[int, float]]()
    connections = CONNECTIONS if rate < MANY else MOST_CONNECTIONS
    tasks = [asyncio.create_task(_posted(where, signal, name, numbers, sent)) for _ in range(connections)]
    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        if (wait := due - time.perf_counter()) > 0.002:
            await asyncio.sleep(wait)
        numbers.put_nowait((number, due))
        # A client that finds no free connection gives up what it cannot send in time: it does not send it minutes later.
        while numbers.qsize() > 4 * connections:
            numbers.get_nowait()
            sent.statuses[0] += 1
    for _ in tasks:
        numbers.put_nowait((-1, 0))
    await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE + seconds)
    return sent


def _sender(
    where: tuple[str, int], signal: str, name: str, rate: float, seconds: float, answers: multiprocessing.Queue[Sent]
) -> None:
    answers.put(asyncio.run(_phase(where, signal, name, rate, seconds)))


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
    senders = [
        multiprocessing.Process(target=_sender, args=(server.where, signal, name, rate, seconds, answers))
        for signal in ("metrics", "logs")
    ]
    for sender in senders:
        sender.start()
    pages = _pages(server.where, time.perf_counter() + seconds)
    total = Sent()
    for one in (answers.get(timeout=PATIENCE + 2 * seconds) for _ in senders):
        total.statuses += one.statuses
        total.seconds += one.seconds
        total.acknowledged += one.acknowledged
        total.late += one.late
    for sender in senders:
        sender.join()
    return total, pages


def at(times: list[float], share: float) -> float:
    """Milliseconds below which that share lies."""
    found = sorted(times)
    return 1000 * found[min(len(found) - 1, int(share * len(found)))] if found else float("nan")


def line(name: str, sent: Sent, pages: list[float], seconds: float, memory: float) -> str:
    ok, busy = sent.statuses[200], sent.statuses[429]
    other = sum(count for status, count in sent.statuses.items() if status not in (200, 429, 0))
    return (
        f"{name:<10} {ok / seconds:7.0f} acknowledged/s  429: {busy:6}  not sent: {sent.statuses[0]:6}  other: {other}  post p50 {at(sent.seconds, 0.5):.0f}"
        f" p99 {at(sent.seconds, 0.99):.0f} ms  page p50 {at(pages, 0.5):.0f} p95 {at(pages, 0.95):.0f} ms  memory {memory:.0f} MB"
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
            sent, pages = run(server, name, rate, seconds)
            acknowledged += sent.acknowledged
            lines.append(line(name, sent, pages, seconds, server.memory()[0]))
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
