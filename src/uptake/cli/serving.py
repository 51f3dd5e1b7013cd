"""What `serve` and `demo` print before the pages are up: the address, and in a demo whom to sign in as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uptake.cli import output

if TYPE_CHECKING:
    from uptake.settings import Settings

ROLES = {"executive": "executive", "lob_lead": "lead of a line", "manager": "manager", "self": "engineer"}


def check_free(host: str, port: int) -> None:
    """Refuse a port that is taken before any work is done.

    Raises:
        WrongUsage: the address cannot be taken.
    """
    from uptake.web import server

    server.bound(host, port).close()


def pages(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop; the address goes to stderr once the port is ours."""
    from uptake.web import serve

    serve(settings, host, port, lambda address: output.note(greeting(settings, address)))


def greeting(settings: Settings, address: str) -> str:
    """Where the pages are, and in a demo home one person of each role to sign in as."""
    lines = [f"Pages: {address}/  (Ctrl-C ends them)"]
    people = invited(settings)
    if people:
        lines += [f"Sign in: {address}/signin as one of these invented people, or as an officer", *people]
    return "\n".join(lines)


def invited(settings: Settings) -> list[str]:
    """One line a role: the first person that the sign-in page offers for it. Empty outside a demo home."""
    from uptake.jobs import State, utc_now
    from uptake.reads.cast import cast

    found: dict[str, str] = {}
    for member in cast(settings, State.of(settings), utc_now()):
        place = "the whole company" if member.role == "executive" else member.unit
        found.setdefault(member.role, f"  {ROLES[member.role]}: person {member.person_id}, {place}")
    return list(found.values())
