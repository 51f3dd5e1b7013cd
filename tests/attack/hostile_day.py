"""What every way of a hostile engineer's afternoon works with: the wire, who is signed in, what may be seen, and the lists to try."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.attack.hostile import Findings, Reply, Truth, Visitor, Wire
from uptake.policy import QUESTIONS
from uptake.web.pages import PAGES

T = TypeVar("T")

FORMS = ("csv", "json", "parquet", "xlsx", "meta.json")
FILES = [f"/{page.slug}.{form}" for page in PAGES for form in FORMS]
PATHS = [*(f"/{page.slug}" for page in PAGES), *(f"/api/v1/{name}" for name in QUESTIONS)]
WRITES: Mapping[str, Mapping[str, str]] = {
    "/team/offer": {"step": "training"}, "/team/appraisal": {}, "/board": {"value": "in"}, "/me/contest": {"category": "leave", "quarter": "2026Q3"},
    "/policy/propose": {"profile": "open-board", "k": "5", "manager_depth": "9", "lob_lead_depth": "9", "reason": "a hostile afternoon"},
    "/policy/approve": {"change": "1"}, "/policy/refuse": {"change": "1"}, "/policy/notify": {"change": "1"}, "/policy/lockdown": {"value": "off"},
    "/policy/view-as": {"role": "manager"}, "/cases/open": {"case": "1"}, "/cases/1/take": {}, "/cases/1/propose": {"decision": "rejected"},
    "/cases/1/decide": {"answer": "approve", "change": "2"}, "/me/notices": {}, "/assurance/pack": {"from": "2026-01-01", "to": "2026-12-31"},
    "/assurance/search": {}, "/me/token": {"label": "x", "days": "1"}, "/me/token/revoke": {"number": "1"}, "/licences/decide": {"answer": "keep"},
    "/purpose": {}, "/case": {}, "/signin": {},
}  # fmt: skip
"""Forms, with fields that could be right for somebody."""


@dataclass
class Afternoon:
    """What every way works with."""

    wire: Wire
    truth: Truth
    cast: Sequence[Visitor]
    found: Findings
    rng: random.Random
    size: int
    share: float = 1
    """How much of each list is tried: all of it, or a part drawn at random."""

    def some(self, items: Iterable[T]) -> list[T]:
        listed = list(items)
        return listed if self.share >= 1 else self.rng.sample(listed, max(1, int(len(listed) * self.share)))

    def get(self, kind: str, visitor: Visitor, path: str, headers: Mapping[str, str] = {}, marker: str = "") -> Reply:
        reply = self.wire.ask(path, {**visitor.headers, **headers})
        return self.found.judge(kind, visitor, f"GET {path[:90]}", reply, marker)

    def post(
        self, kind: str, visitor: Visitor, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = {}
    ) -> Reply:
        reply = self.wire.post(path, fields, {**visitor.headers, **headers})
        return self.found.judge(kind, visitor, f"POST {path} {sorted(fields)}", reply)

    def of(self, role: str) -> Visitor:
        return next(one for one in self.cast if one.viewer.role == role and one.cookie)

    def ids(self) -> Iterator[str]:
        """Foreign and random ids in turn: real people, people who never were, hashes, and texts that want to be more."""
        real = sorted(self.truth.everybody)
        for number in range(self.size):
            yield (
                real[number % len(real)],
                f"{self.rng.randrange(10**6):06}",
                secrets.token_hex(16),
                f"person:{self.rng.choice(real)}",
            )[number % 4]


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def rows_of(reply: Reply) -> list[dict[str, object]]:
    return list(json.loads(reply.body)) if reply.status == 200 else []
