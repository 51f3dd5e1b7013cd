"""Claude Code: Anthropic's Messages API, `claude -p`, and what its result says."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from tests.clients.place import Place
from tests.clients.script import BEFORE, COMMAND, FILE, LINE, LINES, PROMPTS, Model, Prompt, Tokens, Turn
from tests.clients.stub import Answer, Vendor, as_events, as_json
from tests.clients.terminal import Screen, drive

PACKAGE, BINARY, TOOL = "@anthropic-ai/claude-code", "claude", "claude_code"
MODEL = "claude-sonnet-4-5-20250929"
LOUD = (
    "OTEL_LOG_USER_PROMPTS",
    "OTEL_LOG_ASSISTANT_RESPONSES",
    "OTEL_LOG_TOOL_DETAILS",
    "OTEL_LOG_TOOL_CONTENT",
    "OTEL_LOG_RAW_API_BODIES",
)
SCREEN = Screen(ready="? for shortcuts", asks="1. Yes", ends="/exit")
BY_PERSON = {"accepts by a person": 3, "rejects by a person": 1}
MANAGED = "claude-code/managed-settings.json"


def vendor(model: Model, place: list[Place]) -> Vendor:
    numbers = itertools.count(1)

    def answer(method: str, path: str, said: dict[str, Any]) -> Answer:
        if method != "POST" or not path.endswith("/messages"):
            return as_json(
                {"input_tokens": 10} if path.endswith("/count_tokens") else {}, 200 if method == "HEAD" else 404
            )
        turn = model.next(aside=not said.get("tools"))
        number = next(numbers)
        if turn is None:
            error = {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}
            return as_json(error, 529, request_id=f"req_{number}")
        whole = _message(turn, number, place[0], str(said.get("model", MODEL)))
        return as_events(_events(whole), request_id=f"req_{number}") if said.get("stream") else as_json(whole)

    return answer


def _usage(tokens: Tokens) -> dict[str, int]:
    return {
        "input_tokens": tokens.new, "output_tokens": tokens.out + tokens.thought,
        "cache_read_input_tokens": tokens.cached, "cache_creation_input_tokens": tokens.written,
    }  # fmt: skip


def _message(turn: Turn, number: int, place: Place, model: str) -> dict[str, Any]:
    path = str(place.work / FILE)
    acts: dict[str, tuple[str, dict[str, str]]] = {
        "write": ("Write", {"file_path": path, "content": BEFORE}),
        "edit": ("Edit", {"file_path": path, "old_string": LINE, "new_string": LINES}),
        "shell": ("Bash", {"command": COMMAND, "description": "Commit"}),
    }
    content: list[dict[str, Any]] = [{"type": "text", "text": turn.text}]
    if turn.act:
        name, given = acts[turn.act]
        content.append({"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": given})
    return {
        "id": f"msg_{number}", "type": "message", "role": "assistant", "model": model, "content": content,
        "stop_reason": "tool_use" if turn.act else "end_turn", "stop_sequence": None, "usage": _usage(turn.tokens),
    }  # fmt: skip


def _events(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same message in pieces, as it is streamed."""
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    for index, block in enumerate(whole["content"]):
        tool = block["type"] == "tool_use"
        empty = {**block, "input": {}} if tool else {**block, "text": ""}
        delta = (
            {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            if tool
            else {"type": "text_delta", "text": block["text"]}
        )
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": whole["usage"]}
    yield {"type": "message_stop"}


def known(tokens: Tokens) -> dict[str, float]:
    """What follows from the script: a new file has one line more in telemetry than in git (rule R-CC-8)."""
    added = len(BEFORE.splitlines()) + 1 + len(LINES.splitlines())
    return {"tokens_cache_write": tokens.written, "lines_added": added, "lines_deleted": 1, "commits": 1}


def _managed(place: Place) -> tuple[Place, dict[str, str]]:
    environment = {
        "ANTHROPIC_BASE_URL": place.model, "ANTHROPIC_API_KEY": "none", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1", **(dict.fromkeys(LOUD, "1") if place.loud else {}),
    }  # fmt: skip
    settings = place.block("connect-claude-code.md", "json")
    return place.managed(MANAGED, settings, place.home / ".claude" / "settings.json"), environment


def run(place: Place) -> dict[str, float]:
    """Ask everything; what the client says of it."""
    managed, environment = _managed(place)
    return _own([json.loads(managed.run(*_words(prompt), **environment)) for prompt in PROMPTS])


def at_terminal(place: Place, model: Model) -> dict[str, float]:
    """The same of the client at a terminal; it writes its totals down when it ends."""
    managed, environment = _managed(place)
    told = place.home / ".claude.json"
    known = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
    answered = {"approved": ["none"], "rejected": []}
    first = {"hasCompletedOnboarding": True, "theme": "dark", "customApiKeyResponses": answered}
    told.write_text(json.dumps({**first, "projects": {str(place.work): known}}))
    words = [*managed.before, str(place.binary), "--model", MODEL]
    drive(words, place.work, {**place.environment(), **environment, "TERM": "xterm-256color"}, SCREEN, model)
    last = json.loads(told.read_text())["projects"][str(place.work)]
    names = {
        "tokens_in": "lastTotalInputTokens", "tokens_out": "lastTotalOutputTokens", "tokens_cache_read": "lastTotalCacheReadInputTokens",
        "tokens_cache_write": "lastTotalCacheCreationInputTokens", "cost_est_usd": "lastCost", "lines_added": "lastLinesAdded",
        "lines_deleted": "lastLinesRemoved",
    }  # fmt: skip
    return {ours: last[theirs] for ours, theirs in names.items()}


def _words(prompt: Prompt) -> list[str]:
    allowed = ["--model", MODEL, "--permission-mode", "acceptEdits", "--allowedTools", "Bash(git:*)"]
    return ["-p", prompt.text, "--output-format", "json", *(["--continue"] if prompt.goes_on else []), *allowed]


def _own(results: list[dict[str, Any]]) -> dict[str, float]:
    sessions: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        sessions.setdefault(result["session_id"], []).append(result)
    names = {
        "tokens_in": "input_tokens", "tokens_out": "output_tokens", "tokens_cache_read": "cache_read_input_tokens",
        "tokens_cache_write": "cache_creation_input_tokens",
    }  # fmt: skip
    return {
        "sessions": len(sessions),
        "prompts": len(results),
        "requests": sum(result["num_turns"] for result in results),
        **{ours: sum(result["usage"][theirs] for result in results) for ours, theirs in names.items()},
        "cost_est_usd": round(sum(_cost(found) for found in sessions.values()), 8),
    }


def _cost(results: list[dict[str, Any]]) -> float:
    """Of one session. Newer versions give a run the cost of its whole session, with the run that it goes on from; older ones its own."""
    last = results[-1]
    whole = sum(use["inputTokens"] for use in last["modelUsage"].values())
    over_all = whole > last["usage"]["input_tokens"]
    return float(last["total_cost_usd"] if over_all else sum(result["total_cost_usd"] for result in results))
