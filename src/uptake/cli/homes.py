"""`uptake init` makes a home; `uptake config show` says which settings hold there, and where each came from; no home is read as vendor files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import cyclopts

from uptake.cli import output
from uptake.cli.common import Home, Json
from uptake.errors import EXIT_DONE, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uptake.settings import Settings

config = cyclopts.App(name="config", help="Settings in force.")


def init(*, home: Home = None, as_json: Json = False) -> int:
    """Make the home folder with its settings file."""
    from uptake.settings import ANOTHER_HOME, read_settings

    settings = read_settings(home)
    try:
        for folder in ("warehouse", "snapshots", "spool", "quarantine", "logs"):
            (settings.home / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsage("The home cannot be made", why=error.strerror or "", next_step=ANOTHER_HOME) from None
    file = settings.home / "settings.toml"
    if not file.exists():
        file.write_text('# See the settings page of the reference.\n[operator]\nroles = ["administrator"]\n')
    output.answer({"home": str(settings.home)}, as_json=as_json, text=f"Home: {settings.home}")
    return EXIT_DONE


@config.command
def show(*, home: Home = None, as_json: Json = False) -> int:
    """Show each effective setting and where it came from."""
    from uptake.settings import effective, read_settings

    output.settings(effective(read_settings(home)), as_json=as_json)
    return EXIT_DONE


OWN = ("warehouse", "snapshots", "spool", "quarantine", "logs", "keys", "heads", "lake")
"""Folders of a home that hold what we wrote. Others are the site's own, such as the `vendor` of a demo."""


def refuse_homes(settings: Settings, paths: Sequence[str], *, inside: bool) -> None:
    """Folders to read from are no homes: what stands in one is ours, and is no vendor's file.

    `inside`: the source reads every file below a folder, so no home may lie in it either; else it looks for repositories.

    Raises:
        WrongUsage: a folder is a home, lies in what a home wrote, or holds a home.
    """
    own = settings.home.resolve()
    for folder in (Path(path).resolve() for path in paths if _is_folder(path)):
        above = next((one for one in (folder, *folder.parents) if one == own or _is_home(one)), None)
        part = folder.relative_to(above).parts[:1] if above else ()
        if above and (not part or part[0] in OWN):
            why = "it is a home of uptake" if above == folder else "it lies inside a home of uptake"
        elif inside and any(Path(one) == own or _is_home(Path(one)) for one, _, _ in os.walk(folder)):
            why = "a home of uptake lies inside it"
        else:
            continue
        raise WrongUsage(
            "The folder cannot be read from",
            why=f"{why}, and what stands there is no vendor's file",
            next_step="Give a folder that holds files of the vendor alone, or the files by name",
        )


def _is_folder(path: str) -> bool:
    """A name that the system refuses is none; what reads it says so."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def _is_home(folder: Path) -> bool:
    """A folder that has the data of a home: settings alone do not tell, many programs have a file of that name."""
    return (folder / "state.db").is_file() or (folder / "warehouse" / "warehouse.duckdb").is_file()
