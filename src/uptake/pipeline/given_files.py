"""Which files a call gives: those of its folders, how large they are, and which of them are loaded together."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from uptake.errors import WrongUsage
from uptake.model.outcome import Source
from uptake.sources.reading import open_binary

PACKED = 10
"""How many times larger a packed report is taken to be when files are put together into pieces."""
ENVELOPE_BYTES = 1_000_000
"""An envelope that names the parts of its report is smaller than this, and so is never one of the large files that are cut into pieces."""
File = Path | None
"""A file, or None for standard input."""


def files_of(paths: Sequence[str]) -> list[File]:
    """Each file once, standard input last. Raises WrongUsage where a path cannot be read."""
    found: dict[Path, None] = {}
    standard_input = False
    for given in paths:
        if given == "-":
            standard_input = True
            continue
        try:
            found.update(dict.fromkeys(_below(Path(given))))
        except OSError as error:
            raise WrongUsage(
                f"`{given}` cannot be read", why=error.strerror or "", next_step="Check the path"
            ) from None
    unique = {path.resolve(): path for path in found}
    return [*unique.values(), *([None] if standard_input else [])]


def check_there(paths: Sequence[str]) -> None:
    """Raises WrongUsage where a path is not there: whoever mistypes one is told so, and no load has begun that could fail."""
    for given in paths:
        try:
            if given != "-":
                Path(given).stat()
        except (OSError, ValueError) as error:
            why = (error.strerror or "") if isinstance(error, OSError) else ""
            raise WrongUsage(f"`{given}` cannot be read", why=why, next_step="Check the path") from None


def _below(path: Path) -> list[Path]:
    """The file, or all files of the folder and the folders in it, hidden ones left out."""
    if stat.S_ISDIR(path.stat().st_mode):
        return sorted(inner for inner in path.rglob("*") if inner.is_file() and not _hidden(inner, path))
    return [path]


def size(file: File) -> int:
    """Bytes; 0 where they are not known."""
    return file.stat().st_size if file and file.exists() else 0


def leads_out(file: Path, paths: Sequence[str]) -> bool:
    """Whether a file that a folder holds is a link to somewhere else: who may write to an inbox would have anything read that we may read."""
    if not file.is_symlink() or str(file) in paths:
        return False
    target = file.resolve()
    return not any(target.is_relative_to(Path(one).resolve()) for one in paths if one != "-")


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def in_parts(source: Source, files: Sequence[File], load_bytes: int) -> list[list[File]]:
    """Files that are loaded together. One part where the source or the envelopes of a report bind all of them."""
    if not source.in_pieces:
        return [list(files)]
    parts: list[list[File]] = [[]]
    held = 0
    for file in files:
        more = size(file) * (PACKED if file and file.suffix == ".gz" else 1)
        if parts[-1] and held + more > load_bytes:
            parts.append([])
            held = 0
        parts[-1].append(file)
        held += more
    bound = len(parts) > 1 and source.names_parts and any(_names_parts(source, file) for file in files if file)
    return [list(files)] if bound else parts


def _names_parts(source: Source, file: Path) -> bool:
    try:
        with open_binary(file) as stream:
            return source.names_parts in stream.read(ENVELOPE_BYTES)
    except OSError:
        return False  # said with its reason when it is read


def printable(name: str) -> str:
    """A file name as text, also where it is not UTF-8."""
    return name.encode("utf-8", "replace").decode()
