"""What `serve` and `demo` print before the pages are up: the address, and in a demo whom to sign in as."""

from __future__ import annotations

import contextlib
import gc
import threading
from typing import TYPE_CHECKING

from uptake.cli import output
from uptake.errors import UserError

if TYPE_CHECKING:
    from uptake.settings import Settings

INVITED_AFTER = 1.0
"""Seconds."""
ROLES = {"executive": "executive", "lob_lead": "lead of a line", "manager": "manager", "self": "engineer"}


def check_free(host: str, port: int) -> None:
    """Refuse a port that is taken before any work is done.

    Raises:
        WrongUsage: the address cannot be taken.
    """
    from uptake.web import server

    server.bound(host, port).close()


def pages(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop; the address goes to stderr once the port is ours.

    What a start imports and makes stays: to look through it for garbage costs a tenth of the start, and later a part of a slow page.
    """

    def ready(address: str) -> None:
        gc.freeze()
        gc.enable()
        _greet(settings, address)

    gc.disable()
    try:
        from uptake.web import serve

        serve(settings, host, port, ready)
    finally:
        gc.enable()
        gc.unfreeze()  # what stays is never freed, and the engine complains of it on the way out


def _greet(settings: Settings, address: str) -> None:
    """Where the pages are; a moment later, in a demo home, whom to sign in as: to find them takes longer than the first page."""
    output.note(f"Pages: {address}/  (Ctrl-C ends them)")
    if settings.demo:
        later = threading.Timer(INVITED_AFTER, lambda: _invite(settings, address))
        later.daemon = True
        later.start()


def _invite(settings: Settings, address: str) -> None:
    with contextlib.suppress(UserError):
        people = invited(settings)
        if people:
            head = f"Sign in: {address}/signin as one of these invented people, or as an officer"
            output.note("\n".join([head, *people]))


def invited(settings: Settings) -> list[str]:
    """One line a role: the first person that the sign-in page offers for it. Empty outside a demo home."""
    from uptake.jobs import State, utc_now
    from uptake.reads.cast import cast

    found: dict[str, str] = {}
    for member in cast(settings, State.of(settings), utc_now()):
        place = "the whole company" if member.role == "executive" else member.unit
        found.setdefault(member.role, f"  {ROLES[member.role]}: person {member.person_id}, {place}")
    return list(found.values())
