"""Steps of a funnel, the widest first: which may not stand beside a later one, and which two tell a few people by their difference. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from uptake.disclosure.bounds import EDGE

RISES = "less than a later step"
"""Stands in place of a step that holds fewer people than a later one: people use a tool of which no seat is known, say."""


def rising(counts: Sequence[int | None]) -> set[int]:
    """Places of steps that hold fewer people than a later one: without them no step rises."""
    return {wide for wide, _, apart in _pairs(counts) if apart < 0}


def close(counts: Sequence[int | None]) -> list[tuple[int, int]]:
    """Pairs of places whose counts differ by so few people that the difference would be bounded, were it a count of its own."""
    return [(wide, narrow) for wide, narrow, apart in _pairs(counts) if 0 <= apart < EDGE]


def _pairs(counts: Sequence[int | None]) -> Iterator[tuple[int, int, int]]:
    """(wider, narrower, people apart) of all that are shown."""
    known = ((place, count) for place, count in enumerate(counts) if count is not None)
    return ((wide, narrow, more - fewer) for (wide, more), (narrow, fewer) in combinations(known, 2))
