"""`serve`: bind, say where, run until told to stop, end what is running, leave."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

from uptake.errors import WrongUsage
from uptake.jobs import State, stamp_rights
from uptake.settings import Settings
from uptake.web.app import app
from uptake.web.middleware import LOG
from uptake.web.protocol import Protocol

GRACE_SECONDS = 10
BACKLOG = 256
LOG_BYTES, LOG_FILES = 10_000_000, 5


class _Server(uvicorn.Server):
    """Stops at SIGTERM and SIGINT and then returns, so that the command ends with exit code 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(
    settings: Settings, host: str = "127.0.0.1", port: int = 8321, ready: Callable[[str], None] | None = None
) -> None:
    """Serve the pages of a home until SIGTERM or Ctrl-C. Port 0 takes a free one; `ready` is told the address.

    Raises:
        WrongUsage: the address cannot be taken.
    """
    listening = bound(host, port)
    handler = _logging(settings)
    _silence_the_framework()
    try:
        state = State.of(settings)
        stamp_rights(state)
        config = uvicorn.Config(
            app(settings, state, host=host), http=Protocol, loop="asyncio", log_config=None, access_log=False, server_header=False,
            proxy_headers=False, timeout_graceful_shutdown=GRACE_SECONDS, lifespan="on",
        )  # fmt: skip
        if ready is not None:
            ready(address(listening))
        _Server(config).run(sockets=[listening])
    finally:
        LOG.removeHandler(handler)
        handler.close()
        listening.close()


def address(listening: socket.socket) -> str:
    """The URL of a bound socket."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def bound(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        WrongUsage: the address cannot be taken.
    """
    found: socket.socket | None = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # The protocol is named: only then does the event loop send small parts at once, else an answer waits 40 ms.
        found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        if found is not None:
            found.close()
        raise WrongUsage(
            "The address cannot be taken",
            why=getattr(error, "strerror", None) or "a port lies between 0 and 65535",
            next_step="Give another --host or --port; port 0 takes a free one",
        ) from None
    return found


def _silence_the_framework() -> None:
    """Its own log lines would go to the terminal, and a second Ctrl-C would print the stack of what it cancelled."""
    log = logging.getLogger("uvicorn")
    log.addHandler(logging.NullHandler())
    log.propagate = False


def _logging(settings: Settings) -> logging.Handler:
    """One JSON line an event, in `logs/serve.jsonl` of the home, in files of 10 MB."""
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "serve.jsonl", maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    return handler
