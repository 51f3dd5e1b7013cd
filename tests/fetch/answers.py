"""What a request to the vendor is, and what an answer of it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KEY = "vendor-key-4711"
SIGNATURE = "sig-canary-0815"
PAGE = 2
"""Rows a page, whatever a client asks for."""

Rows = list[dict[str, Any]]


@dataclass
class Seen:
    """One request, as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    host: str


@dataclass
class Answer:
    """One answer. `cut`: how many bytes of the body are sent of those that are promised."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    stall: float = 0.0
    drop: bool = False


Trick = Callable[[Seen], Answer | None]
"""Answers instead of the vendor, or None to let it answer."""


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})
