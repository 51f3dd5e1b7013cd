"""Routes that programs post to: each answers in the form of its senders, a refusal and a fault too."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.receive.posts import AGAIN, RETRY_SECONDS, RefusedPostError
from uptake.web import routes

Take = Callable[[Request], Awaitable[Response]]
Worded = Callable[[Request, RefusedPostError], tuple[str | bytes, str]]
"""Body and media type of a refusal."""


def add(
    app: FastAPI, path: str, take: Take, worded: Worded, *, methods: Sequence[str] = ("POST",), bearer: bool = True
) -> None:
    """Add a route whose `take` answers, or raises RefusedPostError. `bearer`: its senders prove themselves by a bearer token."""

    async def endpoint(request: Request) -> Response:
        try:
            return await take(request)
        except RefusedPostError as error:
            refused = error
        except Exception as error:  # noqa: BLE001  the last line of defence: a bug tells nothing of the post it met
            routes.LOG.error(json.dumps({"event": "fault", "route": path, "kind": type(error).__name__}))
            refused = RefusedPostError(500, "this is a fault of the program")
        body, kind = worded(request, refused)
        headers = {"Retry-After": str(RETRY_SECONDS)} if refused.status in AGAIN else {}
        if bearer and refused.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return Response(body, refused.status, headers, kind)

    routes.add_receiver(app, path, endpoint, methods)
