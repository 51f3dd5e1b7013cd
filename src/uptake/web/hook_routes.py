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
from uptake.receive.posts import AGAIN, JSON, RETRY_SECONDS, RefusedPostError
from uptake.web import routes
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
    told = site.settings.webhooks
    wishes = draining.wishes(site.settings)
    for name, host in HOSTS.items():
        folder = draining.folder_of(site.settings, host.source)
        desk = Deliveries(host, folder, told.secret_of(name), wishes, spool_mb=told.spool_mb)
        routes.add_receiver(app, f"/webhooks/{name}", _endpoint(name, site, pool, intake, desk))


def _endpoint(name: str, site: Site, pool: Pool, intake: Intake, desk: Deliveries) -> routes.Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            async with intake.whole(request) as body:
                sent = {header: request.headers.get(header, "") for header in HEADERS}
                answer = await pool.run(lambda: desk.take(body, sent, site.clock()))
        except RefusedPostError as error:
            return _refusal(error)
        except Unreachable:
            return _refusal(RefusedPostError(429, "too many deliveries wait"))
        except Exception as error:  # noqa: BLE001  the last line of defence: a bug tells nothing of the delivery it met
            routes.LOG.error(json.dumps({"event": "fault", "route": f"/webhooks/{name}", "kind": type(error).__name__}))
            return _refusal(RefusedPostError(500, "this is a fault of the program"))
        return Response(answer, 200, {}, JSON)

    return endpoint


def _refusal(error: RefusedPostError) -> Response:
    again = {"Retry-After": str(RETRY_SECONDS)} if error.status in AGAIN else {}
    return Response(json.dumps({"message": error.why}), error.status, again, JSON)
