"""`uptake fetch`: a vendor's interface into files, and these into the warehouse."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from cyclopts import Parameter

from uptake.cli import output, progress
from uptake.cli.common import Home, Json, Quiet, opened
from uptake.errors import EXIT_DONE, EXIT_PARTLY


def fetch(
    source: Annotated[
        str,
        Parameter(
            help="Name of the source, such as claude-code, or SOURCE@TENANT for a further organisation; settings say how it is reached."
        ),
    ],
    /,
    *,
    from_day: Annotated[
        dt.date | None, Parameter(name="--from", help="First day wanted; default: all days that are due.")
    ] = None,
    to_day: Annotated[
        dt.date | None, Parameter(name="--to", help="Last day wanted; default: the newest that the vendor has whole.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Ask a vendor for the days that are due, and load each day that comes whole; exit 6 if one does not."""
    from uptake.jobs import fetching

    settings, state = opened(home)
    with progress.progress(quiet=quiet) as told:
        report = fetching.fetch(settings, state, source, (from_day, to_day), progress=told)
    output.fetch_report(fetching.answer(report), as_json=as_json)
    error = report.why()
    if error is not None:
        return output.said(str(error), error.exit_code)
    load = report.load()
    return EXIT_PARTLY if load.quarantined or load.refused else EXIT_DONE
