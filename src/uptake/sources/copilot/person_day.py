"""The `_all` rows of an account-day: what the vendor gives per person-day only (rule C4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from uptake.model import Usage
from uptake.sources.copilot.features import APP, CLI
from uptake.sources.copilot.shapes import ClientTotals, UserDay

copy: Callable[[Usage], Usage] = Usage.__copy__  # type: ignore[attr-defined]
"""What `copy.copy` comes to, without its search: it is called for every row of a load."""

CREDIT_STEP = Decimal("1e-10")
"""Vendor numbers are printed binary floats: read as Decimal and rounded to 10 places."""


def person_day_rows(witness: Usage, record: UserDay) -> list[Usage]:
    """Rows of the surfaces `cli` and `app`; flags of the person and credits stand on the first row, or on one of `ide`."""
    rows: list[Usage] = []
    if record.totals_by_cli is not None:
        rows.append(_client_row(witness, CLI, record.totals_by_cli))
    if record.totals_by_copilot_app is not None:
        rows.append(_client_row(witness, APP, record.totals_by_copilot_app))
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
