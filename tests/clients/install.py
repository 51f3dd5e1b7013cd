"""The clients, from npm, into a cache outside the tree. Their versions stand here alone; none was younger than a week when it was written."""

from __future__ import annotations

import os
import pathlib
import subprocess

VERSIONS = {"@anthropic-ai/claude-code": "2.1.329", "@openai/codex": "0.171.0", "@google/gemini-cli": "0.61.0"}


def cache() -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "uptake-clients"


def installed(package: str, version: str) -> pathlib.Path:
    """The folder with the executables of a package; npm is asked only once for each version."""
    folder = cache() / f"{package.rpartition('/')[2]}-{version}"
    done = folder / "done"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([*command, f"{package}@{version}"], cwd=folder, check=True)
        done.touch()
    return folder / "node_modules" / ".bin"
