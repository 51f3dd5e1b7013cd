"""The fixtures of every reader: `fixtures/<source>.<case>.in` and what the reader makes of it, `.expected`.

    python -m tests.sources.regenerate

writes every `.expected` anew. Read the diff before you commit it: it is the reader's behaviour, written out.
"""

import datetime as dt
import io
import json
import pathlib

import msgspec

from uptake.model import TABLES
from uptake.model.outcome import InputFile, Refused
from uptake.sources import SOURCES

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "src" / "uptake" / "sources"
FETCHED_AT = dt.datetime(2026, 6, 1, 12)
ACCOUNT = "default-tenant"


def cases() -> list[pathlib.Path]:
    return sorted(FOLDER.glob("*/fixtures/*.in"))


def produced(case: pathlib.Path) -> str:
    """The outcomes of one `.in` file as JSON text, one outcome an entry; fields at their defaults are left out."""
    file = InputFile(case.name, io.BytesIO(case.read_bytes()), account=ACCOUNT, fetched_at=FETCHED_AT)
    source = SOURCES[case.name.split(".")[0]]
    try:
        answer = [_plain(outcome) for outcome in source.parse(file)]
    except Refused as refused:
        answer = [{"outcome": "Refused", "reason": refused.reason, "instead": refused.instead}]
    if file.unknown_keys:
        answer.append({"unknown_keys": dict(sorted(file.unknown_keys.items()))})
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _plain(outcome):
    fields = msgspec.to_builtins(outcome)
    if "rows" in fields:
        fields["rows"] = [{"table": TABLES[type(row)], **_told(row)} for row in outcome.rows]
    usual = ("", None)
    kept = {name: value for name, value in fields.items() if value not in usual and (name, value) != ("counted", True)}
    return {"outcome": type(outcome).__name__, **kept}


def _told(row):
    """What the row says: fields at their default are left out."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(row)}
    values = msgspec.to_builtins(row)
    return {name: value for name, value in values.items() if getattr(row, name) != defaults[name]}


def main() -> None:
    for case in cases():
        case.with_suffix(".expected").write_text(produced(case), encoding="utf-8")


if __name__ == "__main__":
    main()
