"""Packs of evidence: made for compliance and internal audit, each written down before it is handed out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import Policy, Viewer
from uptake.state import Act, State, audit, evidence, heads

MAKERS = frozenset({"compliance", "internal_audit"})


def public_key(state: State) -> str:
    """The key by which heads and packs are signed, hex; tell it to whoever verifies by another way."""
    return state.signer.public_key


def pack(
    state: State,
    policy: Policy,
    viewer: Viewer,
    days: tuple[dt.date, dt.date],
    act: Act,
    case: str = "",
    registers: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
) -> bytes:
    """A signed pack of the records of these days, as a zip; with `case`, from the first to the last record under that case.

    `registers`: rows of the registers of changes to code, as the viewer read them.

    Raises:
        NotPermitted: another role than compliance or internal audit.
        WrongUsage: no record lies in these days, or they are not in order.
        Unreachable: it could not be written down; then there is no pack.
    """
    if viewer.role not in MAKERS:
        raise NotPermitted("not permitted")
    if days[0] > days[1]:
        raise WrongUsage("The days are not in order", next_step="Give the first day first")
    kept = heads.read(state.keeper.folder) if state.keeper else []
    with state.reading() as connection:
        wanted = evidence.Wanted(days[0].isoformat(), days[1].isoformat(), case)
        made, count = evidence.build(connection, state, kept, wanted, act.time, registers)
    event = act.event("evidence", policy.version, viewer.role, viewer.purpose or "", f"{count} records")
    audit.record(state, {**event, "case_id": viewer.case_id or ""})
    return made
