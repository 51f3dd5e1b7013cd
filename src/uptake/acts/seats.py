"""Deciding on a seat that is proposed for reclaim: a named person, with a reason. Nothing is taken away by it; the register says what was decided."""

from __future__ import annotations

from collections.abc import Mapping

from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import Policy, Viewer
from uptake.state import Act, State, audit, changes, decisions

RECLAIM, KEEP = "reclaim", "keep"


def decide(
    state: State,
    policy: Policy,
    viewer: Viewer,
    seat: tuple[str, str],
    answer: tuple[str, str],
    shown: Mapping[str, object],
    act: Act,
) -> None:
    """Write down a decision. `seat`: person and tool, out of the rows that the gate granted; `answer`: reclaim or keep, and why.

    Raises:
        NotPermitted: not a licence manager for the purpose licence, or nobody known.
        WrongUsage: another answer, or no reason.
    """
    (person, tool), (decision, reason) = seat, answer
    if (viewer.role, viewer.purpose) != ("licence", "licence") or not act.identity or policy.lockdown:
        raise NotPermitted("not permitted")
    words = " ".join(reason.split())
    if decision not in (RECLAIM, KEEP) or not changes.SHORTEST_REASON <= len(words) <= changes.LONGEST_REASON:
        raise WrongUsage(
            "The decision cannot be used", why="it needs an answer and a reason", next_step="Say why, in a sentence"
        )
    seen = decisions.canonical(shown)
    with state.writing() as connection:
        made = decisions.Decision("seat", tool, person, decision, words, act.identity, act.time, seen)
        decisions.write(connection, made)
        audit.append(
            connection,
            state,
            act.event("seat_decide", policy.version, "licence", "licence", f"{decision} {tool}"),
            [person],
        )
