"""Where one client runs: folders of its own, an environment with nothing of this machine, and settings as our pages say them."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "how-to"
WHO = "ana@example.com"
PATIENCE = 180
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class DidNotRunError(Exception):
    """The client ended with a fault; carries the end of what it said."""


@dataclass(frozen=True)
class Place:
    """A client's executable, its folder, our server and a key, the address of the model API, whether the
    client is told to send all content that it can, and words that go before the client's own.
    """

    binary: pathlib.Path
    folder: pathlib.Path
    server: str
    key: str
    model: str
    loud: bool = False
    before: tuple[str, ...] = ()

    @property
    def home(self) -> pathlib.Path:
        return self.folder / "home"

    @property
    def work(self) -> pathlib.Path:
        return self.folder / "work"

    def made(self) -> Place:
        """The folders, the second one a repository."""
        for folder in (self.home, self.work):
            folder.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", str(self.work)], check=True)
        return self

    def block(self, page: str, language: str) -> str:
        """The first block of that language on a how-to page, with our server, key and person in it."""
        text = (PAGES / page).read_text(encoding="utf-8")
        found = next(body for kind, body in FENCE.findall(text) if kind == language)
        for said, ours in (("https://uptake.example.com", self.server), ("KEY", self.key)):
            found = found.replace(said, ours)
        return found

    def managed(self, name: str, settings: str, users: pathlib.Path, **own: Any) -> Place:
        """A place where that file of `/etc` holds these settings: another `/etc` is laid over the machine's, for the client alone.

        Where a machine allows no such thing they stand in the file of the user, which in any case holds what is the user's `own`.
        """
        upper, spare = self.folder / "etc", self.folder / "etc-spare"
        for folder in ((upper / name).parent, spare, users.parent):
            folder.mkdir(parents=True, exist_ok=True)
        (upper / name).write_text(settings)
        users.write_text(json.dumps(own))
        laid = f'mount -t overlay overlay -o "lowerdir=/etc,upperdir={upper},workdir={spare}" /etc && exec "$@"'
        words = ("unshare", "--map-root-user", "--mount", "sh", "-c", laid, "sh")
        # Gemini CLI takes such a file only where root owns all folders above it.
        tried = [*words, "sh", "-c", 'test -O / && cmp -s "$@"', "sh", str(upper / name), f"/etc/{name}"]
        if shutil.which("unshare") and subprocess.run(tried, check=False, capture_output=True).returncode == 0:
            return replace(self, before=words)
        sys.stderr.write(f"nothing can be laid over /etc on this machine: {name} is taken as the user's\n")
        users.write_text(json.dumps({**json.loads(settings), **own}))
        return self

    def environment(self) -> dict[str, str]:
        """Nothing of this machine but where programs are."""
        return {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1", "TERM": "dumb"
        }  # fmt: skip

    def run(self, *words: str, **environment: str) -> str:
        """What the client printed. Raises DidNotRunError."""
        done = subprocess.run(
            [*self.before, str(self.binary), *words], cwd=self.work, env={**self.environment(), **environment},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        if done.returncode:
            raise DidNotRunError(f"exit {done.returncode}: {done.stderr[-600:]} {done.stdout[-300:]}")
        return done.stdout
