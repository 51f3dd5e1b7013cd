"""Gemini CLI: Google's generateContent, `gemini -p`, and what its statistics say."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.clients.place import Place
from tests.clients.script import BEFORE, COMMAND, FILE, LINE, LINES, PROMPTS, Model, Prompt, Tokens, Turn
from tests.clients.stub import Answer, Vendor, as_events, as_json
from tests.clients.terminal import NotShownError, Screen, drive

PACKAGE, BINARY, TOOL = "@google/gemini-cli", "gemini", "gemini_cli"
MODEL = "gemini-2.5-pro"
SCREEN = Screen(ready="? for shortcuts", asks="1. Allow once", ends="/quit")
BY_PERSON = {"accepts by a person": 2, "rejects by a person": 1}
"""It does not tell who accepted a command."""
SIGNED_IN = {"security": {"auth": {"selectedType": "gemini-api-key"}}}


def vendor(model: Model, place: list[Place]) -> Vendor:
    def answer(method: str, path: str, said: dict[str, Any]) -> Answer:
        if path.endswith(":countTokens"):
            return as_json({"totalTokens": 10})
        if method != "POST" or not path.endswith((":generateContent", ":streamGenerateContent")):
            return as_json({"error": {"code": 404, "message": "not here", "status": "NOT_FOUND"}}, 404)
        turn = model.next(aside=not said.get("tools"))
        if turn is None:
            return as_json({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}, 503)
        whole = _response(turn, place[0])
        return as_events([whole]) if path.endswith(":streamGenerateContent") else as_json(whole)

    return answer


def _usage(tokens: Tokens) -> dict[str, int]:
    """Cached is within the prompt here, thinking beside the answer."""
    whole = tokens.new + tokens.cached
    return {
        "promptTokenCount": whole, "cachedContentTokenCount": tokens.cached, "candidatesTokenCount": tokens.out,
        "thoughtsTokenCount": tokens.thought, "totalTokenCount": whole + tokens.out + tokens.thought,
    }  # fmt: skip


def _response(turn: Turn, place: Place) -> dict[str, Any]:
    path = str(place.work / FILE)
    acts: dict[str, tuple[str, dict[str, str]]] = {
        "write": ("write_file", {"file_path": path, "content": BEFORE}),
        "edit": (
            "replace",
            {"file_path": path, "old_string": LINE, "new_string": LINES, "instruction": "add a comment"},
        ),
        "shell": ("run_shell_command", {"command": COMMAND, "description": "Commit"}),
    }
    parts: list[dict[str, Any]] = [{"text": turn.text}]
    if turn.act:
        name, given = acts[turn.act]
        parts.append({"functionCall": {"name": name, "args": given}})
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    return {"candidates": [candidate], "usageMetadata": _usage(turn.tokens), "modelVersion": MODEL}


def known(_tokens: Tokens) -> dict[str, float]:
    """What follows from the script."""
    return {"lines_added": len(BEFORE.splitlines()) + len(LINES.splitlines()), "lines_deleted": 1}


def _managed(place: Place) -> tuple[Place, dict[str, str]]:
    users = place.home / ".gemini" / "settings.json"
    told = place.block("connect-gemini.md", "json")
    told = told.replace('"logPrompts": false', '"logPrompts": true') if place.loud else told
    name, _, headers = place.block("connect-gemini.md", "sh").strip().removeprefix("export ").partition("=")
    environment = {
        "GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": place.model, "GEMINI_CLI_TRUST_WORKSPACE": "true", name: headers.strip('"')
    }  # fmt: skip
    return place.managed("gemini-cli/settings.json", told, users, **SIGNED_IN), environment


def run(place: Place) -> dict[str, float]:
    """Ask everything; what the client says of it."""
    managed, environment = _managed(place)
    return _own([json.loads(managed.run(*_words(prompt), **environment)) for prompt in PROMPTS])


def at_terminal(place: Place, model: Model) -> dict[str, float]:
    """The same of the client at a terminal; it shows its totals when it ends."""
    managed, environment = _managed(place)
    words = [*managed.before, str(place.binary), "-m", MODEL]
    shown = drive(words, place.work, {**place.environment(), **environment, "TERM": "xterm-256color"}, SCREEN, model)
    tools = re.search(r"ToolCalls:\d+\(\D*(\d+)\D+(\d+)\)", shown)
    lines = re.search(r"CodeChanges:\+(\d+)-(\d+)", shown)
    if not tools or not lines:
        raise NotShownError(f"no totals at the end: {shown[-600:]}")
    names = ("accepts", "rejects by a person", "lines_added", "lines_deleted")
    return dict(zip(names, map(float, (*tools.groups(), *lines.groups())), strict=True))


def _words(prompt: Prompt) -> list[str]:
    resumed = ["--resume", "latest"] if prompt.goes_on else []
    return ["-m", MODEL, *resumed, "--approval-mode", "yolo", "--output-format", "json", "-p", prompt.text]


def _own(results: list[dict[str, Any]]) -> dict[str, float]:
    models = [model for result in results for model in result["stats"]["models"].values()]
    tokens = [model["tokens"] for model in models]
    stats = [result["stats"] for result in results]
    return {
        "sessions": len({result["session_id"] for result in results}),
        "prompts": len(results),
        "requests": sum(model["api"]["totalRequests"] - model["api"]["totalErrors"] for model in models),
        "tokens_in": sum(one["input"] for one in tokens),
        "tokens_out": sum(one["candidates"] + one["thoughts"] for one in tokens),
        "tokens_cache_read": sum(one["cached"] for one in tokens),
        "accepts": sum(one["tools"]["totalSuccess"] for one in stats),
        "lines_added": sum(one["files"]["totalLinesAdded"] for one in stats),
        "lines_deleted": sum(one["files"]["totalLinesRemoved"] for one in stats),
    }
