"""What is wrong with the register of data that leaves the company: told as alerts, and by `uptake doctor` (GOVERNANCE.md section 12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from uptake.pipeline.watching import Seen
from uptake.settings import Settings
from uptake.state.alerts import Fact


def findings(settings: Settings, seen: Seen, k: int) -> Iterator[Fact]:
    """Tools in use without a row, and classes of data that were counted where they may not go; of tools of more than k accounts only, since a
    class on a tool of a few would be theirs.
    """
    rows = settings.egress.products
    for tool in seen.tools:
        if tool not in rows:
            yield Fact("egress", tool, "is in use and has no row in the register of data that leaves the company")
    apart: dict[str, list[str]] = defaultdict(list)
    for tool, name, accounts in seen.classes:
        allowed = rows[tool].classes_allowed if tool in rows else None
        if accounts > k and allowed is not None and name not in allowed:
            apart[tool].append(name)
    for tool, names in apart.items():
        yield Fact("egress", tool, f"was sent data that may not go there by the register: {', '.join(sorted(names))}")


def check(settings: Settings, seen: Seen | None, k: int) -> list[dict[str, Any]]:
    """Row of the doctor: a state of the data is no fault of the machine, so that it fails no check and says what mends it."""
    if seen is None or not (seen.tools or settings.egress.products):
        return []
    found = [f"{fact.subject} {fact.detail}" for fact in findings(settings, seen, k)]
    held = f"{len(settings.egress.products)} rows in the register, {len(seen.tools)} tools in use"
    step = "Review what goes there, then add or mend its row in [egress.products]" if found else ""
    return [{"name": "data egress", "ok": True, "detail": "; ".join([held, *found]), "next_step": step}]
