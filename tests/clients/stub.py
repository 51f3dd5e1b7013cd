"""A local HTTP server that speaks the model API of one vendor; the vendor's part makes the bytes of an answer."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON, EVENTS = "application/json", "text/event-stream"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


Vendor = Callable[[str, str, dict[str, Any]], Answer]
"""Method, path without its query, decoded body -> answer."""


def as_json(document: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(document).encode(), headers=headers)


def as_events(events: Iterable[dict[str, Any]], **headers: str) -> Answer:
    """Server-sent events; one with a `type` is named by it."""
    text = ""
    for event in events:
        text += f"event: {event['type']}\n" if "type" in event else ""
        text += f"data: {json.dumps(event)}\n\n"
    return Answer(200, text.encode(), EVENTS, headers)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    vendor: Vendor

    def do_POST(self) -> None:
        body = self._body()
        try:
            said = json.loads(body or b"{}")
        except ValueError:
            said = {}
        found = type(self).vendor(self.command, self.path.partition("?")[0], said if isinstance(said, dict) else {})
        self.send_response(found.status)
        for name, value in {
            **found.headers,
            "Content-Type": found.kind,
            "Content-Length": str(len(found.body)),
        }.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(found.body)

    do_GET = do_HEAD = do_POST  # noqa: N815  the names are the base class's

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        whole = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def log_message(self, *_: object) -> None:
        """Nothing: what the clients ask is no news."""


@contextlib.contextmanager
def served(vendor: Vendor) -> Iterator[str]:
    """The address at which a vendor's API answers, for a while."""
    handler = type("Handler", (_Handler,), {"vendor": staticmethod(vendor)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
