"""A pack of evidence: a stretch of the audit log with its heads, the changes and decisions beside it, signed, to be verified offline.

It holds pseudonyms and no person. Whoever has the pack needs nothing else to verify it, and the public key, told by another way, to
know whose it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import rfc8785
from sqlalchemy import Connection, select

from uptake.errors import WrongUsage
from uptake.state import State, changes, decisions, heads, verify
from uptake.state.tables import AUDIT

RECORDS, HEADS, CHANGES, DECISIONS = "records.jsonl", "heads.jsonl", "changes.json", "decisions.json"
KEY, README, MANIFEST, SIGNATURE = "public-key.txt", "README.txt", "manifest.json", "manifest.sig"
MEMBERS = (RECORDS, HEADS, CHANGES, DECISIONS, KEY, README)
REGISTERS = ("change_register.json", "error_propagation.json", "data_egress.json")
"""Held by packs of a home with a snapshot; older packs have none."""
LARGEST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The records of these days (ISO, both included), and of one case when `case` is given."""

    first: str
    last: str
    case: str = ""


_STAMP = (1980, 1, 1, 0, 0, 0)
_TEXT = """What this is: records {first} to {last} of the audit log of uptake, made on {made_at}{of}.

records.jsonl   one record a line, as it was written, with the hash before it and its own: sha256(previous + record)
heads.jsonl     signed statements of how long the log was and the hash it ended in, kept in a second place
changes.json    changes that needed two people, with both
decisions.json  decisions of people, with their reasons
change_register.json, error_propagation.json  merged changes with exposure to AI, what proves that a person verified them, and what followed
data_egress.json  services that data goes to: what may go there, which classes of data were counted in prompts, terms, last review
manifest.json   the SHA-256 of every file here; manifest.sig is the Ed25519 signature (hex) over its bytes
public-key.txt  the key; ask the owner of the log for it by another way, and compare

People are keyed pseudonyms. To verify, offline: uptake verify PACK.zip --public-key KEY
"""


def build(
    connection: Connection,
    state: State,
    kept: Sequence[heads.Head],
    wanted: Wanted,
    made_at: str,
    registers: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
) -> tuple[bytes, int]:
    """The pack of the records that are wanted as a zip, and how many records it holds: all between the first and the last one, so that
    the chain is whole.

    Raises:
        WrongUsage: there is none.
    """
    stretch = _between(connection, wanted)
    if not stretch:
        raise WrongUsage("No such record lies in these days", next_step="Choose other days, or another case")
    first, last = stretch[0][0], stretch[-1][0]
    parts = {
        RECORDS: b"".join(rfc8785.dumps(dict(zip(("seq", "record", "previous", "hash"), row, strict=True))) + b"\n" for row in stretch),
        HEADS: b"".join(rfc8785.dumps(asdict(head)) + b"\n" for head in kept if first <= head.count <= last),
        CHANGES: _json([_of_change(state, one) for kind in (changes.POLICY, changes.CORRECTION) for one in changes.every(connection, kind)]),
        DECISIONS: _json([_of_decision(state, number, one) for number, one in decisions.every(connection)]),
        KEY: (state.signer.public_key + "\n").encode(),
        README: _TEXT.format(first=first, last=last, made_at=made_at, of=_of_case(wanted)).encode(),
    }  # fmt: skip
    parts |= {f"{name}.json": _json([_plain(row) for row in rows]) for name, rows in registers.items()}
    about: dict[str, Any] = {"made_at": made_at, "first": first, "last": last, "case": wanted.case}
    manifest = rfc8785.dumps(
        {**about, "files": {name: hashlib.sha256(body).hexdigest() for name, body in parts.items()}}
    )
    parts |= {MANIFEST: manifest, SIGNATURE: (state.signer.sign(manifest) + "\n").encode()}
    return _zipped(parts), len(stretch)


def _zipped(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(zipfile.ZipInfo(name, _STAMP), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _of_case(wanted: Wanted) -> str:
    return f", from the first to the last one under case {wanted.case}" if wanted.case else ""


def _between(connection: Connection, wanted: Wanted) -> list[tuple[int, str, str, str]]:
    """Records from the first to the last one that is wanted; those in between are kept, whatever they are."""
    found: list[tuple[int, str, str, str]] = []
    whole = 0
    under = f'"case_id":{json.dumps(wanted.case, ensure_ascii=False)},' if wanted.case else ""
    for seq, text, before, made in connection.execution_options(yield_per=10_000).execute(
        select(AUDIT).order_by(AUDIT.c.seq)
    ):
        fits = wanted.first <= verify.time_of(text.encode())[:10].decode() <= wanted.last and under in text
        if fits or found:
            found.append((seq, text, before, made))
        whole = len(found) if fits else whole
    return found[:whole]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}


def _json(rows: list[dict[str, Any]]) -> bytes:
    return rfc8785.dumps(rows)


def _of_change(state: State, one: changes.Change) -> dict[str, Any]:
    """A change of policy as it stands; of a correction, which speaks of one person, its hash and who decided."""
    made = asdict(one) | {
        "maker": state.pseudonym(one.maker),
        "checker": state.pseudonym(one.checker) if one.checker else None,
    }
    return made if one.kind == changes.POLICY else {**made, "body": ""}


def _of_decision(state: State, number: int, one: decisions.Decision) -> dict[str, Any]:
    return asdict(one) | {
        "id": number, "subject": state.pseudonym(one.subject) if one.subject else None, "decided_by": state.pseudonym(one.decided_by),
    }  # fmt: skip


def check(packed: bytes, public_key: str | None) -> verify.Verdict:
    """Verify a pack with nothing but itself, and against a key (hex) that came by another way.

    Raises:
        WrongUsage: it is no pack.
    """
    parts, verdict = _opened(packed), verify.Verdict()
    key = parts[KEY].decode("ascii", "replace").strip()
    if public_key is not None and key != public_key.strip():
        verdict.bad(None, "the pack is signed by another key than the one that was given")
    if not heads.holds(key, parts[MANIFEST], parts[SIGNATURE].decode("ascii", "replace").strip()):
        verdict.bad(None, "the manifest is not signed by the key of the pack")
    try:
        _contents(parts, key, verdict)
    except (ValueError, KeyError, TypeError):
        verdict.bad(None, "a file of the pack cannot be read")
    return verdict


def _contents(parts: dict[str, bytes], key: str, verdict: verify.Verdict) -> None:
    manifest = json.loads(parts[MANIFEST])
    held = parts.keys() - {MANIFEST, SIGNATURE}
    if held != manifest["files"].keys():
        verdict.bad(None, "the files are not those that the manifest names")
    for name in sorted(held):
        if manifest["files"].get(name) != hashlib.sha256(parts[name]).hexdigest():
            verdict.bad(None, f"{name} is not the file that was signed")
    lines = [json.loads(line) for line in parts[RECORDS].splitlines()]
    rows = [_row(one) for one in lines]
    if not rows or [rows[0][0], rows[-1][0]] != [manifest["first"], manifest["last"]]:
        verdict.bad(None, "the records are not those that the manifest names")
        return
    kept = heads.parse(parts[HEADS].decode())
    before = verify.Before(rows[0][0] - 1, str(lines[0]["previous"]))
    found = verify.chain(rows, verdict, {head.count for head in kept}, before)
    verify.against(verdict, kept, key, found)
    verdict.heads, verdict.records = len(kept), len(rows)


def _row(line: dict[str, Any]) -> verify.Row:
    text, before, made = (str(line[name]).encode() for name in ("record", "previous", "hash"))
    return int(line["seq"]), text, before, made, 1


def _opened(packed: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as file:
            names, needed = file.namelist(), {*MEMBERS, MANIFEST, SIGNATURE}
            if (
                len(set(names)) != len(names)
                or not needed <= set(names) <= needed | set(REGISTERS)
                or sum(one.file_size for one in file.infolist()) > LARGEST
            ):
                raise _NO_PACK
            return {name: file.read(name) for name in file.namelist()}
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError, zlib.error):
        raise _NO_PACK from None


_NO_PACK = WrongUsage(
    "The file is no pack of evidence", next_step="Give a state.db, or a pack that the Assurance page made"
)
