"""`uptake init` makes a home; `uptake config show` says which settings hold there, and where each came from."""

from __future__ import annotations

import cyclopts

from uptake.cli import output
from uptake.cli.common import Home, Json
from uptake.errors import EXIT_DONE, WrongUsage

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
