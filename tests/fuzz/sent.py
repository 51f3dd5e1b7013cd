"""Payloads as a receiver takes them: the desk behind its route, with its spool or its database on the disk."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import pathlib
from typing import Any, Protocol

from starlette.responses import Response

from tests.fuzz.damage import SENTENCE
from tests.fuzz.once import NOW, SIGNALS, delivered, posted
from tests.fuzz.payloads import DIRECTORY, HOOKS, POSTS
from uptake import jobs
from uptake.jobs import draining
from uptake.jobs.provisioning import Desk as Directory
from uptake.model.outcome import RepositoryWishes
from uptake.receive.deliveries import HOSTS, Deliveries
from uptake.receive.posts import Receiver, RefusedPostError, Sent
from uptake.receive.scim.problem import ScimError
from uptake.settings import read_settings
from uptake.web.scim_routes import Call, answer

SECRET = "a secret of the site"  # noqa: S105 - of a home that is thrown away
SPOOL_MB = 1_000
BASE = "https://uptake.example/scim/v2"


class Desk(Protocol):
    """`acknowledged`: records that the receiver said it holds. `counts`: a drain loads just as many."""

    wrong: list[str]
    acknowledged: int
    counts: bool

    def send(self, data: bytes, number: int) -> bool:
        """Whether it was taken."""
        ...


class Posts:
    """Telemetry: every fourth body is packed, some of those cut."""

    counts = True

    def __init__(self, home: pathlib.Path, *, protobuf: bool) -> None:
        self.protobuf, self.wrong, self.acknowledged = protobuf, list[str](), 0
        self.receiver = Receiver(read_settings(home).spool_folder, max_age_days=30, spool_mb=SPOOL_MB)

    def send(self, data: bytes, number: int) -> bool:
        packed = number % 4 == 0
        body = gzip.compress(data, 1) if packed else data
        if packed and number % 40 == 0:
            body = body[:-3] if number % 80 else body + body
        records = posted(data, protobuf=self.protobuf) if not packed or number % 40 else {}
        taken = [self._one(Sent(signal, self.protobuf, packed, body, ""), records.get(signal)) for signal in SIGNALS]
        return any(taken)

    def _one(self, sent: Sent, records: int | None) -> bool:
        try:
            said = self.receiver.take(sent, NOW)
        except RefusedPostError as error:
            if error.status != 400 or SENTENCE in error.why or records is not None:
                self.wrong.append(f"status {error.status}, and it holds {records} records")
            return False
        if records is None or SENTENCE.encode() in said:
            self.wrong.append("taken, and it is no request" if records is None else "content in an answer")
        self.acknowledged += records or 0
        return True


class Hooks:
    """Deliveries of a host of code, each proved as the host does it."""

    counts = True

    def __init__(self, home: pathlib.Path, host: str) -> None:
        self.host, self.wrong, self.acknowledged = host, list[str](), 0
        folder = draining.folder_of(read_settings(home), HOSTS[host].source)
        self.desk = Deliveries(HOSTS[host], folder, SECRET, RepositoryWishes(), spool_mb=SPOOL_MB)

    def send(self, data: bytes, number: int) -> bool:
        del number
        signed = "sha256=" + hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": signed, "x-gitlab-token": SECRET}
        said = self.desk.take(data, headers, NOW)
        if SENTENCE.encode() in said:
            self.wrong.append("content in an answer")
        self.acknowledged += delivered(self.host, data)
        return json.loads(said)["result"] == "taken"


class People:
    """A directory: created, put in the place of one, changed, and searched, in turn."""

    counts = False
    """A drain makes a snapshot of each day, not a record of each request."""

    def __init__(self, home: pathlib.Path) -> None:
        self.wrong, self.acknowledged = list[str](), 0
        self.state = jobs.State.of(read_settings(home))
        self.known: dict[str, str] = {}
        for kind in ("Users", "Groups"):
            held = json.loads(bytes(self._answer("GET", [kind], b"").body))["Resources"]
            self.known |= {kind: held[-1]["id"]} if held else {}

    def _answer(self, method: str, parts: list[str], data: bytes) -> Response:
        return answer(Call(method, tuple(parts), {}, {}, data, BASE), Directory(self.state, NOW, BASE))

    def send(self, data: bytes, number: int) -> bool:
        method, parts = self._request(data, number)
        try:
            said = self._answer(method, parts, data)
        except ScimError as error:
            if error.status >= 500 or SENTENCE in error.why:
                self.wrong.append(f"status {error.status}")
            return False
        found: dict[str, Any] = json.loads(bytes(said.body))
        if method == "POST" and len(parts) == 1:
            self.known[parts[0]] = found["id"]
        self.acknowledged += ".search" not in parts
        return True

    def _request(self, data: bytes, number: int) -> tuple[str, list[str]]:
        """Method and address that go with such a body; each eighth one goes elsewhere."""
        kind = "Groups" if (b"members" in data) != (number % 8 == 0) else "Users"
        if b'"filter"' in data:
            return "POST", [kind, ".search"]
        if kind not in self.known:
            return "POST", [kind]
        method = "PATCH" if b"Operations" in data else ("PUT", "PUT", "POST")[number % 3]
        return method, [kind] if method == "POST" else [kind, self.known[kind]]


DESKS = {
    **{name: lambda home, protobuf=protobuf: Posts(home, protobuf=protobuf) for name, protobuf in POSTS.items()},
    **{name: lambda home, host=host: Hooks(home, host) for name, host in HOOKS.items()},
    DIRECTORY: People,
}
"""Receiver -> its desk in a home."""
SOURCE_OF = {
    **dict.fromkeys(POSTS, "otlp"),
    **{name: HOSTS[host].source for name, host in HOOKS.items()},
    DIRECTORY: "scim",
}
"""Receiver -> the source whose load drains it."""
