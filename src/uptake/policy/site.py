"""Who asks (`Viewer`) and what the site has decided (`Policy`). Both are plain values; nothing here reads a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import rfc8785

from uptake.errors import WrongUsage
from uptake.model import DATA_CLASSES

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "team-first": {"named_lists": False, "board": "off"},
    "managed": {"named_lists": True, "board": "off"},
    "open-board": {"named_lists": True, "board": "open"},
}
"""The three profiles that ship, and what each switches."""

BOARD_REACH = ("line", "everyone")
SMALLEST_K = 5
"""The floor of k: no setting goes below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One request: one role, one purpose. Two roles of one person never add.

    `unit` is the scope text of the viewer's own unit (a manager's: the smallest unit that holds their whole chain),
    `lob` its line of business as the people file writes it. Unknown: None, and then no group row is theirs.
    """

    role: str
    purpose: str | None = None
    person_id: str | None = None
    case_id: str | None = None
    unit: str | None = None
    lob: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings of a site. Raises WrongUsage when they contradict each other or the floor of k.

    `board_bands`: rank bands of those who opt in, where the profile leaves the board off.
    `noticed_entities`: legal entities with an impact assessment, whose people were told and whose notice period is over; outside them
    nobody is named, and nobody stands on a board. `notice_refs`: (legal entity, change) whose notices count for that, person by person.
    `board_entities`: those of them whose works council is named, for the open board.
    `review_since`: (legal entity, first quarter) for which performance_review is on; older quarters stay outside. Empty: off.
    `detector`: classes of data that the local detector counts in prompts, in memory. Empty: off, no prompt is looked at.
    `lockdown`: nobody sees a person but themselves.
    """

    profile: str = "team-first"
    k: int = 10
    manager_depth: int = 1
    lob_lead_depth: int = 0
    board_bands: bool = False
    board_entities: frozenset[str] = frozenset()
    board_reach: str = "line"
    aggregate_only: frozenset[str] = frozenset()
    noticed_entities: frozenset[str] = frozenset()
    notice_refs: tuple[tuple[str, str], ...] = ()
    review_since: tuple[tuple[str, str], ...] = ()
    detector: frozenset[str] = frozenset()
    lockdown: bool = False

    def __post_init__(self) -> None:
        self._need(self.profile in PROFILES, "profile", "one of: " + ", ".join(PROFILES))
        self._need(self.k >= SMALLEST_K, "k", f"{SMALLEST_K} or more; no setting goes below this floor")
        self._need(self.manager_depth >= 0, "manager_depth", "0 or more")
        self._need(self.lob_lead_depth >= 0, "lob_lead_depth", "0 or more")
        self._need(self.board_reach in BOARD_REACH, "board_reach", "one of: " + ", ".join(BOARD_REACH))
        self._need(self.detector <= {*DATA_CLASSES}, "detector", "a list of: " + ", ".join(DATA_CLASSES))
        quarters = all(re.fullmatch(r"\d{4}Q[1-4]", quarter) for _, quarter in self.review_since)
        self._need(quarters, "review_since", "pairs of a legal entity and a quarter, such as 2026Q4")

    @staticmethod
    def _need(held: bool, name: str, wanted: str) -> None:
        if not held:
            raise WrongUsage(f"policy: {name} is not usable", why=f"it must be {wanted}")

    @property
    def named_lists(self) -> bool:
        """Whether managers see people by name at all."""
        return bool(PROFILES[self.profile]["named_lists"])

    @property
    def board(self) -> str:
        """Mode of the board of people: `off`, `bands` (who opts in, under a pseudonym, no score), or `open`."""
        mode = str(PROFILES[self.profile]["board"])
        return "bands" if mode == "off" and self.board_bands else mode

    @property
    def review_enabled(self) -> bool:
        """Whether the purpose performance_review is on for anybody at all."""
        return bool(self.review_since)

    def canonical(self) -> dict[str, Any]:
        """The settings as JSON values, sets as sorted lists."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: sorted(v) if isinstance(v, frozenset | tuple) else v for name, v in values.items()}

    @property
    def version(self) -> str:
        """SHA-256 (hex) of the canonical JSON (RFC 8785) of the settings."""
        return _version(self)


@lru_cache(maxsize=64)
def _version(policy: Policy) -> str:
    """A page asks for the version of its policy a dozen times. Kept by every setting of it, not by where it came from."""
    return hashlib.sha256(rfc8785.dumps(policy.canonical())).hexdigest()
