"""Walks every way out of a home whose outcomes are planted, and says where a figure of one person reaches somebody else.

It knows no question and no page. What an outcome is it reads off the product: the columns of every fact that is made from version control,
and of every released table of outcomes. Who a row speaks of it sees by ids, logins, addresses and pseudonyms in any column.
"""

from __future__ import annotations

import csv
import io
import json
import pathlib
import re
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import httpx2
from pyarrow import parquet
from starlette.testclient import TestClient

from tests.attack import outcome_home as planted
from tests.attack.drive import run
from tests.attack.hostile import Reply, unpacked
from tests.web.conftest import SAME_ORIGIN, Site
from uptake.errors import NotPermitted
from uptake.facts import FACTS
from uptake.policy import PURPOSES, QUESTIONS, ROLES, Viewer
from uptake.reads import Caller, Filters, ask
from uptake.snapshot.build import GROUP_TABLES
from uptake.warehouse.refill import read_step

Row = Mapping[str, object]
MADE_OF_OUTCOMES = ("quadrant", "person_outcomes", "quality", "outcome_months")
COUNTED = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "BOOLEAN", "DATE"}
NUMBER = re.compile(r"(?<![0-9A-Za-z.])[1-9][0-9]{5,}(?![0-9A-Za-z])")
SPACES = re.compile("(?<=[0-9])[\u202f\u2009\u00a0,](?=[0-9]{3})")
LEAST_ORDERED = 6
"""So many people in the order of a figure are no accident: one list in 720."""
NO_OUTCOMES = frozenset({"people", "use", "number", "since", "week", "merged_day"})
"""Columns of these tables that say of whom, of how much use and of when."""
EVIDENCE = frozenset({"approvals", "approvals_required", "checks_required", "stale_approval"})
"""Proof that somebody verified a change, which the register has to name (GOVERNANCE.md section 12)."""
AT_A_TERMINAL: Mapping[str, tuple[str | None, ...]] = {
    "self": ("self",), "peer": ("self",), "manager": ("support", "training"), "compliance": (None, "assurance"), "licence": ("licence",),
    "lob_lead": (),
}  # fmt: skip
"""Purposes under which a role asks at the command line, where it is not none. A lead of a line is a person there, with the purposes of one."""
QUALITY_OF_REPOSITORIES = ("code_survival", "code_rework")


def outcome_columns(site: Site) -> frozenset[str]:
    """Columns that tell an outcome: those of facts made from version control and of tables of outcomes, less those that facts of use have too."""
    outcomes, use = set[str](), set[str]()
    with duckdb.connect(str(site.settings.warehouse_file), read_only=True) as connection:
        held = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
        ).fetchall()
    of_changes = {name for name in FACTS if read_step("uptake.facts", name).needs}
    for table, column, kind in held:
        if table in of_changes:
            outcomes |= {column} if kind.split("(")[0] in COUNTED else set()
        elif table in {*FACTS, "quarter_scores"}:
            use.add(column)
    for name in MADE_OF_OUTCOMES:
        outcomes |= {column for column, kind in GROUP_TABLES.get(name, {}).items() if str(kind) == "int64"}
    return frozenset(outcomes - use - NO_OUTCOMES)


@dataclass
class Walk:
    """What was looked at, and what was found."""

    site: Site
    columns: frozenset[str]
    answers: int = 0
    rows: int = 0
    people: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    changes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Viewer -> ids of changes whose author was told."""
    of_changes: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    """Viewer -> id of a change -> columns of its outcome that were told beside it."""

    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.members = planted.company()
        self.figures = {one.key: planted.planted(one.number) for one in self.members if one.number is not None}
        self.whose = {number: key for key, made in self.figures.items() for number in made.figures}
        self.named = {name: one.key for one in self.members for name in one.names}
        self.named |= {self.site.state.pseudonym(one.key): one.key for one in self.members}

    def say(self, where: str, what: str) -> None:
        self.found.append(f"{where}: {what}")

    def judge(self, where: str, viewer: Viewer, reply: Reply) -> None:
        """One answer of a route or a command, in whatever form it came. The same bytes to the same viewer are looked at once."""
        self.answers += 1
        key = (
            where.split(" ", maxsplit=1)[0],
            viewer.role,
            viewer.purpose == "assurance",
            viewer.person_id,
            hash(reply.body),
        )
        if key in self._seen:
            return
        self._seen.add(key)
        text = SPACES.sub("", unpacked(reply).decode("utf-8", "replace"))
        own = viewer.person_id if viewer.role == "self" else None
        told = {self.whose[number] for number in map(int, NUMBER.findall(text)) if number in self.whose} - {own}
        if told:
            self.say(where, f"figures of {len(told)} people, such as {min(told)}")
        self._solo(where, viewer, text)
        self.table(where, viewer, rows_of(reply))

    def _solo(self, where: str, viewer: Viewer, text: str) -> None:
        """The repository of one author is known to those who load it; how long its lines last is known to no office."""
        loads = viewer.role == "administrator"
        lines, mended = (re.search(rf"(?<![0-9.]){number}(?![0-9])", text) for number in planted.SOLO_LINES)
        quality = any(name in where for name in QUALITY_OF_REPOSITORIES)
        operator = loads or viewer.role in ("compliance", "internal_audit")
        if (lines and not (loads if quality else operator)) or (mended and quality and not loads):
            self.say(where, "figures of the repository of one author")

    def table(self, where: str, viewer: Viewer, rows: Sequence[Row]) -> None:
        """The rows of an answer."""
        own = viewer.person_id if viewer.role == "self" else None
        order: list[str] = []
        for row in rows:
            self.rows += 1
            of = {self.named[value] for value in row.values() if isinstance(value, str) and value in self.named} - {own}
            self.people |= of
            order += sorted(of)
            if of:
                self._row_of(where, row, of)
            elif own is None or own not in row.values():
                self._row_of_a_group(where, row)
            self._of_a_change(f"{viewer.role} {viewer.purpose} {viewer.person_id}", row, of)
        self._ordered(where, order)

    def _of_a_change(self, viewer: str, row: Row, of: Collection[str]) -> None:
        change = str(row.get("change") or "")
        if of and change:
            self.changes[viewer].add(change)
        elif change:
            told = {name for name in self.columns & row.keys() if row[name] not in (None, "")}
            self.of_changes[viewer][change] |= told - EVIDENCE

    def joined(self) -> None:
        """Two answers to one viewer: who made a change, and what became of it."""
        for viewer, changes in self.changes.items():
            told = {name for change in changes for name in self.of_changes[viewer].get(change, ())}
            if told:
                self.say(viewer, f"authors of changes, and of the same changes {', '.join(sorted(told))}")

    def _row_of(self, where: str, row: Row, of: Collection[str]) -> None:
        told = sorted(name for name in self.columns & row.keys() if row[name] not in (None, ""))
        if told:
            self.say(where, f"a row of {min(of)} with {', '.join(told)}")
        numbers = {int(str(value)) for value in row.values() if str(value).isdigit()}
        for key in of & self.figures.keys():
            counts = self.figures[key].figures | (
                {self.figures[key].changes} if self.figures[key].changes > 2 else set()
            )
            if numbers & counts:
                self.say(where, f"a row of {key} with {sorted(numbers & counts)}")

    def _row_of_a_group(self, where: str, row: Row) -> None:
        for name, value in row.items():
            if name.startswith("lines_") and str(value).isdigit() and int(str(value)) >= planted.WITH_AI:
                authors = max(planted.authors_of(int(str(value))))
                if authors <= planted.K:
                    self.say(where, f"{name} of {authors} authors")

    def _ordered(self, where: str, order: Sequence[str]) -> None:
        """A list of people in the order of what is planted of them is a ranking, even where the figure is left out."""
        known = list(dict.fromkeys(key for key in order if key in self.figures))
        if len(known) < LEAST_ORDERED:
            return
        for name in ("changes", "lines", "lead_minutes", "review_minutes"):
            values = [getattr(self.figures[key], name) for key in known]
            if len(set(values)) >= LEAST_ORDERED and values in (sorted(values), sorted(values, reverse=True)):
                ids = known in (sorted(known), sorted(known, reverse=True))
                if not ids:
                    self.say(where, f"people in the order of {name}")


def rows_of(reply: Reply) -> list[Row]:
    """The rows of a table, if the answer is one or is packed of some."""
    body = reply.body
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            parts = [
                pack.read(name) for name in pack.namelist() if name.endswith((".json", ".ndjson", ".jsonl", ".csv"))
            ]
        return [row for part in parts for row in rows_of(Reply(200, {}, part))]
    if body[:4] == b"PAR1":
        return list(parquet.read_table(io.BytesIO(body)).to_pylist())
    if reply.headers.get("content-type", "").startswith("text/csv"):
        return list(csv.DictReader(io.StringIO(body.decode())))
    if body[:1] not in (b"[", b"{"):
        return []
    try:
        return list(_dicts(json.loads(body)))
    except json.JSONDecodeError:
        return [row for line in body.splitlines() if line.strip() for row in _dicts(json.loads(line))]


def _dicts(value: object) -> Iterator[Row]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _dicts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _dicts(inner)


def viewers(members: Iterable[planted.Member]) -> Iterator[Viewer]:
    """Every role for every purpose, without one and for one that is none; as people of each kind, with a case."""
    people = list(members)
    below: dict[str | None, int] = defaultdict(int)
    for one in people:
        below[one.manager] += 1
    lead = next(one for one in people if below[one.key] and one.team)
    line = next(one for one in people if one.department is None and one.manager)
    engineer = next(one for one in people if one.manager == lead.key)
    as_whom = {"self": engineer, "peer": engineer, "manager": lead, "lob_lead": line, "executive": people[0]}
    for role in ROLES:
        who = as_whom.get(role)
        for purpose in (None, *PURPOSES):
            yield Viewer(
                role=role, purpose=purpose, case_id="C-1", person_id=who.key if who else None,
                unit=who.unit if who else None, lob=who.line if who else None,
            )  # fmt: skip


def over_questions(walk: Walk, questions: Collection[str] = QUESTIONS) -> set[str]:
    """Every question through the gate; answers those that were granted to anybody."""
    site, granted = walk.site, set[str]()
    now = site.app.state.site.clock()
    policy = site.app.state.site.policy
    for viewer in viewers(walk.members):
        for question in questions:
            try:
                found = ask(
                    site.settings, site.state, policy, question, viewer, Filters(), Caller("test", "the walk", now)
                )
            except NotPermitted:
                continue
            granted.add(question)
            text = json.dumps(found.rows(), default=str).encode()
            walk.judge(f"{question} as {viewer.role} for {viewer.purpose}", viewer, Reply(200, {}, text))
    return granted


def over_routes(walk: Walk, clients: Mapping[str, TestClient], hats: Mapping[str, Viewer], part: int) -> set[str]:
    """Every route that answers, by every hat: pages and lists in full, files of one in `part`; answers the paths that were opened."""
    opened = set[str]()
    paths = sorted({route.path for route in walk.site.app.routes if "GET" in (getattr(route, "methods", None) or ())})
    for place, (name, client) in enumerate(sorted(clients.items())):
        for number, pattern in enumerate(paths):
            if "." in pattern.rsplit("/", 1)[-1] and (number + place) % part:
                continue
            answer = client.get(pattern.replace("{number}", "1").replace("{name}", "x").replace("{rest:path}", "Users"))
            if answer.status_code == 200:
                opened.add(pattern)
                _judge(walk, f"{pattern} as {name}", hats[name], answer)
    return opened


def over_packs(walk: Walk, clients: Mapping[str, TestClient], hats: Mapping[str, Viewer]) -> int:
    """The pack of evidence by every hat; answers how many were made."""
    made = 0
    fields = {"from": "2026-01-01", "to": "2026-12-31"}
    for name, client in clients.items():
        answer = client.post("/assurance/pack", data=fields, headers=SAME_ORIGIN)
        if answer.status_code == 200:
            made += 1
            _judge(walk, f"/assurance/pack as {name}", hats[name], answer)
    return made


def _judge(walk: Walk, where: str, viewer: Viewer, answer: httpx2.Response) -> None:
    walk.judge(where, viewer, Reply(answer.status_code, dict(answer.headers), answer.content))


def over_commands(walk: Walk, folder: pathlib.Path, part: int) -> int:
    """`ask` as every role of an officer and as people of a demo, `evidence`, and what alerts say; one question in `part` of each."""
    home, done = walk.site.home, 0
    said = [one for one in viewers(walk.members) if one.purpose in AT_A_TERMINAL.get(one.role, (None,))]
    for place, viewer in enumerate(said):
        # whoever asks with the purpose `self` at a terminal asks for oneself, whatever else one is
        asking = replace(viewer, role="self") if viewer.person_id and viewer.purpose == "self" else viewer
        words = ["--as", viewer.person_id or viewer.role, *(["--purpose", viewer.purpose] if viewer.purpose else [])]
        words += ["--case", "C-1"] if viewer.purpose == "assurance" else []
        for number, question in enumerate(QUESTIONS):
            if (number + place) % part == 0:
                answer = run(home, "ask", question, *words, "--json")
                done += answer.code == 0
                walk.judge(f"{question} at the command line {words}", asking, Reply(200, {}, answer.out.encode()))
    pack = folder / "pack.zip"
    answer = run(home, "evidence", "--out", pack, "--from", "2026-01-01", "--to", "2026-12-31")
    assert answer.code == 0, answer.err
    walk.judge("evidence", Viewer(role="internal_audit"), Reply(200, {}, pack.read_bytes()))
    told = run(home, "alerts", "--json")
    walk.judge("alerts", Viewer(role="administrator"), Reply(200, {}, told.out.encode()))
    return done
