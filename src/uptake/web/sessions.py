"""Who is behind a request. A signed cookie holds the id of a session and nothing else; rights are looked up on each request.

A session is bound to one role and one purpose ("hat"), and under assurance to a case. Changing any of them makes a new id, and the old one
is dead. Sessions lie in the state store, under the hash of their id.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from itsdangerous import BadSignature, URLSafeSerializer

from uptake.acts import Act
from uptake.acts import sessions as acts
from uptake.errors import NotPermitted, WrongUsage
from uptake.jobs import State
from uptake.policy import Viewer
from uptake.reads import sessions as reads
from uptake.reads import viewers
from uptake.reads.viewers import OF_A_PERSON
from uptake.settings import Settings

__all__ = ["COOKIE", "HATS", "LIFE", "OF_A_PERSON", "Hat", "Session", "Sessions", "viewer_of"]

COOKIE = "uptake_session"
LIFE = dt.timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Hat:
    """One role and one purpose that a person may act in."""

    role: str
    purpose: str | None
    words: str

    @property
    def key(self) -> str:
        """How a form names it."""
        return "board" if self.role == "peer" else self.purpose or self.role


OWN = Hat("self", "self", "own data")
PEER = Hat("peer", "self", "board of peers")
SUPPORT = Hat("manager", "support", "adoption support")
TRAINING = Hat("manager", "training", "training")
LEAD = Hat("lob_lead", None, "adoption of a line")
INVESTMENT = Hat("executive", "investment", "investment")
ASSURANCE = Hat("compliance", None, "assurance")
OPERATION = Hat("administrator", None, "operation")
LICENCE = Hat("licence", "licence", "licences")
AUDIT = Hat("internal_audit", None, "internal audit")
VALIDATION = Hat("validator", None, "validation")
CASE = Hat("compliance", "assurance", "assurance under a case")
HATS: dict[str, tuple[Hat, ...]] = {
    "executive": (INVESTMENT, OWN),
    "lob_lead": (LEAD, OWN),
    "manager": (SUPPORT, TRAINING, OWN),
    "self": (OWN, PEER),
    "compliance": (ASSURANCE,),
    "administrator": (OPERATION,),
    "licence": (LICENCE,),
    "internal_audit": (AUDIT,),
    "validator": (VALIDATION,),
}
"""Hats by role; the first of the first role is worn at sign-in."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in person, or an officer who is no person of the company (`person_id` None). `identity`: who it is to a second person.

    `bearer`: it came with a token, which changes nothing and acts on nothing.
    """

    id: str
    identity: str
    roles: tuple[str, ...]
    hat: Hat
    person_id: str | None
    case_id: str | None
    ends: dt.datetime
    bearer: bool = False

    @property
    def signed_in_as(self) -> str:
        return self.roles[0]

    @property
    def frame(self) -> str:
        """What the frame of a page shows of a session: two sessions of one text may be shown the same page."""
        return repr((self.hat.key, self.case_id, [hat.key for hat in self.hats]))

    @property
    def hats(self) -> tuple[Hat, ...]:
        found = dict.fromkeys(hat for role in self.roles for hat in HATS[role])
        return tuple(hat for hat in found if self.person_id is not None or hat.role not in OF_A_PERSON)


class Sessions:
    """All sessions of a home. Each change of one is an act: it is written down, or it does not hold."""

    def __init__(self, state: State, clock: Callable[[], dt.datetime], policy_version: Callable[[], str] = str) -> None:
        self._signer = URLSafeSerializer(state.secret("session"), salt="uptake session")
        self._state, self._clock, self._version = state, clock, policy_version

    def open(
        self, roles: str | tuple[str, ...], person_id: str | None, identity: str = "", subject: str = ""
    ) -> Session:
        """A new session in the first hat of the first role; `subject`: who it is at the identity provider. Raises Unreachable when it cannot be written down."""
        held = (roles,) if isinstance(roles, str) else roles
        who = identity or (f"person:{person_id}" if person_id else f"demo:{held[0]}-1")
        made = Session("", who, held, HATS[held[0]][0], person_id, None, self._clock() + LIFE)
        return self._keep(made, "sign_in", subject=subject)

    def wear(self, session: Session, key: str) -> Session:
        """The same person in another of their hats, under a new id; the old id is gone.

        Raises:
            NotPermitted: the person has no such hat.
        """
        hat = next((hat for hat in session.hats if hat.key == key), None)
        if hat is None or session.bearer:
            raise NotPermitted("not permitted")
        return self._keep(replace(session, hat=hat, case_id=None), "purpose", session)

    def enter(self, session: Session, case: str) -> Session:
        """A compliance officer under a case, under a new id; an empty case leaves it.

        Raises:
            NotPermitted: another role.
            WrongUsage: a text that is no case id.
        """
        case = case.strip()
        if session.hat.role != "compliance" or session.bearer:
            raise NotPermitted("not permitted")
        if case and not acts.is_case(case):
            raise WrongUsage("That is no case id", next_step="Give letters, digits, hyphens and spaces, at most 40")
        made = replace(session, hat=CASE, case_id=case) if case else replace(session, hat=ASSURANCE, case_id=None)
        return self._keep(made, "case", session)

    def close(self, session: Session) -> None:
        """End a session; its id is dead from the next request on."""
        act = self._act(session, "sign_out")
        acts.end(self._state, self._version(), acts.key_hash(session.id), (session.hat.role, session.hat.purpose), act)

    def cookie(self, session: Session) -> str:
        return str(self._signer.dumps(session.id))

    def of(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None when it is not signed by us, revoked, or over."""
        if not cookie:
            return None
        try:
            key = str(self._signer.loads(cookie))
        except BadSignature:
            return None
        found = reads.session(self._state, key, self._clock())
        if found is None:
            return None
        hats = (*(hat for role in found.roles for hat in HATS.get(role, ())), CASE)
        hat = next((hat for hat in hats if (hat.role, hat.purpose) == (found.role, found.purpose)), None)
        ends = dt.datetime.fromisoformat(found.ends_at.removesuffix("Z"))
        return Session(key, found.identity, found.roles, hat, found.person_id, found.case_id, ends) if hat else None

    def _keep(self, session: Session, action: str, before: Session | None = None, subject: str = "") -> Session:
        made = replace(session, id=secrets.token_urlsafe(24))
        kept = acts.Kept(
            acts.key_hash(made.id), made.identity, made.person_id, made.roles, made.hat.role, made.hat.purpose, made.case_id,
            _text(self._clock()), _text(made.ends),
        )  # fmt: skip
        gone = acts.key_hash(before.id) if before else None
        acts.begin(self._state, self._version(), action, kept, self._act(made, action), gone, subject)
        return made

    def _act(self, session: Session, action: str) -> Act:
        actor = f"session:{self._state.pseudonym(session.id)}"
        return Act(actor, f"POST /{action.replace('_', '')}", self._clock(), session.identity)


def _text(time: dt.datetime) -> str:
    return f"{time.isoformat(timespec='seconds')}Z"


def viewer_of(settings: Settings, state: State, session: Session | None, *, local: bool) -> Viewer | None:
    """The viewer of a request: who is signed in; else, on loopback only, the local operator as administrator; else nobody.

    A person's place is read anew on each request, so that a move takes effect on the next one; so are who leads people, and the roles that
    settings grant.
    """
    try:
        if session is None:
            return viewers.operator(settings, "administrator", None, None) if local else None
        hat = session.hat
        said = Viewer(role=hat.role, purpose=hat.purpose, person_id=session.person_id, case_id=session.case_id)
        return viewers.held(state, said, viewers.granted(settings, by_token=session.bearer))
    except NotPermitted:
        return None
