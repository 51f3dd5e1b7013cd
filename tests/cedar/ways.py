"""The three ways to one decision, and what differs between them."""

from __future__ import annotations

import itertools
import json
import pathlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cedarpy
import duckdb
import pyarrow as pa

from tests.cedar import companies, plain
from uptake.errors import NotPermitted
from uptake.policy import QUESTIONS, Grant, Policy, Viewer, allows, decide, to_sql
from uptake.state import rights

HERE = pathlib.Path(__file__).parent
TEXT = (HERE / "policy.cedar").read_text(encoding="utf-8")
SCHEMA = (HERE / "schema.cedarschema").read_text(encoding="utf-8")
POLICIES = cedarpy.PolicySet.from_str(TEXT)
ROWS = {"person_id": pa.string(), "quarter": pa.string(), "proposal": pa.bool_(), "opted_in": pa.bool_()}
Decider = Callable[[str, Viewer, Policy], Grant]
REFUSED_ROWS = 8
"""Of a question that is refused as a whole, so many rows are put to the plain Python, which must refuse each."""
OTHERS_DEPTH = {"manager": "manager_depth", "lob_lead": "lob_lead_depth"}


@dataclass
class Count:
    """Decisions by kind and the first differences, in words."""

    rows: int = 0
    allowed: int = 0
    refusals: int = 0
    asked_cedar: int = 0
    cedar: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)


class World:
    """A company and its rows, in DuckDB for the SQL and as plain values for the others."""

    def __init__(self, seed: int, people: int, rows: int) -> None:
        self.rng = random.Random(seed)
        self.company = companies.company(self.rng, people)
        self.rows = companies.rows(self.rng, self.company, rows)
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("set threads = 1")
        self.tree = self._rights()
        answer = pa.table({"n": pa.array(range(rows), type=pa.int64())} | {
            name: pa.array([row[name] for row in self.rows], type=kind) for name, kind in ROWS.items()
        })  # fmt: skip
        self.connection.register("given", answer)
        self.connection.execute("create table answer as select * from given")

    def _rights(self) -> dict[str, dict[str, Any]]:
        """The rights table as the product makes it from HR rows; who was told stands beside it."""
        hired = [rights.Employee(who, of.manager, of.line, None, None, of.entity) for who, of in self.company.items()]
        made = [{**row, "told": self.company[str(row["person_id"])].told} for row in rights.tree(hired)[0]]
        self.connection.register("tree", pa.Table.from_pylist(made))
        self.connection.execute("create table rights as select * from tree")
        return {str(row["person_id"]): row for row in made}

    def by_sql(self, grant: Grant) -> set[int]:
        text, values = to_sql(grant.predicate)
        found = self.connection.execute(f"select q.n from answer q where {text}", list(values)).fetchall()
        return {n for (n,) in found}

    def by_reference(self, grant: Grant) -> set[int]:
        """The product's own Python form of the predicate that was decided."""
        return {n for n, row in enumerate(self.rows) if allows(grant.predicate, row, self.tree)}

    def by_hand(
        self, policy: Policy, viewer: Viewer, question: str, places: Iterable[int]
    ) -> dict[int, frozenset[str]]:
        found = {n: plain.columns(self.company, policy, viewer, question, self.rows[n]) for n in places}
        return {n: shown for n, shown in found.items() if shown}


def granted(decider: Decider, question: str, viewer: Viewer, policy: Policy) -> Grant | None:
    try:
        return decider(question, viewer, policy)
    except NotPermitted:
        return None


def compare(
    world: World,
    policy: Policy,
    cedar: int,
    decider: Decider = decide,
    questions: Sequence[str] = companies.PERSON_QUESTIONS,
) -> Count:
    """Every role x purpose x question under a policy, all ways. `cedar`: how many rows of each grant are put to Cedar."""
    count = Count()
    asked: list[tuple[dict[str, Any], bool, str]] = []
    for question, viewer in companies.askings(world.rng, world.company, questions):
        grant = granted(decider, question, viewer, policy)
        if grant is None:
            places, seen = [world.rng.randrange(len(world.rows)) for _ in range(REFUSED_ROWS)], set[int]()
            count.refusals += 1
            picked = places[: min(1, cedar)] if world.rng.random() < 0.2 else []
        else:
            places, seen = list(range(len(world.rows))), world.by_sql(grant)
            _note(count, "SQL and reference", question, viewer, seen ^ world.by_reference(grant))
            count.rows += len(world.rows)
            count.allowed += len(seen)
            picked = _picked(world.rng, seen, len(world.rows), cedar)
        _against_hand(count, world, (policy, viewer, question), (grant, places, seen))
        for n in picked:
            for column in _columns(world.rng, question, grant):
                shown = n in seen and grant is not None and column in grant.columns
                asked.append(
                    (_request(policy, viewer, question, column, world.rows[n]), shown, f"{question} {viewer} {column}")
                )
    _against_cedar(count, world, policy, asked)
    return count


def _against_hand(
    count: Count, world: World, case: tuple[Policy, Viewer, str], found: tuple[Grant | None, Sequence[int], set[int]]
) -> None:
    (policy, viewer, question), (grant, places, seen) = case, found
    by_hand = world.by_hand(policy, viewer, question, places)
    _note(count, "SQL and hand", question, viewer, seen ^ set(by_hand))
    if grant is not None:
        names = frozenset(QUESTIONS[question].names)
        wrong = {
            shown
            for shown in by_hand.values()
            if (names if shown == plain.ALL else shown & names) != set(grant.columns)
        }
        _note(count, "columns", question, viewer, wrong)


def _note(count: Count, between: str, question: str, viewer: Viewer, wrong: set[Any]) -> None:
    if wrong:
        count.differing.append(f"{between}: {question} {viewer}: {len(wrong)} of them")


def _picked(rng: random.Random, seen: set[int], rows: int, most: int) -> list[int]:
    """As many rows that are seen as rows that are not, where there are both."""
    shown, hidden = sorted(seen), sorted(set(range(rows)) - seen)
    half = [rng.sample(among, min(len(among), (most + 1) // 2)) for among in (shown, hidden)]
    return [*half[0], *half[1]][:most]


def _columns(rng: random.Random, question: str, grant: Grant | None) -> list[str]:
    """A column that is granted and one that is not; where all or none are, one of them."""
    names = QUESTIONS[question].names
    inside = [name for name in names if grant is not None and name in grant.columns]
    outside = [name for name in names if name not in inside]
    return [rng.choice(among) for among in (inside, outside) if among]


def _request(policy: Policy, viewer: Viewer, question: str, column: str, row: plain.Row) -> dict[str, Any]:
    action = "viewBoard" if question == plain.BOARD else "viewSeat" if question in plain.SEATS else "viewNamed"
    principal = (
        {"type": "Person", "id": viewer.person_id} if viewer.person_id else {"type": "Officer", "id": viewer.role}
    )
    quarter = row["quarter"]
    context = {
        "role": viewer.role, "purpose": viewer.purpose or "", "case_id": (viewer.case_id or "").strip(), "question": question, "column": column,
        "proven_zero": question == "idle_seats" or row["proposal"] is True, "opted_in": row["opted_in"] is True,
        "named_lists": policy.profile != "team-first", "depth": getattr(policy, OTHERS_DEPTH.get(viewer.role, ""), 0),
        "board": "open" if policy.profile == "open-board" else "bands" if policy.board_bands else "off",
        "board_reach": policy.board_reach, "review_enabled": len(policy.review_since) > 0,
        "any_aggregate_only": len(policy.aggregate_only) > 0, "lockdown": policy.lockdown,
    }  # fmt: skip
    if quarter is not None:
        context["quarter"] = int(quarter[:4]) * 10 + int(quarter[5])
    resource = {"type": "Person", "id": row["person_id"] or "(nobody)"}
    return {
        "principal": principal,
        "action": {"type": "Action", "id": action},
        "resource": resource,
        "context": context,
    }


def entities(company: plain.Company, policy: Policy) -> cedarpy.Entities:
    """The company as Cedar entities: a person's parents are their manager; the three above stand by name for the depth."""
    since = {name: int(quarter[:4]) * 10 + int(quarter[5]) for name, quarter in policy.review_since}
    made: list[dict[str, Any]] = []
    for name in (one for one in companies.ENTITIES if one is not None):
        attributes = {
            "noticed": name in policy.noticed_entities, "aggregate_only": name in policy.aggregate_only,
            "works_council": name in policy.board_entities,
        } | ({"review_from": since[name]} if name in since else {})  # fmt: skip
        made.append({"uid": _uid("LegalEntity", name), "attrs": attributes, "parents": []})
    for who, of in company.items():
        above = list(itertools.islice(_managers(company, who), 3))
        attributes = {"told": of.told} | {f"above{step}": _uid("Person", boss) for step, boss in enumerate(above, 1)}
        attributes |= {"line": of.line} if of.line is not None else {}
        attributes |= {"entity": _uid("LegalEntity", of.entity)} if of.entity is not None else {}
        parents = [{"type": "Person", "id": above[0]}] if above else []
        made.append({"uid": _uid("Person", who), "attrs": attributes, "parents": parents})
    return cedarpy.Entities.from_json_str(json.dumps(made), schema=SCHEMA)


def _uid(kind: str, name: str) -> dict[str, dict[str, str]]:
    return {"__entity": {"type": kind, "id": name}}


def _managers(company: plain.Company, who: str) -> Iterable[str]:
    above = company[who].manager
    while above is not None and above in company:
        yield above
        above = company[above].manager


def _against_cedar(
    count: Count, world: World, policy: Policy, asked: Sequence[tuple[dict[str, Any], bool, str]]
) -> None:
    if not asked:
        return
    answers = cedarpy.is_authorized_batch([one[0] for one in asked], POLICIES, entities(world.company, policy))
    count.asked_cedar += len(asked)
    for (_, shown, words), answer in zip(asked, answers, strict=True):
        reasons = answer.diagnostics.id_annotations_by_reason.values()
        count.cedar.update(reasons or ["no permit"])
        if answer.diagnostics.errors or answer.allowed != shown:
            count.differing.append(f"Cedar: {words}: {sorted(reasons)} {answer.diagnostics.errors}")


def total(counts: Iterable[Count]) -> Count:
    found = Count()
    for one in counts:
        found.rows += one.rows
        found.allowed += one.allowed
        found.refusals += one.refusals
        found.asked_cedar += one.asked_cedar
        found.cedar += one.cedar
        found.differing += one.differing
    return found
