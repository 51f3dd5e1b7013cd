"""How far a long command is: a live line on a terminal, else a line now and then; always on stderr."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from uptake.cli.output import note

if TYPE_CHECKING:
    from uptake.jobs import Progress

SECONDS_A_LINE = 10
FEWEST_SECONDS = 1
"""Before that a rate says nothing."""


@contextlib.contextmanager
def progress(*, quiet: bool, lines: bool = False) -> Iterator[Progress]:
    """A bar on a terminal. Elsewhere nothing for the first seconds, so that a short command that fails says one line, then a line
    each ten seconds; with `lines` a line a step.
    """
    console = Console(stderr=True)
    if quiet:
        yield _silent
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Bar(*columns, TextColumn("{task.fields[rows]}"), console=console, transient=True) as bar:
            yield _on_terminal(bar)
    else:
        yield _line_a_step() if lines else line_now_and_then(time.monotonic, note)


def _silent(what: str, done: int, of: int, rows: int = 0, /) -> None:
    del what, done, of, rows


def _on_terminal(bar: Bar) -> Progress:
    task = bar.add_task("", total=None, rows="")
    pace = Pace(time.monotonic())

    def report(what: str, done: int, of: int, rows: int = 0, /) -> None:
        pace.see(time.monotonic(), done, of, rows)
        bar.update(task, description=what, completed=done, total=of or None, rows=pace.rows_text())

    return report


def _line_a_step() -> Progress:
    """Writes `step: what it is at` when the step changes; days and files of one step share its line."""
    last = ""

    def report(what: str, _done: int, _of: int, _rows: int = 0, /) -> None:
        nonlocal last
        step = what.split(":", maxsplit=1)[0]
        if step != last:
            last = step
            note(f"{step} ...")

    return report


def line_now_and_then(clock: Callable[[], float], say: Callable[[str], object]) -> Progress:
    """At most a line each SECONDS_A_LINE. `clock` answers seconds."""
    pace = Pace(clock())
    last = clock()

    def report(what: str, done: int, of: int, rows: int = 0, /) -> None:
        nonlocal last
        now = clock()
        pace.see(now, done, of, rows)
        if now - last >= SECONDS_A_LINE:
            last = now
            say(", ".join(filter(None, (what, pace.rows_text(), pace.left_text()))))

    return report


class Pace:
    """How fast the work goes, and how long it will still take at that pace; begins anew with another kind of work."""

    def __init__(self, now: float) -> None:
        self.begun = self.now = now
        self.done = self.of = self.rows = 0
        self.from_done = self.from_rows = 0

    def see(self, now: float, done: int, of: int, rows: int) -> None:
        """What the work tells of itself."""
        if of != self.of or done < self.done or rows < self.rows:
            self.begun, self.from_done, self.from_rows = now, done, rows
        self.now, self.done, self.of, self.rows = now, done, of, rows

    def rows_text(self) -> str:
        """Rows so far and each second; empty for work that is not counted in rows."""
        seconds = self.now - self.begun
        if not self.rows:
            return ""
        rate = f", {round((self.rows - self.from_rows) / seconds):,} rows/s" if seconds >= FEWEST_SECONDS else ""
        return f"{self.rows:,} rows{rate}"

    def left_text(self) -> str:
        """The share that is done and the time left; empty where the end is not known."""
        if not self.of:
            return ""
        moved, seconds = self.done - self.from_done, self.now - self.begun
        left = f", about {_time(seconds * (self.of - self.done) / moved)} left" if moved > 0 and seconds else ""
        return f"{100 * self.done // self.of} %{left}"


def _time(seconds: float) -> str:
    whole = round(seconds)
    return (
        f"{whole} s"
        if whole < 60
        else f"{whole // 60} min"
        if whole < 3600
        else f"{whole // 3600} h {whole // 60 % 60} min"
    )
