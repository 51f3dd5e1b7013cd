"""One raw record into the reader's own struct: strict first, lenient second, unknown keys counted by name."""

from __future__ import annotations

import datetime as dt
import re
import types
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from uptake.model.outcome import InputFile
from uptake.sources.reading.raw import Broken, RawRecord, count_unknown

T = TypeVar("T")

Tree = dict[str, Any]
"""Known key -> the tree of its own known keys, or None where it holds no struct."""

_PATH = re.compile(r"(?P<text>.*?)(?: - at (?P<key>key in )?`\$(?P<path>[^`]*)`)?", re.DOTALL)
_TYPES = re.compile(r"Expected `([a-z0-9 |]+)`, got `([a-z0-9]+)`")
_MISSING = re.compile(r"Object missing required field `([A-Za-z0-9_]+)`")
_RANGE = re.compile(r"Expected `([a-z]+)` (?:<=|>=|<|>|of length|matching) .*", re.DOTALL)
_INVALID = re.compile(
    r"Invalid (RFC3339 encoded datetime|RFC3339 encoded date|decimal string|enum value|UUID)\b.*", re.DOTALL
)
_DAY = re.compile(rb'"(?:day|date)"\s{0,99}:\s{0,99}"(\d{4}-\d\d-\d\d)')


def decode(
    record: RawRecord, strict: msgspec.json.Decoder[Any], lenient: msgspec.json.Decoder[T], file: InputFile
) -> T | Broken:
    """The record as the struct of the decoders, or why it cannot be used.

    `strict` decodes structs that forbid unknown fields: the fast path. Where it fails, `lenient` decides, and the
    unknown keys are counted by dotted name in `file.unknown_keys`.
    """
    value: T
    try:
        value = strict.decode(record.raw)
    except (ValueError, RecursionError):
        return _decode_lenient(record, lenient, file)
    return value


def _decode_lenient(record: RawRecord, lenient: msgspec.json.Decoder[T], file: InputFile) -> T | Broken:
    try:
        value = lenient.decode(record.raw)
        everything = msgspec.json.decode(record.raw)
    except (ValueError, RecursionError) as error:
        reason, field = explain(error)
        return Broken(record.line, reason, field, loose_day(record.raw))
    kind: Any = lenient.type
    _count_unknown(everything, known_keys(kind), "", file)
    return value


def explain(error: Exception) -> tuple[str, str]:
    """Reason and dotted field name of a failed decode. Built from known patterns, since a message may hold values."""
    if isinstance(error, RecursionError):
        return "nested too deeply", ""
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8", ""
    if not isinstance(error, msgspec.ValidationError):
        return "malformed JSON", ""
    found = _PATH.fullmatch(str(error))
    text, path = (found["text"], found["path"] or "") if found else ("", "")
    field = re.sub(r"\[\d*\]", "[]", path).removeprefix(".")
    return _reason(text, field)


def _reason(text: str, field: str) -> tuple[str, str]:
    if found := _TYPES.fullmatch(text):
        return f"expected {found[1]}, got {found[2]}", field
    if found := _MISSING.fullmatch(text):
        return "required field missing", f"{field}.{found[1]}".removeprefix(".")
    if found := _INVALID.fullmatch(text):
        return f"invalid {found[1]}", field
    if text.startswith("Integer value out of range") or _RANGE.fullmatch(text):
        return "value out of range", field
    return "invalid value", field


def loose_day(raw: bytes) -> dt.date | None:
    """The first `day` or `date` in the bytes of a bad record: that day is then not complete."""
    found = _DAY.search(raw)
    try:
        return dt.date.fromisoformat(found[1].decode()) if found else None
    except ValueError:
        return None


@cache
def known_keys(kind: Any) -> Tree | None:
    """The keys a struct type knows, nested; None for a type that holds no struct."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        return {field.encode_name: known_keys(hints[field.name]) for field in msgspec.structs.fields(kind)}
    if get_origin(kind) in (list, tuple, Union, types.UnionType):
        return next((tree for part in get_args(kind) if (tree := known_keys(part)) is not None), None)
    return None


def _count_unknown(value: Any, tree: Tree | None, prefix: str, file: InputFile) -> None:
    if tree is None:
        return
    if isinstance(value, list):
        for part in value:
            _count_unknown(part, tree, prefix, file)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key in tree:
                _count_unknown(part, tree[key], f"{prefix}{key}.", file)
            else:
                count_unknown(file.unknown_keys, f"{prefix}{key}")
