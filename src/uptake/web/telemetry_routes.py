"""`POST /v1/metrics`, `/v1/logs`, `/v1/traces`: where clients send telemetry by themselves. Acknowledged is what the disk holds.

A sender has a key of its own, which opens nothing else; no cookie and no session counts here. What posts say is read in threads of their
own line, several at a time, so that pages keep answering.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.errors import Unreachable, UserError
from uptake.receive.posts import (
    JSON,
    PROTOBUF,
    WIRE_BYTES,
    Receiver,
    RefusedPostError,
    Sent,
    Signal,
    form_of,
    said,
    sender_of,
)
from uptake.web import receivers
from uptake.web.bodies import Intake
from uptake.web.pools import SharedPool
from uptake.web.site import Site

SIGNALS: tuple[Signal, ...] = ("metrics", "logs", "traces")
THREADS, WAITING = 2, 256
TOGETHER, TOGETHER_BYTES = 64, 256 * 2**10
"""Posts that one thread reads and puts on the disk together, and their bytes: a large one keeps few others waiting."""
IN_HAND_BYTES = 256 * 2**20
"""Bytes of posts that are read or wait at one time; more are told to come again."""


def add(app: FastAPI, site: Site) -> None:
    """The three routes."""
    desk = _Desk(site)
    site.pools.others.append(desk.pool)
    for signal in SIGNALS:
        receivers.add(app, f"/v1/{signal}", desk.take(signal), _worded)


class _Desk:
    """Reads posts and hands them to the receiver."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.pool = SharedPool[Sent, bytes](
            "telemetry", THREADS, self._together, _weight, longest=WAITING, share=TOGETHER, heavy=TOGETHER_BYTES
        )
        told = site.settings.telemetry
        self.senders = told.senders
        self.receiver = Receiver(
            site.settings.spool_folder, max_age_days=told.max_age_days, spool_mb=told.spool_mb, detector=self._detector
        )
        self.intake = Intake(WIRE_BYTES, IN_HAND_BYTES)

    def take(self, signal: Signal) -> receivers.Take:
        """What answers the posts of one signal."""

        async def take(request: Request) -> Response:
            return Response(await self._taken(signal, request), 200, {}, _form(request))

        return take

    def _together(self, posts: Sequence[Sent]) -> list[bytes | Exception]:
        return self.receiver.take_together(posts, self.site.clock())

    def _detector(self) -> frozenset[str]:
        """What is counted now: a change of policy holds for the next post. Policy that cannot be read switches nothing on."""
        try:
            return self.site.policy.detector
        except UserError:
            return frozenset()

    async def _taken(self, signal: Signal, request: Request) -> bytes:
        headers = request.headers
        account = sender_of(self.senders, headers.get("authorization", ""))
        protobuf, packed = form_of(headers.get("content-type", ""), headers.get("content-encoding", ""))
        try:
            async with self.intake.whole(request) as body:
                return await self.pool.run(Sent(signal, protobuf, packed, body, account))
        except Unreachable:
            raise RefusedPostError(429, "too many posts wait") from None


def _form(request: Request) -> str:
    return PROTOBUF if request.headers.get("content-type", "").startswith(PROTOBUF) else JSON


def _worded(request: Request, refused: RefusedPostError) -> tuple[bytes, str]:
    form = _form(request)
    return said(refused, as_protobuf=form == PROTOBUF), form


def _weight(sent: Sent) -> int:
    return len(sent.body)
