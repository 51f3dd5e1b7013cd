"""What jobs write to the audit log: each release of figures, and the heads of the log itself (GOVERNANCE.md section 8)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from uptake.errors import UserError
from uptake.pipeline import Clock, Snapshot
from uptake.policy import Policy
from uptake.state import State, audit, heads


@dataclass(frozen=True, slots=True)
class Released:
    """Who releases, under which policy, cut for which reporting tree (its digest), and what was asked for by hand beyond the course of days."""

    by: str
    job: str
    policy: Policy
    tree: str
    restate: Collection[str] = ()
    again: bool = False


def release_of(state: State, what: Released, clock: Clock) -> Callable[[Snapshot], None]:
    """Writes the record of a release. It stands before anybody can read the snapshot: no record, no release.

    What is returned raises Unreachable when it cannot be written.
    """

    def told(made: Snapshot) -> None:
        audit.record(
            state,
            {
                "time": f"{clock().isoformat(timespec='seconds')}Z", "actor": what.by, "action": "release", "route": f"job {what.job}", "role": "", "purpose": "", "case_id": "",
                "policy_version": what.policy.version, "k": what.policy.k, "roster": what.tree, "snapshot": made.id, "as_of": made.as_of,
                "score_version": made.score_version, "version_sha256": made.version_sha256, "inputs_digest": made.inputs_digest,
                "scores_digest": made.scores_digest, "content_sha256": made.content_sha256, "restate": sorted(what.restate), "again": what.again,
                "result": "released",
            },
        )  # fmt: skip

    return told


def keep_heads(state: State, ended: threading.Event) -> None:
    """Write the head of the audit log twice a minute until told to end, so that none is older than one; once more at the end."""
    while not ended.wait(heads.EVERY_SECONDS / 2):
        with contextlib.suppress(UserError):
            state.keep_head()
    with contextlib.suppress(UserError):
        state.keep_head()
