"""HTTP for all vendors: time-outs, retries, limits, and where a key may travel. Nothing of an address or a body is logged or raised.

Two clients: one carries the vendor's key and is used below the configured address alone; the other one carries nothing and
is used for signed links and for whatever another host is.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2 as httpx

from uptake.errors import WrongUsage
from uptake.fetch.problems import KeyRefused, LinkExpired, NotFetched, NotThere
from uptake.fetch.waiting import Patience, asked_pause

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
KEEPS_METHOD = frozenset({307, 308})
REFUSED = frozenset({401, 403})
EXPIRED = frozenset({400, 401, 403, 404, 410})
"""What stores of signed links answer to one that is over; the list of links is then asked for again, once."""
MOST_MOVES = 5
CHUNK = 256 * 1024
SMALL = 64 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WHO = {"User-Agent": "uptake"}
OWN_LOGS = ("httpx2", "httpcore2")
"""They write addresses at INFO, and signed links are addresses."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one exchange. `size` is bytes after unpacking."""

    connect: float
    read: float
    size: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `url` is a path below the vendor's address, or a whole link."""

    url: str
    method: str = "GET"
    params: Mapping[str, Any] | None = None
    json: Any = None
    signed: bool = False
    """A signed link: it goes without the key, to any host, over https."""
    secret_body: bool = False
    """The key stands in the body: it follows no move to another host."""
    hands_on: bool = False
    """The vendor answers with a move to a signed link elsewhere: there, a refusal says that the link is over and nothing of the key."""


class Sink(Protocol):
    """Where a body goes, piece by piece. Nothing that it is given may reach a disk as it is."""

    def begin(self) -> None:
        """A new attempt: what came before is void."""

    def write(self, piece: bytes, /) -> None: ...

    def end(self) -> None:
        """All came. Raises ValueError when it is cut off or damaged."""


class TryAgainError(Exception):
    """An answer that is worth another attempt. `asked`: seconds that the vendor asks to wait; `unanswered`: it does not answer at all.

    A sink may raise it at its end, of an answer that says so in its body; then the pause is the one of the answer's head.
    """

    def __init__(self, why: str, asked: float | None = None, *, unanswered: bool = False) -> None:
        super().__init__(why)
        self.why, self.asked, self.unanswered = why, asked, unanswered


@functools.cache
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """Whom this machine trusts, read once: two clients a run for each tenant of a vendor would read it again and again."""
    return httpx.create_ssl_context()


class Wire:
    """A vendor's interface, as its fetcher talks to it."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        limits: Limits,
        patience: Patience,
        now: dt.datetime,
    ) -> None:
        self.base = httpx.URL(_checked(base).rstrip("/") + "/")
        self.limits, self.patience, self.now = limits, patience, now
        self._begun = patience.clock()
        self._advice: float | None = None
        """Seconds that the head of an answer that is well asks to wait before the next one."""
        self.hosts: dict[str, int] = {}
        """Host -> how many requests went there."""
        for name in OWN_LOGS:
            logging.getLogger(name).setLevel(logging.WARNING)
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        trusted = _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        self._keyed = httpx.Client(headers={**WHO, **headers}, timeout=timeout, verify=trusted)
        self._bare = httpx.Client(headers=WHO, timeout=timeout, verify=trusted)

    def close(self) -> None:
        self._keyed.close()
        self._bare.close()

    def into(self, sink: Sink, ask: Ask) -> None:
        """The body of the answer into `sink`, tried again until it came whole. An answer 204 has none.

        Raises:
            KeyRefused, LinkExpired, NotThere, NotFetched.
        """
        failures = 0
        while True:
            begun = self.patience.clock()
            try:
                sink.begin()
                self._once(sink, ask)
                sink.end()
            except (TryAgainError, ValueError) as error:
                failures += 1
                self.patience.lose(begun)
                again = error if isinstance(error, TryAgainError) else TryAgainError("it is cut off or damaged")
                if not self.patience.pause(failures, self._advice if again.asked is None else again.asked):
                    raise NotFetched(
                        "The vendor did not give a whole answer",
                        why=f"{again.why} ({failures} attempts)",
                        down=again.unanswered,
                    ) from None
            else:
                return

    def wait(self, until: dt.datetime) -> bool:
        """Wait for a time that the vendor names (UTC). False when that would take longer than patience lasts."""
        return self.patience.pause(1, max(0.0, (until - self.now - self._passed()).total_seconds()))

    def _passed(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.patience.clock() - self._begun)

    def _once(self, sink: Sink, ask: Ask) -> None:
        url = httpx.URL(ask.url) if ask.signed else self.base.join(ask.url.lstrip("/"))
        method, self._advice = ask.method, None
        for _ in range(MOST_MOVES + 1):
            with self._sent(url, method, ask) as answer:
                if answer.status_code not in MOVED:
                    self._take(answer, sink, ask, away=not self._is_home(url))
                    return
                url = self._moved(answer, url, ask)
                method = method if answer.status_code in KEEPS_METHOD else "GET"
        raise NotFetched("The vendor's address moves in a circle", next_step="Set base_url to where the interface lies")

    @contextmanager
    def _sent(self, url: httpx.URL, method: str, ask: Ask) -> Iterator[httpx.Response]:
        self._check_scheme(url)
        keyed = not ask.signed and self._is_home(url)
        client = self._keyed if keyed else self._bare
        # A link is whole as it stands; only a path of ours takes parameters, and a move brings its own.
        own = not ask.signed and method == ask.method and url == self.base.join(ask.url.lstrip("/"))
        self.hosts[url.host] = self.hosts.get(url.host, 0) + 1
        try:
            params = dict(ask.params) if own and ask.params else None
            body = ask.json if method != "GET" else None
            with client.stream(method, url, params=params, json=body) as answer:
                yield answer
        except httpx.TimeoutException:
            raise TryAgainError("it took too long to answer", unanswered=True) from None
        except (httpx.ConnectError, httpx.ProxyError):
            raise TryAgainError("no safe connection could be made", unanswered=True) from None
        except (httpx.TransportError, httpx.DecodingError, httpx.StreamError):
            raise TryAgainError("the answer broke off") from None
        except httpx.InvalidURL:
            raise NotFetched("The vendor names an address that is none") from None

    def _take(self, answer: httpx.Response, sink: Sink, ask: Ask, *, away: bool) -> None:
        status = answer.status_code
        asked = asked_pause(answer.headers, self.now + self._passed())
        if status in (httpx.codes.OK, httpx.codes.NO_CONTENT):
            self._read(answer, sink)
            self._advice = asked
            return
        if status in AGAIN or (status == httpx.codes.FORBIDDEN and asked is not None):
            raise TryAgainError(f"it answers {status}", asked, unanswered=status >= 500 or status == 429)
        if (ask.signed or (ask.hands_on and away)) and status in EXPIRED:
            raise LinkExpired("A signed link of the vendor is over", why=f"it answers {status}")
        if status in REFUSED:
            why = "the interface has moved to another host, which gets no key" if away else f"it answers {status}"
            step = (
                "Set base_url to its new place" if away else "Check key, its rights, and the organisation it belongs to"
            )
            raise KeyRefused("The vendor refuses the key", why=why, next_step=step)
        if status == httpx.codes.NOT_FOUND:
            raise NotThere(
                "The vendor knows no such report", why="it answers 404", next_step="Check the names in the settings"
            )
        raise NotFetched(
            "The vendor refuses the request", why=f"it answers {status}", next_step="Check the settings of the source"
        )

    def _read(self, answer: httpx.Response, sink: Sink) -> None:
        begun, taken = self.patience.clock(), 0
        for piece in answer.iter_bytes(CHUNK):
            taken += len(piece)
            if taken > self.limits.size:
                raise NotFetched(
                    "An answer of the vendor is too large", next_step="Raise fetch.max_mb if that can be right"
                )
            if self.patience.clock() - begun > self.patience.seconds + taken / SMALL:
                # A trickle keeps each read within its time-out, and would hold a run for ever.
                raise TryAgainError("it sends too slowly", unanswered=True)
            sink.write(piece)

    def _is_home(self, url: httpx.URL) -> bool:
        return (url.scheme, url.host, url.port) == (self.base.scheme, self.base.host, self.base.port)

    def _moved(self, answer: httpx.Response, url: httpx.URL, ask: Ask) -> httpx.URL:
        try:
            found = url.join(answer.headers.get("location", ""))
        except httpx.InvalidURL:
            raise NotFetched("The vendor names an address that is none") from None
        if ask.secret_body and not (self._is_home(found) and answer.status_code in KEEPS_METHOD):
            raise KeyRefused(
                "The vendor's interface has moved", why="its key stands in the body, and goes nowhere else",
                next_step="Set base_url to its new place",
            )  # fmt: skip
        return found

    def _check_scheme(self, url: httpx.URL) -> None:
        tried_here = self.base.scheme == "http" and url.host in LOOPBACK
        if url.scheme != "https" and not (url.scheme == "http" and tried_here):
            raise NotFetched("The vendor leads to an address without TLS", next_step="Report it to the vendor")


def _checked(base: str) -> str:
    """The vendor's address; a key never travels in the open.

    Raises:
        WrongUsage: it is no https address.
    """
    try:
        url = httpx.URL(base)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if (
        not url.host
        or url.userinfo
        or url.query
        or not (url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK))
    ):
        raise WrongUsage(
            "Setting `base_url` cannot be used", why="it is no https address", next_step="Write it as https://host"
        )
    return base
