"""git-ai notes (SOURCES.md 15): lines by tool, and no conversation."""

import io
import json
import pathlib
from collections import Counter

import pytest
from tests.git_repositories import Made, git, grown, made, noted, read

from uptake.model.commits import CommitMark, LineMarks
from uptake.model.outcome import InputFile
from uptake.sources.git.note import MOST_BYTES, NoteRefused, attribution

SAMPLE = pathlib.Path(__file__).resolve().parents[3] / "shared" / "samples" / "git-ai" / "notes_ai.sample.ndjson"
AGENT = {"tool": "claude", "id": "1", "model": "claude-opus-4-6"}


def note(attested="", **metadata):
    return f"{attested}---\n{json.dumps({'schema_version': 'authorship/3.0.0', 'base_commit_sha': '0', 'prompts': {}, **metadata})}".encode()


def told(text, **how):
    file = InputFile("note", io.BytesIO())
    return {key: value.lines for key, value in attribution(text, file, **how).items()}


SESSION = {"s_01234567890123": {"agent_id": AGENT, "human_author": "Ana <ana@example.com>"}}


def test_ranges_are_counted_by_tool_and_what_nobody_stands_for_is_unknown():
    text = note(
        'src/a b.py\n  s_01234567890123::t_01234567890123 1-3,7\n  s_01234567890123::t_01234567890123 3,9\n'
        '"src/\\"q.py"\n  h_01234567890123 1-2\n  abcdef0 4\n  h_99999999999999 5\nb.py\n  s_01234567890123::t_x 1-3\n',
        sessions=SESSION,
        humans={"h_01234567890123": {"author": "Ana"}},
    )  # fmt: skip
    assert told(text) == {
        ("ai", "claude_code", "claude-opus-4-6"): 8,
        ("human", None, None): 2,
        ("unknown", None, None): 2,
    }


def test_legacy_prompts_keep_what_they_state():
    prompt = {
        "agent_id": {"tool": "cursor", "model": "default"},
        "messages": [],
        "accepted_lines": 5,
        "overriden_lines": 2,
        "total_additions": 9,
    }
    text = note("a.py\n  abc1234 1-4\n", prompts={"abc1234": prompt, "b" * 36: prompt})
    (key, value), *more = attribution(text, InputFile("note", io.BytesIO())).items()
    assert not more
    assert key == ("ai", "cursor", None)
    assert (value.lines, value.accepted, value.overridden, value.additions) == (4, 10, 4, 18)


def test_a_mock_is_ignored_an_empty_attestation_is_valid_and_undocumented_keys_are_counted():
    mock = {"agent_id": {"tool": "mock_ai", "model": "unknown"}, "accepted_lines": 1}
    assert told(note("a\n  k 1\n", prompts={"k": mock})) == {}
    file = InputFile("note", io.BytesIO())
    assert attribution(note(logical_commit_id="x"), file) == {}
    assert file.unknown_keys == {"logical_commit_id": 1}


@pytest.mark.parametrize("place", ["prompts", "sessions"])
@pytest.mark.parametrize("messages", [[{"role": "user", "text": "c4nary"}], ["x"], "x", {"a": 1}, 1])
def test_a_note_with_a_conversation_is_refused_with_the_name_of_the_field(place, messages):
    text = note("a.py\n  k::t 1-2\n", **{place: {"k": {"agent_id": AGENT, "messages": messages}}})
    with pytest.raises(NoteRefused, match="conversation") as refused:
        told(text)
    assert refused.value.field == f"{place}.messages"
    assert "c4nary" not in str(refused.value)
    assert sum(told(text, strip_messages=True).values()) == 2


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b"no metadata", "metadata"), (b"---\nno json", "metadata"), (b"---\n[]", "metadata"), (b"---\n{}", "schema_version"),
        (note("a\n  k 1-\n"), "attestation"), (note("a\n  k 5-2\n"), "attestation"), (note("a\n  k 0\n"), "attestation"),
        (note("a\n  k 1-99999999\n"), "attestation"), (b"x" * (MOST_BYTES + 1), "note"),
        (note(prompts={"k": {"accepted_lines": -1}}), "prompts[...].accepted_lines"),
    ],
)  # fmt: skip
def test_a_note_that_cannot_be_read_is_set_aside(text, field):
    with pytest.raises(NoteRefused) as refused:
        told(text)
    assert refused.value.field == field


def test_notes_are_records_of_their_own_and_change(tmp_path):
    path = made(tmp_path / "r", [Made({b"a.py": b"1\n2\n"}), Made({b"a.py": b"1\n2\n3\n"})])
    first, second = (git(path, "rev-parse", one).decode().strip() for one in ("HEAD~1", "HEAD"))
    (aside,) = grown(path, [Made()], branch="aside")
    text = note("a.py\n  s_01234567890123::t 1-2\n", sessions=SESSION)
    talk = note(sessions={"s": {"agent_id": AGENT, "messages": ["c4nary"]}})
    noted(path, {first: text, second: talk, aside: text})
    answer = read(path)
    (row,) = answer.rows(LineMarks)
    assert (row.sha, row.kind, row.tool, row.lines) == (first, "ai", "claude_code", 2)
    assert [(mark.sha, mark.basis) for mark in answer.rows(CommitMark)] == [(first, "note")]
    assert [(one.reason, one.field) for one in answer.rejected] == [("it holds a conversation", "sessions.messages")]
    assert len(answer.ignored) == 1
    noted(path, {first: note("a.py\n  s_01234567890123::t 1\n", sessions=SESSION)})
    again = read(path, answer.keys)
    assert [row.lines for row in again.rows(LineMarks)] == [1]
    assert (len(again.taken), again.known, len(again.gone)) == (1, 2, 1)
    noted(path, {})
    assert len(read(path, answer.keys).gone) == 1


def test_a_note_of_megabytes_is_not_read(tmp_path):
    path = made(tmp_path / "r", [Made()])
    noted(path, {git(path, "rev-parse", "HEAD").decode().strip(): b"x" * (MOST_BYTES + 1)})
    assert [(one.reason, one.field) for one in read(path).rejected] == [("note larger than 1 MiB", "note")]


def test_many_notes_lie_in_folders(tmp_path):
    """From some hundreds on git spreads the names of notes over folders."""
    path = tmp_path / "r"
    made(path, [Made() for _ in range(300)])
    reached = git(path, "rev-list", "HEAD").decode().split()
    noted(path, dict.fromkeys(reached, note("a\n  s_01234567890123::t 1\n", sessions=SESSION)))
    assert b"tree" in git(path, "ls-tree", "refs/notes/ai")
    assert len(read(path).rows(LineMarks)) == len(reached) == 300


def test_the_sample_of_500_notes():
    if not SAMPLE.exists():
        pytest.skip("the vendor samples are not there")
    texts = [json.loads(line)["note"].encode() for line in SAMPLE.read_text().splitlines()]
    refused, lines = Counter(), Counter()
    for text in texts:
        try:
            for (kind, tool, _), value in attribution(text, InputFile("note", io.BytesIO())).items():
                lines[kind, tool] += value.lines
        except NoteRefused as one:
            refused[one.field] += 1
    assert sum(refused.values()) == 20
    assert set(refused) <= {"prompts.messages", "sessions.messages"}
    stripped = [told(text, strip_messages=True) for text in texts]
    assert len(stripped) == 500
    assert sum(count for one in stripped for count in one.values()) >= sum(lines.values()) > 0
    assert {tool for kind, tool in lines if kind == "ai"} == {"claude_code", "codex", "cursor", "devin", "opencode"}
