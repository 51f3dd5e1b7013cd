"""The words of the product: canonical records, as every reader makes them and every fact is built from them.

Each class is one kind of canonical record and one table of the warehouse (`TABLES`). Units and the meaning of NULL
follow SOURCES.md section 1: NULL = the source cannot say, 0 = the source said zero. Money is Decimal, days are UTC days.
A class says nothing about files, batches or databases: the warehouse adds those columns itself.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from uptake.model import changes
from uptake.model.commits import Commit, CommitFiles, CommitLineage, CommitMark, LineFate, LineMarks, LineState

TOOLS = (
    "copilot",
    "claude_code",
    "claude",
    "chatgpt",
    "codex",
    "cursor",
    "gemini_cli",
    "amazon_q",
    "windsurf",
)

HOSTS = ("git", "github", "gitlab")
"""Where accounts of version control are: e-mail addresses of authors, logins. An explicit map may name them as it names tools."""

DATA_CLASSES = (
    "card", "bank_account", "private_key", "cloud_key", "access_token", "signed_token", "password_in_address", "email", "phone", "national_id",
)  # fmt: skip
"""What the local detector tells apart in a prompt. No other word is ever kept of one."""

PROACTIVE = "proactive"
PASSIVE = "passive"
AUTONOMOUS = "autonomous"
UNCLASSIFIED = "unclassified"

ALL_FEATURES = "_all"
"""Feature of the one extra row that holds what is given per person-day only (rule C4)."""


BESIDE = 9
"""Precedence of rows that stand beside the reports of a source, such as sums of billing events: they do not show how many accounts report."""


class Usage(msgspec.Struct, gc=False, kw_only=True):
    """What one account did on one day on one surface with one feature. Key: source, tenant, account, day, surface, feature."""

    tool: str
    account: str
    day: dt.date
    surface: str
    feature: str
    feature_class: str
    tenant: str = ""
    login: str | None = None
    email: str | None = None
    service: bool = False
    """True for a service account (rule R-ID-3): kept in cost, never a person."""
    precedence: int = 1
    """1 is the best report of one source (enterprise 1-day), larger is worse (rule C8); `BESIDE`: of no report of who used what."""
    below_minimum: bool = False
    """The client is older than the vendor's minimum for telemetry (rule R-CP-7)."""
    prompts: int | None = None
    agent_slots: int | None = None
    plans: int | None = None
    review_requests: int | None = None
    agent_requests: int | None = None
    generations: int | None = None
    accept_user: int | None = None
    accept_auto: int | None = None
    accept_unsplit: int | None = None
    reject_user: int | None = None
    lines_suggested: int | None = None
    lines_added: int | None = None
    lines_deleted: int | None = None
    lines_agent_added: int | None = None
    lines_agent_deleted: int | None = None
    sessions: int | None = None
    requests: int | None = None
    active_seconds_user: int | None = None
    active_seconds_agent: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cache_read: int | None = None
    tokens_cache_write: int | None = None
    cost_est_usd: Decimal | None = None
    cost_billed_usd: Decimal | None = None
    credits: Decimal | None = None
    commits: int | None = None
    pull_requests: int | None = None
    flags_json: str | None = None


class SlotUse(msgspec.Struct, gc=False, kw_only=True):
    """What one account did in ten minutes, where a source tells the time: rides along with the `Usage` of that day and surface (MEASUREMENT 2)."""

    tool: str
    account: str
    day: dt.date
    surface: str
    slot: int
    """Minute of the UTC day through 10: 0..143."""
    prompts: int
    agent: bool
    """An agent worked on a turn that the person had started."""
    accepts: int
    tenant: str = ""


class PeriodUse(msgspec.Struct, gc=False, kw_only=True):
    """What one account did in a week or a month, where a source knows no days: evidence of use, never spread, never scored (R-CG-1)."""

    tool: str
    account: str
    cadence: str
    """`weekly` or `monthly`, else how long it is, such as `10 days`, or what tells of one day: `day`, `events`."""
    first_day: dt.date
    last_day: dt.date
    used: bool
    used_from: dt.date
    """First day of use in the period, where the source says it, else its first day; means nothing where `used` is false."""
    used_to: dt.date
    tenant: str = ""
    email: str | None = None
    invited: bool = False
    messages: int | None = None
    gpt_messages: int | None = None
    """A part of `messages`, as are the next two (rule R-CG-4)."""
    tool_messages: int | None = None
    project_messages: int | None = None
    credits: Decimal | None = None
    flags_json: str | None = None


class Spend(msgspec.Struct, gc=False, kw_only=True):
    """Money that a vendor bills, kept apart from use: never added to `Usage`, completes no day and proves no zero (decision 0043).

    Rows of another `scope`, or of a longer time, may tell of the same money: only rows of one scope and length are added.
    Quantities are added within one `unit` only (rule R-BI-3).
    """

    tool: str
    account: str
    """Login in lower case; empty: cost of the organisation, or of all its people."""
    day: dt.date
    last_day: dt.date
    """The same day, but where a bill names only a month or a year."""
    scope: str
    """What a row is: a `line` of the bill, or the sum over a `user`, an `organization` or an `enterprise` that was asked for."""
    product: str = ""
    """The vendor's words, as are the next three; empty where it says none, `other` where it is no plain word."""
    sku: str = ""
    unit: str = ""
    model: str = ""
    auto_model: bool = False
    """The tool chose the model (rule R-BI-4)."""
    used: bool = False
    """Any use was billed here, not a seat: of an account it is evidence of use, as `PeriodUse.used`."""
    quantity: Decimal | None = None
    gross_usd: Decimal | None = None
    discount_usd: Decimal | None = None
    net_usd: Decimal | None = None
    """What is paid."""
    tenant: str = ""


class Person(msgspec.Struct, gc=False, kw_only=True):
    """One row of a person's history; it holds from `effective_from` until the next row of that person."""

    person_id: str
    effective_from: dt.date
    lob: str
    email: str | None = None
    github_login: str | None = None
    manager_id: str | None = None
    team: str | None = None
    department: str | None = None
    site: str | None = None
    country: str | None = None
    legal_entity: str | None = None
    job_family: str | None = None
    engineer: bool = True
    fte_percent: int = 100
    start_date: dt.date | None = None
    end_date: dt.date | None = None


class Absence(msgspec.Struct, gc=False, kw_only=True):
    """An approved absence, both days included. `kind`: leave, long_leave, training."""

    person_id: str
    first_day: dt.date
    last_day: dt.date
    kind: str


class UnreadAbsence(msgspec.Struct, gc=False, kw_only=True):
    """A line of absences that names a person and cannot be read: somebody was away, and what it does not say of when is None (decision 0100).

    `person`: SHA-256 of the id, by which somebody whom HR knows is found; of a line in quarantine no text is kept.
    """

    person: str
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    kind: str | None = None


class VendorGap(msgspec.Struct, gc=False, kw_only=True):
    """Days, both included, on which a vendor did not report a person's use of a tool: without use they are not observed, never zero."""

    tool: str
    person_id: str
    first_day: dt.date
    last_day: dt.date


class SiteDay(msgspec.Struct, gc=False, kw_only=True):
    """A day on which a site does not work. `kind`: holiday."""

    site: str
    day: dt.date
    kind: str


class AccountLink(msgspec.Struct, gc=False, kw_only=True):
    """Explicit map of an account to a person; wins over every other way of joining. Two people on one account: shared."""

    tool: str
    account: str
    person_id: str


class AccountIdentity(msgspec.Struct, gc=False, kw_only=True):
    """An address that a directory has for an account of a host of code. `account`: the host's own number; `login`, `email` in lower case."""

    host: str
    account: str
    login: str
    email: str


class SeatGrant(msgspec.Struct, gc=False, kw_only=True):
    """A seat or a price from our own `seats` file. Without account and person it is the price of the tool."""

    tool: str
    account: str | None = None
    person_id: str | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    monthly_cost: Decimal | None = None
    currency: str | None = None


class SeatListing(msgspec.Struct, gc=False, kw_only=True):
    """A seat as one vendor seat list shows it. `account` is None for a seat without a person (rule R-SE-2)."""

    tool: str
    taken_at: dt.datetime
    """UTC. The list's own stamp, else the time the file was fetched."""
    tenant: str = ""
    account: str | None = None
    login: str | None = None
    email: str | None = None
    created_day: dt.date | None = None
    ends_on: dt.date | None = None
    last_activity_at: dt.datetime | None = None
    granted_by: str | None = None
    """Granting teams or organisations, joined by a comma; united over all listings of one seat (rule R-SE-1)."""
    plan: str | None = None
    service: bool = False


class TeamMembership(msgspec.Struct, gc=False, kw_only=True):
    """Membership of an account in a vendor team on one day (rule R-UT-1)."""

    tool: str
    tenant: str
    day: dt.date
    account: str
    team: str
    login: str | None = None


class VendorTotal(msgspec.Struct, gc=False, kw_only=True):
    """A total of the vendor for a day; for reconciliation only, never split onto people (rule R-AG-1)."""

    tool: str
    tenant: str
    day: dt.date
    measure: str
    """A column name of `usage_days`, else the vendor's own name with the prefix `vendor:`."""
    value: int
    scope: str = "tenant"
    """`tenant`, or `account`: the vendor's own top-level counter of one account-day, beside which ours is held."""
    account: str | None = None


class TelemetryEvent(msgspec.Struct, gc=False, kw_only=True):
    """One event or point that a client sent (SOURCES.md 5.3, 6, 7), or that a vendor lists one by one: what day rows of events are made of."""

    tool: str
    account: str
    surface: str
    happened_at: dt.datetime
    """UTC, of the client."""
    day: dt.date
    kind: str
    """prompt, request, decision, mode, seen; of points: session, lines, commits, pull_requests, tokens, cost, decision, active."""
    basis: str
    """`logs` or `metrics`: they tell of the same use and are never added (rule R-CC-1)."""
    email: str | None = None
    session: str | None = None
    turn: str | None = None
    detail: str | None = None
    """A word of the vendor's own list, such as `added` or `auto`, or of ours."""
    series: str = ""
    """Of a point: which series it belongs to. Of an event: what makes it that event."""
    started: int = 0
    ended: int = 0
    """Nanoseconds, of a point: the time it counts from and to."""
    cumulative: bool = False
    amount: Decimal | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cache_read: int | None = None
    tokens_cache_write: int | None = None
    cost_est_usd: Decimal | None = None
    tenant: str = ""
    model: str | None = None
    """Of a request: the model that answered, in lower case. Nothing is scored by it: a price is looked up by it."""
    tier: str | None = None
    """Of a request: `standard`, `batch`, `priority`, `fast`, `flex`, or `other`; None where the vendor says none."""


class ContentClass(msgspec.Struct, gc=False, kw_only=True):
    """How many prompts of a tool held a class of data on a day, as the local detector or a gateway counted (decision 0067). Never whose."""

    tool: str
    day: dt.date
    data_class: str
    prompts: int


TABLES: dict[type[msgspec.Struct], str] = {
    Usage: "usage",
    SlotUse: "slot_uses",
    Person: "people",
    Absence: "absences",
    UnreadAbsence: "unread_absences",
    SiteDay: "site_days",
    AccountLink: "account_links",
    AccountIdentity: "account_identities",
    SeatGrant: "seat_grants",
    SeatListing: "seat_listings",
    TeamMembership: "team_memberships",
    VendorTotal: "vendor_totals",
    VendorGap: "vendor_gaps",
    PeriodUse: "period_uses",
    Spend: "spends",
    TelemetryEvent: "telemetry_events",
    ContentClass: "content_classes",
    **changes.TABLES,
    Commit: "commits",
    CommitMark: "commit_marks",
    CommitFiles: "commit_files",
    LineMarks: "line_marks",
    CommitLineage: "commit_lineage",
    LineFate: "line_fates",
    LineState: "line_states",
}
