"""Who asks at the command line: the local operator in a granted role, or (in a demo home only) an invented person."""

from __future__ import annotations

import datetime as dt

from uptake.disclosure import scope_text, unit_path
from uptake.errors import NotPermitted
from uptake.policy import ROLES, Viewer
from uptake.reads import sessions
from uptake.settings import Settings
from uptake.state import State, rights

_DEMO = ("executive", "compliance", "administrator", "licence", "internal_audit", "validator")
_REFUSED = NotPermitted("not permitted", next_step="Asking as a person needs that person's token")
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
        raise _REFUSED
    role = BY_PURPOSE.get(purpose or "", "peer" if question == "leaderboard" else "self")
    return signed_in(state, person_id, role, purpose, case)


def signed_in(state: State, person_id: str, role: str, purpose: str | None, case: str | None) -> Viewer:
    """A person of the current tree, whose session or token was checked.

    Raises:
        NotPermitted: nobody of that id is employed now.
    """
    row = rights.of_person(state, person_id)
    if row is None:
        raise _REFUSED
    lob, department, team = (
        str(row[name]) if row[name] is not None else None for name in ("lob", "department", "team")
    )
    return Viewer(
        role=role,
        purpose=purpose,
        person_id=person_id,
        case_id=case,
        unit=scope_text(unit_path(lob or "", department, team)),
        lob=lob,
    )


def of_token(
    settings: Settings, state: State, secret: str, who: str | None, purpose: str | None, now: dt.datetime
) -> Viewer:
    """The viewer of an API token, which has one role and one purpose; `who` and `purpose` may repeat them and change nothing.

    Raises:
        NotPermitted: no such token now, or it is for somebody or something else.
    """
    found = sessions.token(state, secret, now)
    fits = found is not None and who in (None, found.role, found.person_id) and purpose in (None, found.purpose)
    if found is None or not fits:
        raise _REFUSED
    if found.person_id is not None:
        return signed_in(state, found.person_id, found.role, found.purpose, found.case_id)
    if found.role not in settings.operator.roles and found.role not in granted(settings):
        raise _REFUSED
    return Viewer(role=found.role, purpose=found.purpose, case_id=found.case_id)


def granted(settings: Settings) -> frozenset[str]:
    """Roles that this site grants to anybody: through groups of its provider, and in a demo those of its operator."""
    return frozenset(settings.sign_in.roles.values()) | frozenset(_DEMO if settings.demo else ())
