"""One webhook delivery of a host of code: is it really from there, what is taken of it, and that on the disk (rule R-VC-1).

Nothing here waits for a socket; the route calls it in a thread. The bytes of a delivery are read in memory and dropped: the spool holds
what was made of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected, Repository, RepositoryWishes, Taken
from uptake.receive.posts import MEGABYTE, RefusedPostError
from uptake.receive.spool import Spool, SpoolFullError
from uptake.sources.github.parse import payload as of_github
from uptake.sources.github.spooled import encoded
from uptake.sources.gitlab.parse import payload as of_gitlab

BODY_BYTES = 25 * 2**20
"""GitHub sends no larger body."""
Payload = Callable[[bytes, int, InputFile], Outcome]


def signed_by_github(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """HMAC SHA-256 of the raw bytes under the secret of the webhook."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), headers.get("x-hub-signature-256", "").encode(errors="surrogatepass"))


def named_by_gitlab(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """GitLab signs nothing: it sends the token of the webhook."""
    del body
    return hmac.compare_digest(secret.encode(), headers.get("x-gitlab-token", "").encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class Host:
    """A host of code: the source that its deliveries are of, how it proves who sends, and what reads a payload."""

    source: str
    proves: Callable[[str, bytes, Mapping[str, str]], bool]
    payload: Payload


HOSTS: Mapping[str, Host] = {
    "github": Host("github-prs", signed_by_github, of_github),
    "gitlab": Host("gitlab-mrs", named_by_gitlab, of_gitlab),
}


class Deliveries:
    """Takes the deliveries of one host into its spool. `secret`: of the webhook; empty where none is set, and then nobody may send."""

    def __init__(self, host: Host, folder: Path, secret: str, wishes: RepositoryWishes, *, spool_mb: int) -> None:
        self._host, self._folder, self._secret, self._wishes = host, folder, secret, wishes
        self._spool = Spool(folder)
        self._most = spool_mb * MEGABYTE

    def take(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> bytes:
        """Put what is made of a delivery on the disk; answers the body of status 200. `headers` by lower-case name.

        Raises:
            RefusedPostError: 401, 415, 429 or 503; nothing of it is kept.
        """
        if not self._secret or not self._host.proves(self._secret, body, headers):
            raise RefusedPostError(401, "the delivery does not prove that it comes from the webhook")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise RefusedPostError(415, "set the content type of the webhook to application/json")
        if sum(path.stat().st_size for path in self._folder.glob("*.spool")) >= self._most:
            raise RefusedPostError(
                429, f"the spool is full: `uptake ingest {self._host.source}` or `uptake score` drains it"
            )
        found = self._host.payload(body, 1, self._file(now))
        if isinstance(found, Taken | Rejected):
            self._keep(found)
        return json.dumps(_said(found)).encode()

    def _file(self, now: dt.datetime) -> InputFile:
        return InputFile("delivery", io.BytesIO(), fetched_at=now, repository=Repository("", wishes=self._wishes))

    def _keep(self, found: Taken | Rejected) -> None:
        try:
            self._spool.append(encoded(found))
        except (SpoolFullError, OSError):
            raise RefusedPostError(503, "the disk took nothing") from None


def _said(found: Outcome) -> dict[str, str]:
    """What became of the delivery; of one that cannot be used, the name of the field and why, never a value."""
    if isinstance(found, Rejected):
        return {"result": "set aside", "reason": found.reason, "field": found.field}
    if isinstance(found, Ignored):
        return {"result": "ignored", "reason": found.reason}
    return {"result": "taken"}
