"""The server as a process: a free port, a graceful stop, its log, and snapshots that are swapped while it runs."""

import asyncio
import contextlib
import datetime as dt
import http.client
import json
import pathlib
import re
import shutil
import signal
import socket
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
from uptake.web.pools import Pool, SharedPool
from uptake.web.protocol import Protocol
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


def asked_line(port, target, host):
    """Status of a request whose line has this target."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return int(line.makefile("rb").readline().split()[1])


def test_a_target_with_a_foreign_host_is_refused_as_a_foreign_host_is(running):
    """Whoever reads the target would have believed that we are that host, whatever the header says."""
    port = int(running[1].rpartition(":")[2])
    ours = f"127.0.0.1:{port}"
    wanted = {
        ("/healthz", ours): 200, (f"http://{ours}/healthz", ours): 200, (f"HTTP://LOCALHOST:{port}/healthz", f"localhost:{port}"): 200,
        ("http://evil.example/healthz", ours): 421, ("http://evil.example/healthz", "evil.example"): 421,
        (f"http://{ours}/healthz", "evil.example"): 421, (f"http://{ours}@evil.example/healthz", ours): 421,
        (f"http://evil.example@{ours}/healthz", ours): 421, ("http://evil.example?/healthz", ours): 400,
    }  # fmt: skip
    assert {asked: asked_line(port, *asked) for asked in wanted} == wanted


SLOW = {
    "nothing at all": b"",
    "a head that does not end": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
    "a body that was answered before it ended": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n",
}


def test_a_connection_that_asks_for_nothing_is_ended_whatever_drips_from_it(tmp_path):
    """Else a few hundred of them take all descriptors of the process, and nobody else is served."""
    (tmp_path / "settings.toml").touch()
    code = CODE.replace("; serve(", "; from uptake.web import protocol; protocol.PATIENCE = 1.0; serve(")
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            port = int(url.rpartition(":")[2])
            with ThreadPoolExecutor(len(SLOW)) as pool:
                ended = list(pool.map(lambda head: _dripped(port, head), SLOW.values()))
            assert dict(zip(SLOW, ended, strict=True)) == dict.fromkeys(SLOW, True)
            assert got(f"{url}/healthz")[0] == 200
        finally:
            process.terminate()


def _dripped(port, head):
    """Whether the server ends a connection that sends a byte now and then."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.2) as line:
        line.sendall(head)
        for _ in range(150):  # 30 seconds and more
            try:
                if line.recv(4096) == b"":
                    return True
            except TimeoutError:
                pass
            except OSError:
                return True
            with contextlib.suppress(OSError):
                if head:
                    line.sendall(b"x")
    return False


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


ENDLESS = {
    "headers": (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-A: " + b"a" * 1_000 + b"\r\n"),
    "one header": (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ", b"a" * 1_000),
    "path": (b"GET /", b"a" * 1_000),
    "chunk": (b"POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * 1_000),
    "trailer": (
        b"POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: ",
        b"a" * 1_000,
    ),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_a_head_without_an_end_is_not_kept(running, case):
    begin, more = ENDLESS[case]
    port = int(running[1].rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(begin)
        with pytest.raises(ConnectionError):
            client.sendall(more * 64 * 2**10)
    assert got(f"{running[1]}/healthz")[0] == 200


def test_a_head_of_a_few_kilobytes_and_a_long_body_in_small_chunks_are_taken(running):
    """What counts is what comes without an end of anything, and not the whole."""
    port = int(running[1].rsplit(":", 1)[1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        headers = {"X-A": "a" * 30_000, "Content-Type": "application/json"}
        connection.request("POST", "/v1/logs", (b" " for _ in range(30_000)), headers, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (401, True)


def test_the_server_has_the_parser_that_the_lock_names(demo_home, monkeypatch):
    seen = []
    monkeypatch.setattr("uptake.web.server._Server.run", lambda self, **_: seen.append(self.config))
    serve(read_settings(demo_home), port=0)
    seen[0].load()
    assert issubclass(seen[0].http_protocol_class, Protocol)


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


def shared(work, threads=1, **more):
    told = {"longest": 100, "share": 3, "heavy": 1_000, **more}
    return SharedPool("test", threads, work, len, **told)


def test_what_waits_for_a_thread_is_done_together_in_the_order_of_arrival():
    async def run():
        turns, gate = [], threading.Event()

        def work(items):
            gate.wait(20)
            turns.append(list(items))
            return [item.upper() for item in items]

        pool = shared(work, heavy=10)
        words = ("a", "b", "c", "d", "e" * 9, "f", "g")
        first = asyncio.ensure_future(pool.run(words[0]))
        await asyncio.sleep(0.05)
        rest = [asyncio.ensure_future(pool.run(word)) for word in words[1:]]
        await asyncio.sleep(0)
        gate.set()
        answers = await asyncio.gather(first, *rest)
        pool.close()
        return turns, answers == [word.upper() for word in words]

    turns, right = asyncio.run(run())
    assert right
    # Three at most, and none more once they are heavy.
    assert turns == [["a"], ["b", "c", "d"], ["e" * 9, "f"], ["g"]]


def test_a_fault_of_one_is_its_own_and_a_fault_of_the_work_is_told_to_all():
    async def run():
        def work(items):
            if "bug" in items:
                raise KeyError
            return [ValueError("x") if item == "wrong" else item for item in items]

        pool = shared(work)
        found = [
            await asyncio.gather(*map(pool.run, items), return_exceptions=True)
            for items in (["a", "wrong"], ["bug"], ["b"])
        ]
        pool.close()
        return found

    (one, wrong), (bug,), (after,) = asyncio.run(run())
    assert (one, after) == ("a", "b")
    assert (type(wrong), type(bug)) == (ValueError, KeyError)


def test_a_full_line_refuses_at_once_and_a_closed_pool_lets_nobody_wait():
    async def run():
        begun, gate = threading.Event(), threading.Event()

        def work(items):
            begun.set()
            gate.wait(20)
            return items

        pool = shared(work, longest=2)
        running = asyncio.ensure_future(pool.run("a"))
        await asyncio.to_thread(begun.wait, 20)
        waiting = [asyncio.ensure_future(pool.run("b")) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unreachable):
            await pool.run("c")
        threading.Timer(0.1, gate.set).start()
        pool.close()
        return await asyncio.gather(running, *waiting, return_exceptions=True)

    first, *waited = asyncio.run(run())
    assert first == "a"
    assert {type(found) for found in waited} == {asyncio.CancelledError}


def test_a_pool_outlives_the_loop_of_who_waited():
    gate = threading.Event()
    pool = shared(lambda items: [gate.wait(20) and item for item in items])

    async def given_up():
        await asyncio.wait_for(pool.run("a"), 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(given_up())
    gate.set()
    assert asyncio.run(pool.run("b")) == "b"
    pool.close()
