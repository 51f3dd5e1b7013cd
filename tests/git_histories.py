"""Repositories of real git with a history that a test has drawn: `git fast-import` writes them, blame and numstat tell of them."""

import os
import pathlib
import random
import subprocess
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings

MOST = int(os.environ.get("UPTAKE_TEST_HISTORIES", "0"))
"""How many histories `make fuzz` has drawn, where a test of the suite makes do with few."""
DAY = 86400
START = 1_700_000_000
NAMES = ("a.py", "b.txt", "src/c.py", 'sp ace "q".py', "tab\tnew\nline", "ünï.md")
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def histories(few: int) -> settings:
    """Settings of a test that draws histories: so many, more where it is asked for."""
    return settings(
        max_examples=max(few, MOST), deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )


@dataclass
class Drawn:
    """A commit as the test drew it: files by path, whole."""

    parents: list[int]
    files: dict[str, bytes]
    at: int
    message: str = "work"
    email: str = "ana@example.org"
    name: str = ""
    owners: dict[str, dict[bytes, int]] = field(default_factory=dict)
    """Where every line is unique: path -> line -> the commit that it was born in."""
    authored: int | None = None
    """Where it was made anew: when it was made first."""


def git(repository: pathlib.Path, *words: str, feed: bytes | None = None) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(repository), *words], input=feed, capture_output=True, check=True, env=ENVIRONMENT
    )
    return done.stdout


def write(repository: pathlib.Path, history: list[Drawn], branch: str = "main") -> None:
    """Makes a bare repository and names its commits; the last one is the branch."""
    if not repository.exists():
        repository.mkdir(parents=True)
        git(repository, "init", "-q", "--bare", "-b", branch)
    feed = [b"feature done\n"]
    for mark, commit in enumerate(history, start=1):
        feed.append(record(mark, commit))
    feed.append(b"reset refs/heads/%s\nfrom :%d\n\ndone\n" % (branch.encode(), len(history)))
    marks = repository / "marks"
    git(repository, "fast-import", "--quiet", "--force", f"--export-marks={marks}", feed=b"".join(feed))
    named = dict(line.split() for line in marks.read_text().splitlines())
    for mark, commit in enumerate(history, start=1):
        commit.name = named[f":{mark}"]


def record(mark: int, commit: Drawn) -> bytes:
    who = f"A <{commit.email}> {commit.at} +0000".encode()
    author = who if commit.authored is None else f"A <{commit.email}> {commit.authored} +0000".encode()
    text = f"{commit.message} {mark}".encode()
    out = [
        b"commit refs/heads/drawn\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n"
        % (mark, author, who, len(text), text)
    ]
    out += [b"%s :%d\n" % (b"merge" if at else b"from", parent + 1) for at, parent in enumerate(commit.parents)]
    if not commit.parents:
        out[0] = b"reset refs/heads/drawn\n" + out[0]
    out.append(b"deleteall\n")
    for path, content in commit.files.items():
        out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (quoted(path), len(content), content))
    return b"".join(out)


def quoted(path: str) -> bytes:
    plain = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return b'"' + plain.encode() + b'"'


def blame(repository: pathlib.Path, commit: str, *how: str) -> Counter[str]:
    """Lines of every file of a commit by the commit that git says they come from. Shapes: object name -> lines."""
    found: Counter[str] = Counter()
    for path in git(repository, "ls-tree", "-r", "-z", "--name-only", commit).split(b"\0"):
        if path:
            told = git(repository, "blame", *how, "--porcelain", commit, "--", path.decode())
            lines = told.split(b"\n")
            at = 0
            while at < len(lines) - 1:
                words = lines[at].split(b" ")
                while not lines[at].startswith(b"\t"):
                    at += 1
                at += 1
                found[words[0].decode()] += 1
    return found


def added(repository: pathlib.Path, *how: str) -> dict[str, int]:
    """Lines added by each commit that is no merge, as numstat has them."""
    told = git(repository, "log", "--no-merges", "--numstat", *how, "--format=commit %H", "main")
    found: dict[str, int] = {}
    name = ""
    for line in told.split(b"\n"):
        if line.startswith(b"commit "):
            name = line[7:].decode()
            found[name] = 0
        elif line:
            first = line.split(b"\t")[0]
            found[name] += int(first) if first != b"-" else 0
    return found


def ancestors(history: list[Drawn], commit: int) -> set[int]:
    found = {commit}
    waiting = [commit]
    while waiting:
        for parent in history[waiting.pop()].parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def state_at(history: list[Drawn], commit: int, when: int, tip: int) -> int:
    """The commit that the branch which holds `commit` stands at: written from the words of decision 0053, not from the code."""
    chain = [tip]
    while history[chain[-1]].parents:
        chain.append(history[chain[-1]].parents[0])
    holding = [at for at in reversed(chain) if commit in ancestors(history, at)]
    arrival = holding[0]
    if arrival == commit or history[arrival].at <= when:
        return [at for at in holding if history[at].at <= when or at == commit][-1]
    side = next(parent for parent in history[arrival].parents if commit in ancestors(history, parent))
    return state_at(history, commit, when, side)


def unique_history(draw: random.Random, commits: int) -> list[Drawn]:
    """Branches, merges (criss-cross, octopus, fast and evil), reverts, rewrites; each line is unique and keeps its rank, so its fate is known."""
    history: list[Drawn] = []
    sets: list[dict[str, dict[bytes, int]]] = []
    heads: list[int] = []
    fresh = 0
    for number in range(commits):
        at = (history[-1].at if history else START) + draw.choice([0, 3600, DAY, 5 * DAY, 11 * DAY])
        last = number == commits - 1
        parents = drawn_parents(draw, len(history), heads, last=last)
        merge = len(parents) > 1
        files = merged(draw, history, sets, parents) if parents else {}
        revert = draw.random() < 0.15 and len(parents) == 1
        if revert:
            files = {path: dict(lines) for path, lines in files.items()}
            undo(draw, history, sets, number, files)
        elif len(parents) != 1 or draw.random() < 0.9:
            edits = draw.randrange(4) if len(parents) < 2 else int(draw.random() < 0.3)
            for _ in range(edits or (not parents)):
                fresh = edit(draw, files, number, fresh)
        files = {path: lines for path, lines in files.items() if lines or draw.random() < 0.5}
        history.append(Drawn(parents, {path: text(lines) for path, lines in files.items()}, at, owners=files))
        sets.append(files)
        if not heads:
            heads = [number]
        elif (parents and parents[0] == heads[0] and (merge or last or draw.random() < 0.6)) or (
            merge and heads[0] in parents and draw.random() < 0.4
        ):
            heads[0] = number
        else:
            heads.append(number)
            if len(heads) > 4:
                heads.pop(1)
    return history


def drawn_parents(draw: random.Random, made: int, heads: list[int], *, last: bool) -> list[int]:
    """None for a root; several for a merge, at times of the main branch into another one, at times of three."""
    others = [head for head in heads[1:] if head != heads[0]]
    merge = bool(others) and (last or draw.random() < 0.35)
    if not made or (draw.random() < 0.03 and not last):
        return []
    if not merge:
        return [heads[0] if last or draw.random() < 0.5 else draw.choice([*heads, draw.randrange(made)])]
    more = [draw.choice(others)] + ([others[-1]] if draw.random() < 0.2 else [])
    swap = draw.random() < 0.3 and not last
    return list(dict.fromkeys([more[0], heads[0], *more[1:]] if swap else [heads[0], *more]))


def rank(line: bytes) -> float:
    return float(line.split(b" ")[0])


def text(lines: dict[bytes, int]) -> bytes:
    return b"".join(line + b"\n" for line in sorted(lines, key=rank))


def edit(draw: random.Random, files: dict[str, dict[bytes, int]], number: int, fresh: int) -> int:
    """Adds, replaces or deletes lines of a file, or the file. A line is `rank number`, so that it is like no other."""
    path = draw.choice(NAMES[:4] if draw.random() < 0.9 else NAMES)
    lines = files.setdefault(path, {})
    kind = draw.choice("aaardx")
    ranks = sorted(lines, key=rank)
    if kind == "x" and lines:
        del files[path]
        return fresh
    if kind in "rd" and ranks:
        start = draw.randrange(len(ranks))
        for line in ranks[start : start + draw.randrange(1, 4)]:
            del lines[line]
            if kind == "r":
                fresh += 1
                lines[b"%.9f %d%s" % (rank(line) + 1e-6 * draw.random(), fresh, ending(draw))] = number
        return fresh
    at = draw.random() * 100
    for step in range(draw.randrange(1, 6)):
        fresh += 1
        lines[b"%.9f %d%s" % (at + step / 1000, fresh, ending(draw))] = number
    return fresh


def ending(draw: random.Random) -> bytes:
    return draw.choice([b"", b"", b"\r", b" @@ -1 +1 @@", b" \xff\xfe", b" commit x"])


def merged(draw, history, sets, parents):
    """Lines that no parent took out since the newest commit that all have, as a person would merge; now and then all of one parent."""
    first = parents[0]
    result = {path: dict(lines) for path, lines in sets[first].items()}
    if len(parents) > 1 and draw.random() < 0.15:
        return {path: dict(lines) for path, lines in sets[draw.choice(parents)].items()}
    for other in parents[1:]:
        shared = ancestors(history, first) & ancestors(history, other)
        base = sets[max(shared)] if shared else {}
        theirs = sets[other]
        for path in {*result, *theirs}:
            ours, base_lines, their_lines = result.get(path, {}), base.get(path, {}), theirs.get(path, {})
            kept = {line: who for line, who in ours.items() if line in their_lines or line not in base_lines}
            new = {line: who for line, who in their_lines.items() if line not in ours and line not in base_lines}
            if kept or new:
                result[path] = kept | new
            else:
                result.pop(path, None)
    whole(result, sets, parents)
    return result


def whole(result, sets, parents):
    """As blame has it: a file that is the same as that of a parent is that parent's, else each line the first parent's that has it."""
    for path, lines in result.items():
        same = next((sets[p][path] for p in parents if path in sets[p] and set(sets[p][path]) == set(lines)), None)
        for line in lines:
            holder = same or next((sets[p][path] for p in parents if line in sets[p].get(path, {})), None)
            if holder:
                lines[line] = holder[line]


def undo(draw, history, sets, number, files) -> None:
    """Takes out what a commit put in and brings back what it took out: born anew in the revert."""
    target = draw.randrange(len(history))
    if len(history[target].parents) != 1:
        return
    before, after = sets[history[target].parents[0]], sets[target]
    for path in {*before, *after}:
        old, new = before.get(path, {}), after.get(path, {})
        lines = files.setdefault(path, {})
        for line in set(new) - set(old):
            lines.pop(line, None)
        for line in set(old) - set(new):
            lines.setdefault(line, number)
        if not lines:
            del files[path]


def repeated_history(draw: random.Random, commits: int) -> list[Drawn]:
    """Lines that are often the same, moved about, at times without a last line feed: nothing but blame knows whose they are."""
    history: list[Drawn] = []
    for number in range(commits):
        at = (history[-1].at if history else START) + draw.choice([0, DAY, 9 * DAY])
        count = min(number, draw.choice([1, 1, 1, 2, 2, 3]))
        parents = sorted(draw.sample(range(max(0, number - 4), number), min(count, number, 4)), reverse=True)
        if number == commits - 1 and number:
            parents = [number - 1] + [parent for parent in parents if parent != number - 1]
        files = dict(history[parents[0]].files) if parents else {}
        for other in parents[1:]:
            for path, content in history[other].files.items():
                if path not in files or draw.random() < 0.4:
                    files[path] = content if draw.random() < 0.5 else shuffle(draw, files.get(path, b""), content)
        for _ in range(draw.randrange(0 if parents else 1, 3)):
            path = draw.choice(NAMES)
            files[path] = shuffle(draw, files.get(path, b""), b"")
            if draw.random() < 0.1:
                del files[path]
        history.append(Drawn(parents, files, at))
    return history


def shuffle(draw: random.Random, one: bytes, two: bytes) -> bytes:
    """Some lines of both and some new ones out of very few."""
    lines = one.splitlines(keepends=True)
    for line in two.splitlines(keepends=True):
        lines.insert(draw.randrange(len(lines) + 1), line)
    for _ in range(draw.randrange(6)):
        where = draw.randrange(len(lines) + 1)
        if draw.random() < 0.4:
            del lines[where : where + draw.randrange(1, 4)]
        else:
            lines[where:where] = [
                draw.choice([b"\n", b"}\n", b"x\n", b"  return\n", b"y\r\n", b"-- a\n", b"@@ x\n"])
            ] * (draw.randrange(1, 3))
    whole = b"".join(lines)
    return whole.rstrip(b"\n") if draw.random() < 0.2 else whole
