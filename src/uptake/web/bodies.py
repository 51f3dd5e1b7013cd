"""Bodies that programs post: read whole under a limit each and a limit of all together, and within a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from uptake.receive.posts import RefusedPostError

PATIENCE = 30.0
"""Seconds within which a body must be there."""


@dataclass(slots=True)
class Intake:
    """`largest`: bytes of one body; `together`: of all that are read or wait at one time."""

    largest: int
    together: int
    in_hand: int = 0

    @contextlib.asynccontextmanager
    async def whole(self, request: Request) -> AsyncIterator[bytes]:
        """The body, counted as in hand until the `async with` ends.

        Raises:
            RefusedPostError: 400, 413 or 429.
        """
        held = 0
        parts: list[bytes] = []
        try:
            try:
                async with asyncio.timeout(PATIENCE):
                    async for part in request.stream():
                        held += len(part)
                        self.in_hand += len(part)
                        self._bounded(held)
                        parts.append(part)
            except (TimeoutError, ClientDisconnect):
                raise RefusedPostError(400, "the body did not come whole") from None
            yield b"".join(parts)
        finally:
            self.in_hand -= held

    def _bounded(self, held: int) -> None:
        if held > self.largest:
            raise RefusedPostError(413, "the body is too large")
        if self.in_hand > self.together:
            raise RefusedPostError(429, "too many posts wait")
