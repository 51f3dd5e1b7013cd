"""Files that are another source's as a whole: refused by the name of that source, where record by record would go to quarantine."""

from __future__ import annotations

import msgspec

from uptake.model.outcome import Outcome, Refused, Rejected
from uptake.sources.reading.raw import Broken, Envelope, RawRecord

_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_MARKS: dict[str, tuple[frozenset[str], ...]] = {
    "claude-code": (frozenset({"actor", "core_metrics"}), frozenset({"actor", "terminal_type"})),
    "claude-enterprise": (frozenset({"user", "chat_metrics"}), frozenset({"user", "claude_code_metrics"})),
    "claude-transcripts": (frozenset({"sessionId", "message"}),),
    "codex": (frozenset({"start_time", "end_time", "totals"}), frozenset({"start_time", "code_attribution"})),
    "copilot-users": (frozenset({"user_login", "day"}),),
    "copilot-seats": (frozenset({"seats", "total_seats"}), frozenset({"assignee", "created_at"})),
    "copilot-billing": (frozenset({"usageItems"}),),
    "cursor": (frozenset({"userId", "isActive"}), frozenset({"timestamp", "userEmail"}), frozenset({"commitHash", "userEmail"})),
    "otlp": (frozenset({"resourceLogs"}), frozenset({"resourceMetrics"})),
    "scim": (frozenset({"Resources"}), frozenset({"schemas", "userName"})),
    "windsurf": (frozenset({"queryResults"}),),
}  # fmt: skip
"""Keys that together are in records of one source alone."""


class Strangers:
    """Whether a file has any record of its source. `own`: the keys that the records of the source may have."""

    def __init__(self, source: str, own: frozenset[str]) -> None:
        self._source, self._own = source, own
        self._ours = False
        self._others: list[str] = []

    def see(self, item: RawRecord | Broken | Envelope, outcome: Outcome) -> None:
        """Take note of a record. One that cannot be parsed may be anybody's, so the file is not refused for its neighbours."""
        if self._ours:
            return
        self._ours = not isinstance(outcome, Rejected) or not isinstance(item, RawRecord) or self._is_own(item.raw)

    def judge(self) -> None:
        """At the end of a file. Raises `Refused` where it had records, and none of them was of the source."""
        if self._ours or not self._others:
            return
        name = next(filter(None, self._others), "")
        if name:
            raise Refused(f"this looks like a file of source {name}", f"Use source {name}")
        raise Refused(
            f"no record of it is of source {self._source}", "Give a file as the vendor's interface answers it"
        )

    def _is_own(self, raw: bytes) -> bool:
        try:
            keys = frozenset(_KEYS.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return True
        name = next((one for one, marks in _MARKS.items() if any(mark <= keys for mark in marks)), "")
        if not keys or name == self._source or (not name and keys & self._own):
            return True
        if name or not self._others:
            self._others = [name]
        return False
