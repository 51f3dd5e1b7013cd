"""The flags of an account-day: what is kept of phase, versions and clients, as canonical JSON on one of its rows.

Thousands of people share one set of flags, so the text of a set is made once: a function of the few words that it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from uptake.sources.copilot.clients import Client, clients_flags, storable
from uptake.sources.copilot.shapes import ClientTotals, IdeTotals, UserDay

_JSON = msgspec.json.Encoder(order="sorted")
_MOST_NAMES = 50


class _Words(NamedTuple):
    """All that flags are made of."""

    phase: tuple[int | None, str | None, str | None] | None
    app_version: str | None
    cli_version: str | None
    clients: tuple[Client, ...]
    unknown: tuple[str, ...]
    used_agent: bool | None
    used_chat: bool | None
    used_cli: bool | None
    used_app: bool | None
    reviews_passive: bool | None


def flags_json(record: UserDay, clients: tuple[Client, ...], unknown: Sequence[str]) -> str | None:
    """The flags of a record as canonical JSON; None when there is nothing to say. `unknown`: its keys that no shape knows."""
    phase = record.ai_adoption_phase
    return _text(
        _Words(
            None if phase is None else (phase.phase_number, phase.phase, phase.version),
            _client_version(record.totals_by_copilot_app),
            _client_version(record.totals_by_cli),
            clients,
            tuple(unknown),
            record.used_agent,
            record.used_chat,
            record.used_cli,
            _prompted(record.totals_by_copilot_app),
            record.used_copilot_code_review_passive,
        )
    )


def clients_of(entries: Sequence[IdeTotals] | None) -> tuple[Client, ...]:
    """The clients of `totals_by_ide`, in its order."""
    return tuple([_client(entry) for entry in entries]) if entries else ()


def _client(entry: IdeTotals) -> Client:
    ide, plugin = entry.last_known_ide_version, entry.last_known_plugin_version
    return Client(
        entry.ide,
        ide.ide_version if ide else None,
        plugin.plugin if plugin else None,
        plugin.plugin_version if plugin else None,
        ide is not None or plugin is not None,
    )


def _client_version(totals: ClientTotals | None) -> str | None:
    version = totals.last_known_cli_version if totals else None
    return version.cli_version if version else None


def _prompted(app: ClientTotals | None) -> bool | None:
    """True where the app tells of prompts and of no session or call: not counted, as the features may hold them, and yet use (decision 0110)."""
    return True if app and app.prompt_count and not app.session_count and not app.request_count else None


@lru_cache(maxsize=4096, typed=True)
def _text(words: _Words) -> str | None:
    named: dict[str, Any] = {
        "ai_adoption_phase": words.phase and _phase(*words.phase),
        "app_version": storable(words.app_version),
        "cli_version": storable(words.cli_version),
        "clients": clients_flags(words.clients),
        "unknown_keys": _names(words.unknown),
        "used_agent": words.used_agent,
        "used_app": words.used_app,
        "used_chat": words.used_chat,
        "used_cli": words.used_cli,
        "used_copilot_code_review_passive": words.reviews_passive,
    }
    flags = {name: value for name, value in named.items() if value is not None}
    return _JSON.encode(flags).decode() if flags else None


def _phase(number: int | None, phase: str | None, version: str | None) -> dict[str, Any] | None:
    named = {"phase": storable(phase), "phase_number": number, "version": storable(version)}
    return {name: value for name, value in named.items() if value is not None} or None


def _names(unknown: Sequence[str]) -> list[str] | None:
    names = [name for name in unknown if storable(name)]
    return sorted(names)[:_MOST_NAMES] or None
