"""Posts to a real `uptake serve`: every encoding, chunked or not, who may send, limits, kills; and nothing of a client's text anywhere."""

import contextlib
import datetime as dt
import gzip
import hashlib
import http.client
import itertools
import json
import random
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.receive.test_telemetry import KNOWN, bodies, log, request, usage
from uptake import jobs
from uptake.receive import posts
from uptake.receive.posts import INFLATED_BYTES, Receiver, RefusedPostError, Sent
from uptake.settings import read_settings

KEY, ANA = "uptake_send_test", "uptake_send_ana"
JSON, PROTOBUF = "application/json", "application/x-protobuf"
NOW = dt.datetime(2026, 11, 23)


def digest(key):
    return hashlib.sha256(key.encode()).hexdigest()


def home_of(folder, **more):
    folder.mkdir(parents=True, exist_ok=True)
    told = {"max_age_days": 400, **more}
    lines = [f"{name} = {value}" for name, value in told.items()]
    senders = f'senders = {{ "{digest(KEY)}" = "", "{digest(ANA)}" = "ana@example.com" }}'
    (folder / "settings.toml").write_text("\n".join(["[telemetry]", senders, *lines]) + "\n")
    return folder


class Server:
    def __init__(self, home):
        self.home = home
        command = [sys.executable, "-m", "uptake", "serve", "--home", str(home), "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", self.process.stderr.readline())[1])
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def post(self, name, body, kind=JSON, *, key=KEY, chunked=False, packed=False, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = gzip.compress(body) if packed else body
        said = {"Content-Type": kind, **({"Authorization": f"Bearer {key}"} if key else {}), **dict(headers)}
        if packed:
            said["Content-Encoding"] = "gzip"
        parts = (sent[place : place + 7_001] for place in range(0, len(sent), 7_001))
        with contextlib.closing(connection):
            connection.request("POST", f"/v1/{name}", parts if chunked else sent, said, encode_chunked=chunked)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(20)
        self.reader.join(20)
        self.process.stderr.close()


@pytest.fixture
def server(tmp_path):
    made = Server(home_of(tmp_path / "home"))
    yield made
    made.end()


def drained(home):
    settings_of = read_settings(home)
    return jobs.drain(settings_of, jobs.State.of(settings_of), lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))


def everything(home):
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_captures_give_their_known_answers_in_every_encoding_chunked_or_not_twice(tmp_path):
    ways = itertools.cycle(itertools.product((False, True), (False, True)))
    for folder, known in KNOWN.items():
        given_bodies = bodies(folder)
        server = Server(home_of(tmp_path / folder.replace("/", "-")))
        try:
            for name, body, binary in [*given_bodies, *reversed(given_bodies)]:
                chunked, packed = next(ways)
                kind = PROTOBUF if binary else JSON
                status, _, headers = server.post(name, body, kind, chunked=chunked, packed=packed)
                assert (status, headers["Content-Type"]) == (200, kind)
            drained(server.home)
            assert usage(server.home) == [known], folder
        finally:
            server.end()


def now(number, name, **said):
    return log(number, name, at=int(dt.datetime.now(dt.UTC).timestamp()), **said)


def test_only_a_sender_may_send_and_nobody_speaks_for_another(server):
    body = request(now(0, "user_prompt"), who="ben@example.com")
    assert server.post("logs", body, key="")[0] == 401
    assert server.post("logs", body, key="uptake_send_other")[0] == 401
    status, answer, _ = server.post("logs", body, key=ANA)
    assert status == 200
    assert json.loads(answer)["partialSuccess"]["rejectedLogRecords"] == "1"
    assert server.post("logs", request(now(0, "user_prompt"), who="ana@example.com"), key=ANA)[:2] == (200, b"{}")
    report = drained(server.home)
    assert (report.loaded, report.quarantined) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "headers", "body", "status"),
    [
        ("text/plain", (), b"{}", 415),
        (JSON, (("Content-Encoding", "br"),), b"{}", 415),
        (JSON, (("Content-Encoding", "gzip"),), b"no gzip", 400),
        (JSON, (("Content-Encoding", "gzip"),), gzip.compress(b"{}" * 99, mtime=0)[:-9], 400),
        (JSON, (), b"[", 400),
        (PROTOBUF, (), b"\xff\xff", 400),
        (JSON, (("Content-Encoding", "gzip"),), gzip.compress(bytes(INFLATED_BYTES + 1), mtime=0), 413),
        (JSON, (), b" " * (posts.WIRE_BYTES + 1), 413),
    ],
)
def test_what_is_no_post_is_refused_in_its_own_encoding(server, kind, headers, body, status):
    seen, answer, said = server.post("logs", body, kind, headers=headers)
    assert seen == status
    assert said["Content-Type"] == (PROTOBUF if kind == PROTOBUF else JSON)
    assert answer
    assert drained(server.home) is None


def test_spans_are_taken_and_dropped_and_a_full_spool_says_when_to_come_again(tmp_path):
    server = Server(home_of(tmp_path / "home", spool_mb=1))
    try:
        assert server.post("traces", b'{"resourceSpans":[]}')[:2] == (200, b"{}")
        (server.home / "spool").mkdir(exist_ok=True)
        (server.home / "spool" / "taken-00000001-aa.spool").write_bytes(b" " * 1_000_000)
        status, _, headers = server.post("logs", request(now(0, "user_prompt")))
        assert (status, headers["Retry-After"]) == (429, str(posts.RETRY_SECONDS))
    finally:
        server.end()


SENDERS, TURNS = 8, 3


def test_what_was_acknowledged_before_kill_9_is_loaded_once(tmp_path):
    """Of several senders, so that their posts are put on the disk together."""
    home, known = home_of(tmp_path / "home"), set()
    for turn in range(TURNS):
        server = Server(home)

        def sending(begin, server=server):
            # A prompt without a call after it was a start that failed, so each post has both.
            for number in range(begin, begin + 1_000, 2):
                own = {"prompt.id": f"p{number}"}
                both = (
                    now(number, "user_prompt", **own),
                    now(number + 1, "api_request", request_id=f"r{number}", **own),
                )
                try:
                    if server.post("logs", request(*both))[0] == 200:
                        known.add(number)
                except (OSError, http.client.HTTPException):
                    return

        senders = [
            threading.Thread(target=sending, args=(1_000 * (SENDERS * turn + number),)) for number in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        while len(known) < 5 * SENDERS * (turn + 1):
            time.sleep(0.01)
        server.end(signal.SIGKILL)
        for sender in senders:
            sender.join()
        drained(home)
    assert sum(row[0] for row in usage(home)) >= len(known)
    assert sum(row[0] for row in usage(home)) <= len(known) + SENDERS * TURNS


CANARY = "CNRY7f3a"


def planted(value, number=itertools.count()):  # noqa: B008  one counter for all
    """Every text of a document with a canary in it, but those that name kinds of things."""
    if isinstance(value, dict):
        kept = {"key", "name", "timeUnixNano", "startTimeUnixNano", "observedTimeUnixNano", "traceId", "spanId"}
        if value.get("key") in {"service.name", "event.name", "enduser.id"}:
            return value
        return {key: item if key in kept else planted(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [planted(item, number) for item in value]
    return f"{CANARY}{next(number)} x/y.py" if isinstance(value, str) else value


def test_no_text_of_a_client_is_found_anywhere_afterwards(server):
    for folder in KNOWN:
        for name, body, binary in bodies(folder):
            if not binary:
                document = json.loads(body)
                status, answer, _ = server.post(name, json.dumps(planted(document)).encode(), packed=True)
                assert status in {200, 400}
                assert CANARY.encode() not in answer
    for body in (f'{{"{CANARY}": [}}', f'{{"resourceLogs": "{CANARY}"}}'):
        status, answer, _ = server.post("logs", body.encode(), key=KEY)
        assert (status, CANARY.encode() in answer) == (400, False)
    assert server.post("logs", b"{}", headers=(("X-" + CANARY, CANARY),), key=CANARY)[0] == 401
    spooled = [path for path, held in everything(server.home).items() if CANARY.encode() in held]
    drained(server.home)
    found = [path for path, held in everything(server.home).items() if CANARY.encode() in held]
    assert (spooled, found) == ([], [])


BASE = request(log(0, "user_prompt"), log(1, "api_request", request_id="r"), log(2, "tool_decision", decision="accept"))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.integers(1, 6))
def test_a_mutated_post_is_refused_or_counted_and_never_a_fault(tmp_path_factory, seed, cuts):
    dice, body = random.Random(seed), bytearray(BASE)
    for _ in range(cuts):
        place = dice.randrange(len(body))
        body[place : place + dice.randrange(4)] = dice.randbytes(dice.randrange(3))
    folder = tmp_path_factory.mktemp("mutated")
    receiver = Receiver(folder, max_age_days=30, spool_mb=10)
    refused = None
    try:
        receiver.take(Sent("logs", protobuf=False, packed=False, body=bytes(body), account=""), NOW)
    except RefusedPostError as error:
        refused = error
    assert refused is None or (refused.status, list(folder.iterdir())) == (400, [])
