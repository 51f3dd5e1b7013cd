"""Who asks at the command line: the local operator in a granted role, or (in a demo home only) an invented person."""

from __future__ import annotations

import datetime as dt

from uptake.disclosure import scope_text, unit_path
from uptake.errors import NotPermitted
from uptake.policy import ROLES, Viewer
from uptake.reads import sessions
from uptake.settings import Settings
from uptake.state import State, rights

_DEMO = ("lob_lead", "executive", "compliance", "administrator", "licence", "internal_audit", "validator")
OF_A_PERSON = frozenset({"self", "peer", "manager", "lob_lead"})
"""Roles that nobody has who is no person of the company."""
BY_PURPOSE = {"support": "manager", "training": "manager", "performance_review": "manager"}


def of(
    settings: Settings, state: State, question: str, who: str | None, purpose: str | None, case: str | None
) -> Viewer:
    """Whom a question is asked for: without a name the local operator as administrator; else a role, else a person.

    Raises:
        NotPermitted: the role is not granted, or nobody may be asked for here.
    """
    if who is None or who in ROLES:
        return operator(settings, who or "administrator", purpose, case)
    return person(settings, state, question, who, purpose, case)


def operator(settings: Settings, role: str, purpose: str | None, case: str | None) -> Viewer:
    """The local operator in a role that `settings.toml` grants.

    Raises:
        NotPermitted: the role is not granted to the operator.
    """
    if role not in settings.operator.roles:
        raise NotPermitted(
            f"The local operator may not act as {role}",
            next_step="Grant it in settings.toml, [operator] roles, or ask as yourself",
        )
    return Viewer(role=role, purpose=purpose, case_id=case)


def person(
    settings: Settings, state: State, question: str, person_id: str, purpose: str | None, case: str | None
) -> Viewer:
    """A person; needs that person's token, except in a home made by `uptake demo`.

    Raises:
        NotPermitted: not a demo home, or nobody of that id: the words are the same.
    """
    if not settings.demo:
        raise _refused()
    role = BY_PURPOSE.get(purpose or "", "peer" if question == "leaderboard" else "self")
    return signed_in(state, person_id, role, purpose, case)


def signed_in(state: State, person_id: str, role: str, purpose: str | None, case: str | None) -> Viewer:
    """A person of the current tree, whose session or token was checked. A manager's unit is that of whom they lead, wherever their own row stands.

    Raises:
        NotPermitted: nobody of that id is employed now.
    """
    row = rights.of_person(state, person_id)
    if row is None:
        raise _refused()
    lob, *names = (str(row[name]) if row[name] is not None else None for name in rights.PLACE)
    unit = unit_path(lob or "", *names)
    if role == "manager" and (led := rights.common_below(state, person_id)):
        lob, unit = led[0], unit_path(*led)[: len(led)]
    return Viewer(
        role=role,
        purpose=purpose,
        person_id=person_id,
        case_id=case,
        unit=scope_text(unit),
        lob=lob,
    )


def held(state: State, said: Viewer, roles: frozenset[str]) -> Viewer:
    """The viewer that a session or a token says, if that still holds now. `roles`: as `granted`.

    Raises:
        NotPermitted: the role is granted no more, nobody reports to the manager, or the person has left.
    """
    if said.person_id is None:
        if said.role in OF_A_PERSON or said.role not in roles:
            raise _refused()
        return said
    leads = said.role == "manager" and sessions.leads(state, said.person_id)
    if not (leads or said.role in roles or said.role in ("self", "peer")):
        raise _refused()
    return signed_in(state, said.person_id, said.role, said.purpose, said.case_id)


def of_token(settings: Settings, state: State, secret: str, said: Viewer, now: dt.datetime) -> Viewer:
    """The viewer of an API token, which has one role and one purpose; what is `said` beside it may repeat that and changes nothing.

    `said.role` is empty where nobody was named; `said.person_id` holds the name as it was given.

    Raises:
        NotPermitted: no such token now, or it is for somebody or something else.
    """
    found = sessions.token(state, secret, now)
    if found is None or said.person_id not in (None, found.role, found.person_id):
        raise _refused()
    if said.purpose not in (None, found.purpose) or said.case_id not in (None, found.case_id):
        raise _refused()
    viewer = Viewer(role=found.role, purpose=found.purpose, person_id=found.person_id, case_id=found.case_id)
    return held(state, viewer, granted(settings, by_token=True))


def granted(settings: Settings, *, by_token: bool) -> frozenset[str]:
    """Roles that this site grants: to sessions through groups of its provider, to tokens those of its operator, who made them.

    In a demo all of them, and nobody leads people there whom the reporting tree does not say.
    """
    roles = settings.operator.roles if by_token else settings.sign_in.roles.values()
    return (frozenset(roles) | frozenset(_DEMO if settings.demo else ())) - {"manager", "self", "peer"}


def _refused() -> NotPermitted:
    return NotPermitted("not permitted", next_step="Asking as a person needs that person's token")
