"""`ask` is the only door to results: gate, filter, run, record. No other module opens a snapshot to read rows.

The predicate and the column mask of the policy are inside the query (GOVERNANCE.md section 4): checking rows after it would
make top-N, counts and medians wrong. A question that lacks the column a scope needs fails; it does not leak.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyarrow import parquet

from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import PURPOSES, QUESTIONS, ROLES, Grant, Policy, Question, Viewer, decide, guarded, to_sql
from uptake.policy.questions import BY_POLICY, PERSON, REGISTER
from uptake.reads import lend, viewers
from uptake.reads.caller import Caller
from uptake.reads.lending import Asking
from uptake.settings import Settings
from uptake.snapshot import Snapshot, current, reading
from uptake.state import State, audit

__all__ = ["Answer", "Asked", "Caller", "Filters", "answer", "ask"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What every question may be narrowed by, where it has the dimension. `scope` is a unit path, or a unit's own name."""

    scope: str | None = None
    tool: str | None = None
    quarter: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    person: str | None = None
    """One person; never from an address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Granted rows and the snapshot that they come from."""

    columns: tuple[str, ...]
    table: pa.Table
    snapshot: Snapshot
    under_review: int = 0
    """People whom the list would hold and who are left out of it while their contest is open: a count, never who."""

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries by column."""
        return [dict(zip(self.columns, row.values(), strict=True)) for row in self.table.to_pylist()]

    def write_parquet(self, file: Path) -> None:
        """The rows as a Parquet file."""
        parquet.write_table(self.table, file, compression="zstd")


DEFAULTS = {"funnel": ("tool", "all")}
ALWAYS = ("quarter", "tool", "week", "day")
"""Dimensions that say nothing of a person: every question that has them may be narrowed by them; all else must be granted."""
NEWEST_QUARTER = ("not_using",)
ORDERS = {
    "usage_days": "person_id, day, tool, surface, feature",
    "day_scores": "person_id, day, tool",
    "quarter_scores": "person_id, quarter",
    "funnel": "quarter, scope, tool",
    "segments": "quarter, scope, segment, reason",
    "adoption_days": "scope, tool, day",
    "adoption_weeks": "scope, tool, week",
    "lob_compare": "quarter, lob",
    "leaderboard": "rank, person_id, band, pseudonym",
    "not_using": "person_id",
    "idle_seats": "person_id, tool",
    "seats": "person_id, tool, account",
    "coverage": "source, day, tenant",
    "unmatched_accounts": "source, account",
    "quarantine": "source, file, line",
    "reconciliation": "source, tenant, day, measure",
    "definitions": "term",
    "score_bins": "quarter, lob, low_micro",
    "unit_medians": "quarter, scope",
    "idle_groups": "quarter, scope, tool",
    "my_offers": "made, step, person_id",
    "my_contests": "id, person_id",
    "who_looked": "day, role, purpose, question, person_id",
    "audit_trail": "seq desc",
    "who_sees_what": "level, question, role",
    "policy_changes": "id",
    "policy_entities": "legal_entity",
    "decisions": "id",
    "contest_cases": "id",
    "lineage": "quarter, person_id",
    "my_notices": "id, person_id",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller says of itself at the command line: a role or person, a purpose, a case; or a token, which says all of it."""

    who: str | None = None
    purpose: str | None = None
    case: str | None = None
    token: str | None = None


def answer(
    settings: Settings, state: State, policy: Policy, question: str, asked: Asked, filters: Filters, caller: Caller
) -> Answer:
    """Answer a question of the local operator or, in a demo home, of an invented person. Refusals are recorded too.

    Raises: as `ask`.
    """
    viewer = Viewer(
        role=asked.who if asked.who and asked.who in ROLES else "unknown", purpose=asked.purpose, case_id=asked.case
    )
    try:
        if asked.token:
            said = Viewer(role="", purpose=asked.purpose, person_id=asked.who, case_id=asked.case)
            viewer = viewers.of_token(settings, state, asked.token, said, caller.now)
        else:
            viewer = viewers.of(settings, state, question, asked.who, asked.purpose, asked.case)
        return ask(settings, state, policy, question, viewer, filters, caller)
    except NotPermitted:
        _record_refusal(state, policy, viewer, caller, question)
        raise


def ask(
    settings: Settings,
    state: State,
    policy: Policy,
    question: str,
    viewer: Viewer,
    filters: Filters,
    caller: Caller,
    snapshot: Snapshot | None = None,
) -> Answer:
    """Answer a question as `viewer` may see it, and record it when it speaks of people. `snapshot`: the current one unless given.

    Raises:
        NotPermitted: policy does not grant it; the words are the same whatever the cause.
        WrongUsage: a filter that the question does not have.
        Unreachable: the audit record could not be written; then no row is answered.
    """
    grant = decide(question, viewer, policy)
    spec = QUESTIONS[question]
    made = snapshot or current(settings.snapshot_folder)
    with reading(settings.snapshot_folder, made, threads=settings.engine.threads) as connection:
        days = (filters.first, filters.last)
        asking = Asking(viewer, policy, caller.now.date(), days, made, filters.person)
        lend.state_tables(connection, state, question, asking)
        table, left_out = _rows(connection, state, spec, grant, (policy, caller.now.date()), filters)
    if spec.level in (PERSON, BY_POLICY, REGISTER):
        _record(state, policy, viewer, caller, question, grant.columns, table, made)
    return Answer(grant.columns, table.select(range(len(grant.columns))), made, left_out)


def _rows(
    connection: duckdb.DuckDBPyConnection,
    state: State,
    spec: Question,
    grant: Grant,
    on: tuple[Policy, dt.date],
    filters: Filters,
) -> tuple[pa.Table, int]:
    """The granted rows, the person asked about as a further column where there is one, and how many people are left out."""
    predicate, values = to_sql(grant.predicate)
    policy, today = on
    if "rights" in predicate:
        lend.rights_tree(connection, state, policy, today)
    body = (resources.files("uptake.reads") / f"{spec.name}.sql").read_text()
    have = {row[0] for row in connection.execute(f"describe {body}").fetchall()}
    where, more = _narrowed(spec.name, spec, have & {*grant.columns, *ALWAYS}, filters)
    order = ", ".join(f"q.{name.strip()}" for name in ORDERS[spec.name].split(",") if name.split()[0] in grant.columns)
    people = f", q.{spec.key} as asked_about" if spec.key else ""
    columns = [guarded(spec.name, name, policy.k) if grant.guarded else f"q.{name}" for name in grant.columns]
    source = f"from ({body}) as q where ({predicate}) and {where}"
    if grant.reviewed:
        lend.told_quarters(connection, state, policy, today)
        source += " and exists (from told_quarters t where t.person_id = q.person_id and t.quarter <= q.quarter)"
    left_out = 0
    if grant.listed and lend.under_review(connection, state):
        hidden = f"q.{spec.key} in (select u.person_id from under_review u)"
        counted = f"select count(distinct q.{spec.key}) {source} and {hidden}"
        left_out = connection.execute(counted, [*values, *more]).fetchall()[0][0]
        source += f" and not ({hidden})"
    sql = f"select {', '.join(columns)}{people} {source} order by {order}"
    return connection.sql(sql, params=[*values, *more]).to_arrow_table(), left_out


def _narrowed(question: str, spec: Question, have: set[str], filters: Filters) -> tuple[str, list[object]]:
    parts: list[str] = ["true"]
    values: list[object] = []
    name, default = DEFAULTS.get(question, ("", ""))
    tool = filters.tool or (default if name == "tool" else None)
    for column, value in (("tool", tool), ("quarter", filters.quarter)):
        if value is not None:
            _need(question, column, have)
            parts.append(f"q.{column} = ?")
            values.append(value)
    if filters.person is not None:
        _need(question, "person_id", have)
        parts.append("q.person_id = ?")
        values.append(filters.person)
    if filters.quarter is None and question in NEWEST_QUARTER:
        parts.append(f"q.quarter = (select max(quarter) from s.person_{question})")
    if filters.scope is not None:
        column = spec.unit_column or next((name for name in ("team", "lob") if name in have), "scope")
        _need(question, column, have)
        names = [column] if spec.unit_column else [name for name in ("lob", "department", "team") if name in have]
        parts.append("(" + " or ".join(f"q.{name} = ? or ends_with(q.{name}, '/' || ?)" for name in names) + ")")
        values += [filters.scope] * (2 * len(names))
    for bound, sign in ((filters.first, ">="), (filters.last, "<=")):
        if bound is not None:
            column = next((name for name in ("day", "week") if name in have), "day")
            _need(question, column, have)
            parts.append(f"q.{column} {sign} ?")
            values.append(bound)
    return " and ".join(parts), values


def _need(question: str, column: str, have: set[str]) -> None:
    if column not in have:
        raise WrongUsage(f"`{question}` cannot be narrowed by {column}", next_step="Leave that option out")


def _record(
    state: State,
    policy: Policy,
    viewer: Viewer,
    caller: Caller,
    question: str,
    columns: Sequence[str],
    table: pa.Table,
    snapshot: Snapshot,
) -> None:
    subjects = (
        [person for person in table.column(table.num_columns - 1).unique().to_pylist() if person]
        if table.num_rows and QUESTIONS[question].key
        else []
    )
    event = {
        "time": caller.now.isoformat(timespec="seconds") + "Z",
        "actor": caller.actor,
        "action": "ask",
        "route": caller.route,
        "question": question,
        "role": viewer.role,
        "purpose": viewer.purpose or "",
        "case_id": viewer.case_id or "",
        "as_person": state.pseudonym(viewer.person_id) if viewer.person_id else "",
        "rows": table.num_rows,
        "columns": list(columns),
        "policy_version": policy.version,
        "snapshot": snapshot.id,
        "score_version": snapshot.score_version,
        "result": "answered",
    }
    audit.record(state, event, [str(person) for person in subjects])


def _record_refusal(state: State, policy: Policy, viewer: Viewer, caller: Caller, question: str) -> None:
    event = {
        "time": caller.now.isoformat(timespec="seconds") + "Z",
        "actor": caller.actor,
        "action": "ask",
        "route": caller.route,
        "question": question if question in QUESTIONS else "unknown",
        "role": viewer.role,
        "purpose": viewer.purpose if viewer.purpose in PURPOSES else "",
        "case_id": viewer.case_id or "",
        "rows": 0,
        "policy_version": policy.version,
        "result": "refused",
    }
    audit.record(state, event)
