"""Real git repositories of two departments, written by `git fast-import` with planted lives of lines; without git there are none."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from uptake.demo.changes import Change, repository_of
from uptake.demo.company import Company
from uptake.demo.draws import Uniform, below, stream
from uptake.demo.names import OTHER_DOMAIN
from uptake.demo.planted import EFFECTIVE, NEUTRAL, NOT_YET, QUIET, THEATRE, Planted
from uptake.demo.window import LAST_DAY, ONE_DAY

SLASH = "~"
"""Stands for the slash of `owner/name` in the name of a folder."""
REPOSITORIES = (THEATRE, QUIET)
"""The first department of each of these kinds has a real repository; a neutral one where there is none."""
LOST = {THEATRE: 0.40, NOT_YET: 0.40, QUIET: 0.06, EFFECTIVE: 0.06, NEUTRAL: 0.15}
LOST_OTHERS = 0.15
"""Share of the lines of a change that is taken out again 3 to 17 days later: by kind where AI was used, and of all other changes."""
FILES = 6
TRAILER = "\n\nCo-authored-by: Claude <noreply@anthropic.com>"
Key = tuple[str, int]
LinesRow = tuple[str, int, bool, bool, int, int]
"""Repository, number of the change, AI was used, it carries a mark, lines added, of these planted to go within 21 days."""


@dataclass(slots=True)
class _Tree:
    """Files with their lines, and lines that are due to go: (day, file, line)."""

    files: dict[str, list[str]] = field(default_factory=dict)
    due: list[tuple[dt.date, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """The commit that each change became, and what was planted of its lines."""

    commits: dict[Key, str]
    lines: list[LinesRow]


def write_repositories(
    folder: Path, company: Company, shared: Mapping[str, str], made: Iterable[Change], seed: int
) -> Made:
    """Bare repositories of the shared departments below `folder`, named `owner~name.git`. `shared`: department -> kind."""
    found = Made({}, [])
    if shutil.which("git") is None:
        return found
    by_repository: dict[str, list[Change]] = {}
    for one in made:
        if one.merged.date() <= LAST_DAY:
            by_repository.setdefault(one.repository, []).append(one)
    for number, (repository, kind) in enumerate(_chosen(company, shared, by_repository)):
        changes = sorted(by_repository[repository], key=lambda one: (one.merged, one.number))
        feed, lines = _feed(repository, kind, changes, stream(seed, 12, number))
        found.commits.update(_import(folder / f"{repository.replace('/', SLASH)}.git", feed, changes))
        found.lines.extend(lines)
    return found


def shared_departments(planted: Planted) -> dict[str, str]:
    """Departments whose teams share one repository, a real one, and their kind: the first of each kind wanted, neutral where there is none."""
    kinds: dict[str, list[str]] = {}
    for (_, department, team), (kind, _, _) in planted.units.items():
        if team is None:
            kinds.setdefault(kind, []).append(department)
    found = {}
    for wanted in REPOSITORIES:
        kind = wanted if kinds.get(wanted) else NEUTRAL
        if kinds.get(kind):
            found[kinds[kind].pop(0)] = kind
    return found


def _chosen(company: Company, shared: Mapping[str, str], held: Container[str]) -> list[tuple[str, str]]:
    """Repositories of the shared departments in which something was merged, and their kind."""
    names = {repository_of(company, number, shared): team.department for number, team in enumerate(company.teams)}
    return [(name, shared[department]) for name, department in names.items() if department in shared and name in held]


def _feed(repository: str, kind: str, changes: list[Change], draw: Uniform) -> tuple[bytes, list[LinesRow]]:
    tree, out, rows = _Tree(), [b"feature done\n"], list[LinesRow]()
    for mark, one in enumerate(changes, 1):
        touched = _take_out(tree, one.merged.date())
        path = f"src/part_{below(draw, FILES)}.py"
        added = [f"value_{one.number}_{place} = {below(draw, 1_000_000)}" for place in range(one.lines)]
        share = LOST[kind] if one.assisted else LOST_OTHERS
        going = [line for line in added if draw() < share]
        tree.files.setdefault(path, []).extend(added)
        tree.due += [(one.merged.date() + ONE_DAY * (3 + below(draw, 15)), path, line) for line in going]
        rows.append((repository, one.number, one.assisted, one.marked, len(added), len(going)))
        out.append(_commit(mark, one, tree, touched | {path}))
    out.append(b"reset refs/heads/main\nfrom :%d\n\ndone\n" % len(changes))
    return b"".join(out), rows


def _take_out(tree: _Tree, day: dt.date) -> set[str]:
    """Take out what is due; answers the files that it changes."""
    gone = {(path, line) for when, path, line in tree.due if when <= day}
    tree.due = [one for one in tree.due if one[0] > day]
    touched = {path for path, _ in gone}
    for path in touched:
        tree.files[path] = [line for line in tree.files[path] if (path, line) not in gone]
    return touched


def _commit(mark: int, one: Change, tree: _Tree, touched: set[str]) -> bytes:
    email = one.author.email if one.author else f"left@{OTHER_DOMAIN}"
    stamp = int((one.merged - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - all our times are UTC without zone
    who = f"Somebody <{email}> {stamp} +0000".encode()
    text = f"{one.task}: invented change (#{one.number}){TRAILER if one.marked else ''}".encode()
    body = b"commit refs/heads/main\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (
        mark,
        who,
        who,
        len(text),
        text,
    )
    if mark > 1:
        body += b"from :%d\n" % (mark - 1)
    for path in sorted(touched):
        content = "".join(f"{line}\n" for line in tree.files[path]).encode()
        body += b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)
    return body


def _import(repository: Path, feed: bytes, changes: list[Change]) -> dict[Key, str]:
    """Names of the commits by change. The same feed gives the same names on every machine."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean = plain | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    repository.parent.mkdir(parents=True, exist_ok=True)
    repository = repository.resolve()
    marks = repository / "marks"
    for words, given in (
        (("init", "-q", "--bare", "--template=", "-b", "main", str(repository)), None),
        (("-C", str(repository), "fast-import", "--quiet", f"--export-marks={marks}"), feed),
    ):
        subprocess.run(["git", *words], input=given, check=True, capture_output=True, env=clean)  # noqa: S603, S607 - our own words
    named = dict(line.split() for line in marks.read_text().splitlines())
    marks.unlink()
    return {(one.repository, one.number): named[f":{mark}"] for mark, one in enumerate(changes, 1)}
