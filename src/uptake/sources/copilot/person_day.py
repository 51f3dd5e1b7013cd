"""The `_all` rows of an account-day: what the vendor gives per person-day only (rule C4), and its flags."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from decimal import Decimal
from typing import Any

import msgspec

from uptake.model import Usage
from uptake.sources.copilot.clients import client_flags, storable
from uptake.sources.copilot.features import APP, CLI
from uptake.sources.copilot.shapes import ClientTotals, Phase, UserDay

CREDIT_STEP = Decimal("1e-10")
"""Vendor numbers are printed binary floats: read as Decimal and rounded to 10 places."""

_JSON = msgspec.json.Encoder(order="sorted")
_MOST_NAMES = 50


def person_day_rows(witness: Usage, record: UserDay) -> list[Usage]:
    """Rows of the surfaces `cli` and `app`; flags of the person and credits stand on the first row, or on one of `ide`."""
    rows = [
        _client_row(witness, surface, totals)
        for surface, totals in ((CLI, record.totals_by_cli), (APP, record.totals_by_copilot_app))
        if totals is not None
    ]
    reviews = _as_count(record.used_copilot_code_review_active)
    agents = _either(record.used_copilot_coding_agent, record.used_copilot_cloud_agent)
    spent = record.ai_credits_used
    if reviews is None and agents is None and spent is None:
        return rows
    if not rows:
        rows.append(copy(witness))
    first = rows[0]
    first.review_requests, first.agent_requests = reviews, agents
    first.credits = None if spent is None else _rounded(spent)
    return rows


def mark(row: Usage, record: UserDay, unknown: Sequence[str]) -> None:
    """Write the flags of the record on one of its rows: canonical JSON, None when there is nothing to say."""
    flags = {name: value for name, value in _flags(record, unknown) if value is not None}
    row.flags_json = _JSON.encode(flags).decode() if flags else None


def _flags(record: UserDay, unknown: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    return (
        ("ai_adoption_phase", record.ai_adoption_phase and _phase(record.ai_adoption_phase)),
        ("app_version", _client_version(record.totals_by_copilot_app)),
        ("cli_version", _client_version(record.totals_by_cli)),
        ("clients", _clients(record)),
        ("unknown_keys", _names(unknown)),
        ("used_agent", record.used_agent),
        ("used_chat", record.used_chat),
        ("used_cli", record.used_cli),
        ("used_copilot_code_review_passive", record.used_copilot_code_review_passive),
    )


def _client_row(witness: Usage, surface: str, totals: ClientTotals) -> Usage:
    row = copy(witness)
    row.surface = surface
    row.sessions = totals.session_count
    row.requests = totals.request_count
    if totals.token_usage is not None:
        row.tokens_in = totals.token_usage.prompt_tokens_sum
        row.tokens_out = totals.token_usage.output_tokens_sum
    return row


def _as_count(flag: bool | None) -> int | None:
    """A yes or no as 1 or 0; no signal stays unknown (rule C1)."""
    return None if flag is None else int(flag)


def _either(left: bool | None, right: bool | None) -> int | None:
    if left or right:
        return 1
    return None if left is None and right is None else 0


def _rounded(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    precise = isinstance(exponent, int) and exponent < CREDIT_STEP.as_tuple().exponent  # type: ignore[operator]
    return number.quantize(CREDIT_STEP) if precise else number


def _phase(phase: Phase) -> dict[str, Any] | None:
    named = {
        "phase": storable(phase.phase),
        "phase_number": phase.phase_number,
        "version": storable(phase.version),
    }
    return {name: value for name, value in named.items() if value is not None} or None


def _client_version(totals: ClientTotals | None) -> str | None:
    version = totals.last_known_cli_version if totals else None
    return storable(version.cli_version) if version else None


def _clients(record: UserDay) -> list[dict[str, str]] | None:
    kept = []
    for entry in record.totals_by_ide or ():
        ide, plugin = entry.last_known_ide_version, entry.last_known_plugin_version
        if ide is None and plugin is None:
            continue
        client = client_flags(
            entry.ide,
            ide.ide_version if ide else None,
            plugin.plugin if plugin else None,
            plugin.plugin_version if plugin else None,
        )
        if client is not None:
            kept.append(client)
    return kept or None


def _names(unknown: Sequence[str]) -> list[str] | None:
    names = [name for name in unknown if storable(name)]
    return sorted(names)[:_MOST_NAMES] or None
