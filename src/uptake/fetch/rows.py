"""Answers as rows: what came whole, page after page, and of each row only the keys that the readers know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from uptake.fetch.problems import NotFetched
from uptake.fetch.transport import Ask, Wire

Row = dict[str, Any]
REPORT = "Report it: the interface may have changed"
LARGEST_PAGE = 64 * 1024 * 1024
MOST_PAGES = 100_000
NOTHING: tuple[Any, ...] = (None, "", [], {})


def kept(value: Any, known: frozenset[str]) -> Any:
    """The same without the value of any key that is not known: its name stays, so that the reader counts it."""
    if isinstance(value, dict):
        return {key: kept(inner, known) if key in known else None for key, inner in value.items()}
    if isinstance(value, list):
        return [kept(inner, known) for inner in value]
    return value


def encoded(row: Any, known: frozenset[str]) -> bytes:
    """What is kept of a row, as JSON. Raises ValueError where a value cannot be written: too deep, too large a number, half a character."""
    try:
        return msgspec.json.encode(kept(row, known))
    except (RecursionError, OverflowError, UnicodeError):
        raise ValueError from None


def decoded(raw: bytes) -> Any:
    """A JSON value. Raises ValueError when it is cut off or none."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError from None


class Body:
    """One answer, in memory: a page is never large."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.value: Any = None

    def begin(self) -> None:
        self._held.clear()

    def write(self, piece: bytes) -> None:
        if len(self._held) + len(piece) > LARGEST_PAGE:
            raise NotFetched("A page of the vendor is too large", next_step=REPORT)
        self._held += piece

    def end(self) -> None:
        self.value = decoded(bytes(self._held)) if self._held.strip() else None


def page(wire: Wire, ask: Ask) -> Any:
    """One answer as JSON; None for an answer without a body."""
    body = Body()
    wire.into(body, ask)
    return body.value


def rows_of(found: Any, name: str) -> list[Row]:
    """The rows of a page. Nothing at all is no row; anything else than a list of objects is not understood."""
    if found in NOTHING:
        return []
    listed = found.get(name) if isinstance(found, dict) else found
    if listed is None and isinstance(found, dict) and name in found:
        return []
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise NotFetched(
            "An answer of the vendor is not understood", why=f"it holds no list `{name}`", next_step=REPORT
        )
    return listed


def by_cursor(wire: Wire, path: str, params: Mapping[str, Any], name: str = "data") -> Iterator[list[Row]]:
    """Pages of an interface that names the next one (`has_more`, `next_page`)."""
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        found = page(wire, Ask(path, params={**params, **({"page": cursor} if cursor else {})}))
        if cursor and found in NOTHING:
            raise NotFetched("The vendor's pages end before their last", why="a page that was to follow holds nothing")
        yield rows_of(found, name)
        said = found if isinstance(found, dict) else {}
        following, more = said.get("next_page"), said.get("has_more")
        if more is False or (following in (None, "") and not more):
            return
        if not isinstance(following, str) or not following:
            raise NotFetched("The vendor says that more follows, and not where", next_step=REPORT)
        if following in seen:
            raise circle()
        seen.add(following)
        cursor = following


class Pages:
    """Guards pages that are counted: the same page twice is a circle."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def new(self, rows: list[Row]) -> list[Row]:
        mark = hashlib.sha256(msgspec.json.encode(rows)).digest()
        if rows and mark in self._seen:
            raise circle()
        self._seen.add(mark)
        if len(self._seen) > MOST_PAGES:
            raise NotFetched("The vendor's pages have no end", next_step=REPORT)
        return rows


def circle() -> NotFetched:
    """Raised where pages come to one that was there before."""
    return NotFetched(
        "The vendor's pages go in a circle",
        why="the same page came twice, so nothing of that day is taken",
        next_step=REPORT,
    )
