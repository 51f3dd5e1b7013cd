"""HTTP/1.1 of the server: uvicorn's protocol on the parser httptools, with the limit that this parser lacks (decision 0074)."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 64 * 2**10
"""Bytes within which a head, the frame of a chunk or a trailer ends."""


class Protocol(HttpToolsProtocol):
    """Ends a connection on which nothing gets done: httptools holds a head without an end in memory for as long as it goes on."""

    _unfinished = 0
    """Bytes since a head was whole, a part of a body came or a message ended."""

    def data_received(self, data: bytes) -> None:
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def on_headers_complete(self) -> None:
        self._unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished = 0
        super().on_message_complete()
