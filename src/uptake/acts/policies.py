"""Policy by two people: propose, decide, tell the people it is about; and the kill switch (GOVERNANCE.md section 9).

Widening waits for the notice: a policy that is approved names nobody until the people of a legal entity were told and ten
business days have passed. Refused without exception: self-approval, a missing impact assessment, a day inside the notice
period, a day in the past.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from uptake.errors import NotPermitted, WrongUsage
from uptake.policy.proposals import Document, check_assessment, check_start
from uptake.state import Act, Connection, State, audit, changes, decisions, notices, rights, switches

MAKERS = frozenset({"administrator", "compliance"})
CHECKERS = frozenset({"compliance"})


def documents(connection: Connection) -> list[tuple[changes.Change, Document]]:
    """Every proposal with its document, oldest first."""
    return [(one, Document.read(json.loads(one.body))) for one in changes.every(connection, changes.POLICY)]


def propose(
    state: State, policy_version: str, role: str, given: Mapping[str, object], reason: str, act: Act
) -> changes.Change:
    """Propose a policy; nothing changes by it.

    Raises:
        NotPermitted: another role than administrator or compliance, or nobody known.
        WrongUsage: a key, the missing assessment, a day in the past or inside the notice period, no reason.
    """
    with _refusals(state, policy_version, role, act, "policy_propose"):
        _need(role in MAKERS and act.identity)
        document = Document.read(given)
        check_start(document, act.now.date())
        with state.writing() as connection:
            earlier = {one.id: found for one, found in documents(connection) if one.state != changes.REFUSED}
            check_assessment(document, earlier)
            _check_entities(connection, document)
            made = changes.propose(connection, changes.POLICY, document.canonical(), reason, act.identity, act.time)
            what = ("policy_propose", f"change {made.id}", made.body_sha256)
            _record(connection, state, policy_version, role, act, what)
        return made


def _check_entities(connection: Connection, document: Document) -> None:
    """A legal entity that is misspelt would protect nobody, and name nobody.

    Raises:
        WrongUsage: people are loaded, and none of them is employed there.
    """
    held = rights.entities(connection)
    named = {*document.dpia, *document.aggregate_only, *document.performance_review, *document.works_council}
    if held and not named <= held:
        raise WrongUsage(
            "policy: a legal entity is not known",
            why="nobody is employed in one that is named",
            next_step="Write it as the people file does: " + ", ".join(sorted(held))[:200],
        )


def decide(state: State, policy_version: str, role: str, number: int, act: Act, *, approve: bool) -> changes.Change:
    """Approve or refuse a proposal; it must be another person than whoever proposed it, within seven days.

    Raises:
        NotPermitted: not the compliance officer, or whoever proposed it.
        WrongUsage: not there, decided, expired, or its day has come too near since it was proposed.
    """
    with _refusals(state, policy_version, role, act, "policy_decide"):
        _need(role in CHECKERS and act.identity)
        with state.writing() as connection:
            found = changes.one(connection, number)
            if found.kind != changes.POLICY:
                raise WrongUsage("There is no such change", next_step="See `uptake policy show`")
            document = Document.read(json.loads(found.body))
            if approve:
                check_start(document, act.now.date())
                _check_ground(connection, found)
            start = document.effective_from or act.now.date().isoformat()
            made = changes.decide(
                connection, number, act.identity, act.time, approve=approve, effective_on=start if approve else None
            )
            verdict = "approved" if approve else "refused"
            shown = json.dumps({"sha256": made.body_sha256, "policy_version": policy_version})
            decisions.write(
                connection,
                decisions.Decision("policy", str(number), None, verdict, made.reason, act.identity, act.time, shown),
            )
            switches.renew_stamp(connection, act.time, act.identity)
            what = ("policy_decide", f"change {number} {verdict}", made.body_sha256)
            _record(connection, state, policy_version, role, act, what)
        return made


def _check_ground(connection: Connection, found: changes.Change) -> None:
    """What a second person approves is the difference that was proposed: nothing else may have been approved meanwhile.

    Raises:
        WrongUsage: another change was.
    """
    for one in changes.every(connection, changes.POLICY):
        if (
            one.state == changes.APPROVED
            and one.id != found.id
            and (one.id > found.id or str(one.checked_at) >= found.made_at)
        ):
            raise WrongUsage(
                f"Change {found.id} was overtaken",
                why=f"change {one.id} was approved after it was proposed",
                next_step="Refuse it and propose again",
            )


def notify(
    state: State, policy_version: str, role: str, number: int, act: Act, receipts: Mapping[str, dt.date] | None = None
) -> dict[str, int]:
    """Tell the people of every legal entity that a change names: on their own page now, or as a mail system's receipts say.

    `receipts`: person -> day of delivery, not later than today. Answers legal entity -> people told anew.

    Raises:
        NotPermitted: another role than administrator or compliance.
        WrongUsage: the change is not approved, or a receipt lies in the future or before the approval.
    """
    with _refusals(state, policy_version, role, act, "policy_notify"):
        _need(role in MAKERS and act.identity)
        with state.writing() as connection:
            found = changes.one(connection, number)
            if (found.kind, found.state) != (changes.POLICY, changes.APPROVED):
                raise WrongUsage(
                    f"Change {number} is {found.state}",
                    why="people are told of what is approved",
                    next_step="Have it approved first",
                )
            document = Document.read(json.loads(found.body))
            approved = str(found.checked_at)[:10]
            wrong = [day for day in (receipts or {}).values() if not approved <= day.isoformat() <= act.time[:10]]
            if wrong:
                raise WrongUsage(
                    "A receipt cannot be used",
                    why="its day lies in the future, or before the approval",
                    next_step="Mend the file",
                )
            told = _tell(connection, number, document, receipts, act)
            switches.renew_stamp(connection, act.time, act.identity)
            what = ("policy_notify", f"change {number}: {sum(told.values())} people")
            _record(connection, state, policy_version, role, act, what)
        return told


def _tell(
    connection: Connection, number: int, document: Document, receipts: Mapping[str, dt.date] | None, act: Act
) -> dict[str, int]:
    told: dict[str, int] = {}
    for entity in sorted(document.dpia):
        people = rights.of_entity(connection, entity)
        if receipts is None:
            told[entity] = notices.deliver(
                connection, notices.POLICY, str(number), [(who, entity) for who in people], act.time
            )
            continue
        told[entity] = 0
        for day in sorted(set(receipts.values())):
            some = [(who, entity) for who in people if receipts.get(who) == day]
            told[entity] += notices.deliver(
                connection, notices.POLICY, str(number), some, act.time, f"{day.isoformat()}T00:00:00Z"
            )
    return told


def lock(state: State, policy_version: str, role: str, value: str, act: Act) -> None:
    """The kill switch, on or off; from the next request on.

    Raises:
        NotPermitted: another role than administrator or compliance; off is for compliance alone.
    """
    with _refusals(state, policy_version, role, act, "lockdown"):
        _need(
            act.identity
            and role in (MAKERS if value == switches.ON else CHECKERS)
            and value in (switches.ON, switches.OFF)
        )
        with state.writing() as connection:
            switches.write(connection, switches.LOCKDOWN, value, act.time, act.identity)
            switches.renew_stamp(connection, act.time, act.identity)
            _record(connection, state, policy_version, role, act, ("lockdown", value))


def _record(
    connection: Connection, state: State, policy_version: str, role: str, act: Act, what: Sequence[str]
) -> None:
    """`what`: action, result, and the hash of what it is about where it has one, so that the log tells when that is changed later."""
    action, result, *digest = what
    event = act.event(action, policy_version, role, "", result)
    audit.append(connection, state, {**event, "body_sha256": digest[0]} if digest else event)


@contextmanager
def _refusals(state: State, policy_version: str, role: str, act: Act, action: str) -> Iterator[None]:
    """A refusal is a decision too: it is written down, by its kind and never by what was given."""
    try:
        yield
    except (NotPermitted, WrongUsage) as error:
        audit.record(state, act.event(action, policy_version, role, "", f"refused: {type(error).__name__}"))
        raise


def _need(held: object) -> None:
    if not held:
        raise NotPermitted("not permitted")
