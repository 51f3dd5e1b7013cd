"""Payloads: the fixtures of a reader or receiver, and what becomes of one. Seeded: the same number gives the same damage again."""

from __future__ import annotations

import functools
import json
import pathlib
import random

from google.protobuf import json_format

from tests.attack import mutate
from tests.fuzz import damage
from tests.receive.directory import ENTERPRISE, patch, user
from uptake.receive.deliveries import HOSTS
from uptake.sources import SOURCES
from uptake.sources.otlp.protobuf import REQUESTS

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "src" / "uptake" / "sources"
POSTS = {"post-json": False, "post-protobuf": True}
"""The two encodings of telemetry, and whether it is protobuf: bodies of requests, not files."""
HOOKS = {"hook-github": "github", "hook-gitlab": "gitlab"}
"""Deliveries of hosts of code."""
DIRECTORY = "directory"
"""People and groups over SCIM."""
RECEIVERS = {
    **dict.fromkeys(POSTS, "/v1/"),
    "hook-github": "/webhooks/github",
    "hook-gitlab": "/webhooks/gitlab",
    DIRECTORY: "/scim/v2/",
}
"""Receiver -> with what the addresses of its routes begin."""


@functools.cache
def seeds(name: str) -> tuple[bytes, ...]:
    """The fixtures of a reader; of a receiver those of its reader as bodies of requests."""
    if name in POSTS:
        return tuple(_body(text, protobuf=POSTS[name]) for text in seeds("otlp"))
    if name in HOOKS:
        lines = [line for text in seeds(HOSTS[HOOKS[name]].source) for line in text.splitlines()]
        return tuple(line for line in lines if line[:1] == b"{" and line[-1:] == b"}" and len(line) > 2)
    if name == DIRECTORY:
        return tuple(json.dumps(body).encode() for body in _directory())
    return tuple(path.read_bytes() for path in sorted(FOLDER.glob(f"*/fixtures/{name}.*.in")))


def _body(text: bytes, *, protobuf: bool) -> bytes:
    document = json.loads(text)
    if not protobuf:
        return json.dumps(document).encode()
    made = REQUESTS["metrics" if "resourceMetrics" in document else "logs"]()
    return bytes(json_format.ParseDict(document, made).SerializeToString())


def _directory() -> list[dict[str, object]]:
    work = [
        ("replace", 'emails[type eq "work"].value', "a@b.example"),
        ("Add", f"{ENTERPRISE}:department", "Payments"),
        ("remove", "externalId", None),
    ]
    return [
        user(1), user(2, boss="P1"), {"displayName": "g", "externalId": "g-1", "members": [{"value": "a"}, {"value": "b"}]},
        patch(*({"op": verb, "path": path, "value": value} for verb, path, value in work)),
        patch({"op": "Replace", "value": {"active": "False", f"{ENTERPRISE}:manager": {"value": "x"}}}),
        patch({"op": "add", "path": "members", "value": [{"value": "c"}]}, {"op": "remove", "path": 'members[value eq "a"]'}),
        {"filter": 'userName eq "P1@bank.example" and active eq true', "startIndex": 1, "count": 10, "attributes": ["userName", "emails.value"]},
    ]  # fmt: skip


def mutated(name: str, number: int) -> bytes:
    """Payload `number` of a reader or receiver: one of its fixtures with one to four kinds of damage."""
    draw = random.Random(f"{name} {number}")
    data = damaged(draw.choice(seeds(name)), draw, name)
    if draw.random() < 0.03:
        data = draw.choice(list(mutate.FILES.values()))(data.decode("utf-8", "replace").encode())
    return data


def damaged(data: bytes, draw: random.Random, name: str) -> bytes:
    """One to four kinds of damage; what is spliced in is of the same reader or receiver."""
    return damage.damaged(data, draw, lambda: draw.choice(seeds(name)))


def named() -> tuple[str, ...]:
    """All readers."""
    return tuple(SOURCES)


def everything() -> tuple[str, ...]:
    """All readers and receivers."""
    return (*named(), *RECEIVERS)
