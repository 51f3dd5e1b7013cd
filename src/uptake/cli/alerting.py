"""`uptake alerts`: finds what is wrong now, and tells it by mail and webhook."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from uptake.cli import output
from uptake.cli.common import Home, Json, opened
from uptake.errors import EXIT_DONE, EXIT_UNREACHABLE, WrongUsage


def alerts(
    *,
    trial: Annotated[
        bool,
        Parameter(negative="", help="Send one message by each channel that says that it is a trial, and nothing else."),
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Look what is wrong now, and tell what is new by mail and webhook; exit 6 if a channel takes nothing."""
    from uptake import jobs
    from uptake.jobs import alerting, messages

    settings, state = opened(home)
    if trial:
        tried = {channel: messages.trial(settings, channel, jobs.utc_now) for channel in messages.channels(settings)}
        return _tried(tried, as_json=as_json)
    found = alerting.look(settings, state)
    lines = [f"{messages.KINDS[one.kind]} {one.subject}: {one.detail}" for one in found.open] or ["Nothing is wrong."]
    output.answer(asdict(found), as_json=as_json, text="\n".join(lines))
    for channel, why in found.failed.items():
        output.note(f"uptake: alerts by {channel}: {why}")
    return EXIT_UNREACHABLE if found.failed else EXIT_DONE


def _tried(tried: dict[str, str], *, as_json: bool) -> int:
    if not tried:
        raise WrongUsage("No channel is set up", next_step="Set [alerts.mail] or [alerts.webhook] in settings.toml")
    failed = {channel: why for channel, why in tried.items() if why}
    said = [f"{channel}: {why or 'taken'}" for channel, why in tried.items()]
    output.answer({"channels": list(tried), "failed": failed}, as_json=as_json, text="\n".join(said))
    return EXIT_UNREACHABLE if failed else EXIT_DONE
