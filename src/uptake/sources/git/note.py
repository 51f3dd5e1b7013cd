"""One git-ai note, taken apart in memory (SOURCES.md 15): attestation lines, a line `---`, JSON. Paths and people in it are read and dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from uptake.model.outcome import InputFile
from uptake.sources.reading import Broken, RawRecord, decode

MOST_BYTES = 1024 * 1024
"""Larger notes are not read at all: the larger ones that were seen held conversations (R-GA-8)."""
MOST_LINE = 10**7
AI, HUMAN, UNKNOWN = "ai", "human", "unknown"
_RANGES = re.compile(r"\d{1,8}(?:-\d{1,8})?(?:,\d{1,8}(?:-\d{1,8})?)*")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_TOOLS = {
    "claude": "claude_code", "claude-code": "claude_code", "github-copilot": "copilot", "gemini": "gemini_cli", "gemini-cli": "gemini_cli",
    "droid": "factory", "amazon-q": "amazon_q",
}  # fmt: skip
"""The note's word -> ours; any other plain word stands for itself."""
_NO_TOOL = frozenset({"mock_ai"})
_NO_MODEL = frozenset({"unknown", "default"})

Count = Annotated[int, Meta(ge=0, le=10**9)]
Word = Annotated[str, Meta(max_length=255)]


class Agent(Struct, gc=False, kw_only=True):
    tool: Word | None = None
    model: Word | None = None
    id: msgspec.Raw = msgspec.Raw()


class Session(Struct, gc=False, kw_only=True):
    """`messages` may be whole conversations: it is asked whether there is anything in it, and no more."""

    agent_id: Agent | None = None
    human_author: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()
    messages_url: msgspec.Raw = msgspec.Raw()


class Prompt(Session, gc=False, kw_only=True):
    total_additions: Count | None = None
    total_deletions: Count | None = None
    accepted_lines: Count | None = None
    overriden_lines: Count | None = None


class Metadata(Struct, gc=False, kw_only=True):
    schema_version: Word
    prompts: dict[str, Prompt] | None = None
    sessions: dict[str, Session] | None = None
    humans: dict[str, msgspec.Raw] | None = None
    base_commit_sha: msgspec.Raw = msgspec.Raw()
    git_ai_version: msgspec.Raw = msgspec.Raw()


class _StrictMetadata(Metadata, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


_STRICT = msgspec.json.Decoder(_StrictMetadata)
_LENIENT = msgspec.json.Decoder(Metadata)


class NoteRefused(Exception):
    """A note that is not taken: why, and the name of the field at fault."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


@dataclass(slots=True)
class Attributed:
    """Lines of one kind, tool and model; the last three as legacy notes state them (R-GA-7)."""

    lines: int = 0
    accepted: int | None = None
    overridden: int | None = None
    additions: int | None = None


Attribution = dict[tuple[str, str | None, str | None], Attributed]
"""(kind, tool, model) -> lines."""


def attribution(note: bytes, file: InputFile, *, strip_messages: bool = False) -> Attribution:
    """Whose lines a note says they are.

    Raises:
        NoteRefused: it holds a conversation, is too large, or cannot be read.
    """
    if len(note) > MOST_BYTES:
        raise NoteRefused("note larger than 1 MiB", "note")
    lines, metadata = _parted(note)
    told = decode(RawRecord(1, metadata), _STRICT, _LENIENT, file)
    if isinstance(told, Broken):
        raise NoteRefused(told.reason, told.field or "metadata")
    if not strip_messages:
        _refuse_conversations(told)
    found: Attribution = {}
    for key, count in _attested(lines):
        kind, tool, model, counted = _who(key, told)
        if counted:
            found.setdefault((kind, tool, model), Attributed()).lines += count
    for prompt in (told.prompts or {}).values():
        _add_stated(found, prompt)
    return found


def _parted(note: bytes) -> tuple[list[str], bytes]:
    """Attestation lines and metadata. An empty attestation is valid (R-GA-2)."""
    head, mark, metadata = (b"\n" + note.replace(b"\r\n", b"\n")).partition(b"\n---\n")
    if not mark:
        raise NoteRefused("no line of three hyphens before the metadata", "metadata")
    return head.decode("utf-8", "replace").split("\n"), metadata.strip()


def _refuse_conversations(told: Metadata) -> None:
    for name, held in (("prompts", told.prompts), ("sessions", told.sessions)):
        for one in (held or {}).values():
            if bytes(one.messages).strip() not in (b"", b"[]", b"null", b'""', b"{}"):
                raise NoteRefused("it holds a conversation", f"{name}.messages")


def _attested(lines: list[str]) -> Iterator[tuple[str, int]]:
    """(key, number of lines) of each attestation line; a line of a file is counted once for a key."""
    held: dict[str, list[tuple[int, int]]] = {}
    for line in lines:
        if line.startswith("  "):
            key, _, ranges = line.strip().rpartition(" ")
            if not _RANGES.fullmatch(ranges) or not key:
                raise NoteRefused("an attestation line cannot be read", "attestation")
            held.setdefault(key, []).extend(_range(part) for part in ranges.split(","))
        elif line:
            yield from _summed(held)
            held = {}
    yield from _summed(held)


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    found = int(first), int(last or first)
    if not 1 <= found[0] <= found[1] <= MOST_LINE:
        raise NoteRefused("an attestation line cannot be read", "attestation")
    return found


def _summed(held: dict[str, list[tuple[int, int]]]) -> Iterator[tuple[str, int]]:
    for key, ranges in held.items():
        count = end = 0
        for first, last in sorted(ranges):
            count += max(0, last - max(first - 1, end))
            end = max(end, last)
        yield key, count


def _who(key: str, told: Metadata) -> tuple[str, str | None, str | None, bool]:
    """(kind, tool, model, whether it counts) of a key; one of any length is looked up, one that nothing stands for is unknown (R-GA-1)."""
    if key.startswith("h_"):
        return HUMAN if key in (told.humans or {}) else UNKNOWN, None, None, True
    one = (told.sessions or {}).get(key.partition("::")[0]) or (told.prompts or {}).get(key)
    if one is None or one.agent_id is None or not one.agent_id.tool:
        return UNKNOWN, None, None, True
    return AI, tool_of(one.agent_id), model_of(one.agent_id), one.agent_id.tool not in _NO_TOOL


def tool_of(agent: Agent) -> str:
    """Our name of a tool; a word that could be anything is `other`."""
    word = (agent.tool or "").strip().lower()
    return _TOOLS.get(word) or (word.replace("-", "_") if re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", word) else "other")


def model_of(agent: Agent) -> str | None:
    word = (agent.model or "").strip()
    return word if word.lower() not in _NO_MODEL and _PLAIN.fullmatch(word) else None


def _add_stated(found: Attribution, prompt: Prompt) -> None:
    agent = prompt.agent_id
    if agent is None or not agent.tool or agent.tool in _NO_TOOL:
        return
    held = found.setdefault((AI, tool_of(agent), model_of(agent)), Attributed())
    for name, number in (
        ("accepted", prompt.accepted_lines),
        ("overridden", prompt.overriden_lines),
        ("additions", prompt.total_additions),
    ):
        if number is not None:
            setattr(held, name, (getattr(held, name) or 0) + number)
