"""A sentence in the place of each text of a reader's fixtures, one at a time: what the reader would keep of it."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator

import msgspec

from tests.fuzz import payloads
from tests.fuzz.damage import SENTENCE
from uptake.model.outcome import Ignored, InputFile, Outcome, Parts, Refused, Rejected, Source, Span, Taken

MARK = "c4nary"
NAMES = {
    *("account", "login", "email", "tenant", "person_id", "github_login", "manager_id", "team", "team_slug", "department", "lob", "site"),
    *("country", "legal_entity", "job_family", "granted_by", "series"),
}  # fmt: skip
"""Columns that hold a name that somebody gave: identity, units. Every other text is of a list of the vendor's, or is not kept."""
TEXT = re.compile(rb'(?<=[:\[,])(\s*)"((?:[^"\\\n]|\\.){1,200})"(?!\s*:)')
CELL = re.compile(rb"(?<=[,\n])[^,\n\"]{1,200}(?=[,\n])")


def planted(data: bytes) -> Iterator[bytes]:
    """The file with one of its texts a sentence: of JSON each value that is text, of CSV each cell below the header."""
    if data.lstrip()[:1] in (b"{", b"["):
        for found in TEXT.finditer(data):
            yield data[: found.start(2)] + SENTENCE.encode() + data[found.end(2) :]
        return
    start = data.find(b"\n")
    for found in CELL.finditer(data, max(start, 0)):
        yield data[: found.start()] + SENTENCE.encode() + data[found.end() :]


def kept(source: Source) -> list[str]:
    """Where a sentence was found afterwards that may not be there; one word for each place."""
    found = set()
    for seed in payloads.seeds(source.name):
        for data in planted(seed):
            file = InputFile("payload", io.BytesIO(data), account="tenant", fetched_at=dt.datetime(2026, 6, 1, 12))
            try:
                for outcome in source.parse(file):
                    found.update(_said(outcome))
            except Refused as refused:
                found |= {"a refusal"} if MARK in f"{refused.reason}{refused.instead}" else set()
            found |= {"the names of unknown keys"} if MARK in " ".join(file.unknown_keys) else set()
    return sorted(found)


def _said(outcome: Outcome) -> Iterator[str]:
    if isinstance(outcome, Ignored | Rejected | Parts):
        if MARK in repr(outcome):
            yield type(outcome).__name__
    elif isinstance(outcome, Taken):
        for row in outcome.rows:
            for name, value in msgspec.structs.asdict(row).items():
                if isinstance(value, str) and MARK in value and name not in NAMES:
                    yield f"{type(row).__name__}.{name}"
    elif isinstance(outcome, Span) and MARK in repr(outcome) and MARK not in outcome.tenant:
        yield "Span"
