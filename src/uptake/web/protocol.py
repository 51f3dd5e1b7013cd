"""HTTP/1.1 of the server: uvicorn's protocol on the parser httptools, with the limits that the two lack (decision 0074)."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 64 * 2**10
"""Bytes within which a head, the frame of a chunk or a trailer ends."""
PATIENCE = 20.0
"""Seconds within which a connection to which nothing is owed asks for something: it would be held open by a byte now and then, or by none."""


class Protocol(HttpToolsProtocol):
    """Ends a connection on which nothing gets done: httptools holds a head without an end in memory for as long as it goes on."""

    _unfinished = 0
    """Bytes since a head was whole, a part of a body came or a message ended."""
    _free_since = 0.0
    """When it began that nothing is owed: at the start, and after each answer."""
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._free_since = self.loop.time()
        self._look_in(PATIENCE)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._free_since = self.loop.time()
        super().on_response_complete()

    def _look_in(self, seconds: float) -> None:
        self._look = self.loop.call_later(seconds, self._end_if_idle)

    def _end_if_idle(self) -> None:
        owed = self.cycle is not None and not self.cycle.response_complete
        left = PATIENCE if owed else self._free_since + PATIENCE - self.loop.time()
        if left > 0:
            self._look_in(left)
        elif not self.transport.is_closing():
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def on_headers_complete(self) -> None:
        self._unfinished = 0
        self._name_the_host_of_the_target()
        super().on_headers_complete()

    def _name_the_host_of_the_target(self) -> None:
        """A target with a host in it (`GET http://host/ HTTP/1.1`) names one as the header does; where the two differ, the request names two."""
        if self.url.startswith(b"/") or b"://" not in self.url:
            return
        host = re.split(rb"[/?#]", self.url.split(b"://", 1)[1], maxsplit=1)[0].lower()
        if host not in [value.lower() for name, value in self.headers if name == b"host"]:
            self.headers.append((b"host", host))

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished = 0
        super().on_message_complete()
