"""Repositories at or below a path, and what each is called."""

from __future__ import annotations

import os
from pathlib import Path

FACTS = (".ndjson", ".jsonl", ".json")
_PACKED = ".gz"


def find(path: Path) -> list[Path]:
    """The repositories and files of facts of a path: itself, else all below it; what lies inside a repository is part of it.

    Raises OSError where the path cannot be read.
    """
    if not path.is_dir():
        path.stat()
        return [path.parent if path.name == ".git" else path]
    if path.name == ".git" and is_bare(path):
        return [path.absolute().parent]
    if is_repository(path):
        return [path]
    found = []
    for folder, inner, files in os.walk(path):
        here = Path(folder)
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in [name for name in inner if is_repository(here / name)]:
            found.append(here / name)
            inner.remove(name)
        found += [here / name for name in sorted(files) if is_facts(name)]
    return found


def is_repository(path: Path) -> bool:
    """True for a work tree, a linked work tree, or a bare repository."""
    return (path / ".git").exists() or is_bare(path)


def is_bare(path: Path) -> bool:
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def is_facts(name: str) -> bool:
    """True if a file of a folder is taken to hold facts of commits."""
    return not name.startswith(".") and name.removesuffix(_PACKED).endswith(FACTS)


def name_of(path: Path) -> str:
    """The base name of a repository without `.git`, of a file of facts without its endings."""
    name = path.absolute().name if not path.name or path.name in {".", ".."} else path.name
    if path.is_dir():
        name = (path.resolve().name if name in {".", ".."} else name).removesuffix(".git")
    else:
        name = name.removesuffix(_PACKED)
        for ending in FACTS:
            name = name.removesuffix(ending)
    return name
