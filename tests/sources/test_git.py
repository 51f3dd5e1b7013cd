"""The source `git` on real repositories: counts as git's own, history as it is now, failures that are failures (R-VC-6)."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.git_repositories import START, Made, git, made, numstat, read, refusal

from uptake.model.commits import Commit, CommitFiles, CommitMark
from uptake.sources.git import program
from uptake.sources.git.paths import path_class
from uptake.sources.git.program import Git, GitFailed

PATHS = [
    b"src/a.py",
    b"tests/test_a.py",
    b"we\nird\tname.java",
    b"\xff\xfe.sql",
    "Ünïcode/ß.go".encode(),
    b'quo"te\\s.md',
    b"-rf.js",
    b"bin.dat",
]
TEXTS = st.lists(st.sampled_from([b"one", b"two", b"three", b"\r", b"", b"caf\xe9"]), max_size=8).map(b"\n".join)
CONTENTS = st.none() | TEXTS | TEXTS.map(lambda text: b"\0\1" + text)
AUTHORS = st.sampled_from(
    [b"Ana <ana@example.com>", b" <>", b"\xff <no address>", b"Ben <12+ben@users.noreply.github.com>"]
)


@st.composite
def histories(draw):
    """Up to eight commits with merges of any two before, files that come, change, turn binary and go, and times from 1955 to 2100."""
    commits = []
    for number in range(draw(st.integers(1, 8))):
        files = draw(st.dictionaries(st.sampled_from(PATHS), CONTENTS, max_size=3))
        several = number > 1 and draw(st.booleans())
        parents = (
            tuple(draw(st.lists(st.integers(0, number - 1), min_size=2, max_size=3, unique=True))) if several else None
        )
        commits.append(
            Made(files, draw(st.sampled_from([b"", b"x", b"Co-authored-by: Claude <noreply@anthropic.com>"])), draw(AUTHORS),
                 draw(st.sampled_from([None, 0, 1, 4_102_444_799, 4_294_967_296])), parents)
        )  # fmt: skip
    return commits


@settings(max_examples=12, deadline=None)
@given(history=histories())
def test_counts_equal_those_of_git_log(tmp_path_factory, history):
    path = made(tmp_path_factory.mktemp("history") / "one.git", history, bare=True)
    answer = read(path)
    rows = answer.rows(Commit)
    theirs = numstat(path)
    assert answer.rejected == []
    assert {row.sha: (row.lines_added, row.lines_deleted, row.files) for row in rows if not row.merge} == theirs
    assert len(rows) == int(git(path, "rev-list", "--count", "HEAD"))
    assert all((row.lines_added, row.lines_deleted, row.files) == (0, 0, 0) for row in rows if row.merge)
    for name in ("lines_added", "lines_deleted", "files"):
        assert sum(getattr(row, name) for row in answer.rows(CommitFiles)) == sum(getattr(row, name) for row in rows)


@pytest.fixture
def path(tmp_path):
    return made(tmp_path / "work", [Made({b"a.py": b"one\ntwo\n"}), Made({b"a.py": b"one\n2\n", b"b.md": b"x\n"})])


def test_attributes_of_the_work_tree_count_as_they_do_for_git(path):
    (path / ".gitattributes").write_text("*.py -diff\n")
    assert {row.sha: (row.lines_added, row.lines_deleted, row.files) for row in read(path).rows(Commit)} == numstat(
        path
    )
    assert read(path).rows(Commit)[1].binary_files == 1


def test_times_are_utc_and_the_day_is_the_committers(tmp_path):
    path = made(tmp_path / "r", [Made(at=START)])
    (row,) = read(path).rows(Commit)
    assert (row.day, row.committed_at) == (dt.date(2026, 5, 28), dt.datetime(2026, 5, 28, 20, 26, 40))


def test_a_time_that_no_calendar_holds_is_set_aside(tmp_path):
    path = made(tmp_path / "r", [Made({b"a": b"a\n"}), Made({b"a": b"b\n"}, at=10**15)])
    answer = read(path)
    assert [(one.reason, one.field) for one in answer.rejected] == [("no time", "author")]
    assert len(answer.taken) == 1


def test_a_second_load_reads_only_what_is_new(path):
    first = read(path)
    assert (len(first.taken), first.known, first.gone) == (2, 0, set())
    grown_on(path, [Made(message=b"third")])
    second = read(path, first.keys)
    assert (len(second.taken), second.known, second.gone) == (1, 2, set())


def grown_on(path, commits):
    """Commits on top of the branch, made as a chain from its head."""
    head = git(path, "rev-parse", "HEAD").decode().strip()
    for one in commits:
        tree = git(path, "rev-parse", "HEAD^{tree}").decode().strip()
        done = git(
            path,
            "-c",
            "user.name=n",
            "-c",
            "user.email=n@example.com",
            "commit-tree",
            tree,
            "-p",
            head,
            "-m",
            one.message.decode(),
        )
        head = done.decode().strip()
        git(path, "update-ref", "refs/heads/main", head)
    return head


def test_a_rewritten_history_leaves_nothing_behind(path):
    first = read(path)
    git(path, "update-ref", "refs/heads/main", git(path, "rev-parse", "HEAD~1").decode().strip())
    grown_on(path, [Made(message=b"another")])
    second = read(path, first.keys)
    assert (len(second.taken), second.known) == (1, 1)
    assert second.gone == first.keys - read(path).keys
    assert len(second.gone) == 1


def test_another_repository_of_the_name_is_refused_unless_it_is_said_to_be_whole(path, tmp_path):
    known = read(path).keys
    other = made(tmp_path / "other" / "work", [Made({b"z": b"z\n"}, b"other")])
    assert "another repository" in refusal(other, known)
    assert read(other, known, complete=True).gone == known


def test_other_rules_read_all_anew(path):
    first = read(path)
    again = read(path, first.keys, identities="tool,mark_class,match,value\nown_bot,authorship,email,ana@example.com\n")
    assert (len(again.taken), again.known, again.gone) == (2, 0, first.keys)
    assert {mark.tool for mark in again.rows(CommitMark)} == {"own_bot"}


def test_refs_are_those_of_the_setting(path):
    git(path, "branch", "side", "HEAD~1")
    git(path, "checkout", "-q", "side")
    assert len(read(path).taken) == 1
    assert len(read(path, refs=("refs/heads/main",)).taken) == 2
    assert len(read(path, refs=("refs/heads/*",)).taken) == 2
    assert "is not there" in refusal(path, refs=("refs/heads/none",))
    assert "cannot be used" in refusal(path, refs=("--all",))


def test_a_repository_without_a_commit_has_no_records(tmp_path):
    path = tmp_path / "empty"
    path.mkdir()
    git(path, "init", "-q")
    assert read(path).taken == []


# failures


def loose(path, sha):
    return path / ".git" / "objects" / sha[:2] / sha[2:]


@pytest.mark.parametrize("what", ["HEAD", "HEAD~1", "HEAD^{tree}", "HEAD:a.py", "HEAD~1:a.py"])
def test_a_missing_object_stops_the_load(tmp_path, what):
    """The plausible half of `git log --numstat` is never an answer (R-VC-6)."""
    path = tmp_path / "r"
    made(path, [Made({b"a.py": b"one\n"}), Made({b"a.py": b"two\n"})])
    sha = git(path, "rev-parse", what).decode().strip()
    loose(path, sha).unlink()
    assert "missing" in refusal(path)


def test_a_damaged_object_stops_the_load(tmp_path):
    path = made(tmp_path / "r", [Made({b"a.py": b"one\n"}), Made({b"a.py": b"two\n"})])
    sha = git(path, "rev-parse", "HEAD:a.py").decode().strip()
    loose(path, sha).chmod(0o644)
    loose(path, sha).write_bytes(b"no zlib")
    assert "missing or damaged" in refusal(path)


def test_a_shallow_and_a_partial_clone_are_refused(path, tmp_path):
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{path}", "shallow")
    assert "shallow" in refusal(tmp_path / "shallow")
    git(path, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{path}", "partial")
    assert "partial clone" in refusal(tmp_path / "partial")


def test_a_command_that_fails_is_a_failure_and_its_words_are_not_shown(path):
    with pytest.raises(GitFailed, match="ended with code 128") as failed:
        Git(path).answer("rev-parse", "--verify", "c4nary-branch")
    assert "c4nary" not in str(failed.value)
    with pytest.raises(GitFailed, match="missing"):
        list(Git(path).objects(["0" * 40], most=10))


def test_a_folder_that_only_looks_like_one_is_refused(tmp_path):
    (tmp_path / "r" / ".git").mkdir(parents=True)
    made(tmp_path, [Made()])
    assert "no repository" in refusal(tmp_path / "r")


# nobody vouches for what is in it


def test_nothing_of_a_hostile_repository_is_run(path, tmp_path):
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    script.chmod(0o755)
    config = path / ".git" / "config"
    for key in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy", "core.alternateRefsCommand", "diff.external",
        "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program", "pager.log", "pager.diff-tree",
        "pager.rev-list", "credential.helper", "sequence.editor", "uploadpack.packObjectsHook", "interactive.diffFilter", "alias.rev-list", "alias.diff-tree",
    ):  # fmt: skip
        git(path, "config", key, f"!{script}" if key.startswith("alias") else str(script))
    git(path, "config", "log.showSignature", "true")
    git(path, "config", "diff.renames", "copies")
    git(path, "config", "core.hooksPath", str(tmp_path / "hooks"))
    (tmp_path / "hooks").mkdir()
    for name in ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc", "fsmonitor-watchman"):
        (tmp_path / "hooks" / name).symlink_to(script)
    (path / ".gitattributes").write_text("* diff=evil filter=evil\n")
    (path / ".git" / "info").mkdir(exist_ok=True)
    (path / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil\n")
    assert len(read(path).taken) == 2
    assert not ran.exists()
    assert config.exists()


def test_the_environment_of_the_caller_says_nothing(path, tmp_path, monkeypatch):
    other = made(tmp_path / "other", [Made()])
    before = read(path).keys
    for name, value in {
        "GIT_DIR": other / ".git",
        "GIT_OBJECT_DIRECTORY": other,
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_TRACE": tmp_path / "trace",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert read(path).keys == before
    assert not (tmp_path / "trace").exists()


def test_replaced_objects_grafts_and_a_lying_commit_graph_change_nothing(path):
    before = read(path)
    head, first = (git(path, "rev-parse", one).decode().strip() for one in ("HEAD", "HEAD~1"))
    git(path, "replace", head, first)
    (path / ".git" / "info").mkdir(exist_ok=True)
    (path / ".git" / "info" / "grafts").write_text(f"{head}\n")
    assert read(path).keys == before.keys
    assert [row.lines_added for row in read(path).rows(Commit)] == [row.lines_added for row in before.rows(Commit)]


def test_a_repository_of_somebody_else_is_read(path, monkeypatch):
    """Git has a switch to try this by; the second half shows that it works."""
    clean = program._environment
    monkeypatch.setattr(program, "_environment", lambda at: {**clean(at), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert len(read(path).taken) == 2
    kept = tuple(one for one in program._OVERRULED if not one.startswith("safe.directory"))
    monkeypatch.setattr(program, "_OVERRULED", kept)
    assert "no repository" in refusal(path)


def test_a_message_of_ten_megabytes_and_more_parents_than_two_are_read(tmp_path):
    long = b"x" * 10_000_000 + b"\nCo-Authored-By: Claude <noreply@anthropic.com>\n" + b"y\n" * 20_000
    path = made(
        tmp_path / "r", [Made(message=long), *(Made(parents=(0,)) for _ in range(3)), Made(parents=(0, 1, 2, 3))]
    )
    answer = read(path)
    assert [mark.tool for mark in answer.rows(CommitMark)] == ["claude_code"]
    assert sum(row.merge for row in answer.rows(Commit)) == 1


def test_a_linked_work_tree_and_its_dot_git_file_are_the_repository(path, tmp_path):
    git(path, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    assert len(read(tmp_path / "linked").taken) == 2
    assert (tmp_path / "linked" / ".git").is_file()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (b"src/pay.py", ("code", "python")), (b"tests/pay.py", ("test", "python")), (b"src/pay_test.go", ("test", "go")),
        (b"src/PayTest.java", ("test", "java")), (b"src/Latest.java", ("code", "java")), (b"README", ("docs", "")), (b"docs/a.png", ("docs", "")),
        (b"docs/conf.py", ("code", "python")), (b"a.yaml", ("config", "")), (b".gitignore", ("config", "")), (b"requirements-dev.txt", ("config", "")),
        (b"web/package-lock.json", ("generated", "")), (b"x/node_modules/a.js", ("generated", "javascript")), (b"a_pb2.py", ("generated", "python")),
        (b"Dockerfile", ("code", "dockerfile")), (b"a.png", ("other", "")), (b"\xff\xfe", ("other", "")), (b"PAY.CBL", ("code", "cobol")),
    ],
)  # fmt: skip
def test_the_class_of_a_path(name, wanted):
    assert path_class(name) == wanted


def test_a_moved_file_is_deleted_and_added_as_without_rename_detection(tmp_path):
    text = b"one\ntwo\nthree\nfour\n"
    path = made(tmp_path / "r", [Made({b"a.py": text}), Made({b"a.py": None, b"b.py": text})])
    assert [(row.lines_added, row.lines_deleted, row.files) for row in read(path).rows(Commit)] == [
        (4, 4, 2),
        (4, 0, 1),
    ]
