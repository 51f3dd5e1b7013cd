"""One record of an OTLP request, whatever its encoding was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Signal = Literal["metrics", "logs", "traces"]
Scalar = str | int | float | bool
Attributes = dict[str, Scalar]
CUMULATIVE = 2
"""Aggregation temporality, as OTLP numbers it."""
MOST_NANOSECONDS = 2**63


@dataclass(slots=True)
class Record:
    """One log record, or one data point of a metric. Times in nanoseconds since 1970, 0 = not said."""

    resource: Attributes
    scope: str
    name: str
    attributes: Attributes
    time: int = 0
    start: int = 0
    value: int | float | None = None
    cumulative: bool = False
    apart: str = ""
    """Of a point: a hash of its attributes that are not on the list and not those of its resource."""
    damaged: str = ""
    """Name of the field that is not of its type; the record is then refused."""
