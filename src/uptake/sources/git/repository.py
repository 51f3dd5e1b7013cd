"""Commits and notes of a repository: what no earlier load brought is read, what the refs reach no more is gone.

The commits that the refs reach are listed each time, from the commit objects themselves; their messages and lines are read once. So a
second load costs little, a rewritten history leaves no commit behind that is there no more, and a missing object stops the load.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from uptake.model.outcome import Gone, InputFile, Known, Outcome, Refused, Repository
from uptake.sources.git import notes
from uptake.sources.git.identities import IdentitiesError, identities
from uptake.sources.git.lines import read as fates
from uptake.sources.git.marks import Seen, of_message, of_people
from uptake.sources.git.program import Git, GitFailed, GitMissing
from uptake.sources.git.raw import EPOCH, raw_commit
from uptake.sources.git.rows import COMMIT, FACTS, Changed, Maker, Told

AT_ONCE = 2_000
"""Commits whose lines are asked for in one run of git."""
MOST_BYTES = 64 * 1024 * 1024
"""Of a commit object: a larger one is refused, never memory."""
_NUMBERS = re.compile(rb"(\d+|-)\t(\d+|-)\t", re.DOTALL)
_REF = re.compile(r"HEAD|refs/[^\s~^:?\[\\\x00-\x1f\x7f]+")
_FETCH = "Fetch the rest (`git fetch --unshallow`, or a clone without --depth and --filter), then load it again"


@dataclass(frozen=True, slots=True)
class Listed:
    """A commit that the refs reach."""

    sha: str
    parents: int


def read(repository: Repository, file: InputFile) -> Iterator[Outcome]:
    """The records of a repository: one for each commit, and one for each git-ai note.

    Raises:
        Refused: it is no whole repository, a ref is not there, git failed, or it is another one than was loaded under its name.
    """
    try:
        maker = Maker(repository.name, identities(repository.wishes))
        assert repository.path is not None  # noqa: S101 - for the type checker: only a repository comes here
        git = Git(repository.path)
        _check_whole(git)
        reached = reached_commits(git, heads(git, repository.wishes.refs))
        yield from _commits(git, maker, repository, reached)
        yield from notes.read(git, maker, repository, file, [one.sha for one in reached], len(reached))
        yield from repository.lines() if repository.lines else followed(repository)
    except GitMissing as missing:
        raise Refused(str(missing), "Install it, and load the repository again") from None
    except GitFailed as failure:
        raise Refused(
            str(failure), "Run `git fsck` there, mend the repository, and load it again; nothing of it was loaded"
        ) from None
    except IdentitiesError as error:
        raise Refused(
            f"the list of AI identities of the settings cannot be used: {error}",
            "Mend the file that git.ai_identities names",
        ) from None


def followed(repository: Repository) -> list[Outcome]:
    """What became of the lines of the branch: HEAD where the refs name it, else the first ref that they name.

    Raises:
        GitFailed, Refused: as `read`.
    """
    assert repository.path is not None  # noqa: S101 - for the type checker: only a repository comes here
    git = Git(repository.path)
    refs = repository.wishes.refs
    tips = heads(git, ("HEAD",) if "HEAD" in refs else refs[:1])
    return list(fates.read(git, repository, tips[0])) if tips else []


def _check_whole(git: Git) -> None:
    """A part of a history gives numbers that look whole and are not: the oldest commit of a shallow clone adds all lines there are."""
    if git.answer("rev-parse", "--git-dir", codes=(0, 128)) == b"":
        raise Refused(
            "it is no repository that git can read", "Give a work tree, a bare repository, or a folder of repositories"
        )
    if git.answer("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise Refused("it is a shallow clone: its oldest commits are cut off, so no count of it would be right", _FETCH)
    promised = r"^(remote\..*\.promisor|extensions\.partialclone)$"
    if git.answer("config", "--null", "--get-regexp", promised, codes=(0, 1)):
        raise Refused("it is a partial clone: some of its objects are elsewhere, and nothing is fetched", _FETCH)


def heads(git: Git, refs: tuple[str, ...]) -> list[str]:
    """The commits that the chosen refs name; a ref may end in `*`. Empty for a repository without any commit.

    Raises:
        Refused: a ref is not there. GitFailed.
    """
    found: list[str] = []
    for ref in refs:
        if not _REF.fullmatch(ref):
            raise Refused(
                "a ref of the setting git.refs cannot be used",
                "Write HEAD, or a full name such as refs/heads/main or refs/remotes/origin/*",
            )
        if ref.endswith("*"):
            told = git.answer("for-each-ref", "--format=%(objectname)", ref.removesuffix("*").removesuffix("/"))
            found += told.decode("ascii").split()
            continue
        told = git.answer(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", codes=(0, 1, 128)
        )
        if told:
            found.append(told.decode("ascii").strip())
        elif ref == "HEAD" and _unborn(git):
            _check_empty(git)
        else:
            raise Refused(
                "a ref that is to be read is not there, or its commit is missing",
                "Check the setting git.refs, or run `git fsck` there",
            )
    return found


def _check_empty(git: Git) -> None:
    """A mirror whose HEAD still names a branch that was renamed or deleted holds commits, and would read as a repository without any."""
    if git.answer("for-each-ref", "--count=1", "--format=x", "refs/heads", "refs/remotes", "refs/tags"):
        raise Refused(
            "HEAD names a branch that is not there, though other branches or tags are: none of their commits would count",
            "Let HEAD name the branch that counts (`git symbolic-ref HEAD refs/heads/NAME` there), or name it in the setting git.refs",
        )


def _unborn(git: Git) -> bool:
    """True where HEAD names a branch without any commit yet."""
    name = git.answer("symbolic-ref", "--quiet", "HEAD", codes=(0, 1)).decode("utf-8", "surrogateescape").strip()
    return bool(name) and git.answer("for-each-ref", "--format=x", name) == b""


def reached_commits(git: Git, tips: list[str]) -> list[Listed]:
    """All commits that the tips reach, newest first, parents after their children.

    Raises GitFailed where one of them is missing.
    """
    if not tips:
        return []
    told = git.answer("rev-list", "--topo-order", "--parents", "--stdin", given=tips).decode("ascii")
    return [Listed(words[0], len(words) - 1) for words in (line.split(" ") for line in told.splitlines())]


def _commits(git: Git, maker: Maker, repository: Repository, reached: list[Listed]) -> Iterator[Outcome]:
    kinds = tuple(f"{maker.key(kind)}|" for kind in (COMMIT, FACTS))
    known = {key for key in repository.known if key.startswith(kinds)}
    wanted = {maker.key(COMMIT, one.sha, maker.rules): one for one in reached}
    _check_same(known, wanted.keys(), repository)
    held = known & wanted.keys()
    if held:
        yield Known(len(held))
    if gone := known - held:
        yield Gone(tuple(sorted(gone)))
    fresh = [one for key, one in wanted.items() if key not in held]
    for start in range(0, len(fresh), AT_ONCE):
        yield from _read(git, maker, fresh[start : start + AT_ONCE], start)


def _check_same(known: set[str], wanted: Collection[str], repository: Repository) -> None:
    """Nothing of what is known is there any more: far more often another repository of that name than a history rewritten whole."""
    shas = {key.split("|")[2] for key in known}
    here = {key.split("|")[2] for key in wanted}
    if shas and not shas & here and not repository.may_replace:
        raise Refused(
            "no commit of it is one of those that were loaded under its name: it is another repository, or its history was rewritten whole",
            "Name it otherwise with --account; where it was rewritten, load it again with --complete",
        )


def _read(git: Git, maker: Maker, commits: list[Listed], before: int) -> Iterator[Outcome]:
    lines = _lines(git, [one.sha for one in commits if one.parents < 2])
    contents = git.objects((one.sha for one in commits), most=MOST_BYTES)
    for number, (one, found) in enumerate(zip(commits, contents, strict=True), start=before + 1):
        if found.content is None or found.kind != "commit" or found.sha != one.sha:
            raise GitFailed("a commit is damaged, or larger than 64 MiB")
        commit = raw_commit(found.content)
        seen = Seen()
        day = (commit.author.at or commit.committer.at or EPOCH).date()
        of_people(seen, commit.author, commit.committer, maker.known, day)
        merge = one.parents > 1
        if not merge:
            of_message(seen, commit.message, maker.known, day)
        files = () if merge else next(lines)
        yield maker.record(COMMIT, number, Told(one.sha, merge, commit.author, commit.committer, files, seen))
    if next(lines, None) is not None:
        raise GitFailed("git told of lines that nobody asked for")


def _lines(git: Git, shas: list[str]) -> Iterator[tuple[Changed, ...]]:
    """The changed files of each commit, in that order, as `git log --numstat --no-renames` counts them."""
    if not shas:
        return
    words = (
        "diff-tree",
        "--stdin",
        "--always",
        "--root",
        "-r",
        "-z",
        "--numstat",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
    )
    parts = itertools.chain(git.parts(*words, "--diff-algorithm=default", given=shas), (b"",))
    part = next(parts)
    for sha in shas:
        if part != sha.encode():
            raise GitFailed("git told of the lines of another commit")
        files = []
        while found := _NUMBERS.match(part := next(parts)):
            files.append(Changed(part[found.end() :], _count(found[1]), _count(found[2])))
        yield tuple(files)
    if part or next(parts, None) is not None:
        raise GitFailed("git told of lines that nobody asked for")


def _count(number: bytes) -> int | None:
    return None if number == b"-" else int(number)
