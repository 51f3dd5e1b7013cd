"""A browser as far as a server can tell: one connection that is kept, a cookie, answers read to their end. Small, for it shares the machine."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status (0: nothing whole), seconds to the last byte, bytes on the wire, the next part of a list."""

    status: int
    seconds: float
    size: int
    following: str = ""


class Client:
    """One person at one server."""

    def __init__(self, host: str, port: int, cookie: str) -> None:
        self._host, self._port, self._cookie = host, port, cookie
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        begun = time.perf_counter()
        for again in (True, False):
            kept = self._pair is not None
            try:
                status, headers, size = await self._asked(path)
                return Answer(status, time.perf_counter() - begun, size, _next(headers.get("link", "")))
            except (OSError, asyncio.IncompleteReadError, ValueError):
                self.close()
                # A server may end a connection that was idle: then the request is sent anew, once.
                if not (kept and again):
                    break
        return Answer(0, time.perf_counter() - begun, 0)

    def close(self) -> None:
        if self._pair is not None:
            self._pair[1].close()
        self._pair = None

    async def _asked(self, path: str) -> tuple[int, dict[str, str], int]:
        if self._pair is None:
            self._pair = await asyncio.open_connection(self._host, self._port, limit=LIMIT)
        reader, writer = self._pair
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            f"Cookie: {self._cookie}",
            "Accept-Encoding: gzip",
        )
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        size = await _body(reader, headers)
        if headers.get("connection") == "close":
            self.close()
        return int(head[0].split()[1]), headers, size


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> int:
    """Read a body to its end; answers its bytes."""
    if "chunked" not in headers.get("transfer-encoding", ""):
        length = int(headers.get("content-length", "0"))
        left = length
        while left:
            left -= len(await reader.readexactly(min(left, LIMIT)))
        return length
    size = 0
    while True:
        length = int((await reader.readline()).strip() or b"0", 16)
        await reader.readexactly(length + 2)
        if not length:
            return size
        size += length


def _next(link: str) -> str:
    return link.partition(">")[0].lstrip("<") if 'rel="next"' in link else ""
