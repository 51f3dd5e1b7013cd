"""Vendor rows to records: one record per source, tenant, account and day, the best version of each (C2, C8).

A record holds only what the score reads. Later versions replace earlier ones whole; nothing is ever added over versions.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from uptake.model import Usage

from .world import Canonical, ClaudeFile, ClaudeRow, CopilotDay, CopilotFile, World

PROACTIVE_FEATURES = frozenset(
    {
        "chat_panel_ask_mode",
        "chat_panel_edit_mode",
        "chat_panel_plan_mode",
        "chat_panel_agent_mode",
        "chat_panel_custom_mode",
        "chat_panel_unknown_mode",
        "chat_inline",
        "copilot_cli",
    }
)
ACCEPT_FEATURES = (PROACTIVE_FEATURES - {"copilot_cli"}) | {"code_completion"}


@dataclass(frozen=True)
class Feed:
    """What the documents say of one source: its tool, grain, witness (a) and whether its tenants repeat use."""

    tool: str
    grain: str
    counts_on_server: bool
    tenants_repeat: bool = False
    rank: int = 1
    """Precedence among the sources of one tool; 1 is the best (C8)."""
    proves: bool = True
    """False of telemetry: who sends none may have none set up, so it proves nobody's zero."""


def reader(feed: str) -> str:
    """The source of the product that brings a feed: `otlp` tells of several tools, each a feed here."""
    return feed.partition(":")[0]


FEEDS = {
    "copilot-users": Feed("copilot", "day", counts_on_server=False, tenants_repeat=True),
    "claude-code": Feed("claude_code", "session", counts_on_server=True, rank=2),
    "chatgpt-days": Feed("chatgpt", "day", counts_on_server=True),
    "otlp": Feed("gemini_cli", "event", counts_on_server=False, proves=False),
    "codex": Feed("codex", "day", counts_on_server=True),
    "otlp:codex": Feed("codex", "event", counts_on_server=False, rank=2, proves=False),
    "cursor": Feed("cursor", "day", counts_on_server=True),
    "amazon-q": Feed("amazon_q", "day", counts_on_server=True),
}


@dataclass(slots=True)
class Record:
    """One account-day as one tenant of one source tells it. Days are ordinals."""

    source: str
    tenant: str
    account: str
    day: int
    fetched_at: dt.datetime
    precedence: int = 1
    login: str | None = None
    email: str | None = None
    service: bool = False
    too_old: bool = False
    proactive: int = 0
    accepts: int = 0
    sessions: int = 0
    edits: int = 0
    slots: list[tuple[int, int, bool, int]] = field(default_factory=list)
    """Ten minutes of the day, prompts, whether an agent worked, accepts; each surface by itself."""
    tasks: Counter[str] = field(default_factory=Counter)
    """Acts by task type, the vendor's labels read by hand; "" where a label names none."""

    signs: int = 0
    """Signs of use, with or without a point: only suggestions that were merely shown are none (0089)."""
    shown: int = 0
    """Suggestions that the client showed: a seat list counts them as activity."""

    @property
    def tells_of_use(self) -> bool:
        """Any action, accepted offer, session or decision on an edit: without, it does not describe the use that another source tells of (0038)."""
        acted = any(prompts or agent or accepts for _slot, prompts, agent, accepts in self.slots)
        return acted or self.proactive + self.accepts + self.sessions + self.edits > 0

    @property
    def key(self) -> tuple[str, str, str, int]:
        return (self.source, self.tenant, self.account, self.day)


COPILOT_TASKS = {
    "code_completion": "code", "chat_panel_ask_mode": "explain", "chat_panel_edit_mode": "code", "chat_panel_agent_mode": "code",
}  # fmt: skip


def _copilot_tasks(row: CopilotDay) -> Counter[str]:
    """Asking for a plan, a review or the cloud agent says by itself what it is; other acts have the task of their feature."""
    found: Counter[str] = Counter()
    for feature in row.features:
        if feature.name == "agent_edit":
            continue
        task = COPILOT_TASKS.get(feature.name, "")
        found["plan" if feature.name == "chat_panel_plan_mode" else task] += feature.prompts
        by_a_person = feature.name in ACCEPT_FEATURES or feature.name.startswith("chat_")
        found[task] += feature.accepts if by_a_person else 0
    if row.cli_prompts is not None and not any(feature.name == "copilot_cli" for feature in row.features):
        found[""] += row.cli_prompts
    return found + Counter(review=int(bool(row.review)), code=int(row.cloud_agent))


def _copilot_proactive(row: CopilotDay) -> int:
    """Prompts, plans, one point for a review asked for and one for the cloud agent."""
    points = sum(feature.prompts for feature in row.features if feature.name in PROACTIVE_FEATURES)
    if row.cli_prompts is not None and not any(feature.name == "copilot_cli" for feature in row.features):
        points += row.cli_prompts
    return points + int(bool(row.review)) + int(row.cloud_agent)


def _copilot_signs(row: CopilotDay) -> int:
    """A session of the command line is one by itself, and so is the vendor's yes to chat, which `write` gives a day with such a feature."""
    own = sum(feature.prompts + feature.accepts for feature in row.features)
    made = sum(feature.generations for feature in row.features if feature.name != "code_completion")
    lines = sum(feature.added + feature.deleted for feature in row.features)
    chatted = any(feature.name.startswith("chat_") for feature in row.features)
    return (
        own
        + made
        + lines
        + int(chatted)
        + int(row.cli_prompts is not None)
        + int(bool(row.review))
        + int(row.cloud_agent)
    )


def copilot_records(file: CopilotFile) -> Iterator[Record]:
    for row in file.rows:
        yield Record(
            source="copilot-users",
            tenant=file.tenant,
            account=str(row.user_id),
            day=row.day.toordinal(),
            fetched_at=file.fetched_at,
            precedence=file.precedence,
            login=row.login,
            too_old=row.client == "old",
            proactive=_copilot_proactive(row),
            accepts=sum(feature.accepts for feature in row.features if feature.name in ACCEPT_FEATURES),
            tasks=_copilot_tasks(row),
            signs=_copilot_signs(row),
            shown=sum(feature.generations for feature in row.features),
        )


def _claude_record(file: ClaudeFile, row: ClaudeRow) -> Record:
    keyed = row.actor.startswith("api_key:")
    return Record(
        source="claude-code",
        tenant=file.tenant,
        account=row.actor,
        day=row.day.toordinal(),
        fetched_at=file.fetched_at,
        email=None if keyed else row.actor,
        service=keyed,
        sessions=row.sessions,
        tasks=Counter({"": row.sessions}),
        edits=sum(accepted + rejected for _tool, accepted, rejected in row.edits),
        signs=row.sessions + sum(accepted + rejected for _tool, accepted, rejected in row.edits),
    )


def claude_records(files: Iterable[ClaudeFile]) -> Iterator[Record]:
    """One record per account-day: each terminal and customer type is a row of its own, the latest version of each."""
    best: dict[tuple[str, str, dt.date, str, str], tuple[dt.datetime, Record]] = {}
    for file in files:
        for row in file.rows:
            key = (file.tenant, row.actor, row.day, row.terminal, row.customer)
            if key not in best or file.fetched_at > best[key][0]:
                best[key] = (file.fetched_at, _claude_record(file, row))
    yield from _united(record for _at, record in best.values())


def canonical_records(rows: Iterable[Canonical]) -> Iterator[Record]:
    """Records of the canonical rows of a spec: its features and surfaces are summed."""
    yield from _united(_canonical_record(row) for row in rows)


def _canonical_record(row: Canonical) -> Record:
    usage = row.usage
    scored = usage.feature_class in ("proactive", "passive") or usage.feature == "_all"
    proactive = (usage.prompts, usage.plans, usage.review_requests, usage.agent_requests)
    return Record(
        source=row.source,
        tenant=usage.tenant,
        account=usage.account,
        day=usage.day.toordinal(),
        fetched_at=row.fetched_at,
        precedence=usage.precedence,
        login=usage.login,
        email=usage.email,
        service=usage.service,
        too_old=usage.below_minimum,
        proactive=sum(count or 0 for count in proactive) if scored else 0,
        accepts=usage.accept_user or 0 if scored else 0,
        sessions=usage.sessions or 0,
        edits=(usage.accept_unsplit or 0) + (usage.reject_user or 0),
        tasks=_canonical_tasks(usage),
        slots=[(one.slot, one.prompts, one.agent, one.accepts) for one in row.slots],
        signs=_canonical_signs(usage),
        shown=(usage.generations or 0) + (usage.lines_suggested or 0),
    )


def _canonical_signs(usage: Usage) -> int:
    acts = (
        usage.prompts,
        usage.plans,
        usage.review_requests,
        usage.agent_requests,
        usage.agent_slots,
        usage.accept_user,
    )
    others = (
        usage.accept_auto,
        usage.accept_unsplit,
        usage.reject_user,
        usage.sessions,
        usage.lines_agent_added,
        usage.lines_agent_deleted,
        usage.lines_added,
        usage.lines_deleted,
        usage.commits,
        usage.pull_requests,
    )
    called = (usage.requests, usage.tokens_in, usage.tokens_out, usage.tokens_cache_read, usage.tokens_cache_write)
    others += called if usage.surface != "events" else ()
    made = usage.generations if usage.feature_class != "passive" else 0
    return sum(count or 0 for count in (*acts, *others, made)) + int((usage.credits or 0) > 0)


def _canonical_tasks(usage: Usage) -> Counter[str]:
    """Of the specs: a prompt or an accept of Copilot is of its agent mode, which codes; no other tool of theirs has labels."""
    labelled = usage.tool == "copilot"
    sessions = usage.sessions or 0 if usage.tool == "claude_code" else 0
    acts = (usage.prompts or 0) + (usage.agent_slots or 0) + (usage.accept_user or 0) + sessions
    own = Counter({"code" if labelled else "": acts})
    said = {"plan": usage.plans, "review": usage.review_requests, "code": usage.agent_requests}
    return own + Counter({task if labelled else "": count or 0 for task, count in said.items()})


def _united(records: Iterable[Record]) -> Iterator[Record]:
    """Rows of one account-day that differ in surface or feature are parts of it: their counts add up."""
    parts: dict[tuple[str, str, str, int], Record] = {}
    for record in records:
        whole = parts.setdefault(record.key, record)
        if whole is not record:
            whole.too_old |= record.too_old
            whole.proactive += record.proactive
            whole.accepts += record.accepts
            whole.sessions += record.sessions
            whole.edits += record.edits
            whole.signs += record.signs
            whole.shown += record.shown
            whole.tasks = whole.tasks + record.tasks
            whole.slots += record.slots
    yield from parts.values()


def chosen(world: World, as_of: int) -> list[Record]:
    """The records that count, none later than `as_of`: per key the best precedence, then the latest fetch."""
    best: dict[tuple[str, str, str, int], Record] = {}
    every: list[Iterator[Record]] = [copilot_records(file) for file in world.copilot]
    every += [claude_records(world.claude), canonical_records(world.canonical)]
    for records in every:
        for record in records:
            if record.day > as_of:
                continue
            rival = best.get(record.key)
            if rival is None or better(record, rival):
                best[record.key] = record
    return list(best.values())


def better(record: Record, rival: Record) -> bool:
    """Precedence comes before time; of one precedence the later fetch wins."""
    if record.precedence != rival.precedence:
        return record.precedence < rival.precedence
    return record.fetched_at > rival.fetched_at


def spans(world: World) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(source, tenant) -> spans of days that its files state, or, where a file states none, hold."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    feeds: list[tuple[str, CopilotFile | ClaudeFile]] = [("copilot-users", file) for file in world.copilot]
    feeds += [("claude-code", file) for file in world.claude]
    for source, file in feeds:
        held = [row.day for row in file.rows]
        if file.span:
            found[source, file.tenant].append((file.span[0].toordinal(), file.span[1].toordinal()))
        elif held:
            found[source, file.tenant].append((min(held).toordinal(), max(held).toordinal()))
    for span in world.spans:
        found[span.source, span.tenant].append((span.first.toordinal(), span.last.toordinal()))
    return found
