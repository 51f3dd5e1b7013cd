"""Who is behind a request, for the audit record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The operating-system user or the session, and the route."""

    actor: str
    route: str
    now: dt.datetime
