"""What the detector counted, on its way to the register: a spool of its own, so that no count lies beside whose prompt it was."""

from __future__ import annotations

from pathlib import Path

from uptake.receive.spool import Spool
from uptake.sources.data_classes.parse import Line, encoded
from uptake.sources.data_classes.tally import Tally

__all__ = ["FOLDER", "Tally", "keep"]

FOLDER = "data-classes"


def keep(folder: Path, lines: list[Line]) -> None:
    """Put counts on the disk, if there are any. `folder`: the spool of telemetry. The lines hold a day and no time, no account and no session.

    Raises:
        SpoolFullError, OSError: the disk took nothing.
    """
    if lines:
        Spool(folder / FOLDER).append(encoded(lines))
