"""Facts and scores made on a Spark cluster: the same lists of steps, the same queries, and the tables they make brought back here.

Every run makes everything anew. What a step reads that no step makes goes to the lake first; steps in Python run on this machine.
Nothing here changes until all is made: then the kept tables replace those of the warehouse in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from uptake.errors import UserError
from uptake.facts import FACTS
from uptake.model.macros import MACROS
from uptake.pipeline.scoring import ScoreCall, Scored, check_restated, outcome, write_parameters
from uptake.scores import SCORES
from uptake.settings import Settings
from uptake.warehouse import memo, parts, periods, seals
from uptake.warehouse.connect import Connection, together
from uptake.warehouse.filling import code_of, lend_all_parts
from uptake.warehouse.kept import Arrived, replace_tables
from uptake.warehouse.lake import Columns, table_of
from uptake.warehouse.refill import Step, check_grain, given_twice, read_step
from uptake.warehouse.shapes import reads_of, shapes, temporary
from uptake.warehouse.spark import Cluster, opened

Progress = Callable[[str, int, int], None]


def score(settings: Settings, connection: Connection, call: ScoreCall, progress: Progress) -> Scored:
    """Fill facts and scores of every quarter on the cluster.

    Raises:
        UserError: a sealed quarter would change, and nobody asked to restate it.
    """
    close_days = call.version.values["quarter_close_days"]
    connection.execute(MACROS)
    seals.prepare(connection)
    write_parameters(connection, call)
    parts.refresh(connection)
    lend_all_parts(connection, call.as_of)
    quarters = periods.quarters(connection, call.as_of, settings.score.quarters)
    check_restated(call.restate, quarters)
    periods.enter(connection, quarters[0], call.as_of, close_days)
    facts = [read_step("uptake.facts", name) for name in FACTS]
    whole = [step for step in facts if step.by != "quarter"]
    partly = [step for step in facts if step.by == "quarter"] + [read_step("uptake.scores", name) for name in SCORES]
    steps = len(whole) + len(partly) * len(quarters)
    progress("reaching the cluster", 0, 0)
    with opened(settings.spark, settings.lake, settings.home / "logs" / "spark.log") as cluster:
        run = _Run(connection, cluster, [*whole, *partly])
        for number, step in enumerate(whole):
            progress(f"filling facts on the cluster: {step.name}", number, steps)
            run.step(step)
        for place, quarter in enumerate(quarters):
            periods.enter(connection, quarter, call.as_of, close_days)
            run.enter(quarter)
            for number, step in enumerate(partly):
                progress(
                    f"scoring {quarter} on the cluster: {step.name}", len(whole) + place * len(partly) + number, steps
                )
                run.step(step)
        progress("bringing the tables back", steps, steps)
        with together(connection):
            _take_in(connection, call, run, quarters, code_of(partly))
    return outcome(connection, call, [])


def _take_in(connection: Connection, call: ScoreCall, run: _Run, quarters: list[str], code: str) -> None:
    """The kept tables, and the seals of their quarters. What this machine filled by itself before stands no more."""
    memo.forget(connection)
    held = {quarter: seals.run_of(connection, quarter) for quarter in quarters}
    for one in held.values():
        seals.open_again(connection, one)
    replace_tables(connection, run.kept())
    for step in run.steps:
        if step.keep == "yes":
            check_grain(connection, step, step.name, of_all_quarters=True)
    seals.forget(connection, quarters)
    for quarter in quarters:
        periods.enter(connection, quarter, call.as_of, call.version.values["quarter_close_days"])
        inputs, before = seals.inputs_of(connection, code), held[quarter]
        seals.seal(connection, quarter, inputs, before, closed=call.seals(quarter))
        after = seals.run_of(connection, quarter)
        held_back = before and before.closed and before.inputs.must == inputs.must and not call.opens(quarter)
        if held_back and before and after and after.restated > before.restated and not call.rebuild:
            raise UserError(
                f"{quarter} is closed, and later data would change its figures",
                why="a closed quarter changes only when somebody asks for it",
                next_step=f"Add --restate {quarter}, or --full for all of them; nothing was changed",
            )


class _Run:
    """What is in the lake so far, and the steps that make more of it."""

    def __init__(self, connection: Connection, cluster: Cluster, steps: list[Step]) -> None:
        self.connection = connection
        self.cluster = cluster
        self.steps = steps
        self.shapes: dict[str, Columns] = shapes(connection, steps)
        self.quarter = ""
        self.shown: set[str] = set()
        self.folders: dict[str, list[str]] = {step.name: [] for step in steps}
        self.seen: dict[str, set[tuple[Any, ...]]] = {}

    def enter(self, quarter: str) -> None:
        """Another quarter: the tables that describe it are other ones, and what was made for the last one only is gone."""
        self.quarter = quarter
        self.shown -= temporary(self.connection)
        for step in self.steps:
            if step.by == "quarter" and step.keep != "yes":
                self.folders[step.name] = []

    def step(self, step: Step) -> None:
        """Make one step for the quarter that was entered, from what it reads."""
        for table in sorted(reads_of(step) - self.shown):
            self._show(table)
        columns = self.shapes[step.name]
        if step.keep == "view":
            self.cluster.view(step.name, step.sql)
            self.shown.add(step.name)
            return
        folder = f"{'kept' if step.keep == 'yes' else 'work'}/{step.name}/{self.quarter or 'all'}"
        if step.needs and all(memo.is_empty(self.connection, table) for table in step.needs):
            written = 0
        elif step.module:
            written = self._written(step, step.module, columns, folder)
        else:
            self.cluster.fill(columns, step.sql, folder)
            written = 1
        self.folders[step.name] += [folder] if written else []
        self.cluster.show(step.name, columns, self.folders[step.name])
        self.shown.add(step.name)
        # What stays is looked at where it arrives: no pass of its own over the cluster.
        if written and step.keep != "yes" and self.cluster.twice(step.name, step.grain):
            raise given_twice(step)

    def kept(self) -> list[Arrived]:
        """The tables that stay, as they come back."""
        return [
            (step.name, self.shapes[step.name], self.cluster.lake.read(self.folders[step.name], self.shapes[step.name]))
            for step in self.steps
            if step.keep == "yes"
        ]

    def _show(self, table: str) -> None:
        """A table of this machine; or one that a later step makes, of which there is nothing yet."""
        columns = self.shapes[table]
        if table in self.folders:
            self.cluster.show(table, columns, [])
        else:
            self.cluster.take(table, columns, self.connection.table(table))
        if table == "period":
            self.cluster.narrow(table, "quarter", self.quarter)
        self.shown.add(table)

    def _written(self, step: Step, module: ModuleType, columns: Columns, folder: str) -> int:
        """Rows of a step in Python; where it adds to its table, only those whose key is new."""
        rows = module.make(**{name: self.cluster.rows(sql) for name, sql in module.READS.items()})
        if step.by == "new rows":
            seen = self.seen.setdefault(step.name, set())
            places = [[name for name, _ in columns].index(key) for key in step.grain]
            rows = [row for row in rows if tuple(row[place] for place in places) not in seen]
            seen.update(tuple(row[place] for place in places) for row in rows)
        return self.cluster.lake.write(folder, table_of(columns, rows))
