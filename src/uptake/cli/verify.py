"""`uptake verify` and `uptake evidence`: whether the audit log is what it was, for whoever does not want to believe it."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from uptake.cli import output
from uptake.cli.common import Home, Json, opened, operator
from uptake.errors import EXIT_CHECK_FAILED, EXIT_DONE, WrongUsage

MOST_REASONS = 20


def verify(
    path: Annotated[Path | None, Parameter(help="A copy of the state store, or a pack of evidence; default: the store of the home.")] = None,
    /, *,
    heads: Annotated[Path | None, Parameter(help="Folder of the heads that were kept elsewhere; default: that of the home, or beside the copy.")] = None,
    public_key: Annotated[str | None, Parameter(help="The public key (hex) by which they must be signed, told by another way.")] = None,
    head: Annotated[str | None, Parameter(help="COUNT:HASH of a head as a page showed it at its foot: that record must still be there.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Verify the chain of the audit log, the signed heads, and packs of evidence; exit 1 if one does not hold."""
    from uptake import jobs

    settings, state = opened(home, must_exist=path is None)
    seen = _seen(head) if head else None
    found = jobs.verified(settings, state, path, heads, _key(public_key), seen)
    pack = path is not None and zipfile.is_zipfile(path)
    if found.records and not found.heads and not seen and not pack:
        found.bad(None, "no signed head lies beside it: nothing shows whether its end was cut off")
    answer = {
        "ok": found.ok, "records": found.records, "head": found.head, "first_bad": found.first_bad,
        "heads": found.heads, "newest_head": found.newest_head, "reasons": found.reasons[:MOST_REASONS], "clock_steps": found.clock_steps[:MOST_REASONS],
    }  # fmt: skip
    said = "chain whole" if found.ok else "; ".join(found.reasons[:MOST_REASONS])
    steps = f"; the clock went back at record {found.clock_steps[0]}" if found.clock_steps else ""
    upto = f" (the newest up to record {found.newest_head})" if found.newest_head else ""
    output.answer(answer, as_json=as_json, text=f"{found.records} records, {found.heads} heads{upto}, {said}{steps}")
    return EXIT_DONE if found.ok else EXIT_CHECK_FAILED


def _seen(text: str) -> tuple[int, str]:
    count, _, digits = text.partition(":")
    if not re.fullmatch(r"[1-9][0-9]{0,17}", count) or not re.fullmatch(r"[0-9a-f]{8,64}", digits):
        raise WrongUsage("`--head` cannot be used", next_step="Give it as the page shows it, such as 28:b9e0568a8006")
    return int(count), digits


def _key(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[0-9a-f]{64}", text):
        raise WrongUsage("`--public-key` cannot be used", next_step="Give 64 hexadecimal digits")
    return text


def evidence(
    *,
    out: Annotated[Path, Parameter(help="The file to write.")],
    from_day: Annotated[dt.date, Parameter(name="--from", help="First day.")],
    to_day: Annotated[dt.date, Parameter(name="--to", help="Last day.")],
    case: Annotated[str, Parameter(help="Only from the first to the last record under this case.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Make a signed pack of the audit log of some days, which verifies offline."""
    from uptake import jobs
    from uptake.acts import evidence as acts
    from uptake.policy import Viewer
    from uptake.reads import Caller
    from uptake.reads.changes import registers

    if out.exists():
        raise WrongUsage("The file exists", next_step="Name another one")
    if not out.parent.is_dir():
        raise WrongUsage("The file cannot be written", why="there is no such folder", next_step="Make the folder first")
    who = operator(home, None, ("compliance", "internal_audit"))
    settings, _ = opened(home)
    policy = jobs.policy_of(settings, who.state, jobs.utc_now().date())
    viewer, days, act = Viewer(role=who.role), (from_day, to_day), who.act("evidence")
    held = registers(settings, who.state, policy, viewer, days, Caller(act.actor, act.route, act.now))
    made = acts.pack(who.state, policy, viewer, days, act, case, held)
    out.write_bytes(made)
    found = {"file": str(out), "bytes": len(made), "public_key": acts.public_key(who.state)}
    output.answer(found, as_json=as_json, text=f"{out}: {len(made)} bytes, signed by {found['public_key']}")
    return EXIT_DONE
