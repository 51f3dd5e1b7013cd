"""Who asks (`Viewer`) and what the site has decided (`Policy`). Both are plain values; nothing here reads a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import rfc8785

from uptake.errors import WrongUsage

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
    `review_*`: the purpose performance_review, off. It needs the legal entities for which the notice ran out and the
    epoch at which it was switched on; facts of an older epoch stay outside.
    """

    profile: str = "team-first"
    k: int = 10
    manager_depth: int = 1
    lob_lead_depth: int = 0
    board_bands: bool = False
    board_entities: frozenset[str] = frozenset()
    board_reach: str = "line"
    aggregate_only: frozenset[str] = frozenset()
    review_enabled: bool = False
    review_entities: frozenset[str] = frozenset()
    review_epoch: int | None = None

    def __post_init__(self) -> None:
        self._need(self.profile in PROFILES, "profile", "one of: " + ", ".join(PROFILES))
        self._need(self.k >= SMALLEST_K, "k", f"{SMALLEST_K} or more; no setting goes below this floor")
        self._need(self.manager_depth >= 0, "manager_depth", "0 or more")
        self._need(self.lob_lead_depth >= 0, "lob_lead_depth", "0 or more")
        self._need(self.board_reach in BOARD_REACH, "board_reach", "one of: " + ", ".join(BOARD_REACH))
        ready = bool(self.review_entities) and self.review_epoch is not None
        self._need(ready or not self.review_enabled, "review_enabled", "on only with review_entities and review_epoch")

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

    def canonical(self) -> dict[str, Any]:
        """The settings as JSON values, sets as sorted lists."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: sorted(v) if isinstance(v, frozenset) else v for name, v in values.items()}

    @property
    def version(self) -> str:
        """SHA-256 (hex) of the canonical JSON (RFC 8785) of the settings."""
        return hashlib.sha256(rfc8785.dumps(self.canonical())).hexdigest()
