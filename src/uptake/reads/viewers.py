"""Who asks at the command line: the local operator in a granted role, or (in a demo home only) an invented person."""

from __future__ import annotations

from uptake.disclosure import scope_text, unit_path
from uptake.errors import NotPermitted
from uptake.policy import ROLES, Viewer
from uptake.settings import Settings
from uptake.state import State, rights

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
    row = rights.of_person(state, person_id) if settings.demo else None
    if row is None:
        raise NotPermitted("not permitted", next_step="Asking as a person needs that person's token")
    lob, department, team = (
        str(row[name]) if row[name] is not None else None for name in ("lob", "department", "team")
    )
    role = BY_PURPOSE.get(purpose or "", "peer" if question == "leaderboard" else "self")
    return Viewer(
        role=role,
        purpose=purpose,
        person_id=person_id,
        case_id=case,
        unit=scope_text(unit_path(lob or "", department, team)),
        lob=lob,
    )
