"""OpenID Connect: authorization code with PKCE. The provider is asked for who somebody is, and for nothing else; its tokens are not kept."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from uptake.errors import Unreachable, UserError, WrongUsage
from uptake.settings import SignIn
from uptake.web.middleware import LOOPBACK

TIMEOUT_SECONDS = 10.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Asymmetric ones alone: `none`, or a key that browsers know, signs nothing."""
SCOPE = "openid email profile"
CLOCK_SKEW = 60
LOGIN_SECONDS = 600
"""How long an attempt to sign in may take."""
MOST_USED = 10_000


class NotIdentified(UserError):
    """The provider did not say who it is, or said it in a way that does not hold (HTTP 401)."""

    http_status = 401


@dataclass(frozen=True, slots=True)
class Login:
    """One attempt to sign in, bound to one browser by a signed cookie."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Login:
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


class Provider:
    """The identity provider of a site."""

    def __init__(self, settings: SignIn) -> None:
        if not (settings.client_id and settings.base_url):
            raise WrongUsage(
                "Setting `sign_in` cannot be used",
                why="an issuer needs client_id and base_url",
                next_step="See how to sign in",
            )
        for name in ("issuer", "base_url"):
            parts = urlsplit(getattr(settings, name))
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
                raise WrongUsage(
                    f"Setting `sign_in.{name}` cannot be used",
                    why="it must be an https address; http is for this machine only",
                    next_step="See how to sign in",
                )
        self.settings = settings
        self.callback = settings.base_url.rstrip("/") + "/signin/callback"
        self.secure = urlsplit(settings.base_url).scheme == "https"
        self._known: dict[str, Any] | None = None
        self._keys: KeySet | None = None
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """The host under which browsers reach this service."""
        return urlsplit(self.settings.base_url).hostname or ""

    def address(self, login: Login) -> str:
        """Where the browser is sent. Raises Unreachable."""
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=login.state,
                nonce=login.nonce,
                code_verifier=login.verifier,
            )
        return str(url)

    def claims(self, login: Login, given: dict[str, str]) -> dict[str, Any]:
        """What the provider says of who came back with a code.

        Raises:
            NotIdentified: the answer is not that of this attempt, or its signature, issuer, audience, time or nonce do not hold.
            Unreachable: the provider cannot be reached.
        """
        if not hmac.compare_digest(given.get("state", "").encode(), login.state.encode()) or not self._first(login):
            raise _refused()
        if not given.get("code") or given.get("iss", self.settings.issuer) != self.settings.issuer:
            raise _refused()
        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._metadata()["token_endpoint"],
                    code=given["code"],
                    code_verifier=login.verifier,
                    grant_type="authorization_code",
                )
            return self._checked(str(token.get("id_token", "")), login.nonce)
        except httpx.HTTPError:
            raise _down() from None
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError):
            raise _refused() from None

    def _first(self, login: Login) -> bool:
        """Whether an attempt comes back for the first time; whoever copied its cookie comes second."""
        now = time.monotonic()
        with self._lock:
            used = login.state in self._used
            self._used = {state: ends for state, ends in self._used.items() if ends > now}
            while len(self._used) >= MOST_USED:
                self._used.pop(next(iter(self._used)))
            self._used[login.state] = now + LOGIN_SECONDS
        return not used

    def _checked(self, text: str, nonce: str) -> dict[str, Any]:
        try:
            found = jwt.decode(text, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            found = jwt.decode(text, self._key_set(anew=True), algorithms=ALGORITHMS)
        registry = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW, iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id}, exp={"essential": True},
            nonce={"essential": True, "value": nonce}, sub={"essential": True},
        )  # fmt: skip
        registry.validate(found.claims)
        audience, party = found.claims["aud"], found.claims.get("azp")
        several = isinstance(audience, list) and len(audience) > 1
        if party != self.settings.client_id and (several or party is not None):
            raise _refused()
        return dict(found.claims)

    def _key_set(self, *, anew: bool = False) -> KeySet:
        with self._lock:
            held = self._keys
        if held is None or anew:
            held = KeySet.import_key_set(self._fetch(self._metadata()["jwks_uri"]))
            with self._lock:
                self._keys = held
        return held

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            held = self._known
        if held is None:
            held = self._fetch(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if held.get("issuer") != self.settings.issuer or not all(
                isinstance(held.get(name), str) for name in wanted
            ):
                raise Unreachable("The identity provider cannot be used", why="its discovery document names another issuer, or lacks an endpoint", next_step="Check sign_in.issuer")  # fmt: skip
            with self._lock:
                self._known = held
        return held

    def _fetch(self, url: str) -> Any:
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                answer = client.get(url)
                answer.raise_for_status()
                return answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise _down() from None

    def _client(self) -> OAuth2Client:
        secret = self.settings.client_secret
        return OAuth2Client(
            self.settings.client_id, secret.get_secret_value() if secret else None, scope=SCOPE, redirect_uri=self.callback,
            code_challenge_method="S256", timeout=TIMEOUT_SECONDS, token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )  # fmt: skip


def _refused() -> NotIdentified:
    return NotIdentified("The sign-in did not succeed", next_step="Start it again from the sign-in page")


def _down() -> Unreachable:
    return Unreachable(
        "The identity provider cannot be reached", next_step="Try again in a minute, or tell the administrator"
    )
