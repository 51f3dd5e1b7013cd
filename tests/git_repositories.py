"""Real repositories for tests, made with `git fast-import`: histories as data, in a second what commands would take a minute for."""

from __future__ import annotations

import os
import pathlib
import subprocess
from dataclasses import dataclass, field

from uptake.model.outcome import Gone, Ignored, InputFile, Known, Refused, Rejected, Repository, RepositoryWishes, Taken
from uptake.sources.git import SOURCE
from uptake.sources.git.find import name_of

CLEAN = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
START = 1_780_000_000
"""2026-05-28 20:26:40 UTC."""


@dataclass
class Made:
    """A commit to make: `files` maps a path to its bytes, or to None where it goes. `parents`: numbers of earlier ones, from 0."""

    files: dict[bytes, bytes | None] = field(default_factory=dict)
    message: bytes = b"change"
    author: bytes = b"Ana <ana@example.com>"
    at: int | None = None
    parents: tuple[int, ...] | None = None
    committer: bytes | None = None


def git(path: pathlib.Path, *words: str, given: bytes = b"") -> bytes:
    done = subprocess.run(["git", "-C", path, *words], input=given, capture_output=True, check=False, env=CLEAN)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


def made(path: pathlib.Path, commits: list[Made], *, bare: bool = False, branch: str = "main") -> pathlib.Path:
    """A repository whose branch points to the last of the commits."""
    path.mkdir(parents=True, exist_ok=True)
    git(path, "init", "-q", "-b", branch, *(["--bare"] if bare else []))
    grown(path, commits, branch=branch)
    return path


def grown(path: pathlib.Path, commits: list[Made], *, branch: str = "main") -> list[str]:
    """Commits written into a repository, the branch set to the last one; answers their names in order."""
    text = b"".join(_command(number, one, branch) for number, one in enumerate(commits, start=1))
    marks = path / "marks.tmp"
    git(
        path,
        "fast-import",
        "--quiet",
        "--force",
        "--date-format=raw-permissive",
        f"--export-marks={marks.resolve()}",
        given=text,
    )
    found = dict(line.split() for line in marks.read_text().splitlines())
    marks.unlink()
    return [found[f":{number}"] for number in range(1, len(commits) + 1)]


def _command(number: int, one: Made, branch: str) -> bytes:
    parents = one.parents if one.parents is not None else ((number - 2,) if number > 1 else ())
    at = START + 60 * number if one.at is None else one.at
    who = b"".join(
        b"%s %s %d +0000\n" % (role, name, at)
        for role, name in ((b"author", one.author), (b"committer", one.committer or one.author))
    )
    lines = [
        b"commit refs/heads/%s\nmark :%d\n" % (branch.encode(), number),
        who,
        b"data %d\n%s\n" % (len(one.message), one.message),
    ]
    lines += [b"%s :%d\n" % (b"merge" if place else b"from", parent + 1) for place, parent in enumerate(parents)]
    for name, content in one.files.items():
        quoted = b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
        lines.append(
            b"D %s\n" % quoted
            if content is None
            else b"M 100644 inline %s\ndata %d\n%s\n" % (quoted, len(content), content)
        )
    return b"".join(lines)


def noted(path: pathlib.Path, notes: dict[str, bytes]) -> None:
    """Replace the git-ai notes of a repository: commit -> text."""
    text = [b"commit refs/notes/ai\ncommitter n <n@example.com> %d +0000\ndata 0\ndeleteall\n" % START]
    text += [b"N inline %s\ndata %d\n%s\n" % (sha.encode(), len(note), note) for sha, note in notes.items()]
    git(path, "fast-import", "--quiet", "--force", "--date-format=raw", given=b"".join(text))


@dataclass
class Answer:
    """What the reader said of a repository."""

    taken: list[Taken]
    rejected: list[Rejected]
    ignored: list[Ignored]
    known: int
    gone: set[str]
    unknown_keys: dict[str, int]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.taken)

    def rows(self, kind: type) -> list:
        return [row for one in self.taken for row in one.rows if isinstance(row, kind)]


def read(path: pathlib.Path, known: frozenset[str] = frozenset(), *, complete: bool = False, **wishes) -> Answer:
    repository = Repository(name_of(path), path, known, RepositoryWishes(**wishes), complete)
    file = InputFile(path.name, None, repository=repository)
    found = list(SOURCE.parse(file))
    return Answer(
        [one for one in found if isinstance(one, Taken) and one.counted],  # fates of lines have tests of their own
        [one for one in found if isinstance(one, Rejected)],
        [one for one in found if isinstance(one, Ignored)],
        sum(one.records for one in found if isinstance(one, Known)),
        {key for one in found if isinstance(one, Gone) for key in one.keys},
        file.unknown_keys,
    )


def refusal(path: pathlib.Path, *words, **wishes) -> str:
    """Why a repository is refused."""
    try:
        read(path, *words, **wishes)
    except Refused as refused:
        return f"{refused.reason}. {refused.instead}"
    raise AssertionError("it was not refused")


def numstat(path: pathlib.Path) -> dict[str, tuple[int, int, int]]:
    """Commit -> (lines added, deleted, files) as `git log --numstat --no-renames` prints them, merges left out."""
    found: dict[str, tuple[int, int, int]] = {}
    sha = ""
    out = git(path, "log", "--no-merges", "--numstat", "--no-renames", "-z", "--format=%x01%H")
    for told in out.replace(b"\x01", b"\0\x01").split(b"\0"):
        file = told.lstrip(b"\n")
        if file.startswith(b"\x01"):
            name, _, file = file[1:].partition(b"\n")
            sha = name.decode()
            found[sha] = (0, 0, 0)
            file = file.lstrip(b"\n")
        if file:
            added, deleted, _ = file.split(b"\t", 2)
            a, d, f = found[sha]
            found[sha] = (a + int(added.replace(b"-", b"0")), d + int(deleted.replace(b"-", b"0")), f + 1)
    return found
