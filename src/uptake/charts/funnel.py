"""The funnel: nested steps of engineers, what each keeps, and by which reason the others were lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from uptake.charts import numerals
from uptake.charts.core import Svg, block, chart, esc, rect, span, svg
from uptake.charts.numerals import DASH
from uptake.charts.patterns import HATCH
from uptake.charts.rows import Loss, Step

BAR = 23
MERGED_ABOVE = 95
"""A step that keeps more than 95 of 100 of the one before says nothing of its own and is merged into it."""


@dataclass(frozen=True, slots=True)
class _Row:
    step: Step
    before: int | None
    whole: int


def funnel(steps: Sequence[Step], unit: str = "engineers") -> Svg:
    """Draw the steps, the widest first; all bars share the scale of the first step.

    Raises ValueError where a step holds more than the one before, or where known losses do not sum to the drop.
    A step without a number has no bar: `text` says why ("not yet measured"). Where one reason of a drop is withheld the
    drop is one piece without reasons, because the rest of a sum gives the missing part away.
    """
    shown = merged(steps)
    whole = shown[0].people if shown else None
    if whole is None:
        raise ValueError("steps: the first step needs a number, it is the scale")
    rows, before = [], None
    for step in shown:
        _check(step, before)
        rows.append(_Row(step, before, whole))
        before = step.people
    head = block("head", span("a", esc(unit)) + span("b", "of step") + span("c", "of all"))
    return Svg(chart("funnel", head + "".join(_row(row, unit) for row in rows)))


def merged(steps: Sequence[Step]) -> list[Step]:
    """Fold each middle step that keeps more than 95 % into the step before, and its losses into the step after.

    Where the reasons of one of the two drops are not told, the drop of both has none.
    """
    shown: list[Step] = []
    waiting: tuple[Loss, ...] | None = ()
    above: int | None = None
    for place, step in enumerate(steps):
        told = bool(step.losses) or step.people == above
        current = replace(step, losses=waiting + step.losses if waiting is not None and told else ())
        above = step.people
        last = place == len(steps) - 1
        if shown and not last and _says_nothing(shown[-1], current) and steps[place + 1].people is not None:
            words = f"{current.name}: {numerals.count(current.people or 0)}"
            note = f"{shown[-1].note}; {words}" if shown[-1].note else words
            shown[-1] = replace(shown[-1], note=note)
            waiting = current.losses if waiting is not None and told else None
        else:
            shown.append(current)
            waiting = ()
    return shown


def _says_nothing(before: Step, step: Step) -> bool:
    if before.people is None or step.people is None or not before.people:
        return False
    return 100 * step.people > MERGED_ABOVE * before.people


def _check(step: Step, before: int | None) -> None:
    if step.people is None or before is None:
        return
    if step.people > before:
        raise ValueError("steps: a step holds only people of the step before")
    numbers = [loss.people for loss in step.losses]
    if numbers and None not in numbers and sum(n or 0 for n in numbers) != before - step.people:
        raise ValueError("losses: they must sum to the drop from the step before")


def _row(row: _Row, unit: str) -> str:
    step = row.step
    if step.people is None:
        words = f"{DASH} {esc(step.text or 'not observed')}"
        note = span("note", esc(step.note)) if step.note else ""
        return block("row", span("name", esc(step.name)) + span("bar said", words) + note)
    before = DASH if row.before is None else f"{esc(numerals.share_of(step.people, row.before))}<i> of step</i>"
    return block(
        "row",
        span("name", esc(step.name))
        + span("bar", _bar(row, unit))
        + span("a num strong", numerals.count(step.people))
        + span("b num" if row.before else "b num absent", before)
        + span("c num", f"{esc(numerals.share_of(step.people, row.whole))}<i> of all</i>")
        + _note(row),
    )


def _pieces(row: _Row) -> list[Loss]:
    """The lost pieces that are drawn: the reasons, or the whole drop without reasons where one of them is not shown."""
    if row.before is None or row.step.people is None or row.before == row.step.people:
        return []
    losses = [loss for loss in row.step.losses if loss.people != 0]
    if not losses or any(loss.people is None for loss in losses):
        return [Loss("", row.before - row.step.people)]
    return losses


def _bar(row: _Row, unit: str) -> str:
    people = row.step.people or 0
    body = rect("in", 0, people / row.whole, 0, BAR) if people else ""
    at = people
    for loss in _pieces(row):
        size = loss.people or 0
        left, wide = at / row.whole, size / row.whole
        body += rect("lost", left, wide, 0.5, BAR - 1)
        if not loss.known:
            body += rect("hatched", left, wide, 0.5, BAR - 1, pattern=HATCH)
        at += size
    facts = [
        f"{numerals.count(people)} {unit}, {numerals.share_of(people, row.whole)} of {numerals.count(row.whole)}.",
        *([f"Lost since the step before: {_reasons(row)}."] if _reasons(row) else []),
    ]
    return svg(row.step.name, facts, body, BAR, "marks")


def _reasons(row: _Row) -> str:
    return " · ".join(f"{numerals.count(p.people or 0)} {p.reason}" for p in _pieces(row) if p.reason)


def _note(row: _Row) -> str:
    drop = 0 if row.before is None or row.step.people is None else row.before - row.step.people
    pieces = _pieces(row)
    words = " · ".join(
        esc(p.reason if len(pieces) == 1 else f"{numerals.count(p.people or 0)} {p.reason}") for p in pieces if p.reason
    )
    if drop and any(loss.people is None for loss in row.step.losses):
        words = "reasons withheld"
    lost = f"<b>{numerals.MINUS}{numerals.count(drop)}</b> {words}" if drop else ""
    parts = [part for part in (lost, esc(row.step.note)) if part]
    return span("note", " · ".join(parts)) if parts else ""
