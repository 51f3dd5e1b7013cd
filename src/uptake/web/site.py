"""What every request of one server shares: settings, state, policy in force, sessions, pools, caches, templates."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from uptake.acts import Act
from uptake.errors import NotPermitted
from uptake.jobs import Snapshot, State, policy_of, snapshot_of, utc_now
from uptake.policy import NOT_FOR, PROFILES, Policy, Viewer
from uptake.reads import Answer, Caller, Filters, Part, Tally, Visit
from uptake.reads import sessions as reads
from uptake.reads.cast import entities
from uptake.settings import Settings
from uptake.web import words
from uptake.web.assets import Assets
from uptake.web.cache import Cache
from uptake.web.middleware import LOOPBACK
from uptake.web.pages.frame import facts
from uptake.web.pages.shape import Ask, Facts, Stamp
from uptake.web.pools import Pools
from uptake.web.sessions import COOKIE, Hat, Session, Sessions, viewer_of

if TYPE_CHECKING:
    from uptake.web.oidc import Provider

Clock = Callable[[], dt.datetime]
MOST_FACTS = 64
FORWARDED = (
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
)
FORWARDED_FAMILY = "x-forwarded"
"""By one of these, or one of the family, a proxy tells of itself: `X-Forwarded-Proto` alone is one as well."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who is behind a request, under which policy. `viewer` None: nobody, and only public pages answer."""

    session: Session | None
    viewer: Viewer | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody signed in who sends a form."""

    session: Session
    viewer: Viewer
    policy: Policy


class Site:
    """One server of one home."""

    def __init__(self, settings: Settings, state: State, host: str, clock: Clock = utc_now) -> None:
        self.settings, self.state, self.clock = settings, state, clock
        self.loopback = host in LOOPBACK
        self.secret = state.secret("session")
        self.sessions = Sessions(state, clock, lambda: self.policy.version)
        self.provider = _provider(settings)
        self.pools, self.cache, self.assets = Pools(), Cache(), Assets()
        self.templates = _templates(self.assets)
        self._shown: dict[str, Any] | None = None
        self._facts: dict[tuple[str, int, str], Facts] = {}
        self._lock = threading.Lock()

    @property
    def policy(self) -> Policy:
        """The policy in force now; in a demo, with the profile that its sign-in page shows."""
        made = policy_of(self.settings, self.state, self.clock().date())
        with self._lock:
            return replace(made, **self._shown) if self._shown else made

    @property
    def head(self) -> str:
        """The newest signed head of the audit log that this server wrote, as people compare it."""
        newest = self.state.keeper.newest if self.state.keeper else None
        return f"{newest.count}:{newest.hash[:12]}" if newest else ""

    @property
    def head_late(self) -> bool:
        """Whether the second place does not get the heads that it should."""
        return self.state.keeper is not None and self.state.keeper.late(self.state.appended)

    @property
    def demo(self) -> bool:
        """Signing in as an invented person: only in a home made by `uptake demo`, only on loopback."""
        return self.settings.demo and self.loopback

    @property
    def signs_in(self) -> bool:
        """Whether there is somewhere to sign in: a provider, or the page of a demo."""
        return self.demo or self.provider is not None

    @property
    def secure(self) -> bool:
        """Whether browsers reach the site by https alone; then cookies are kept to it."""
        return self.provider is not None and self.provider.secure

    def cookie(self, name: str) -> str:
        """The name of a cookie; under https with the prefix that a neighbouring host cannot set."""
        return f"__Host-{name}" if self.secure else name

    def switch_profile(self, profile: str, *, bands: bool = False) -> None:
        """Another shipped policy profile, with the board in bands or not, for this server of a demo home.

        Raises:
            NotPermitted: not a demo on loopback, or no such profile.
        """
        if not self.demo or profile not in PROFILES:
            raise NotPermitted("not permitted")
        listed = entities(self.settings, self.state) if profile == "open-board" else frozenset()
        with self._lock:
            self._shown = {"profile": profile, "board_bands": bands, "board_entities": listed}

    def who(self, request: Request) -> Who:
        given = request.headers.get("authorization")
        if given is not None:
            session = self.bearer(given)
        else:
            session = self.sessions.of(request.cookies.get(self.cookie(COOKIE))) if self.signs_in else None
        local = self.loopback and self.provider is None and given is None and not _passed_on(request)
        viewer = viewer_of(self.settings, self.state, session, local=local)
        request.state.role = viewer.role if viewer else "none"
        return Who(session if viewer else None, viewer, self.policy)

    def bearer(self, header: str) -> Session | None:
        """The session of an API token; None for anything else."""
        kind, _, secret = header.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            return None
        found = reads.token(self.state, secret.strip(), self.clock())
        if found is None:
            return None
        hat = Hat(found.role, found.purpose, "an API token")
        return Session(
            f"token {found.id}",
            found.identity,
            (found.role,),
            hat,
            found.person_id,
            found.case_id,
            self.clock(),
            bearer=True,
        )

    @contextlib.contextmanager
    def asker(self, who: Who, route: str, snapshot: Snapshot | None = None) -> Iterator[Ask]:
        """The gate for this viewer, each question, filter and part asked once a request, all of one snapshot. What is made inside may be
        sent after it: there the audit records are written.
        """
        held = dict[tuple[str, Filters, Part | Tally | None], Answer]()
        with self.visit(who, route, snapshot) as visit:

            def asked(question: str, filters: Filters, wanted: Part | Tally | None = None) -> Answer:
                key = (question, filters, wanted)
                if key not in held:
                    held[key] = visit.ask(question, filters, wanted)
                return held[key]

            yield asked

    def visit(self, who: Who, route: str, snapshot: Snapshot | None = None) -> Visit:
        """The gate for this viewer: see `reads.Visit`. Raises NotPermitted for nobody."""
        if who.viewer is None:
            raise NotPermitted("not permitted")
        actor = f"session:{self.state.pseudonym(who.session.id)}" if who.session else "local operator"
        caller = Caller(actor, route, self.clock())
        return Visit(self.settings, self.state, who.policy, who.viewer, caller, snapshot or self.snapshot())

    def facts(self, scope_of_frame: str, policy: Policy, snapshot: Stamp, ask: Ask) -> Facts:
        """The frame's facts, kept for each scope of the frame, snapshot and policy version."""
        key = (scope_of_frame, snapshot.id, policy.version)
        with self._lock:
            held = self._facts.get(key)
        if held is not None:
            return held
        made = facts(ask, dt.date.fromisoformat(snapshot.as_of))
        with self._lock:
            while len(self._facts) >= MOST_FACTS:
                self._facts.pop(next(iter(self._facts)))
            self._facts[key] = made
        return made

    def acting(self, request: Request) -> Acting:
        """Who sends a form; acts need somebody who is signed in, and each looks itself at who that is.

        Raises:
            NotPermitted: nobody is, or a token, which acts on nothing.
        """
        who = self.who(request)
        if who.session is None or who.viewer is None or who.session.bearer:
            raise NotPermitted("not permitted")
        return Acting(who.session, who.viewer, who.policy)

    def act(self, who: Acting, route: str) -> Act:
        """What the audit record of an act says of who acts."""
        return Act(f"session:{self.state.pseudonym(who.session.id)}", route, self.clock(), who.session.identity)

    def opaque(self, person_id: str) -> str:
        """The name of a person in a form."""
        return self.state.pseudonym(person_id, "forms")

    def snapshot(self) -> Snapshot:
        """The snapshot of this moment; a newer one is taken between requests. Raises UserError when there is none."""
        return snapshot_of(self.settings)

    def page(self, template: str, **values: Any) -> bytes:
        """A template, rendered."""
        return self.templates.get_template(template).render(**values).encode()


def _passed_on(request: Request) -> bool:
    """Whether a proxy says that somebody else asks: then nobody knows who, and it is not the local operator."""
    return any(name in FORWARDED or name.startswith(FORWARDED_FAMILY) for name in request.headers)


def _provider(settings: Settings) -> Provider | None:
    """The identity provider of the settings. Its libraries take as long to import as the pages: only where there is one."""
    if not settings.sign_in.issuer:
        return None
    from uptake.web.oidc import Provider  # noqa: PLC0415

    return Provider(settings.sign_in)


def _templates(assets: Assets) -> Environment:
    made = Environment(
        loader=PackageLoader("uptake.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=assets.url, words=words, not_for=NOT_FOR)
    return made
