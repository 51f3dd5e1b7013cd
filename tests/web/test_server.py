"""The server as a process: a free port, a graceful stop, its log, and snapshots that are swapped while it runs."""

import asyncio
import datetime as dt
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.conftest import Site
from uptake import jobs
from uptake.errors import Unreachable, WrongUsage
from uptake.settings import read_settings
from uptake.web.pools import Pool
from uptake.web.server import serve

CODE = "import sys; from pathlib import Path; from uptake.settings import read_settings; from uptake.web import serve; serve(read_settings(Path(sys.argv[1])), port=0, ready=lambda url: print(url, flush=True)); print('left', flush=True)"


@pytest.fixture
def running(demo_home):
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(demo_home)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield process, process.stdout.readline().strip()
    if process.poll() is None:
        process.kill()
    process.communicate()


def got(url):
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own loopback server
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_on_a_free_port_and_leaves_when_told(running, number, demo_home):
    process, url = running
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    assert got(f"{url}/overview")[0] == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=15)
    assert (process.returncode, out) == (0, "left\n"), err
    lines = [json.loads(line) for line in (demo_home / "logs" / "serve.jsonl").read_text().splitlines()]
    assert any(line["route"] == "/overview" and line["status"] == 200 for line in lines)
    assert {"event", "request_id", "method", "route", "status", "ms", "role"} == set().union(*lines)


def test_what_is_running_is_answered_before_it_leaves(running):
    process, url = running
    got(f"{url}/healthz")
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(got, f"{url}/api/v1/adoption_days") for _ in range(6)]
        time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        answers = []
        for future in waiting:
            try:
                answers.append(future.result()[0])
            except (urllib.error.URLError, ConnectionError):
                answers.append(0)
    assert 200 in answers
    assert process.wait(timeout=15) == 0


def test_a_taken_port_is_said_in_one_line(running, demo_home):
    port = int(running[1].rsplit(":", 1)[1])
    with pytest.raises(WrongUsage, match="The address cannot be taken"):
        serve(read_settings(demo_home), port=port)


def copied(home: pathlib.Path, to: pathlib.Path) -> pathlib.Path:
    shutil.copytree(home, to)
    return to


def test_a_new_snapshot_is_taken_between_requests(demo_home, tmp_path):
    site = Site(copied(demo_home, tmp_path / "home"))
    client = site.client()
    before = client.get("/overview")
    assert "Snapshot 1 " in before.text
    jobs.score(site.settings, site.state, dt.date(2026, 10, 15))
    after = client.get("/overview", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert "Snapshot 2 " in after.text
    assert client.get("/readyz").json()["snapshot"] == 2


def test_pages_stand_whole_while_snapshots_change(demo_home, tmp_path):
    """Readers meet swaps all the time: each answer is whole, and of one snapshot."""
    site = Site(copied(demo_home, tmp_path / "home"))
    folder, done, answered, seen = site.settings.snapshot_folder, threading.Event(), threading.Event(), set()
    made = json.loads((folder / "current.json").read_text())

    def swap():
        number = 1
        while not done.is_set():
            number += 1
            shutil.copy(folder / "1.duckdb", folder / f"{number}.duckdb")
            beside = folder / "next.json"
            beside.write_text(json.dumps({**made, "id": number, "file": f"{number}.duckdb"}))
            beside.replace(folder / "current.json")
            answered.clear()
            answered.wait(timeout=10)
            time.sleep(0.02 * (number % 5))

    writer = threading.Thread(target=swap)
    writer.start()
    try:
        client = site.client()
        for _ in range(25):
            answer = client.get("/overview?quarter=2026Q3")
            answered.set()
            assert answer.status_code == 200
            numbers = set(re.findall(r"Snapshot (\d+)", answer.text))
            assert len(numbers) == 1
            seen |= numbers
    finally:
        done.set()
        answered.set()
        writer.join()
    assert len(seen) > 1


def test_a_full_line_is_refused_and_order_is_kept():
    async def run():
        pool, order, gate = Pool("test", 1, longest=3), [], threading.Event()
        first = asyncio.ensure_future(pool.run(gate.wait))
        await asyncio.sleep(0.05)
        rest = [asyncio.ensure_future(pool.run(lambda n=n: order.append(n))) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Unreachable):
            await pool.run(lambda: None)
        gate.set()
        await asyncio.gather(first, *rest)
        pool.close()
        return order

    assert asyncio.run(run()) == [0, 1, 2]
