"""Records that carry a unique text in every place where content could stand, and where a text may be stored all the same."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.attack import mutate, samples

STORED = {
    "copilot-users": {
        ("user_login",): "identity", ("day",): "a day", ("user_id",): "identity", ("enterprise_id",): "tenant",
        ("organization_id",): "tenant",
    },
    "copilot-user-teams": {
        ("user_login",): "identity", ("day",): "a day", ("user_id",): "identity", ("organization_id",): "tenant",
        ("team_id",): "team", ("slug",): "name of a vendor team",
    },
    "copilot-seats": {
        ("created_at",): "a day", ("last_activity_at",): "a time", ("pending_cancellation_date",): "a day",
        ("assignee", "login"): "identity", ("assignee", "id"): "identity", ("assignee", "type"): "a person or not",
        ("assigning_team", "slug"): "team that grants the seat", ("assigning_team", "id"): "team that grants the seat",
        ("organization", "login"): "organisation that grants the seat", ("organization", "id"): "organisation",
    },
    "copilot-aggregate": {("day",): "a day", ("enterprise_id",): "tenant"},
    "claude-code": {
        ("date",): "a day", ("actor", "type"): "a person or a key", ("actor", "email_address"): "identity",
        ("organization_id",): "tenant", ("model_breakdown", 0, "estimated_cost", "currency"): "decides whether the cost is read",
    },
    "claude-enterprise": {
        ("user", "id"): "identity", ("user", "email_address"): "identity", ("date",): "a day",
    },
    "claude-transcripts": {
        ("timestamp",): "a time", ("type",): "decides whose row it is", ("message", "role"): "decides whose row it is",
        ("message", "content", 0, "type"): "decides whether a person wrote it",
    },
    "windsurf": {
        ("email",): "identity", ("date",): "a day", ("sum_num_acceptances",): "a count, as text",
        ("sum_num_lines_accepted",): "a count, as text",
    },
    "cursor": {("userId",): "identity", ("email",): "identity", ("day",): "a day"},
    "codex": {("user_id",): "identity", ("actor", "email"): "identity"},
}  # fmt: skip
"""Text fields that are on the allow-list as they are: identity, tenant, names of units, days. Every other text is a sentence here."""
HR_STORED = (
    "person_id",
    "email",
    "github_login",
    "manager_id",
    "team",
    "department",
    "lob",
    "site",
    "country",
    "legal_entity",
    "job_family",
)
"""The people table holds these columns of our own file by contract; the file of the operator has nothing else in text."""


FIRST_NUMBER = 0xB3_B85A_0000
"""The upper six of its eight bytes stand for all numbers planted: a database that holds one shows them."""
_TEXT = re.compile(rb"c4nary\d{5}x")
_NUMBER = re.compile(rb"\d{12}")
_BINARY = re.compile(rb"..\x5a\xb8\xb3\x00\x00\x00", re.DOTALL)


class Canaries:
    """Unique texts and numbers, and how to find them in bytes."""

    def __init__(self) -> None:
        self.texts: set[bytes] = set()
        self.numbers: set[int] = set()

    def text(self) -> str:
        """A sentence, as a prompt or a title would be."""
        mark = f"c4nary{len(self.texts):05d}x"
        self.texts.add(mark.encode())
        return f"tell Ann {mark} of the merger"

    def number(self) -> int:
        self.numbers.add(FIRST_NUMBER + len(self.numbers))
        return max(self.numbers)

    def found(self, data: bytes) -> Iterator[str]:
        """Those that stand in the bytes, numbers also in binary."""
        for found in _TEXT.findall(data):
            if found in self.texts:
                yield found.decode()
        numbers = [int(found) for found in _NUMBER.findall(data)]
        numbers += [int.from_bytes(found, "little") for found in _BINARY.findall(data)]
        yield from (str(number) for number in numbers if number in self.numbers)


def good_with_content(source: str, number: int, canaries: Canaries) -> bytes:
    """A record that loads, with a sentence in every text that is not stored, and in keys and values nobody knows."""
    found = samples.record(source, number)
    for path in list(mutate.paths(found)):
        spot = mutate._parent(found, path)
        known_text = isinstance(spot[path[-1]], str) and path not in STORED[source]
        if known_text:
            spot[path[-1]] = canaries.text()
    for path in [(), *mutate.paths(copy.deepcopy(found))]:
        spot = found if path == () else mutate._parent(found, path)[path[-1]]
        if isinstance(spot, dict):
            spot["prompt"] = canaries.text()
            spot[canaries.text()] = [canaries.text(), {canaries.text(): canaries.number()}]
            spot["messages"] = [{"role": "user", "content": canaries.text()}]
    return json.dumps(found).encode()


def bad_with_content(source: str, number: int, canaries: Canaries, fault: int) -> bytes:
    """A record that cannot load, with a canary in every other place, identity too."""
    found = samples.record(source, number)
    places = [path for path in mutate.paths(found) if not isinstance(_value(found, path), dict | list)]
    for path in places:
        value = _value(found, path)
        spot = mutate._parent(found, path)
        if isinstance(value, str) and path[-1] not in {"day", "date", "created_at", "type"}:
            spot[path[-1]] = canaries.text().replace(" ", "-")
        elif isinstance(value, int) and not isinstance(value, bool):
            spot[path[-1]] = canaries.number()
    found["prompt"] = canaries.text()
    return FAULTS[fault % len(FAULTS)](found, source, canaries)


def _value(found: Any, path: tuple[Any, ...]) -> Any:
    return mutate._parent(found, path)[path[-1]]


def _first_key(source: str) -> str:
    dated = ("claude-code", "claude-enterprise", "windsurf")
    special = {"copilot-seats": "created_at", "claude-transcripts": "timestamp", "codex": "start_time"}
    return special.get(source, "date" if source in dated else "day")


def _with(change: str) -> Any:
    def fault(found: dict[str, Any], source: str, canaries: Canaries) -> bytes:
        key = _first_key(source)
        if change == "missing":
            del found[key]
        else:
            found[key] = (
                canaries.text()
                if change == "text"
                else {"a": canaries.text()}
                if change == "object"
                else canaries.number()
            )
        return json.dumps(found).encode()

    return fault


def _cut(found: dict[str, Any], _source: str, _canaries: Canaries) -> bytes:
    return json.dumps(found).encode()[:-9]


def _bytes(found: dict[str, Any], _source: str, _canaries: Canaries) -> bytes:
    return json.dumps(found).encode().replace(b'", "', b'\xff", "', 1)


FAULTS = (_with("missing"), _with("text"), _with("object"), _with("number"), _cut, _bytes)


def bad_csv_lines(source: str, canaries: Canaries) -> list[bytes]:
    """Lines that cannot load: bad days and numbers, a cell too many or too few, a NUL, an open quote, bytes that are no text."""
    names = list(samples.record(source, 0))
    day = next((name for name in names if "day" in name or "date" in name), "source")

    def cells(**more: str) -> bytes:
        found = {name: canaries.text() for name in names}
        return samples.csv_line(source, {**found, **more})

    full = cells()
    return [
        full, cells(**{day: canaries.text()}), full + b"," + canaries.text().encode(), cells().split(b",", 1)[-1],
        cells() + b"\0", b'"' + cells(), b"\xff" + cells(), cells() * 3000,
    ]  # fmt: skip


def good_csv(source: str, canaries: Canaries) -> bytes:
    """A good file with two columns that nobody knows: their names and their cells are content."""
    lines = [
        samples.csv_line(source, samples.record(source, n)) + f",{canaries.text()},{canaries.text()}".encode()
        for n in range(5)
    ]
    return samples.csv_file(source, lines, more_columns=f",notes {canaries.text()},{canaries.text()}")
