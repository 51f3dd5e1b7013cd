"""What was received and waits: drained by `uptake ingest SOURCE` without a file, and before a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uptake.cli import output, progress
from uptake.errors import EXIT_DONE, EXIT_PARTLY

if TYPE_CHECKING:
    from uptake.jobs import Progress, State
    from uptake.settings import Settings

DIRECTORY = "scim"


def drains(source: str) -> bool:
    """True if records of the source arrive by themselves, so that `ingest` needs no file."""
    from uptake import jobs

    return source in (*jobs.SPOOLED, DIRECTORY)


def drain(source: str, settings: Settings, state: State, *, complete: bool, as_json: bool, quiet: bool) -> int:
    """Load what clients or a directory sent; answers the exit code."""
    from uptake import jobs
    from uptake.jobs import provisioning

    with progress.progress(quiet=quiet) as told:
        if source == DIRECTORY:
            found = provisioning.drain(settings, state, progress=told, complete=complete)
        else:
            found = jobs.drain(settings, state, progress=told, source=source)
    report = found or jobs.nothing(source)
    output.load_report(jobs.load_answer(report), as_json=as_json)
    return EXIT_PARTLY if report.quarantined or report.refused else EXIT_DONE


def people(settings: Settings, state: State, told: Progress) -> None:
    """What a directory sent goes in before a score; what is refused of it waits, and the score goes on without it."""
    from uptake.jobs import provisioning

    if why := provisioning.drained(settings, state, told):
        output.note(f"uptake: {why}")
