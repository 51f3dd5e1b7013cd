"""What the doctor says of repositories: the program that reads them, and which of them hold the same commits."""

from __future__ import annotations

from typing import Any

from uptake import pipeline
from uptake.settings import Settings

MOST_TOLD = 20


def checks(settings: Settings) -> list[dict[str, Any]]:
    """Rows, as those of `jobs.doctor`: the version of git, a fault where it is missing and repositories were loaded; and copies."""
    found = pipeline.git_version()
    used = settings.warehouse_file.exists() and pipeline.was_loaded(settings, "git")
    return [
        {
            "name": "git",
            "ok": bool(found) or not used,
            "detail": found or ("it is not installed" if used else "not installed; `uptake ingest git` needs it"),
            "next_step": "Install the program git" if used and not found else "",
        },
        *([_copies(held)] if used and (held := pipeline.copies(settings)) else []),
    ]


def _copies(held: list[tuple[str, str, int]]) -> dict[str, Any]:
    """Repositories whose commits count for another one: no fault, and never in silence."""
    told = [f"{commits:,} commits of `{name}` count for `{other}`" for name, other, commits in held[:MOST_TOLD]]
    more = [f"and {len(held) - MOST_TOLD} more"] if len(held) > MOST_TOLD else []
    return {"name": "copies", "ok": True, "detail": "; ".join(told + more), "next_step": ""}
