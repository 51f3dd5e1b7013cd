"""A world: everything that the vendors, HR and our own files say, as plain data. Nothing here is computed.

The generator makes worlds, `write` turns them into the files that the product reads, `spec` draws small ones by hand,
and the oracle scores them. All times are naive UTC; all days are the vendor's days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from uptake.model import SlotUse, Usage

BEFORE_ALL = dt.datetime.combine(dt.date(2026, 1, 1), dt.time())


@dataclass(slots=True)
class PersonRow:
    """One row of a person's HR history. `effective_from` None = since the start of time."""

    person_id: str
    lob: str
    effective_from: dt.date | None = None
    email: str | None = None
    github_login: str | None = None
    manager_id: str | None = None
    team: str | None = None
    department: str | None = None
    site: str | None = None
    engineer: bool = True
    fte: str = "1"
    """Decimal text, 0 to 1."""
    start_date: dt.date | None = None
    end_date: dt.date | None = None


@dataclass(slots=True)
class Absence:
    person_id: str
    first_day: dt.date
    last_day: dt.date
    kind: str = "leave"


@dataclass(slots=True)
class Unread:
    """A line of absences that could not be read; None: what it does not say."""

    person_id: str
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    kind: str | None = None


@dataclass(slots=True)
class Gap:
    """Days, both included, on which the vendor of a tool did not report a person."""

    tool: str
    person_id: str
    first_day: dt.date
    last_day: dt.date


@dataclass(slots=True)
class Holiday:
    site: str
    day: dt.date


@dataclass(slots=True)
class Link:
    """A row of `accounts`: explicit map of an account key or a login to a person."""

    tool: str
    account: str
    person_id: str


@dataclass(slots=True)
class Grant:
    """A row of our own `seats` file. Without account and person it is a price and makes no seat."""

    tool: str
    account: str | None = None
    person_id: str | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    monthly_cost: str | None = None


@dataclass(slots=True)
class SeatEntry:
    """One entry of a Copilot seat list. `user_id` None = a seat without a person (assignee null)."""

    user_id: int | None
    login: str = ""
    created_at: dt.datetime | None = None
    last_activity_at: dt.datetime | None = None
    ends_on: dt.date | None = None
    bot: bool = False
    granted_by: str | None = None


@dataclass(slots=True)
class SeatList:
    """One Copilot seat list. `total` is what the vendor states; more than it lists makes it incomplete."""

    tenant: str
    taken_at: dt.datetime
    entries: list[SeatEntry]
    total: int
    pages: int = 1


@dataclass(slots=True, frozen=True)
class Feature:
    """One entry of `totals_by_feature`."""

    name: str
    prompts: int = 0
    generations: int = 0
    accepts: int = 0
    added: int = 0
    deleted: int = 0


@dataclass(slots=True)
class CopilotDay:
    """One row of users-1-day or users-28-day. `client`: ok, old (below the minimum), silent (no IDE entry)."""

    user_id: int
    login: str
    day: dt.date
    features: tuple[Feature, ...] = ()
    cli_prompts: int | None = None
    """`totals_by_cli.prompt_count`; None = no `totals_by_cli`."""
    client: str = "ok"
    review: bool | None = None
    """`used_copilot_code_review_active`."""
    cloud_agent: bool = False


@dataclass(slots=True)
class CopilotFile:
    """One file of Copilot rows. With `span` it is an envelope that states its days, else bare NDJSON."""

    tenant: str
    rows: list[CopilotDay]
    fetched_at: dt.datetime
    scope: str = "enterprise"
    """enterprise or organization."""
    span: tuple[dt.date, dt.date] | None = None
    call: int = 0
    """Files of one call are given to one `ingest`; calls run in rising order."""
    unreadable: list[dt.date] = field(default_factory=list)
    """Days of records without `user_id`: they go to quarantine."""

    @property
    def precedence(self) -> int:
        """1 enterprise 1-day, 2 organisation 1-day, 3 any 28-day (SOURCES section 1, C8)."""
        if self.span and self.span[0] != self.span[1]:
            return 3
        return 1 if self.scope == "enterprise" else 2


@dataclass(slots=True)
class ClaudeRow:
    """One row of the Claude Code Admin report. `edits`: (tool, accepted, rejected) of the tools that are present."""

    actor: str
    """An e-mail, or `api_key:<name>`."""
    day: dt.date
    sessions: int
    edits: tuple[tuple[str, int, int], ...] = ()
    terminal: str = "vscode"
    customer: str = "subscription"


@dataclass(slots=True)
class ClaudeFile:
    """Answers of the Claude Admin report. `span` None = the days the rows hold; else given by --from and --to."""

    tenant: str
    rows: list[ClaudeRow]
    fetched_at: dt.datetime
    span: tuple[dt.date, dt.date] | None = None
    call: int = 0


@dataclass(slots=True)
class Canonical:
    """A canonical row that no vendor file carries: specs only. `source` names the reader it would come from."""

    source: str
    usage: Usage
    fetched_at: dt.datetime = BEFORE_ALL
    slots: list[SlotUse] = field(default_factory=list)
    """Of a source that tells the time of what was done."""


@dataclass(slots=True)
class Span:
    """Days that a source states for a tenant: specs only."""

    source: str
    first: dt.date
    last: dt.date
    tenant: str = ""


@dataclass(slots=True)
class World:
    people: list[PersonRow] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    holidays: list[Holiday] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    seat_lists: list[SeatList] = field(default_factory=list)
    copilot: list[CopilotFile] = field(default_factory=list)
    claude: list[ClaudeFile] = field(default_factory=list)
    canonical: list[Canonical] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    as_of: dt.date = dt.date(2026, 1, 1)
    """The day up to which the world was made: the natural `--as-of`."""
