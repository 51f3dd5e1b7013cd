"""What the accounts of a generated world do: Copilot and Claude Code days, per account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from .generate_people import Plan, Profile
from .world import ClaudeRow, CopilotDay, Feature

USE = {
    "heavy": (0.9, 13.0),
    "regular": (0.6, 5.0),
    "light": (0.2, 3.0),
    "rare": (0.03, 2.0),
    "capped": (0.9, 60.0),
    "steady": (1.0, 4.0),
    "trialist": (0.0, 0.0),
    "zero": (0.0, 0.0),
    "silent": (0.0, 0.0),
}
"""Kind -> chance of use on a working day, mean prompts of such a day."""
CHAT = (
    *("chat_panel_ask_mode", "chat_panel_edit_mode", "chat_panel_plan_mode", "chat_panel_agent_mode"),
    *("chat_panel_custom_mode", "chat_panel_unknown_mode", "chat_inline"),
)
NOTHING = (Feature("code_completion"),)
STEADY = (Feature("chat_panel_agent_mode", prompts=4, generations=9), Feature("code_completion", accepts=16, added=30))
WEEKEND = 0.03


@dataclass(slots=True)
class CopilotAccount:
    """A Copilot account: its rows by day, its seat, and what only a seat list shows of it."""

    user_id: int
    login: str
    person: Profile | None
    rows: dict[dt.date, CopilotDay] = field(default_factory=dict)
    seat: tuple[dt.date, dt.date] | None = None
    """First and last day with a seat; None = never on a list."""
    hidden_use: dt.date | None = None
    """A day of use of which no row tells."""
    renamed: tuple[dt.date, str] | None = None
    bot: bool = False
    broken: tuple[dt.date, dt.date] | None = None
    """Days on which lists do not show the seat; it comes back with a new creation day."""


def copilot_days(plan: Plan, account: CopilotAccount, kind: str) -> None:
    """Fills the rows of an account: client contact on most working days, use on some, little on weekends and leave."""
    person = account.person
    use, mean = USE[kind]
    trial = plan.day() if kind == "trialist" else None
    contact = 1.0 if person and person.clean else plan.rng.choice((0.95, 0.95, 0.8, 0.3))
    gap = _gap(plan) if not (person and person.clean) else None
    old_from = plan.day() if not (person and person.clean) and plan.chance(plan.odd) else None
    for day in plan.days():
        working = day.weekday() < 5 and not (person and _away(person, day))
        uses = plan.chance(use if working else use * WEEKEND) or day == trial
        if (gap and gap[0] <= day <= gap[1]) or not (uses or (working and plan.chance(contact))):
            continue
        login = account.renamed[1] if account.renamed and day >= account.renamed[0] else account.login
        row = CopilotDay(account.user_id, login, day, features=NOTHING)
        if uses:
            _fill(plan, row, kind, 60.0 if day == trial else mean)
        if old_from and old_from <= day < old_from + dt.timedelta(days=20):
            row.client = "old"
        account.rows[day] = row


def _gap(plan: Plan) -> tuple[dt.date, dt.date] | None:
    if not plan.chance(0.12):
        return None
    first = plan.day(2)
    return (first, first + dt.timedelta(days=plan.rng.randrange(8, 45)))


def _away(person: Profile, day: dt.date) -> bool:
    employed = person.first <= day <= person.last
    return not employed or any(first <= day <= last for first, last in person.absent)


def _fill(plan: Plan, row: CopilotDay, kind: str, mean: float) -> None:
    """A day of use: chats, completions, and at times everything that a row can hold."""
    rng = plan.rng
    if kind == "steady":
        row.features = STEADY
        return
    prompts = min(int(rng.expovariate(1 / mean)), 400)
    accepts = int(rng.expovariate(1 / (4 * mean)))
    features = [Feature(rng.choice(CHAT), prompts=prompts, generations=2 * prompts, accepts=rng.randrange(3))]
    features.append(Feature("code_completion", generations=3 * accepts, accepts=accepts, added=2 * accepts))
    if plan.chance(0.2):
        features.append(Feature("agent_edit", generations=5, accepts=5, added=200, deleted=20))
    if plan.chance(0.1):
        features.append(Feature("chat_panel_plan_mode", prompts=rng.randrange(1, 4)))
    if plan.chance(0.05):
        features.append(Feature("chat_panel_hologram_mode", prompts=7, generations=7, accepts=7))
        features.append(Feature("others", prompts=1, generations=1, accepts=1))
    if plan.chance(0.15):
        row.cli_prompts = rng.randrange(6)
        if plan.chance(0.5):
            features.append(Feature("copilot_cli", prompts=rng.randrange(1, 6), generations=9, accepts=9, added=40))
    row.review = rng.choice((None, False, None, True))
    row.cloud_agent = plan.chance(0.05)
    row.features = _by_name(features)


def _by_name(features: list[Feature]) -> tuple[Feature, ...]:
    """A feature stands once in a row: two draws of one name keep the later."""
    return tuple({feature.name: feature for feature in features}.values())


def claude_days(plan: Plan, actor: str, kind: str, person: Profile | None) -> list[ClaudeRow]:
    """Rows of an account of the Admin report: only days with a session, some with zeros, some in two terminals."""
    use, mean = USE["regular" if kind in ("zero", "silent") and person is None else kind]
    rows = []
    for day in plan.days():
        working = day.weekday() < 5 and not (person and _away(person, day))
        if plan.chance(use if working else use * WEEKEND):
            sessions = 1 + plan.rng.randrange(4)
            rows.append(ClaudeRow(actor, day, sessions, edits=_edits(plan, mean)))
            if plan.chance(0.2):
                rows.append(
                    ClaudeRow(actor, day, plan.rng.randrange(2), edits=_edits(plan, mean), terminal="iTerm.app")
                )
        elif working and plan.chance(0.05):
            rows.append(ClaudeRow(actor, day, 0))
    return rows


def _edits(plan: Plan, mean: float) -> tuple[tuple[str, int, int], ...]:
    count = int(plan.rng.expovariate(1 / (4 * mean)))
    edits = [("edit_tool", count, plan.rng.randrange(4)), ("write_tool", count // 5, 0)]
    return tuple(edits[: plan.rng.randrange(3)])
