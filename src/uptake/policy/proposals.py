"""What two people decide: a policy document, what it exposes, and the days from which it may hold. Pure: no I/O, no clock."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from typing import Any, Self

import rfc8785

from uptake.errors import WrongUsage
from uptake.policy.site import Policy

NOTICE_DAYS = 10
"""Business days between the notice to a person and the first day on which they may be named (GOVERNANCE.md section 9)."""
_SATURDAY = 5
STILL_TO_BE_MADE = "0" * 64
"""In place of the hash of an assessment, for a draft of it; never proposed."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A policy as it is proposed. `detector`: classes of data that are counted in prompts; `dpia`: legal entity -> SHA-256 (hex) of its impact assessment; `works_council`: entity -> reference.

    Raises WrongUsage when a value is not usable or an exposure lacks what it needs; names the key.
    """

    profile: str = "team-first"
    k: int = 10
    manager_depth: int = 1
    lob_lead_depth: int = 0
    board_bands: bool = False
    board_reach: str = "line"
    aggregate_only: tuple[str, ...] = ()
    performance_review: tuple[str, ...] = ()
    detector: tuple[str, ...] = ()
    dpia: Mapping[str, str] = field(default_factory=dict)
    works_council: Mapping[str, str] = field(default_factory=dict)
    effective_from: str | None = None

    def __post_init__(self) -> None:
        Policy(**self._plain())
        if self.exposes and not self.dpia:
            raise _missing(
                "dpia", "whoever may be named, ranked or reviewed needs an impact assessment of their legal entity"
            )
        for entity in self.performance_review:
            if entity not in self.dpia:
                raise _missing("dpia", "performance_review needs the impact assessment of each of its legal entities")
        if any(not _SHA256.fullmatch(one) for one in self.dpia.values()):
            raise _missing("dpia", "each is the SHA-256 of the assessment's file, as 64 hexadecimal digits")
        if self.profile == "open-board" and not any(self.works_council.get(entity, "").strip() for entity in self.dpia):
            raise _missing("works_council", "the open board needs the works council's reference of a legal entity")
        if self.effective_from is not None:
            _day(self.effective_from)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """The document of a decoded file. Raises WrongUsage, naming the key."""
        known = {item.name: item for item in fields(cls)}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise WrongUsage(
                f"policy: there is no key `{unknown[0][:40]}`", next_step="Known keys: " + ", ".join(known)
            )
        return cls(**{name: _as(name, value) for name, value in given.items()})

    def canonical(self) -> str:
        """Canonical JSON (RFC 8785)."""
        return rfc8785.dumps(asdict(self)).decode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @property
    def exposes(self) -> bool:
        """Whether anybody but the person sees something of a person by it."""
        return self.profile != "team-first" or self.board_bands or bool(self.performance_review)

    def exposure(self, entity: str) -> tuple[int, ...]:
        """What of the people of a legal entity others may see: steps of managers, steps of leads, board, its reach, review. All 0: nothing."""
        if entity not in self.dpia or entity in self.aggregate_only or not self.exposes:
            return (0,) * 5
        named = self.profile != "team-first"
        open_board = self.profile == "open-board" and bool(self.works_council.get(entity, "").strip())
        return (
            self.manager_depth if named else 0,
            self.lob_lead_depth if named else 0,
            2 if open_board else int(self.board_bands),
            int(open_board and self.board_reach == "everyone"),
            int(named and entity in self.performance_review),
        )

    def _plain(self) -> dict[str, Any]:
        names = ("profile", "k", "manager_depth", "lob_lead_depth", "board_bands", "board_reach")
        return {name: getattr(self, name) for name in names} | {
            "aggregate_only": frozenset(self.aggregate_only),
            "detector": frozenset(self.detector),
        }


def covers(told: tuple[int, ...], asked: tuple[int, ...]) -> bool:
    """Whether who was told of the one exposure was told of all that the other one exposes."""
    return all(one >= other for one, other in zip(told, asked, strict=True))


def _as(name: str, value: Any) -> Any:
    kinds: dict[str, type] = {"k": int, "manager_depth": int, "lob_lead_depth": int, "board_bands": bool}
    if name in ("aggregate_only", "performance_review", "detector"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _missing(name, "a list of classes of data" if name == "detector" else "a list of legal entities")
        return tuple(sorted(set(value)))
    if name in ("dpia", "works_council"):
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise _missing(name, "a table of legal entity = text")
        return dict(sorted(value.items()))
    if name == "effective_from":
        return value.isoformat() if isinstance(value, dt.date) else value
    wanted = kinds.get(name, str)
    if type(value) is not wanted:
        raise _missing(name, f"one {wanted.__name__}")
    return value


def _missing(name: str, wanted: str) -> WrongUsage:
    return WrongUsage(f"policy: {name} is not usable", why=wanted, next_step="Mend the file and propose it again")


def _day(text: object) -> dt.date:
    """A day, in the one form that sorts as text."""
    found: dt.date | None = None
    with contextlib.suppress(ValueError):
        found = dt.date.fromisoformat(str(text))
    if found is None or found.isoformat() != text:
        raise _missing("effective_from", "a day such as 2026-12-01")
    return found


def check_start(document: Document, today: dt.date) -> None:
    """Refuse a day in the past (retroactive use), and one inside the notice period.

    Raises:
        WrongUsage: which of the two.
    """
    if document.effective_from is None:
        return
    start = _day(document.effective_from)
    if start < today:
        raise WrongUsage(
            "policy: effective_from lies in the past",
            why="no policy holds for what was before it",
            next_step="Name a later day, or none",
        )
    if document.exposes and start < business_days_after(today, NOTICE_DAYS):
        raise WrongUsage(
            "policy: effective_from lies inside the notice period",
            why=f"people are told first, {NOTICE_DAYS} business days before",
            next_step="Name a later day, or none",
        )


def check_assessment(document: Document, earlier: Mapping[int, Document]) -> None:
    """An impact assessment speaks of the terms it was made for: wider terms need a new one.

    Raises:
        WrongUsage: the hash was given before, for terms that do not cover these; or it stands for none.
    """
    if not document.exposes:
        return
    if STILL_TO_BE_MADE in document.dpia.values():
        raise _missing("dpia", "64 zeros stand for an assessment that is still to be made")
    for old in earlier.values():
        again = [entity for entity, digest in document.dpia.items() if old.dpia.get(entity) == digest]
        if not all(covers(old.exposure(entity), document.exposure(entity)) for entity in again):
            raise WrongUsage(
                "policy: the impact assessment is void",
                why="it was made for an earlier change that exposes less",
                next_step="Assess this change, and give the hash of the new file",
            )


@cache
def business_days_after(day: dt.date, count: int) -> dt.date:
    """The day `count` business days (Monday to Friday) later."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def last_notice_day(today: dt.date) -> dt.date:
    """The last day on which a notice had to be delivered for its period to be over today."""
    day = today
    while business_days_after(day, NOTICE_DAYS) > today:
        day -= dt.timedelta(days=1)
    return day


def quarter_after(day: dt.date) -> str:
    """The first quarter that begins on this day or later."""
    place = day.year * 4 + (day.month - 1) // 3
    if (day.month - 1) % 3 or day.day != 1:
        place += 1
    return f"{place // 4}Q{place % 4 + 1}"


def differences(old: Document, new: Document) -> list[tuple[str, str, str]]:
    """(key, old value, new value) of each key that differs, values as JSON texts."""
    before, after = asdict(old), asdict(new)
    return [
        (name, rfc8785.dumps(before[name]).decode(), rfc8785.dumps(after[name]).decode())
        for name in before
        if before[name] != after[name]
    ]  # fmt: skip
