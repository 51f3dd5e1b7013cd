"""A client at a terminal, as a person sits before it: keys in, and waiting until a text stands on the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.clients.script import Model

ROWS, COLUMNS = 50, 120
ENTER, ESCAPE = "\r", "\x1b"
PATIENCE = 60
STEERING = re.compile(rb"\x1b\[[0-9;?<>=:]*[a-zA-Z~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78]")
QUESTIONS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;c", b"\x1b[0c": b"\x1b[?62;c"}
"""What programs ask a terminal, and what it answers: where the cursor is, and what it is."""


class NotShownError(Exception):
    """A text did not come on the screen; carries the end of what came."""


class Terminal:
    """A process with a terminal of its own, and all that it has shown."""

    def __init__(self, words: Sequence[str], folder: pathlib.Path, environment: Mapping[str, str]) -> None:
        self.process, self._screen = pty.fork()
        if not self.process:
            os.chdir(folder)
            os.execvpe(words[0], list(words), dict(environment))  # noqa: S606  the words are ours
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._shown, self._from = b"", 0

    def _read(self, seconds: float) -> bool:
        """Whether anything came; what is asked of a terminal is answered."""
        if not select.select([self._screen], [], [], seconds)[0]:
            return False
        with contextlib.suppress(OSError):  # the process is gone
            part = os.read(self._screen, 65_536)
            self._shown += part
            for question, answer in QUESTIONS.items():
                if question in part:
                    os.write(self._screen, answer)
            return bool(part)
        return False

    @property
    def text(self) -> str:
        """What was shown since the last keys, without blanks: programs move the cursor instead of writing them."""
        plain = STEERING.sub(b"", self._shown[self._from :]).decode(errors="replace")
        return re.sub(r"\s+", "", plain)

    def wait(self, text: str) -> None:
        """Until it is shown, and then until nothing more comes for a moment. Raises NotShownError."""
        until = time.monotonic() + PATIENCE
        while text.replace(" ", "") not in self.text:
            self._read(0.2)
            if time.monotonic() > until:
                raise NotShownError(f"{text!r} is not on the screen: {self.text[-400:]}")
        settled = time.monotonic() + 3
        while self._read(0.5) and time.monotonic() < settled:
            pass

    def until(self, happened: Callable[[], bool]) -> None:
        """Until it has happened. Raises NotShownError."""
        until = time.monotonic() + PATIENCE
        while not happened():
            self._read(0.05)
            if time.monotonic() > until:
                raise NotShownError(f"nothing came of it: {self.text[-400:]}")

    def rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._read(0.1)

    def keys(self, *keys: str) -> None:
        """Each with a pause behind it, as a person types: a text and Enter at once would be a paste."""
        self._from = len(self._shown)
        for key in keys:
            os.write(self._screen, key.encode())
            self.rest(0.7)

    def end(self) -> None:
        """Wait until it ends by itself, since it sends its last telemetry then; else end it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self._read(0.1)
            if os.waitpid(self.process, os.WNOHANG)[0]:
                break
        else:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self._screen)


@dataclass(frozen=True)
class Screen:
    """What stands on a client's screen when it waits for a prompt, and when it asks for leave; and what makes it end."""

    ready: str
    asks: str
    ends: str


def drive(
    words: Sequence[str], folder: pathlib.Path, environment: Mapping[str, str], screen: Screen, model: Model
) -> str:
    """Ask everything of the model's script, accept and refuse as it says; what was shown from the last keys on. Raises NotShownError."""
    terminal, expected = Terminal(words, folder, environment), 0
    try:
        terminal.wait(screen.ready)
        terminal.rest(2)
        for prompt in model.prompts:
            terminal.keys(prompt.text, ENTER)
            for turn in prompt.turns:
                expected += 1
                terminal.until(lambda least=expected: model.answered >= least)
                if turn.act:
                    terminal.wait(screen.asks)
                    terminal.keys(ESCAPE if turn.refused else ENTER)
            terminal.rest(3)
        terminal.keys(screen.ends, ENTER)
    except NotShownError:
        os.kill(terminal.process, signal.SIGKILL)
        raise
    finally:
        terminal.end()
    return terminal.text
