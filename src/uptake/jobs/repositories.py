"""What the doctor says of the program that reads repositories."""

from __future__ import annotations

from typing import Any

from uptake import pipeline
from uptake.settings import Settings


def checks(settings: Settings) -> list[dict[str, Any]]:
    """One row, as those of `jobs.doctor`: the version of git; a fault where it is missing and repositories were loaded."""
    found = pipeline.git_version()
    used = settings.warehouse_file.exists() and pipeline.was_loaded(settings, "git")
    return [
        {
            "name": "git",
            "ok": bool(found) or not used,
            "detail": found or ("it is not installed" if used else "not installed; `uptake ingest git` needs it"),
            "next_step": "Install the program git" if used and not found else "",
        }
    ]
