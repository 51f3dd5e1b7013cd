"""The registers, as questions read them: the audit log, changes of policy, decisions, cases, and where a score comes from. Pseudonyms, no person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pyarrow as pa

from uptake.policy import grants
from uptake.reads import policies, trail
from uptake.reads.lending import Asking, lend_table, table_of
from uptake.snapshot import Snapshot
from uptake.state import State, alerts, contests, decisions, runs

_TEXT, _COUNT = pa.string(), pa.int64()
_QUARTERS = "select distinct quarter from s.person_quarter_scores"
_LOADS = f"""
select q.quarter, string_agg(
    l.source || ' ' || case when l.loads = 1 then '' || l.first_load else l.first_load || ' to ' || l.last_load end, ', ' order by l.source
) from ({_QUARTERS}) as q left join s.loads as l on l.quarter = q.quarter group by q.quarter order by q.quarter
"""
SNAPSHOTS = 8
_BROUGHT: dict[str, list[tuple[str, str | None]]] = {}
"""Content of a snapshot -> its quarters and their loads."""
_TRAIL = {
    "seq": _COUNT, "day": pa.date32(), "time": _TEXT, "actor": _TEXT, "role": _TEXT, "purpose": _TEXT, "case_id": _TEXT, "action": _TEXT, "route": _TEXT,
    "question": _TEXT, "subjects": _COUNT, "rows": _COUNT, "columns": _COUNT, "policy_version": _TEXT, "snapshot": _COUNT, "result": _TEXT,
}  # fmt: skip


def trail_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `trail`: the newest records of the days asked about."""
    with state.reading() as reading:
        found = trail.newest(reading, *asking.days)
    lend_table(connection, "trail", table_of(found, _TRAIL))


def runs_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `job_runs`: each job of the ledger or the schedule, its last run, its last good one and its next."""
    kinds = {"job": _TEXT, "runs": _COUNT, "begun": _TEXT, "result": _TEXT, "last_done": _TEXT}
    kinds |= {"next_run": _TEXT, "next_step": _TEXT}
    lend_table(connection, "job_runs", table_of(runs.standings(state, asking.every), kinds))


def alerts_of(connection: duckdb.DuckDBPyConnection, state: State, _asking: Asking) -> None:
    """The table `alerts`: everything that is wrong with the service now."""
    kinds = dict.fromkeys(("kind", "subject", "detail", "since", "seen", "told"), _TEXT)
    lend_table(connection, "alerts", table_of(alerts.standing(state), kinds))


def changes_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `changes`: every change of policy, what it alters, and how far the notice is."""
    with state.reading() as reading:
        rows = [
            {
                **policies.summary(one, document, asking.today, policies.notified(state, reading, str(one.id))),
                "differences": _words(policies.difference(reading, one.id)[1]),
                "document": one.body,
            }
            for one, document in policies.documents(reading)
        ]
    for row in rows:
        entities = row["entities"].values()
        row["untold"] = sum(one["untold"] for one in entities)
        days = [one["named_from"] for one in entities if one["named_from"]]
        row["named_from"], row["told"] = min(days) if days else None, row["people_told"]
    texts = (
        "state",
        "maker",
        "made_at",
        "checker",
        "checked_at",
        "effective_on",
        "reason",
        "differences",
        "document",
        "named_from",
        "version",
    )
    columns = {name: pa.array([row[name] for row in rows], type=_COUNT) for name in ("id", "told", "untold")}
    columns |= {name: pa.array([row[name] or None for row in rows], type=_TEXT) for name in texts}
    lend_table(connection, "changes", pa.table(columns))


def entities_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `policy_entities`: every legal entity, how far its notice is, and what is switched on there."""
    with state.reading() as reading:
        rows = policies.entities(state, reading, asking.policy)
    kinds = {
        "legal_entity": _TEXT, "people": _COUNT, "change": _COUNT, "assessment": _TEXT, "told": _COUNT, "named_from": _TEXT,
        "named": pa.bool_(), "board": pa.bool_(), "review_from": _TEXT, "aggregate_only": pa.bool_(),
    }  # fmt: skip
    lend_table(
        connection,
        "policy_entities",
        pa.table({name: pa.array([row[name] for row in rows], type=kind) for name, kind in kinds.items()}),
    )


def _words(found: list[tuple[str, str, str]]) -> str:
    return (
        "; ".join(f"{key}: {before} to {after}" for key, before, after in found if key != "dpia") or "no figure differs"
    )


def decisions_of(connection: duckdb.DuckDBPyConnection, state: State, _asking: Asking) -> None:
    """The table `decisions`, without what would tell who it is about: of a decision about a person the figures that were shown, and the reason,
    stay with the case.
    """
    with state.reading() as reading:
        found = decisions.every(reading)
    apart = {number: decisions.about_nobody(one) for number, one in found}
    columns = {
        "id": pa.array([number for number, _ in found], type=_COUNT),
        "subject": pa.array([state.pseudonym(one.subject) if one.subject else None for _, one in found], type=_TEXT),
        "decided_by": pa.array([_decider(state, one) for _, one in found], type=_TEXT),
        "reason": pa.array([apart[number][0] for number, _ in found], type=_TEXT),
        "shown": pa.array([apart[number][1] for number, _ in found], type=_TEXT),
    }
    for name in ("kind", "ref", "decision", "decided_at"):
        columns[name] = pa.array([getattr(one, name) for _, one in found], type=_TEXT)
    lend_table(connection, "decisions", pa.table(columns))


def _decider(state: State, one: decisions.Decision) -> str:
    """As the register of changes names who decides on policy; under a pseudonym where a person is decided about, so that neither opens the other."""
    return state.pseudonym(one.decided_by) if one.subject else one.decided_by


def cases_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `cases`: every contest, without the person."""
    found = contests.of(state, None)
    columns = {
        "id": pa.array([one.id for one in found], type=_COUNT),
        "opened": pa.array([one.opened for one in found], type=pa.date32()),
        "due": pa.array([one.due for one in found], type=pa.date32()),
        "overdue": pa.array([one.open and one.due < asking.today for one in found], type=pa.bool_()),
        "reviewer": pa.array([state.pseudonym(one.reviewer) if one.reviewer else None for one in found], type=_TEXT),
        "closed": pa.array([one.closed for one in found], type=pa.date32()),
    }
    for name in ("state", "category", "quarter", "decision"):
        columns[name] = pa.array([getattr(one, name) for one in found], type=_TEXT)
    lend_table(connection, "cases", pa.table(columns))


def policy_of_now(connection: duckdb.DuckDBPyConnection, _state: State, asking: Asking) -> None:
    """The table `stamp`: a row for each quarter of the snapshot: what it says of itself, the policy in force, the engine, and which loads brought it."""
    made = asking.made
    if made is None:
        raise ValueError("made: the lineage of no snapshot")
    values = {
        "snapshot": made.id, "as_of": made.as_of, "published_at": made.published_at, "score_version": made.score_version,
        "version_sha256": made.version_sha256, "inputs_digest": made.inputs_digest, "scores_digest": made.scores_digest,
        "policy_version": asking.policy.version, "engine": f"duckdb {duckdb.__version__}",
    }  # fmt: skip
    brought = _brought(connection, made)
    columns: dict[str, Any] = {name: [value] * len(brought) for name, value in values.items()}
    columns["quarter"] = pa.array([quarter for quarter, _ in brought], type=_TEXT)
    columns["loads"] = pa.array([loads for _, loads in brought], type=_TEXT)
    lend_table(connection, "stamp", pa.table(columns))


def _brought(connection: duckdb.DuckDBPyConnection, made: Snapshot) -> list[tuple[str, str | None]]:
    """(quarter, the loads of each source in words) of a snapshot, which never changes: read once. They speak of nobody."""
    found = _BROUGHT.get(made.content_sha256)
    if found is None:
        known = connection.execute(
            "select count(*) from duckdb_tables() where database_name = 's' and table_name = 'loads'"
        ).fetchall()
        # A snapshot of an older release says nothing of loads.
        found = connection.execute(_LOADS if known[0][0] else f"select quarter, null from ({_QUARTERS})").fetchall()
        if made.content_sha256:
            while len(_BROUGHT) >= SNAPSHOTS:
                _BROUGHT.pop(next(iter(_BROUGHT)), None)
            _BROUGHT[made.content_sha256] = found
    return found


def seats_decided(connection: duckdb.DuckDBPyConnection, state: State, _asking: Asking) -> None:
    """The table `seat_decisions(person_id, tool, decision, decided)`: the newest decision on each seat."""
    with state.reading() as reading:
        newest = {(one.subject, one.ref): one for _, one in decisions.every(reading) if one.kind == "seat"}
    columns = {
        "person_id": pa.array([one.subject for one in newest.values()], type=_TEXT),
        "tool": pa.array([one.ref for one in newest.values()], type=_TEXT),
        "decision": pa.array([one.decision for one in newest.values()], type=_TEXT),
        "decided": pa.array([dt.date.fromisoformat(one.decided_at[:10]) for one in newest.values()], type=pa.date32()),
    }
    lend_table(connection, "seat_decisions", pa.table(columns))


def grants_of(connection: duckdb.DuckDBPyConnection, _state: State, asking: Asking) -> None:
    """The table `grants`: what the policy in force grants, by decisions."""
    names = ("question", "level", "role", "purpose", "rows", "columns")
    columns = list(zip(*grants(asking.policy), strict=True))
    lend_table(
        connection,
        "grants",
        pa.table({name: pa.array(column, type=_TEXT) for name, column in zip(names, columns, strict=True)}),
    )
