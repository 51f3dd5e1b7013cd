"""The app of one home: built from PAGES, one process, plain handlers in FIFO pools; the snapshot is swapped between requests."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from uptake import __version__
from uptake.errors import NotPermitted, UserError
from uptake.jobs import State, alerting, schedule, utc_now
from uptake.jobs.logged import keep_heads
from uptake.reads import Filters
from uptake.settings import Settings
from uptake.web import (
    api_routes,
    assurance_routes,
    board_routes,
    case_routes,
    contest_routes,
    demo_routes,
    hook_routes,
    offer_routes,
    page_routes,
    policy_routes,
    routes,
    scim_routes,
    seat_routes,
    session_routes,
    telemetry_routes,
    token_routes,
)
from uptake.web.compose import ANYBODY
from uptake.web.middleware import LOOPBACK, HostRule, Receivers, RequestLog, SameOrigin, SecurityHeaders
from uptake.web.site import Clock, Site, Who

GZIP_LEVEL = 4
"""The framework's 9 costs 50 ms a page, 4 costs 1.4 ms (PAGES.md section 8)."""

SILENT = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)
"""The framework would hand addresses and error texts to whatever exporter the environment names: nothing leaves this process."""


ROUTES = (
    telemetry_routes, hook_routes, scim_routes, page_routes, api_routes, demo_routes, session_routes, board_routes, contest_routes, offer_routes, policy_routes, case_routes,
    assurance_routes, token_routes, seat_routes,
)  # fmt: skip
"""Receivers stand first: they are asked hundreds of times a second, and the framework compares a path with one route after the other."""


def app(settings: Settings, state: State, *, host: str = "127.0.0.1", clock: Clock = utc_now) -> FastAPI:
    """The app. `host` is where it will listen: on loopback only there is a local operator, and a sign-in page in a demo."""
    site = Site(settings, state, host, clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        ended = threading.Event()
        threads = _beside(settings, state, ended)
        for thread in threads:
            thread.start()
        try:
            yield
        finally:  # a second Ctrl-C cancels: what a thread still holds then would be reported as leaked at the end
            ended.set()
            site.pools.close()
            for thread in threads:
                thread.join(timeout=10)

    receivers: dict[str, Route] = {}
    middleware = [
        Middleware(RequestLog), Middleware(SecurityHeaders), *([Middleware(HostRule, hosts=_hosts(site))] if site.loopback or site.provider else []),
        Middleware(Receivers, routes=receivers), Middleware(SameOrigin), Middleware(GZipMiddleware, minimum_size=500, compresslevel=GZIP_LEVEL),
    ]  # fmt: skip
    made = FastAPI(
        title="uptake", version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
        telemetry=SILENT, lifespan=lifespan, middleware=middleware,
    )  # fmt: skip
    made.state.site = site
    for where in ROUTES:
        where.add(made, site)
    receivers |= _receivers(made)
    if site.provider is not None:
        from uptake.web import oidc_routes  # noqa: PLC0415  as in `Site`: its libraries are slow to import

        oidc_routes.add(made, site)
    routes.add(made, site, "/static/{name}", _static, gate="open")
    routes.add(made, site, "/healthz", _healthz, gate="open", html=False)
    routes.add(made, site, "/readyz", _readyz, gate="open", html=False)
    made.add_exception_handler(HTTPException, _unknown)
    return made


def _receivers(made: FastAPI) -> dict[str, Route]:
    """Receiver by path, of those that have one path each."""
    found = [route for route in made.routes if isinstance(route, routes.Receiver)]
    return {route.path: route for route in found if not route.param_convertors}


def _beside(settings: Settings, state: State, ended: threading.Event) -> list[threading.Thread]:
    """What runs beside the answers, each in a thread of its own, so that none waits for another."""
    wanted: list[Callable[[], None]] = [lambda: keep_heads(state, ended)]
    if schedule.is_wanted(settings):
        wanted.append(lambda: schedule.keep_fetching(settings, state, ended))
    if alerting.is_wanted(settings):
        wanted.append(lambda: alerting.keep_looking(settings, ended))
    return [threading.Thread(target=one, daemon=True) for one in wanted]


def _hosts(site: Site) -> frozenset[str]:
    """Names under which requests may come: on loopback those of loopback, and the one that browsers know the site by."""
    return (LOOPBACK if site.loopback else frozenset()) | (
        frozenset({site.provider.host}) if site.provider else frozenset()
    )


def _static(site: Site, request: Request, _form: dict[str, str]) -> Response:
    asset = site.assets.get(request.path_params["name"])
    if asset is None:
        raise NotPermitted("not permitted")
    return Response(asset.body, 200, {"Cache-Control": "public, max-age=31536000, immutable"}, asset.kind)


def _healthz(_site: Site, _request: Request, _form: dict[str, str]) -> Response:
    return JSONResponse({"ok": True})


def _readyz(site: Site, _request: Request, _form: dict[str, str]) -> Response:
    """Ready when a snapshot can be read through the door; says which."""
    try:
        with site.asker(Who(None, ANYBODY, site.policy), "GET /readyz") as ask:
            found = ask("definitions", Filters())
    except UserError as error:
        return JSONResponse({"ok": False, "why": error.what}, 503)
    return JSONResponse({"ok": True, "snapshot": found.snapshot.id})


async def _unknown(request: Request, error: Exception) -> Response:
    """A path or method that is not there: the same page as one that is forbidden."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    absent = UserError("There is no such page")
    absent.http_status = status
    html = not request.url.path.startswith("/api/") and "." not in request.url.path
    answer = routes.failure(request.app.state.site, absent, html=html)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer
