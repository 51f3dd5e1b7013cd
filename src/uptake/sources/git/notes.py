"""The git-ai notes of a repository: one record each, beside that of their commit. A note that changed replaces the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from uptake.model.commits import AUTHORSHIP, CommitMark, LineMarks
from uptake.model.outcome import Gone, Ignored, InputFile, Known, Outcome, Rejected, Repository, Taken
from uptake.sources.git.note import AI, MOST_BYTES, Attribution, NoteRefused, attribution
from uptake.sources.git.program import Git, GitFailed
from uptake.sources.git.raw import RawCommit, raw_commit
from uptake.sources.git.rows import NOTE, Maker

REF = "refs/notes/ai"
AT_ONCE = 200
MOST_COMMIT = 64 * 1024 * 1024


def read(
    git: Git, maker: Maker, repository: Repository, file: InputFile, reached: Sequence[str], line: int
) -> Iterator[Outcome]:
    """The records of all notes on commits that the refs reach. `line`: records before them.

    Raises GitFailed.
    """
    listed = _listed(git)
    reach = set(reached)
    wanted = {
        maker.key(NOTE, sha, blob, maker.rules): (sha, blob) for sha, blob in sorted(listed.items()) if sha in reach
    }
    for _ in range(len(listed) - len(wanted)):
        line += 1
        yield Ignored(line, "note on a commit that the refs do not reach")
    known = {key for key in repository.known if key.startswith(f"{maker.key(NOTE)}|")}
    held = known & wanted.keys()
    if held:
        yield Known(len(held))
    if gone := known - held:
        yield Gone(tuple(sorted(gone)))
    fresh = [(key, *told) for key, told in wanted.items() if key not in held]
    for start in range(0, len(fresh), AT_ONCE):
        yield from _read(git, maker, repository, file, fresh[start : start + AT_ONCE], line + start)


def _listed(git: Git) -> dict[str, str]:
    """Commit -> blob of its note. Git spreads the names over folders: joined they are the commit."""
    if not git.answer("rev-parse", "--verify", "--quiet", REF, codes=(0, 1)):
        return {}
    found = {}
    for part in git.parts("ls-tree", "-r", "-z", "--full-tree", REF):
        head, _, name = part.partition(b"\t")
        words = head.split(b" ")
        sha = name.replace(b"/", b"").decode("ascii", "replace")
        if len(words) == 3 and words[1] == b"blob":
            found[sha] = words[2].decode("ascii")
    return found


def _read(
    git: Git, maker: Maker, repository: Repository, file: InputFile, fresh: list[tuple[str, str, str]], line: int
) -> Iterator[Outcome]:
    # Sizes first: what is too large is not read at all.
    small = [one.size <= MOST_BYTES for one in git.sizes(blob for _, _, blob in fresh)]
    contents = git.objects((blob for (_, _, blob), fits in zip(fresh, small, strict=True) if fits), most=MOST_BYTES)
    commits = git.objects((sha for _, sha, _ in fresh), most=MOST_COMMIT)
    for number, ((key, sha, _), fits, commit) in enumerate(zip(fresh, small, commits, strict=True), start=line + 1):
        if not fits:
            yield Rejected(number, "note larger than 1 MiB", "note")
            continue
        told = next(contents)
        if commit.content is None or told.content is None:
            raise GitFailed("a commit or a note is damaged, or larger than 64 MiB")
        try:
            found = attribution(told.content, file, strip_messages=repository.wishes.strip_messages)
            yield record(maker, key, sha, raw_commit(commit.content), found, number)
        except NoteRefused as refused:
            yield Rejected(number, refused.reason, refused.field)


def record(maker: Maker, key: str, sha: str, commit: RawCommit, found: Attribution, line: int) -> Taken | Rejected:
    """The record of a note: its lines, and a mark on the commit for each tool that has any."""
    if commit.committer.at is None:
        return Rejected(line, "no time", "committer")
    day = commit.committer.at.date()
    rows: list[msgspec.Struct] = []
    marks: dict[str, str | None] = {}
    for (kind, tool, model), held in sorted(found.items(), key=lambda one: [part or "" for part in one[0]]):
        rows.append(
            LineMarks(
                repository=maker.repository, sha=sha, day=day, kind=kind, tool=tool, model=model, lines=held.lines,
                accepted=held.accepted, overridden=held.overridden, additions=held.additions,
            )
        )  # fmt: skip
        if kind == AI and tool and held.lines:
            marks[tool] = marks.get(tool) or model
    rows += [
        CommitMark(repository=maker.repository, sha=sha, day=day, tool=tool, mark_class=AUTHORSHIP, basis="note", model=model)
        for tool, model in sorted(marks.items())
        if tool not in maker.without
    ]  # fmt: skip
    return Taken(line, key, rows, day=day, tenant=maker.repository, report=0)
