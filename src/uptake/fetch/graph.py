"""Questions to GitHub's GraphQL interface: its errors stand in answers that are well (200), and questions are paid in points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from uptake.fetch.problems import KeyRefused, NotFetched, NotThere
from uptake.fetch.rows import REPORT, Body, Row
from uptake.fetch.transport import Ask, TryAgainError, Wire

PATH = "graphql"
POINTS = "rateLimit{cost remaining resetAt}"
"""What each question asks for beside its own: what it cost, and what is left."""
_NO_POINTS = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_NO_RIGHT = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
_NOT_FOUND = "NOT_FOUND"


class _Reply(Body):
    """An answer that counts only without errors: beside them the data lacks what they are about."""

    def end(self) -> None:
        super().end()
        errors = self.value.get("errors") if isinstance(self.value, dict) else None
        if not errors:
            return
        # The texts of a vendor may name people: only the word for the kind is read.
        kinds = {one.get("type") for one in errors if isinstance(one, dict)} if isinstance(errors, list) else set()
        if kinds & _NO_POINTS:
            raise TryAgainError("its points are used up", unanswered=True)
        if kinds & _NO_RIGHT:
            raise KeyRefused(
                "The vendor refuses the key", why="it may not see this", next_step="Check the rights of the key"
            )
        if _NOT_FOUND in kinds:
            raise NotThere("The vendor knows no such name", next_step="Check the names in the settings")
        raise TryAgainError("it answers with errors")


def ask(wire: Wire, query: str, variables: Mapping[str, Any]) -> Row:
    """The data of an answer.

    Raises:
        KeyRefused, NotThere, NotFetched.
    """
    reply = _Reply()
    wire.into(reply, Ask(PATH, "POST", json={"query": query, "variables": variables}))
    data = reply.value.get("data") if isinstance(reply.value, dict) else None
    if not isinstance(data, dict):
        raise NotFetched("An answer of the vendor is not understood", why="it holds no `data`", next_step=REPORT)
    return data


def wait_for_points(wire: Wire, data: Row) -> None:
    """Before a further question: where the points left are fewer than the last one cost, wait for new ones.

    Raises:
        NotFetched: that would take longer than patience lasts.
    """
    said = data.get("rateLimit")
    cost, left, reset = (
        (said.get(name) for name in ("cost", "remaining", "resetAt")) if isinstance(said, dict) else (None,) * 3
    )
    if not isinstance(cost, int) or not isinstance(left, int) or left >= cost:
        return
    try:
        until = dt.datetime.fromisoformat(reset).astimezone(dt.UTC).replace(tzinfo=None)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return  # the next question is refused, then, and tried again
    if not wire.wait(until):
        raise NotFetched("The points of the key are used up", why="new ones come later than patience lasts", down=True)
