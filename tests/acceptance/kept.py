"""What a long check has found so far, so that one that was cut off goes on where it was: UPTAKE_ACCEPT_KEPT names a folder for it.

What was found of other code is no finding: the name of the file holds a digest of the product and of the attacks on it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from typing import Any

ROOT = pathlib.Path(__file__).parents[2]
LOOKED_AT = ("src", "tests/attack")


class Kept:
    """Findings by key, each written to the disk as it is made. Without a folder they are kept in memory alone."""

    def __init__(self, name: str) -> None:
        folder = os.environ.get("UPTAKE_ACCEPT_KEPT")
        self._file = pathlib.Path(folder, f"{name}-{_code()[:12]}.jsonl") if folder else None
        self._found: dict[str, Any] = {}
        if self._file and self._file.exists():
            # A last line that was cut off was not found.
            whole = self._file.read_text().split("\n")[:-1]
            self._found = {one["key"]: one["value"] for one in map(json.loads, whole)}
            self._file.write_text("".join(f"{line}\n" for line in whole))

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def __getitem__(self, key: str) -> Any:
        return self._found[key]

    def add(self, key: str, value: Any) -> None:
        """`value`: anything that JSON can say."""
        self._found[key] = value
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a") as file:
                file.write(json.dumps({"key": key, "value": value}) + "\n")


def _code() -> str:
    found = hashlib.sha256()
    for place in LOOKED_AT:
        for file in sorted((ROOT / place).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return found.hexdigest()
