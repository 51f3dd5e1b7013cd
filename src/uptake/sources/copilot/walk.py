"""The loop that all JSON readers of Copilot share: records to outcomes, foreign files refused, bad records set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from uptake.model.outcome import InputFile, Outcome, Rejected
from uptake.sources.copilot.context import Context, links
from uptake.sources.copilot.foreign import LINKS, SEATS, Shape, keys_of, refusal, shape_of
from uptake.sources.reading import Broken, Decoded, Envelope, RawRecord, decode, decoded_records, loose_day

Record = TypeVar("Record", bound=msgspec.Struct)


def report_says(values: Mapping[str, Any], context: Context) -> Iterator[Outcome]:
    """The envelope of a report: its tenant, span and time of making."""
    return context.learn(values)


@dataclass(frozen=True, slots=True)
class Form(Generic[Record]):
    """One kind of file: where its records lie, how they are decoded, and what becomes of one."""

    kind: str
    lists: tuple[str, ...]
    strict: msgspec.json.Decoder[Any]
    lenient: msgspec.json.Decoder[Record]
    rows: Callable[[Record, int, Context, Sequence[str]], Iterator[Outcome]]
    betrayed_by: frozenset[str] = frozenset()
    """Unknown keys that show a record of another kind although it decodes. Few: vendors add keys often."""
    beside: Callable[[Mapping[str, Any], Context], Iterator[Outcome]] = report_says
    """What stands beside the records of an envelope."""


def walk(file: InputFile, form: Form[Record]) -> Iterator[Outcome]:
    """Outcomes of a file. Refused when its first readable record is of a shape that the reader does not take."""
    context = Context(file)
    for item in decoded_records(file, form.lists, form.strict):
        if isinstance(item, Decoded):
            context.took = True
            for line, record in enumerate(item.values, item.line):
                yield from form.rows(record, line, context, ())
        elif isinstance(item, RawRecord):
            yield from _one(item, context, form)
        elif isinstance(item, Envelope):
            _refuse(shape_of(item.values), context, form)
            yield from form.beside(item.values, context)
        else:
            yield Rejected(item.line, item.reason, item.field, item.day)


def _one(item: RawRecord, context: Context, form: Form[Record]) -> Iterator[Outcome]:
    record, unknown = _decoded(item, context.file, form)
    if isinstance(record, Broken):
        yield from _broken(item, record, context, form)
        return
    context.took = True
    if unknown:
        _add(context.file.unknown_keys, unknown)
    yield from form.rows(record, item.line, context, tuple(unknown))


def _broken(item: RawRecord, broken: Broken, context: Context, form: Form[Record]) -> Iterator[Outcome]:
    shape = shape_of(keys_of(item.raw))
    if shape is not None and shape.name == LINKS and form.kind != SEATS:
        try:
            values = msgspec.json.decode(item.raw)
        except (ValueError, RecursionError):  # its keys can be read, a text of it cannot
            yield Rejected(broken.line, broken.reason, broken.field, broken.day)
            return
        yield from links(values, item.line)
        return
    _refuse(shape, context, form)
    yield Rejected(broken.line, broken.reason, broken.field, broken.day)


def _refuse(shape: Shape | None, context: Context, form: Form[Record]) -> None:
    """Refuse the file for a foreign shape, unless good records came before: one bad record never drops its batch."""
    if shape is not None and shape.name not in (form.kind, LINKS) and not context.took:
        raise refusal(shape)


def _decoded(item: RawRecord, file: InputFile, form: Form[Record]) -> tuple[Record | Broken, dict[str, int]]:
    """The record and its own unknown keys, kept apart from those of the file; `Broken` when they betray another kind."""
    counted, file.unknown_keys = file.unknown_keys, {}
    try:
        record = decode(item, form.strict, form.lenient, file)
        unknown = file.unknown_keys
    finally:
        file.unknown_keys = counted
    if unknown and not form.betrayed_by.isdisjoint(unknown):
        return Broken(item.line, "another kind of record", day=loose_day(item.raw)), unknown
    return record, unknown


def _add(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for name, times in more.items():
        counts[name] = counts.get(name, 0) + times
