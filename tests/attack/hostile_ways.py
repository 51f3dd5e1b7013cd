"""A hostile engineer's afternoon, all of it: every way in turn, what was asked and what leaked, in words."""

from __future__ import annotations

import contextlib
import pathlib
import random
from collections.abc import Callable, Sequence

from tests.attack import hostile_http, hostile_who
from tests.attack.hostile import Findings, Truth, Wire, cast, serving
from tests.attack.hostile_day import Afternoon

WAYS: Sequence[Callable[[Afternoon], object]] = (
    hostile_who.foreign_ids, hostile_who.forged_purposes, hostile_who.forged_headers, hostile_who.sessions, hostile_http.crossed_origins,
    hostile_http.forged_filters, hostile_http.caches, hostile_http.path_tricks, hostile_http.exports, hostile_http.error_pages, hostile_http.methods,
    hostile_http.oversized, hostile_who.keys, hostile_who.timing,
)  # fmt: skip


def afternoon(
    home: pathlib.Path, size: int, share: float = 1, seed: int = 7, ways: Sequence[Callable[[Afternoon], object]] = WAYS
) -> Findings:
    """Serve a demo home in a process of its own and try every way. `size`: ids and forged filters; `share`: how much of each list."""
    truth, found = Truth(home), Findings()
    with serving(home) as base, contextlib.closing(Wire(base)) as wire:
        day = Afternoon(wire, truth, cast(wire, truth), found, random.Random(seed), size, share)
        for way in ways:
            way(day)
    return found
