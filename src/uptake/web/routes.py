"""How a route is added: a plain `def` handler, run in a FIFO pool, its failures turned into answers, and its gate named.

The gate is what a test reads from every route of the app: a route without one fails.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from uptake.errors import NotPermitted, NotYet, Unreachable, UserError, WrongUsage
from uptake.web.files import as_json
from uptake.web.site import Site
from uptake.web.words import coded

LOG = logging.getLogger("uptake.web")
LARGEST_FORM, MOST_FIELDS = 10_000, 20
MOST_BYTES, WHOLE = 2_000_000, ("text/html", "application/json")
"""What is sent whole, and how long it may be."""
PATIENCE = 10.0
"""Seconds within which a form must be there: whoever sends half of one holds no request open."""
Gate = Literal["ask", "act", "session", "open", "receive"]
"""`ask`: every number passes `reads.ask`. `act`: changes something through `uptake.acts`. `session`: changes only who the caller is. `open`: holds no data.
`receive`: takes what the key of a sender brings, and tells nothing but that back."""
Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Site, Request, dict[str, str]], Response]


class NotSignedIn(UserError):
    """A person's rows need a signed-in person (HTTP 401)."""

    http_status = 401


def add(
    app: FastAPI,
    site: Site,
    path: str,
    handler: Handler,
    *,
    gate: Gate,
    html: bool = True,
    heavy: bool = False,
    outside: bool = False,
    post: bool = False,
    documented: dict[str, Any] | None = None,
    summary: str = "",
) -> None:
    """Add a route. `documented` is its part of the API description; without it the route is not in there.

    `outside`: its handler asks another server. A form is for people who are signed in: with a token it is absent.
    """
    pool = site.pools.heavy if heavy else site.pools.outside if outside else site.pools.light

    async def endpoint(request: Request) -> Response:
        try:
            form = await _form(request) if post else {}
            return _bounded(await pool.run(lambda: handler(site, request, form)))
        except UserError as error:
            return failure(site, error, html=html)
        except Exception as error:  # noqa: BLE001  the last line of defence: a bug tells nothing of the data it met
            return _fault(site, request, error, html=html)

    endpoint.__dict__["gate"] = gate
    methods = ["POST"] if post else ["GET"]
    if documented is None:
        # A plain route answers HEAD as well, and 700 of them are made in a tenth of the time.
        app.router.routes.append(_Named(path, endpoint, methods=methods))
        return
    app.add_api_route(
        path, endpoint, methods=methods, response_class=Response, response_model=None, openapi_extra=documented, summary=summary or None,
        operation_id=path.strip("/").replace("/", "_"),
    )  # fmt: skip
    app.add_api_route(path, endpoint, methods=["HEAD"], response_model=None, include_in_schema=False)


def add_receiver(app: FastAPI, path: str, endpoint: Endpoint, methods: Sequence[str] = ("POST",)) -> None:
    """Add a route that programs post to; it answers in its own forms."""
    endpoint.__dict__["gate"] = "receive"
    app.router.routes.append(Receiver(path, endpoint, methods=list(methods)))


class _Named(Route):
    """A route that tells the log its pattern, as those of the framework do."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        await super().handle(scope, receive, send)


class Receiver(_Named):
    """A route that programs post to."""


def _bounded(answer: Response) -> Response:
    """A page or a JSON answer that a browser can take: whatever is longer is a file, sent in parts.

    Raises:
        WrongUsage: it is longer than MOST_BYTES.
    """
    kind = (answer.media_type or "").partition(";")[0]
    if kind in WHOLE and len(answer.body) > MOST_BYTES:
        raise WrongUsage("The answer is too long for one page", next_step="Narrow it, or take CSV or Parquet")
    return answer


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form; anything larger is refused before it is read, and so is a form of whoever comes with a token."""
    if "authorization" in request.headers:
        raise NotPermitted("not permitted")
    try:
        async with asyncio.timeout(PATIENCE):
            body = await _body(request)
    except (TimeoutError, ClientDisconnect):
        raise WrongUsage("The form did not come whole", next_step="Send it again") from None
    try:
        form = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise WrongUsage("The form has too many fields") from None
    # No store of ours keeps the character NUL: PostgreSQL refuses it, and nobody can type it.
    if any("\0" in text for text in (*form, *form.values())):
        raise WrongUsage("The form holds a character that is no text")
    return form


async def _body(request: Request) -> bytes:
    said = request.headers.get("content-length", "")
    body = b""
    if said.isdigit() and int(said[:20]) > LARGEST_FORM:
        raise WrongUsage("The form is too large")
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise WrongUsage("The form is too large")
    return body


def failure(site: Site, error: UserError, *, html: bool) -> Response:
    """An error as a page or as JSON. Forbidden and absent are one answer: 404, the same bytes."""
    hidden = isinstance(error, NotPermitted) or error.http_status == 404
    status = 404 if hidden else error.http_status
    what = "There is no such page" if hidden else error.what
    why = "" if hidden or status >= 500 else error.why
    step = "It does not exist, or it is not for you." if hidden else error.next_step
    headers = {"Retry-After": "2"} if isinstance(error, Unreachable) else {}
    if status >= 500:
        LOG.error(as_json({"event": "failure", "kind": type(error).__name__}).decode().strip())
    if not html:
        return Response(
            as_json({"error": f"{what}: {why}" if why else what, "next_step": step}),
            status,
            headers,
            "application/json",
        )
    signin = status == 401 and site.signs_in
    body = site.page(
        "error.html", site=site, what=what, why=coded(why[:1].upper() + why[1:]), step=coded(step), signin=signin,
        again=isinstance(error, NotYet),
    )  # fmt: skip
    return Response(body, status, headers, "text/html; charset=utf-8")


def _fault(site: Site, request: Request, error: Exception, *, html: bool) -> Response:
    """A bug: its kind and place go to the log, the reader gets the id of the request."""
    number = request.state.request_id
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    LOG.error(
        as_json({"event": "fault", "kind": type(error).__name__, "place": place, "request_id": number}).decode().strip()
    )
    fault = UserError("A fault of the program", next_step=f"Tell the administrator: request {number}")
    fault.http_status = 500
    return failure(site, fault, html=html)


def gates(app: FastAPI) -> Sequence[tuple[str, str | None]]:
    """(path, gate) of every route."""
    return [
        (getattr(route, "path", ""), getattr(getattr(route, "endpoint", None), "gate", None)) for route in app.routes
    ]
