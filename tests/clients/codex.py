"""Codex CLI: OpenAI's Responses API, `codex exec --json`, and what its events say."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from tests.clients.place import Place
from tests.clients.script import AT_TERMINAL, BEFORE, COMMAND, FILE, LINE, PROMPTS, Model, Prompt, Tokens, Turn
from tests.clients.stub import Answer, Vendor, as_events, as_json
from tests.clients.terminal import Screen, drive

PACKAGE, BINARY, TOOL = "@openai/codex", "codex", "codex"
MODEL = "gpt-5-codex"
SCREEN = Screen(ready="? for shortcuts", asks="1. Yes, proceed", ends="/quit")
BY_PERSON = {"accepts by a person": 3}
"""It does not tell what was refused with Esc."""
ASKING = {"sandbox_permissions": "require_escalated", "justification": "it writes"}
"""With this the model asks for a person's leave, where a person is there to give it."""
PROVIDER = """
model = "{model}"
model_provider = "stub"

[model_providers.stub]
name = "stub"
base_url = "{address}/v1"
wire_api = "responses"
env_key = "STUB_KEY"
"""


def vendor(model: Model, _place: list[Place]) -> Vendor:
    numbers = itertools.count(1)

    def answer(method: str, path: str, said: dict[str, Any]) -> Answer:
        if method != "POST" or not path.endswith("/responses"):
            return as_json({"error": {"message": "not here"}}, 404)
        turn = model.next(aside=not said.get("tools"))
        if turn is None:
            return as_json({"error": {"message": "overloaded"}}, 503)
        return as_events(_events(turn, next(numbers), ASKING if model.prompts is AT_TERMINAL else {}))

    return answer


def _usage(tokens: Tokens) -> dict[str, Any]:
    """Cached is within input here, and thinking within output."""
    whole, out = tokens.new + tokens.cached, tokens.out + tokens.thought
    return {
        "input_tokens": whole, "input_tokens_details": {"cached_tokens": tokens.cached}, "output_tokens": out,
        "output_tokens_details": {"reasoning_tokens": tokens.thought}, "total_tokens": whole + out,
    }  # fmt: skip


def _events(turn: Turn, number: int, asking: dict[str, str]) -> Iterator[dict[str, Any]]:
    acts = {
        "write": f"printf '{BEFORE}' > {FILE}".replace("\n", "\\n"),
        "edit": f"sed -i 's/{LINE.strip()}/return b + a/' {FILE}",
        "shell": COMMAND,
    }
    text = {"type": "output_text", "text": turn.text, "annotations": []}
    items: list[dict[str, Any]] = [{"type": "message", "role": "assistant", "id": f"msg_{number}", "content": [text]}]
    if turn.act:
        given = json.dumps({"cmd": acts[turn.act], **asking})
        items.append({"type": "function_call", "call_id": f"call_{number}", "name": "exec_command", "arguments": given})
    response = {"id": f"resp_{number}", "object": "response"}
    yield {"type": "response.created", "response": response}
    for index, item in enumerate(items):
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.completed", "response": {**response, "output": items, "usage": _usage(turn.tokens)}}


def known(_tokens: Tokens) -> dict[str, float]:
    """Lines, commits and cost are not in its telemetry."""
    return {}


def _settings(place: Place, before: str = "", after: str = "") -> None:
    folder = place.home / ".codex"
    folder.mkdir()
    told = place.block("connect-codex.md", "toml")
    told = told.replace("log_user_prompt = false", "log_user_prompt = true") if place.loud else told
    provider = PROVIDER.format(model=MODEL, address=place.model)
    (folder / "config.toml").write_text(f"{before}\n{provider}\n{told}\n{after}")


def run(place: Place) -> dict[str, float]:
    """Ask everything; what the client says of it."""
    _settings(place)
    said = [place.run(*_words(prompt), STUB_KEY="none") for prompt in PROMPTS]
    return _own([[json.loads(line) for line in text.splitlines()] for text in said])


def at_terminal(place: Place, model: Model) -> dict[str, float]:
    """The same of the client at a terminal. Its own total leaves the title out that it asked for, so it is not compared."""
    asking = 'approval_policy = "on-request"\nsandbox_mode = "workspace-write"\ncheck_for_update_on_startup = false\n'
    _settings(place, asking, f'\n[projects."{place.work}"]\ntrust_level = "trusted"\n')
    environment = {**place.environment(), "STUB_KEY": "none", "TERM": "xterm-256color"}
    drive([str(place.binary), "--no-daemon"], place.work, environment, SCREEN, model)
    return {}


def _words(prompt: Prompt) -> list[str]:
    resumed = ["resume", "--last"] if prompt.goes_on else []
    return [
        "exec", *resumed, "--json", "--strict-config", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt.text
    ]  # fmt: skip


def _own(runs: list[list[dict[str, Any]]]) -> dict[str, float]:
    """Tokens are totals of a thread, over what it goes on from: the last counts."""
    turns, last = 0, {}
    for run in runs:
        thread = next(event["thread_id"] for event in run if event["type"] == "thread.started")
        for event in run:
            if event["type"] == "turn.completed":
                turns, last[thread] = turns + 1, event["usage"]
    used = list(last.values())
    acts = [event for run in runs for event in run if event.get("item", {}).get("type") == "command_execution"]
    cached = sum(use["cached_input_tokens"] for use in used)
    return {
        "sessions": len(last),
        "prompts": turns,
        "tokens_in": sum(use["input_tokens"] for use in used) - cached,
        "tokens_out": sum(use["output_tokens"] for use in used),
        "tokens_cache_read": cached,
        "accepts": sum(event["type"] == "item.completed" for event in acts),
    }
