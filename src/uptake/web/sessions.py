"""Who is behind a request. A signed cookie holds the id of a session and nothing else; rights are looked up on each request.

A session is bound to one role and one purpose ("hat"). Changing it makes a new id. Sessions live in this process: a restart
signs everybody out.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from itsdangerous import BadSignature, URLSafeSerializer

from uptake.errors import NotPermitted
from uptake.jobs import State
from uptake.policy import Viewer
from uptake.reads import viewers
from uptake.settings import Settings

COOKIE = "uptake_session"
LIFE = dt.timedelta(hours=8)
MOST = 10_000
"""Sessions held at once; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Hat:
    """One role and one purpose that a person may act in."""

    role: str
    purpose: str | None
    words: str

    @property
    def key(self) -> str:
        """How a form names it: the purpose, or `board` for a peer."""
        return "board" if self.role == "peer" else self.purpose or "none"


OWN = Hat("self", "self", "own data")
PEER = Hat("peer", "self", "board of peers")
SUPPORT = Hat("manager", "support", "adoption support")
TRAINING = Hat("manager", "training", "training")
LEAD = Hat("lob_lead", None, "adoption of a line")
INVESTMENT = Hat("executive", "investment", "investment")
ASSURANCE = Hat("compliance", None, "assurance")
OPERATION = Hat("administrator", None, "operation")
LICENCE = Hat("licence", "licence", "licences")
HATS: dict[str, tuple[Hat, ...]] = {
    "executive": (INVESTMENT, OWN),
    "lob_lead": (LEAD, OWN),
    "manager": (SUPPORT, TRAINING, OWN),
    "self": (OWN, PEER),
    "compliance": (ASSURANCE,),
    "administrator": (OPERATION,),
    "licence": (LICENCE,),
}
"""Hats by the role somebody signs in with; the first is worn at sign-in."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in person, or an officer of the demo without a person (`person_id` None)."""

    id: str
    signed_in_as: str
    hat: Hat
    person_id: str | None
    ends: dt.datetime

    @property
    def hats(self) -> tuple[Hat, ...]:
        return HATS[self.signed_in_as]


class Sessions:
    """All sessions of this server."""

    def __init__(self, secret: bytes, clock: Callable[[], dt.datetime]) -> None:
        self._signer = URLSafeSerializer(secret, salt="uptake session")
        self._clock = clock
        self._held: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, signed_in_as: str, person_id: str | None) -> Session:
        """A new session in the first hat of the role."""
        return self._keep(Session("", signed_in_as, HATS[signed_in_as][0], person_id, self._clock() + LIFE))

    def wear(self, session: Session, purpose: str) -> Session:
        """The same person in another of their hats, under a new id; the old id is gone.

        Raises:
            NotPermitted: the person has no such hat.
        """
        hat = next((hat for hat in session.hats if hat.key == purpose), None)
        if hat is None:
            raise NotPermitted("not permitted")
        self.close(session)
        return self._keep(replace(session, hat=hat))

    def close(self, session: Session) -> None:
        with self._lock:
            self._held.pop(session.id, None)

    def cookie(self, session: Session) -> str:
        return str(self._signer.dumps(session.id))

    def of(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None when it is not signed by us, closed, or over."""
        if not cookie:
            return None
        try:
            key = str(self._signer.loads(cookie))
        except BadSignature:
            return None
        with self._lock:
            found = self._held.get(key)
            if found is not None and found.ends <= self._clock():
                del self._held[key]
                return None
            return found

    def _keep(self, session: Session) -> Session:
        made = replace(session, id=secrets.token_urlsafe(24))
        with self._lock:
            while len(self._held) >= MOST:
                self._held.pop(next(iter(self._held)))
            self._held[made.id] = made
        return made


def viewer_of(settings: Settings, state: State, session: Session | None, *, local: bool) -> Viewer | None:
    """The viewer of a request: who is signed in; else, on loopback only, the local operator as administrator; else nobody.

    A person's place is read anew on each request, so that a move takes effect on the next one.
    """
    try:
        if session is None:
            return viewers.operator(settings, "administrator", None, None) if local else None
        if session.person_id is None:
            return viewers.operator(settings, session.hat.role, session.hat.purpose, None)
        place = viewers.person(settings, state, "", session.person_id, session.hat.purpose, None)
        return replace(place, role=session.hat.role)
    except NotPermitted:
        return None
