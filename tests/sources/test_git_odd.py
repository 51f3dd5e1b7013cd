"""Repositories as they lie about: in the middle of work, cut off from what they lean on, with another hash, seen through settings of their own."""

from __future__ import annotations

import subprocess

import pytest
from tests.git_repositories import CLEAN, Made, git, made, numstat, read, refusal

from uptake.model.commits import Commit
from uptake.sources.git.raw import account_of

ANA = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com")
BEFORE = [Made({b"a.py": b"one\ntwo\nthree\n"}), Made({b"a.py": b"one\n2\nthree\n"})]


@pytest.fixture
def path(tmp_path):
    found = made(tmp_path / "work", BEFORE)
    git(found, "checkout", "-q", "-f", "main")
    return found


def committed(path, text, message="change"):
    (path / "a.py").write_bytes(text)
    git(path, *ANA, "commit", "-q", "-a", "-m", message)


def counted(path):
    return {row.sha: (row.lines_added, row.lines_deleted, row.files) for row in read(path).rows(Commit)}


def shas(answer):
    return {row.sha for row in answer.rows(Commit)}


@pytest.mark.parametrize("kept", ["refs/heads/trunk", "refs/remotes/origin/trunk", "refs/tags/v1"])
def test_a_head_that_names_no_branch_is_no_empty_repository(path, kept):
    """A mirror whose main branch was renamed: no commit, and no word of it, would be a number that looks whole."""
    known = read(path).keys
    git(path, "update-ref", kept, "main")
    git(path, "update-ref", "-d", "refs/heads/main")
    for before in (frozenset(), known):
        told = refusal(path, before)
        assert "HEAD names a branch that is not there" in told
        assert "git symbolic-ref HEAD" in told
    assert "HEAD names" in refusal(path, known, complete=True)
    assert read(path, refs=(kept,)).keys == known
    git(path, "symbolic-ref", "HEAD", "refs/heads/trunk")
    git(path, "update-ref", "refs/heads/trunk", kept)
    assert read(path, known).known == len(known)


def test_notes_alone_make_no_branch(tmp_path):
    path = made(tmp_path / "r", BEFORE)
    git(path, "update-ref", "refs/notes/ai", "main")
    git(path, "update-ref", "-d", "refs/heads/main")
    assert read(path).taken == []


def test_in_the_middle_of_a_rebase_what_head_reaches_counts_and_the_rest_comes_back(path):
    git(path, "checkout", "-q", "-b", "side", "HEAD~1")
    committed(path, b"one\nsecond\nthree\n")
    own = read(path)
    assert subprocess.run(
        ["git", "-C", path, *ANA, "rebase", "-q", "main"], capture_output=True, check=False, env=CLEAN
    ).returncode
    amid = read(path, own.keys)
    assert {row.sha for row in amid.rows(Commit)} == {git(path, "rev-parse", "main").decode().strip()}
    assert len(amid.gone) == 1
    assert shas(read(path, refs=("refs/heads/side",))) == shas(own)
    git(path, "rebase", "--abort")
    assert read(path).keys == own.keys


def test_a_detached_head_is_read_where_it_stands(path):
    git(path, "checkout", "-q", "HEAD~1")
    assert len(read(path).taken) == 1
    assert len(read(path, refs=("refs/heads/main",)).taken) == 2


def test_names_of_64_digits_are_names(tmp_path):
    path = tmp_path / "r"
    path.mkdir()
    git(path, "init", "-q", "-b", "main", "--object-format=sha256")
    (path / "a.py").write_bytes(b"one\n")
    git(path, "add", "a.py")
    committed(path, b"one\n")
    committed(path, b"one\ntwo\n", "s\n\nCo-authored-by: Claude <noreply@anthropic.com>")
    git(path, *ANA, "revert", "--no-edit", "HEAD")
    assert counted(path) == numstat(path)
    answer = read(path)
    assert {len(sha) for sha in shas(answer)} == {64}
    newest = git(path, "rev-parse", "HEAD~1").decode().strip()
    assert [row.reverts for row in answer.rows(Commit) if row.reverts] == [newest]


def test_a_mailmap_makes_nobody_somebody_else(path):
    (path / ".mailmap").write_text("Boss <boss@example.com> <ana@example.com>\n")
    git(path, "add", ".mailmap")
    committed(path, b"one\n")
    git(path, "config", "log.mailmap", "true")
    git(path, "config", "mailmap.file", str(path / ".mailmap"))
    assert {row.account for row in read(path).rows(Commit)} == {account_of("ana@example.com")}


def test_ends_of_lines_count_as_they_are_stored(path):
    committed(path, b"one\r\n2\r\nthree\r\n")
    (path / ".gitattributes").write_text("* text=auto eol=crlf\n")
    git(path, "config", "core.autocrlf", "true")
    git(path, "add", ".gitattributes")
    git(path, *ANA, "commit", "-q", "-m", "attributes")
    assert counted(path) == numstat(path)
    assert sorted(added for added, _, _ in counted(path).values()) == [1, 1, 3, 3]


def test_what_a_repository_leans_on_is_gone(path, tmp_path):
    git(tmp_path, "clone", "-q", "--shared", str(path), "borrowed")
    git(path, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    path.rename(tmp_path / "elsewhere")
    assert "git fsck" in refusal(tmp_path / "borrowed")
    assert "no repository" in refusal(tmp_path / "linked")


def test_a_repository_in_use_is_read_and_left_as_it_is(path):
    locks = [path / ".git" / name for name in ("index.lock", "HEAD.lock", "refs/heads/main.lock", "packed-refs.lock")]
    for lock in locks:
        lock.touch()
    assert len(read(path).taken) == 2
    assert all(lock.exists() for lock in locks)


def test_a_head_that_is_no_head_is_refused(path):
    (path / ".git" / "HEAD").write_text("nonsense\n")
    assert "no repository" in refusal(path)
