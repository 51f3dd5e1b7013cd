"""What every request meets first, from the outside in: log line, security headers, same-origin rule, host rule.

All plain ASGI: nothing here waits, and nothing reads a body.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("uptake.web")
POLICY = "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PAIRS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_NAMES = frozenset(name for name, _ in _PAIRS)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
DIRECTORY = "/scim/v2/"
"""Where a directory posts to: it is known by a key of its own and by no cookie, so a page of another site gains nothing there."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SecurityHeaders:
    """Adds the headers of HEADERS to every answer, and `no-store` where a handler said nothing about keeping it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _secured(message.get("headers", ()))
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def _secured(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Those of HEADERS in place of any that a handler set."""
    found = [pair for pair in headers if pair[0] not in _NAMES]
    kept = any(name == b"cache-control" for name, _ in found)
    return [*found, *_PAIRS] if kept else [*found, *_PAIRS, (b"cache-control", b"no-store")]


class Receivers:
    """Leads a post to its receiver, past what is for pages alone: the same-origin rule, packing of answers, and a hundred routes. It looks
    at a key and at no cookie, so a page of another site gains nothing there.

    `routes`: receiver by path. Its key is looked at there; every other method goes on, and is refused.
    """

    def __init__(self, app: ASGIApp, routes: Mapping[str, Route]) -> None:
        self.app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if route is None:
            await self.app(scope, receive, send)
        else:
            await route.handle(scope, receive, send)


class SameOrigin:
    """Refuses an unsafe method that did not come from a page of ours: by Fetch Metadata, else Origin equals Host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unsafe = scope["type"] == "http" and scope["method"] not in SAFE and not scope["path"].startswith(DIRECTORY)
        if unsafe and not self._ours(Headers(scope=scope)):
            await PlainTextResponse("Refused: the request did not come from a page of this site\n", 403)(
                scope, receive, send
            )
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _ours(headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        try:
            origin = urlsplit(headers.get("origin", "")).netloc
        except ValueError:
            return False
        return bool(origin) and origin == headers.get("host")


class HostRule:
    """On loopback, a request must name a loopback host: a foreign name that points here (DNS rebinding) is refused."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self.app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._known(Headers(scope=scope).getlist("host")):
            await PlainTextResponse("Refused: unknown host\n", 421)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _known(self, named: Sequence[str]) -> bool:
        """One host, and one of ours: of two, a proxy may have believed the other one."""
        try:
            return len(named) == 1 and urlsplit(f"//{named[0]}").hostname in self._hosts
        except ValueError:
            return False


class RequestLog:
    """One JSON line a request: time is the handler's, the route is its pattern; no query, no id, no name, no address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.monotonic()
        scope.setdefault("state", {})["request_id"] = request_id = secrets.token_hex(8)
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = scope.get("route")
            LOG.info(
                json.dumps(
                    {
                        "event": "request",
                        "request_id": request_id,
                        "method": scope["method"],
                        "route": getattr(route, "path", "none"),
                        "status": status,
                        "ms": round(1000 * (time.monotonic() - begun), 1),
                        "role": scope["state"].get("role", "none"),
                    }
                )
            )
