"""A line between a client and our server that changes no byte and counts a text: so that what is found nowhere afterwards is known to have been sent."""

from __future__ import annotations

import contextlib
import socket
import threading
import urllib.parse
from collections.abc import Iterator


class Tee:
    """Counts a text in what goes through to the server."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._streams: list[bytearray] = []
        self.address = ""

    @property
    def count(self) -> int:
        return sum(bytes(stream).count(self._text) for stream in self._streams)

    def carry(self, client: socket.socket, server: tuple[str, int]) -> None:
        """One connection, until both sides are done."""
        with client, socket.create_connection(server) as ours:
            kept = bytearray()
            self._streams.append(kept)
            back = threading.Thread(target=_pump, args=(ours, client, bytearray()))
            back.start()
            _pump(client, ours, kept)
            back.join()


def _pump(source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65_536):
            kept += part
            sink.sendall(part)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def line(address: str, text: str) -> Iterator[Tee]:
    """A tee in front of that address, for a while."""
    found = urllib.parse.urlsplit(address)
    server = (str(found.hostname), int(found.port or 80))
    tee = Tee(text)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        tee.address = f"http://127.0.0.1:{listening.getsockname()[1]}"

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    threading.Thread(target=tee.carry, args=(client, server), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield tee
        listening.shutdown(socket.SHUT_RDWR)
