"""Recognises Copilot files that were given to the wrong reader, and shapes that are never taken (rules R-GH-6, R-GH-7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from uptake.model.outcome import Refused


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of file, the keys that give it away, and what to use instead when it is not wanted."""

    name: str
    what: str
    instead: str
    marks: frozenset[str]


LINKS = "links"
USERS = "copilot-users"
TEAMS = "copilot-user-teams"
SEATS = "copilot-seats"
AGGREGATE = "copilot-aggregate"

_USERS_REPORT = "Export the users-1-day or users-28-day report of the Copilot usage metrics API"

INVENTED_KEYS = frozenset({"user_totals", "total_active_days"})
LEGACY_KEYS = frozenset(
    {
        "copilot_ide_code_completions",
        "copilot_ide_chat",
        "copilot_dotcom_chat",
        "copilot_dotcom_pull_requests",
        "total_suggestions_count",
        "total_chat_turns",
    }
)

# Order matters: the first shape with one of its marks among the keys of a record is the answer.
SHAPES = (
    Shape(
        "invented",
        "user totals without days, a shape that the vendor does not give",
        _USERS_REPORT,
        INVENTED_KEYS,
    ),
    Shape(
        "legacy",
        "the closed Copilot metrics API",
        _USERS_REPORT,
        LEGACY_KEYS,
    ),
    Shape(
        "usage-records",
        "Copilot usage records, which hold prompts and answers",
        f"Content is never stored. {_USERS_REPORT}",
        frozenset({"body", "github_request_id"}),
    ),
    Shape(LINKS, "a report envelope", "Load it beside its parts", frozenset({"download_links"})),
    Shape(
        SEATS,
        "a Copilot seat list",
        f"Use source {SEATS}",
        frozenset({"seats", "total_seats", "assignee", "assigning_team"}),
    ),
    Shape(TEAMS, "a user-teams report", f"Use source {TEAMS}", frozenset({"team_id"})),
    Shape(
        AGGREGATE,
        "an organisation or enterprise report",
        f"Use source {AGGREGATE}",
        frozenset(
            {
                "daily_active_users",
                "weekly_active_users",
                "monthly_active_users",
                "pull_requests",
                "totals_by_ai_adoption_phase",
            }
        ),
    ),
    Shape(
        "report",
        "a report of Copilot usage metrics",
        f"Use source {USERS} or {AGGREGATE}",
        frozenset({"day_totals"}),
    ),
    Shape("copilot-billing", "a billing report", "Use source copilot-billing", frozenset({"usageItems"})),
    Shape(USERS, "a users report", f"Use source {USERS}", frozenset({"user_login"})),
    Shape("invented", "user totals that name a login only", _USERS_REPORT, frozenset({"login"})),
)


def shape_of(keys: Iterable[str]) -> Shape | None:
    """The first shape that one of the keys gives away."""
    names = frozenset(keys)
    return next((shape for shape in SHAPES if not shape.marks.isdisjoint(names)), None)


def keys_of(raw: bytes) -> frozenset[str]:
    """Top-level keys of a record; none when it is not an object."""
    try:
        return frozenset(_KEYS.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return frozenset()


_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def refusal(shape: Shape) -> Refused:
    """The error of a whole file of a shape that the reader does not take."""
    return Refused(f"this is {shape.what}", shape.instead)
