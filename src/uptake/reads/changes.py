"""The registers of changes to code and of data that leaves the company, as a pack of evidence holds them: read through the gate, as whoever makes the pack may see them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from uptake.policy import Policy, Viewer
from uptake.reads.caller import Caller
from uptake.reads.query import Filters
from uptake.reads.visit import Visit
from uptake.settings import Settings
from uptake.snapshot import newest
from uptake.state import State

Registers = dict[str, list[dict[str, Any]]]


def registers(
    settings: Settings, state: State, policy: Policy, viewer: Viewer, days: tuple[dt.date, dt.date], caller: Caller
) -> Registers:
    """Question -> its rows: the register of the changes merged in these days, what followed, and where data goes now. Empty before the first snapshot.

    Raises:
        NotPermitted: policy does not grant them.
        Unreachable: the reading could not be written down.
    """
    if days[0] > days[1] or newest(settings.snapshot_folder) is None:
        return {}
    with Visit(settings, state, policy, viewer, caller, None) as visit:
        of_days = visit.ask("change_register", Filters(first=days[0], last=days[1]))
        return {
            "change_register": of_days.rows(),
            "error_propagation": visit.ask("error_propagation", Filters()).rows(),
            "data_egress": visit.ask("data_egress", Filters()).rows(),
        }
