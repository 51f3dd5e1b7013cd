"""The command line as an attacker drives it, in this process or in one of its own, and all bytes that it leaves behind."""

from __future__ import annotations

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from uptake import cli

COMPLIANCE = ("--as", "compliance", "--purpose", "assurance", "--case", "CASE-1")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def run(home: pathlib.Path, *words: object) -> Done:
    """One command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.run([*(str(word) for word in words), "--home", str(home)])
    return Done(code, out.getvalue(), err.getvalue())


def command(home: pathlib.Path, *words: object) -> list[str | bytes]:
    """The words of one command for a process of its own."""
    kept = [word if isinstance(word, bytes) else str(word) for word in words]
    return [sys.executable, "-m", "uptake", *kept, "--home", str(home)]


def apart(
    home: pathlib.Path, *words: object, limit: Callable[[], None] | None = None, before: Iterable[str] = ()
) -> Done:
    """One command in a process of its own; `before` stands before it, such as a tracer."""
    done = subprocess.run(
        [*before, *command(home, *words)], capture_output=True, check=False, preexec_fn=limit, cwd=home.parent
    )
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def home_with_roles(folder: pathlib.Path, *roles: str) -> pathlib.Path:
    """An empty home in which the local operator has these roles."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(f"[operator]\nroles = {json.dumps(list(roles))}\n")
    return folder


def ingest_all(home: pathlib.Path, calls: Iterable[tuple[str, list[pathlib.Path], list[str]]]) -> None:
    for source, paths, more in calls:
        done = run(home, "ingest", source, *paths, *more, "--json")
        assert done.code in {0, 4}, f"ingest {source}: {done.code} {done.err}"


def asked(home: pathlib.Path, question: str, *more: object) -> list[dict[str, Any]]:
    """Rows of a person-level question for compliance, with a case."""
    done = run(home, "ask", question, *COMPLIANCE, *more, "--json")
    assert done.code == 0, done.err
    rows: list[dict[str, Any]] = done.json()
    return rows


def workplace() -> tempfile.TemporaryDirectory[str]:
    """A folder for an acceptance check, gone at its end."""
    return tempfile.TemporaryDirectory(prefix="uptake-accept-")
