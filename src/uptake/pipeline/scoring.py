"""Facts and scores of every quarter up to a day, each made again only where what it is made of changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from uptake.errors import WrongUsage
from uptake.facts import FACTS, task_types
from uptake.model import TABLES
from uptake.model.macros import MACROS
from uptake.model.reach import Reach
from uptake.scores import SCORES
from uptake.scores.version import ScoreVersion
from uptake.settings import Settings
from uptake.sources import SOURCES
from uptake.warehouse import memo, parts, periods, reach, seals, strips
from uptake.warehouse.connect import Connection, together
from uptake.warehouse.digest import inputs_digest, scores_digest
from uptake.warehouse.filling import code_of, fill
from uptake.warehouse.refill import Step, drop_work, read_step, run

DUCKDB = "duckdb"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ScoreCall:
    """What a score run needs from outside: the as-of day, the version, what policy says of entities, and the closed quarters to restate.

    `rebuild`: everything derived is dropped and filled again, which restates every closed quarter.
    """

    as_of: dt.date
    version: ScoreVersion
    aggregate_only: tuple[str, ...] = ()
    rebuild: bool = False
    restate: frozenset[str] = frozenset()
    engine: str = DUCKDB
    today: dt.date | None = None
    """The newest day that anybody can have seen; none: the as-of day."""
    opened_from: str = ""
    """The first quarter that a decision on a contest opens again, with all after it."""
    release: bool = False
    """Figures of groups of quarters that move are released although they were this week."""

    def seals(self, quarter: str) -> bool:
        """True if a quarter is over, and its late data too: of days to come nobody knows anything that later data could contradict."""
        seen = min(self.as_of, self.today or self.as_of)
        return seen >= periods.bounds(quarter)[1] + dt.timedelta(days=int(self.version.values["quarter_close_days"]))

    def opens(self, quarter: str) -> bool:
        """True if a closed quarter may take later data in. A cluster scores every quarter anew, as a rebuild does."""
        if self.rebuild or self.engine != DUCKDB or quarter in self.restate:
            return True
        return bool(self.opened_from and quarter >= self.opened_from)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a run came to. `runs`: (quarter, what its rows were made from), oldest first; `waiting`: closed quarters that stand
    although later data would change them; `sealed`: closed quarters that take no later data in.
    """

    inputs_digest: str
    scores_digest: str
    runs: tuple[tuple[str, str], ...]
    waiting: tuple[str, ...]
    sealed: frozenset[str] = frozenset()
    restated: Mapping[str, int] = field(default_factory=dict)
    """Closed quarter -> how often it was restated."""
    reached: Reach | None = None
    """What changed in the newest quarter, where only that was made again."""


def silent(what: str, done: int, of: int) -> None:
    """No progress is shown."""
    del what, done, of


def score(settings: Settings, connection: Connection, call: ScoreCall, progress: Progress = silent) -> Scored:
    """Fill facts and scores of every quarter up to `as_of`."""
    connection.execute(MACROS)
    facts = [read_step("uptake.facts", name) for name in FACTS]
    scores = [read_step("uptake.scores", name) for name in SCORES]
    whole = [step for step in facts if step.by != "quarter"]
    partly = [step for step in facts if step.by == "quarter"] + scores
    seals.prepare(connection)
    if call.rebuild:
        _drop_derived(connection, [*facts, *scores])
    periods.prepare_memory(connection)
    write_parameters(connection, call)
    progress("looking for changes", 0, 0)
    parts.refresh(connection)
    known = memo.Memo(connection, call.as_of, whole)
    quarters = periods.quarters(connection, call.as_of, settings.score.quarters)
    check_restated(call.restate, quarters)
    steps = len(whole) + len(partly) * len(quarters)
    for number, step in enumerate(whole):
        progress(f"filling facts: {step.name}", number, steps)
        fill(connection, step, known)
    periods.forget_other_quarters(connection, partly, quarters)
    seals.forget(connection, quarters)
    waiting, reached = [], None
    for place, quarter in enumerate(quarters):
        done = len(whole) + place * len(partly)
        told = partial(_shifted, progress, done, steps)
        stands, reached = _score_quarter(connection, quarter, call, partly, told, newest=quarter == quarters[-1])
        if not stands:
            waiting.append(quarter)
    return outcome(connection, call, waiting, reached)


def outcome(connection: Connection, call: ScoreCall, waiting: list[str], reached: Reach | None = None) -> Scored:
    """What stands after a run."""
    stand = seals.runs(connection)
    return Scored(
        inputs_digest(connection, TABLES.values()),
        scores_digest((one.quarter, one.scores_digest) for one in stand),
        tuple((one.quarter, f"{one.inputs.data} {one.inputs.must}") for one in stand),
        tuple(waiting),
        frozenset(one.quarter for one in stand if one.closed and not call.opens(one.quarter)),
        {one.quarter: one.restated for one in stand if one.closed},
        reached,
    )


def _shifted(progress: Progress, done: int, of: int, what: str, number: int) -> None:
    progress(what, done + number, of)


def check_restated(wanted: frozenset[str], quarters: list[str]) -> None:
    """Raises WrongUsage where a quarter to restate is not scored at all."""
    unknown = sorted(wanted - set(quarters))
    if unknown:
        raise WrongUsage(
            f"There is no quarter `{unknown[0]}` to restate",
            why=f"the scores run from {quarters[0]} to {quarters[-1]}",
            next_step="Name one of these, such as --restate " + quarters[0],
        )


def _score_quarter(
    connection: Connection,
    quarter: str,
    call: ScoreCall,
    steps: list[Step],
    progress: Callable[[str, int], None],
    *,
    newest: bool,
) -> tuple[bool, Reach | None]:
    """Score one quarter if it has to be. Answers whether it stands on what is known now, False if it is sealed and later data waits; and
    what was made again where that was not all.
    """
    periods.enter(connection, quarter, call.as_of, call.version.values["quarter_close_days"])
    inputs = seals.inputs_of(connection, code_of(steps))
    held = seals.run_of(connection, quarter)
    if held and held.inputs == inputs:
        return True, None
    if held and held.closed and held.inputs.must == inputs.must and not call.opens(quarter):
        return False, None
    with together(connection):
        seals.open_again(connection, held)
    of_days, others = ([step for step in steps if bool(step.reach) is wanted] for wanted in (True, False))
    run(connection, next(step for step in others if step.name == reach.UNPLACED))
    reached = _refill_reached(connection, of_days, inputs, held) if newest else None
    if reached is None:
        strips.fill(connection, of_days, newest=newest, told=partial(_strip, progress, quarter, len(of_days)))
    for number, step in enumerate(others):
        progress(f"scoring {quarter}: {step.name}", len(of_days) + number)
        if step.name != reach.UNPLACED:
            run(connection, step, newest=newest)
    drop_work(connection, steps)
    with together(connection):
        seals.seal(connection, quarter, inputs, held, closed=call.seals(quarter), newest=newest, reached=reached)
        if newest:
            reach.note(connection, inputs.data, inputs.must)
    return True, reached


def _strip(progress: Callable[[str, int], None], quarter: str, steps: int, made: int, of: int) -> None:
    progress(f"scoring {quarter}: days, part {made + 1} of {of}", steps * made // of)


def _refill_reached(
    connection: Connection, steps: list[Step], inputs: seals.Inputs, held: seals.Run | None
) -> Reach | None:
    """Of the newest quarter, make again what changed, where that can be told; else nothing, and every row has to be made."""
    found = reach.found(connection, inputs.must) if held else None
    reach.forget(connection)
    if found:
        with together(connection):
            strips.refill(connection, steps, found)
    return found


def _drop_derived(connection: Connection, steps: list[Step]) -> None:
    """Nothing that was derived stands. The seals are kept till their quarter is scored: an old figure that changes is written down."""
    memo.forget(connection)
    connection.execute("update quarter_runs set must = ''")
    for step in steps:
        if step.keep == "yes" and step.by != "quarter":
            connection.execute(f"drop table if exists {step.name}")


def write_parameters(connection: Connection, call: ScoreCall) -> None:
    """The work tables that steps read beside the data: the as-of day, the version, the sources, what policy says of entities."""
    version = call.version
    connection.execute("create or replace temp table as_of as select ?::date as day", [call.as_of])
    columns = {"id": version.id, "version_sha256": version.sha256, **version.values}
    named = ", ".join(
        f"?::{'bigint' if isinstance(value, int) else 'varchar'} as {name}" for name, value in columns.items()
    )
    connection.execute(f"create or replace temp table version as select {named}", list(columns.values()))
    connection.execute(
        "create or replace temp table version_tools (tool varchar, grain varchar, g_p bigint, g_r bigint)"
    )
    connection.executemany("insert into version_tools values (?, ?, ?, ?)", [list(row) for row in version.tools])
    connection.execute("create or replace temp table aggregate_only_entities (legal_entity varchar)")
    for entity in call.aggregate_only:
        connection.execute("insert into aggregate_only_entities values (?)", [entity])
    _write_sources(connection)
    _write_task_types(connection, task_types.shipped())


def _write_task_types(connection: Connection, table: task_types.TaskTypes) -> None:
    connection.execute("create or replace temp table task_labels (tool varchar, label varchar, task_type varchar)")
    connection.executemany("insert into task_labels values (?, ?, ?)", [list(row) for row in table.labels])
    connection.execute(
        "create or replace temp table task_rules as select ?::varchar as id, ?::varchar as unclassified, ?::bigint as min_acts,"
        " ?::bigint as share_num, ?::bigint as share_den",
        [table.id, task_types.UNCLASSIFIED, table.min_acts, *table.min_share],
    )


def _write_sources(connection: Connection) -> None:
    connection.execute(
        "create or replace temp table sources (name varchar, tool varchar, grain varchar, place integer,"
        " session_tool varchar, counts_on_server boolean, tenants_repeat boolean, account_kind varchar)"
    )
    for place, source in enumerate(source for source in SOURCES.values() if source.grain):
        row = (source.name, source.tool, source.grain, place, source.session_tool, source.counts_on_server)
        more = (source.tenants_repeat, source.account_kind)
        connection.execute("insert into sources values (?, ?, ?, ?, ?, ?, ?, ?)", [*row, *more])
