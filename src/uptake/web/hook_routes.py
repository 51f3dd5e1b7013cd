"""`POST /webhooks/github`, `/webhooks/gitlab`: where hosts of code tell of changes. Acknowledged is what the disk holds.

A delivery proves itself by the secret of its webhook, which opens nothing else; no cookie and no session counts here.
"""

from __future__ import annotations

import json

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from uptake.errors import Unreachable
from uptake.jobs import draining
from uptake.receive.deliveries import BODY_BYTES, HOSTS, Deliveries
from uptake.receive.posts import JSON, RefusedPostError
from uptake.web import receivers
from uptake.web.bodies import Intake
from uptake.web.pools import Pool
from uptake.web.site import Site

THREADS, WAITING = 1, 256
IN_HAND_BYTES = 128 * 2**20
HEADERS = ("content-type", "x-hub-signature-256", "x-gitlab-token")


def add(app: FastAPI, site: Site) -> None:
    """A route for each host."""
    pool = Pool("webhooks", THREADS, WAITING)
    site.pools.others.append(pool)
    intake = Intake(BODY_BYTES, IN_HAND_BYTES)
    for name in HOSTS:
        take = _take(site, pool, intake, draining.deliveries(site.settings, name))
        receivers.add(app, f"/webhooks/{name}", take, _worded, bearer=False)


def _take(site: Site, pool: Pool, intake: Intake, desk: Deliveries) -> receivers.Take:
    async def take(request: Request) -> Response:
        async with intake.whole(request) as body:
            sent = {header: request.headers.get(header, "") for header in HEADERS}
            try:
                answer = await pool.run(lambda: desk.take(body, sent, site.clock()))
            except Unreachable:
                raise RefusedPostError(429, "too many deliveries wait") from None
        return Response(answer, 200, {}, JSON)

    return take


def _worded(_request: Request, refused: RefusedPostError) -> tuple[str, str]:
    return json.dumps({"message": refused.why}), JSON
