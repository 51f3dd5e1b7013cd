"""What commands share: their common options, the store of a home, and who acts at the command line."""

from __future__ import annotations

import contextlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from uptake.errors import NotPermitted, UserError, WrongUsage

if TYPE_CHECKING:
    from uptake.acts import Act
    from uptake.jobs import State
    from uptake.settings import Settings

Home = Annotated[
    Path | None, Parameter(name="--home", help="The home folder; default: UPTAKE_HOME, else ./uptake-home.")
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="One JSON document on stdout.")]
Quiet = Annotated[bool, Parameter(name="--quiet", negative="", help="No progress on stderr.")]

LONGEST_TOKEN_FILE = 1000


def opened(home: Path | None, *, must_exist: bool = True) -> tuple[Settings, State]:
    """The settings of a home and its state store.

    Raises:
        WrongUsage: there is no home; one that was mistyped would be made, and what was switched there would hold nowhere.
    """
    from uptake.jobs import State
    from uptake.settings import read_settings

    settings = read_settings(home)
    if must_exist and not is_home(settings):
        raise WrongUsage(
            "There is no home in that folder",
            why="it has neither settings nor data",
            next_step="Name it with --home or UPTAKE_HOME, or make one with `uptake init`",
        )
    STORES.append(State.of(settings))
    return settings, STORES[-1]


def is_home(settings: Settings) -> bool:
    """True if the folder has settings or data, or its state is elsewhere."""
    signs = (settings.home / "settings.toml", settings.state_file, settings.warehouse_file)
    return bool(settings.state.url) or any(sign.is_file() for sign in signs)


STORES: list[State] = []
"""Stores that this run opened: when a command ends, the head of what it wrote goes to the second place."""


def keep_heads() -> None:
    """Write the head of each store that a command wrote records to."""
    while STORES:
        state = STORES.pop()
        if state.appended:
            with contextlib.suppress(UserError):
                state.keep_head()
        state.close()


@dataclass(frozen=True, slots=True)
class Operator:
    """The local operator in one role: an operating-system user, who is one identity."""

    state: State
    version: str
    role: str
    identity: str

    def act(self, command: str) -> Act:
        """An act at the command line."""
        from uptake import jobs
        from uptake.acts import Act

        return Act(self.identity.partition(":")[2], f"cli:{command}", jobs.utc_now(), self.identity)


def operator(home: Path | None, role: str | None, roles: tuple[str, ...]) -> Operator:
    """The local operator in the role that is named, else in the first of `roles` that settings grant.

    Raises:
        NotPermitted: none of them is granted.
    """
    from uptake import jobs
    from uptake.reads.policies import OF_THE_SYSTEM

    settings, state = opened(home)
    granted = [one for one in ((role,) if role else roles) if one in settings.operator.roles and one in roles]
    if not granted:
        raise NotPermitted(
            "not permitted",
            why=f"this needs the role {' or '.join(roles)}",
            next_step="Grant it in settings.toml, [operator] roles",
        )
    version = jobs.policy_of(settings, state, jobs.utc_now().date()).version
    return Operator(state, version, granted[0], f"{OF_THE_SYSTEM}{os_user()}")


def os_user() -> str:
    """Who runs the command, as the system knows them; what the environment says of that is anybody's to set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def secret_of(token_file: Path | None) -> str | None:
    """The API token that a command was given: of the file, else of the environment; None where there is none.

    Raises:
        WrongUsage: the file cannot be read, or holds nothing.
    """
    if token_file is None:
        return os.environ.get("UPTAKE_TOKEN") or None
    try:
        with token_file.open(encoding="utf-8") as file:
            found = file.read(LONGEST_TOKEN_FILE).strip()
    except (OSError, ValueError):
        found = ""
    if not found:
        raise WrongUsage("`--token-file` cannot be used", why="it is no readable file with a token in it")
    return found
