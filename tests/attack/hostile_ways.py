"""The ways of a hostile engineer's afternoon, one function a class; each sends its requests and lets `Findings` judge the answers.

`size` is how many foreign ids (or forged texts) a way tries; the other ways are as long as their lists.
"""

from __future__ import annotations

import html
import itertools
import random
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.attack.hostile import (
    COOKIE,
    FORM,
    NOBODY,
    SAME_ORIGIN,
    Findings,
    Reply,
    Truth,
    Visitor,
    Wire,
    cookie_of,
    signed_in,
    with_hat,
)
from uptake.policy import PURPOSES, QUESTIONS, ROLES, Viewer
from uptake.web.pages import PAGES

FORMS = ("csv", "json", "parquet", "xlsx", "meta.json")
PERSON_QUESTIONS = [name for name, spec in QUESTIONS.items() if spec.key]
FILES = [f"/{page.slug}.{form}" for page in PAGES for form in FORMS]
PATHS = [*(f"/{page.slug}" for page in PAGES), *(f"/api/v1/{name}" for name in QUESTIONS)]
WRITES: Mapping[str, Mapping[str, str]] = {
    "/team/offer": {"step": "training"}, "/team/appraisal": {}, "/board": {"value": "in"}, "/me/contest": {"category": "leave", "quarter": "2026Q3"},
    "/policy/propose": {"profile": "open-board", "k": "5", "manager_depth": "9", "lob_lead_depth": "9", "reason": "a hostile afternoon"},
    "/policy/approve": {"change": "1"}, "/policy/refuse": {"change": "1"}, "/policy/notify": {"change": "1"}, "/policy/lockdown": {"value": "off"},
    "/policy/view-as": {"role": "manager"}, "/cases/open": {"case": "1"}, "/cases/1/take": {}, "/cases/1/propose": {"decision": "rejected"},
    "/cases/1/decide": {"answer": "approve"}, "/me/notices": {}, "/assurance/pack": {"from": "2026-01-01", "to": "2026-12-31"},
    "/assurance/search": {}, "/me/token": {"label": "x", "days": "1"}, "/me/token/revoke": {"number": "1"}, "/licences/decide": {"answer": "keep"},
    "/purpose": {}, "/case": {}, "/signin": {},
}  # fmt: skip
"""Forms, with fields that could be right for somebody."""


@dataclass
class Afternoon:
    """What every way works with."""

    wire: Wire
    truth: Truth
    cast: Sequence[Visitor]
    found: Findings
    rng: random.Random
    size: int

    def get(self, kind: str, visitor: Visitor, path: str, headers: Mapping[str, str] = {}, marker: str = "") -> Reply:
        reply = self.wire.ask(path, {**visitor.headers, **headers})
        return self.found.judge(kind, visitor, f"GET {path[:90]}", reply, marker)

    def post(
        self, kind: str, visitor: Visitor, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = {}
    ) -> Reply:
        reply = self.wire.post(path, fields, {**visitor.headers, **headers})
        return self.found.judge(kind, visitor, f"POST {path} {sorted(fields)}", reply)

    def of(self, role: str) -> Visitor:
        return next(one for one in self.cast if one.viewer.role == role and one.cookie)

    def ids(self) -> Iterator[str]:
        """Foreign and random ids in turn: real people, people who never were, hashes, and texts that want to be more."""
        real = sorted(self.truth.everybody)
        for number in range(self.size):
            yield (
                real[number % len(real)],
                f"{self.rng.randrange(10**6):06}",
                secrets.token_hex(16),
                f"person:{self.rng.choice(real)}",
            )[number % 4]


PLACES: Sequence[tuple[str, str]] = (
    *(("GET", f"/api/v1/{name}?scope={{}}") for name in ("quarter_scores", "not_using", "seats", "idle_seats", "funnel", "segments", "leaderboard")),
    *(("GET", f"/api/v1/{name}?person={{}}") for name in ("quarter_scores", "day_scores", "usage_days")),
    ("GET", "/api/v1/quarter_scores?after={}"), ("GET", "/api/v1/quarter_scores/{}"), ("GET", "/api/v1/{}"), ("GET", "/api/v1/{}.csv"),
    ("GET", "/me?after={}"), ("GET", "/me/{}"), ("GET", "/me/{}.csv"), ("GET", "/me.csv?person_id={}"), ("GET", "/team?scope={}"), ("GET", "/team/{}"),
    ("GET", "/licences.csv?scope={}"), ("GET", "/cases/{}"), ("GET", "/people/{}"), ("GET", "/static/{}"), ("GET", "/overview?scope={}"), ("GET", "/compare?scope={}"),
    ("POST", "/team/offer who"), ("POST", "/licences/decide seat"), ("POST", "/assurance/search person"), ("POST", "/cases/open case"),
    ("POST", "/case case"), ("POST", "/me/token/revoke number"), ("POST", "/signin who"), ("POST", "/me/contest person_id"),
    ("HEAD", "/me?person={}"), ("HEADER", "X-Person-Id"), ("HEADER", "X-Remote-User"), ("BEARER", ""),
)  # fmt: skip


def foreign_id(day: Afternoon, visitor: Visitor, place: tuple[str, str], given: str, kind: str) -> Reply:
    """One id of somebody else put in one place of one request."""
    how, where = place
    if how == "POST":
        path, name = where.split()
        if path in ("/signin", "/case") or (path, visitor.viewer.role) == ("/cases/open", "compliance"):
            # these make another session where they succeed: as nobody, so that the cookie stays what it is
            visitor = NOBODY
        return day.post(kind, visitor, path, {**WRITES.get(path, {}), name: given})
    if how == "HEADER":
        return day.get(kind, visitor, "/api/v1/quarter_scores", {where: given})
    if how == "BEARER":
        return day.get(
            kind,
            replace(visitor, cookie=None, may_see=frozenset()),
            "/api/v1/quarter_scores",
            {"Authorization": f"Bearer {given}"},
        )
    path = where.format(given)
    reply = day.wire.ask(path, visitor.headers, how)
    return day.found.judge(kind, visitor, f"{how} {path}", reply)


def foreign_ids(day: Afternoon) -> None:
    """Ids of others in every place that takes a text, by everybody in turn."""
    among = itertools.cycle(itertools.product(PLACES, day.cast))
    for given in day.ids():
        place, visitor = next(among)
        foreign_id(day, visitor, place, given, "foreign ids")


def forged_purposes(day: Afternoon) -> None:
    """Purposes, roles and cases that the session does not have: in the address, in headers, in cookies, in forms."""
    for visitor in day.cast:
        for purpose, path in itertools.product(
            PURPOSES, ("/api/v1/quarter_scores", "/team", "/me.csv", "/api/v1/not_using")
        ):
            before = day.wire.ask(path, visitor.headers).shown
            reply = day.get(
                "forged purposes", visitor, path, {"X-Purpose": purpose, "Purpose": purpose, "X-Role": "compliance"}
            )
            day.found.need(
                reply.shown == before, "forged purposes", f"{visitor.name} {path} changed by a header of {purpose}"
            )
            for query in (
                f"purpose={purpose}",
                f"role=compliance&case=C-1&purpose={purpose}",
                f"as=compliance&purpose={purpose}",
            ):
                reply = day.get("forged purposes", visitor, f"{path}?{query}")
                day.found.need(reply.status != 200, "forged purposes", f"{visitor.name} {path}?{query}: 200")
            forged = f"{COOKIE}={visitor.cookie or ''}; purpose={purpose}; role=compliance"
            day.get("forged purposes", visitor, path, {"Cookie": forged})
    for visitor in day.cast:
        own = {
            "manager": {"support", "training", "self"},
            "self": {"self", "board"},
            "executive": {"investment", "self"},
        }
        for purpose in {*PURPOSES, *ROLES, "board", ""} - own.get(
            visitor.viewer.role, {visitor.viewer.purpose or visitor.viewer.role, "lob_lead", "self"}
        ):
            reply = day.post("forged purposes", visitor, "/purpose", {"purpose": purpose})
            day.found.need(
                reply.status in (400, 404),
                "forged purposes",
                f"{visitor.name} took the purpose {purpose!r}: {reply.status}",
            )
        if visitor.viewer.role != "compliance":
            for path, name in (("/case", "C-1"), ("/cases/open", "1")):
                reply = day.post("forged purposes", visitor, path, {"case": name})
                day.found.need(reply.status == 404, "forged purposes", f"{visitor.name} entered a case: {reply.status}")


FORGED: Sequence[Mapping[str, str]] = (
    {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "https"}, {"X-Forwarded-User": "000001"},
    {"Forwarded": "for=127.0.0.1;host=evil.example;proto=https"}, {"X-Original-URL": "/me"}, {"X-Rewrite-URL": "/me"}, {"X-Forwarded-Prefix": "/me"},
    {"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "DELETE"}, {"X-Remote-User": "compliance"}, {"Remote-User": "compliance"},
    {"X-User": "000001"}, {"X-Accel-Redirect": "/me"}, {"X-Real-IP": "127.0.0.1"}, {"X-Client-Cert": "compliance"}, {"X-Auth-Request-User": "000001"},
    {"Accept": "application/json; person=000001"}, {"Content-Type": "application/json"}, {"Upgrade": "h2c"},
    {"X-Uptake-Role": "compliance"}, {"Impersonate-User": "000001"}, {"X-Purpose": "assurance"},
)  # fmt: skip


def forged_headers(day: Afternoon) -> None:
    """Headers that a proxy might set: none changes an answer. A host that is not ours is refused."""
    for visitor, path in itertools.product(
        day.cast, ("/me", "/definitions", "/api/v1/quarter_scores", "/team.csv", "/nothing")
    ):
        before = day.wire.ask(path, visitor.headers)
        for forged in FORGED:
            reply = day.get("forged headers", visitor, path, forged)
            same = reply.status == before.status and (reply.body == before.body or "person" in forged.get("Accept", ""))
            day.found.need(
                same, "forged headers", f"{visitor.name} {path} changed by {forged}: {before.status} to {reply.status}"
            )
        for host in (
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "",
            "[",
            "evil.example:8321",
            "127.0.0.1\tevil",
        ):
            reply = day.get("forged headers", visitor, path, {"Host": host})
            day.found.need(
                reply.status in (400, 421),
                "forged headers",
                f"{visitor.name} {path} under the host {host!r}: {reply.status}",
            )
    for scheme in ("Basic MDAwMDAxOng=", "Bearer", "Bearer x", "bearer 000001", "Digest x", "", "Bearer " + "x" * 5000):
        reply = day.get(
            "forged headers",
            replace(day.of("self"), may_see=frozenset()),
            "/api/v1/quarter_scores",
            {"Authorization": scheme},
        )
        day.found.need(
            reply.status == 401, "forged headers", f"Authorization {scheme[:20]!r} beside a cookie: {reply.status}"
        )


def sessions(day: Afternoon, other_cookie: str = "") -> None:
    """Old, ended, edited and foreign cookies open nothing; `other_cookie` is a good one of another home."""
    wire, truth, kind = day.wire, day.truth, "sessions"
    person = signed_in(wire, truth, "manager", 1)
    training = with_hat(wire, truth, person, "training", replace(person.viewer, purpose="training"))
    _dead(day, person, "after a change of hat")
    wire.post("/signout", {}, training.headers)
    _dead(day, training, "after signing out")
    officer = signed_in(wire, truth, "compliance")
    under = cookie_of(wire.post("/case", {"case": "C-1"}, officer.headers))
    _dead(day, officer, "after entering a case")
    held = Visitor("compliance in a case", Viewer(role="compliance", purpose="assurance", case_id="C-1"), under)
    held = replace(held, may_see=truth.may_see(held.viewer))
    day.get(kind, held, "/api/v1/quarter_scores?quarter=2026Q3")
    left = cookie_of(wire.post("/case", {"case": ""}, held.headers))
    _dead(day, held, "after leaving the case")
    day.get(kind, Visitor("compliance without a case", officer.viewer, left), "/api/v1/quarter_scores")
    victim = day.of("self").cookie or ""
    forged = [
        victim[:place] + ("A" if victim[place] != "A" else "B") + victim[place + 1 :]
        for place in range(0, len(victim) - 1, max(1, len(victim) // 60))
    ]
    forged += [
        other_cookie,
        "",
        "x",
        victim[:-1],
        victim.upper(),
        victim + "A",
        victim.split(".", maxsplit=1)[0],
        f'"{victim}',
        "000002",
        "a.b.c",
        "%00",
        "é" * 20,
    ]
    for text in forged:
        _dead(day, Visitor("a forged cookie", NOBODY.viewer, text), "forged")
    for name in ("__Host-uptake_session", "session", "UPTAKE_SESSION"):
        day.found.need(
            wire.ask("/me", {"Cookie": f"{name}={victim}"}).status == 303, kind, f"a cookie named {name} was taken"
        )
    for path in ("/me?uptake_session=", "/api/v1/quarter_scores?token=", "/me;uptake_session="):
        day.get(kind, NOBODY, path + victim)


def _dead(day: Afternoon, visitor: Visitor, when: str) -> None:
    nobody = replace(visitor, may_see=frozenset())
    for path, status in (("/me", 303), ("/team", 404), ("/api/v1/quarter_scores", 401), ("/api/v1/seats.csv", 401)):
        reply = day.get("sessions", nobody, path)
        day.found.need(
            reply.status == status, "sessions", f"{visitor.name} {when}: {path} {reply.status}, not {status}"
        )


ORIGINS: Sequence[Mapping[str, str]] = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "Same-Origin"}, {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"}, {"Origin": "http://127.0.0.1.evil.example"}, {"Origin": "file://"},
    {}, {"Origin": "["}, {"Referer": "http://127.0.0.1/"}, {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://HOST"}, {"Sec-Fetch-Site": "same-origin, cross-site"},
)  # fmt: skip


def crossed_origins(day: Afternoon) -> None:
    """Forms that come from elsewhere are refused before anybody looks at them; no answer lets another origin read it."""
    for visitor, origin, path in itertools.product(day.cast, ORIGINS, WRITES):
        headers = {
            **FORM,
            **visitor.headers,
            **{name: value.replace("HOST", day.wire.host) for name, value in origin.items()},
        }
        reply = day.found.judge(
            "crossed origins",
            visitor,
            f"POST {path} {dict(origin)}",
            day.wire.ask(path, headers, "POST", b"value=on&purpose=training"),
        )
        day.found.need(
            reply.status == 403, "crossed origins", f"{visitor.name} POST {path} {dict(origin)}: {reply.status}"
        )
    for visitor, method in itertools.product(day.cast, ("GET", "OPTIONS")):
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET", **visitor.headers}
        reply = day.found.judge(
            "crossed origins", visitor, f"{method} with an origin", day.wire.ask("/api/v1/funnel", asked, method)
        )
        day.found.need(
            not any(name.startswith("access-control") for name in reply.headers),
            "crossed origins",
            f"{method}: another origin may read",
        )


NASTY = (
    "' or 1=1 --", "'; drop table rights; --", "../../../state.db", "%00", "\x00", "a" * 299, "a" * 301, "(company)", "{{7*7}}", "<script>", "%", "_", "*",
    "-1", "9" * 40, "NaN", "１２", "\u202e", "a,b", "[]", "null", "true", "2026Q3 ", "2026q3", "0001-01-01", "9999-12-31", "2026-02-30",
)  # fmt: skip
NAMES = (
    "scope",
    "tool",
    "quarter",
    "from",
    "to",
    "after",
    "compare",
    "view",
    "sort",
    "order",
    "limit",
    "offset",
    "columns",
    "person",
    "person_id",
    "fields",
    "q",
    "header",
)


def forged_filters(day: Afternoon) -> None:
    """Sort, filter, paging and cursors: what is not known is refused, what is known never widens."""
    paths = (
        "/api/v1/quarter_scores",
        "/api/v1/not_using",
        "/api/v1/idle_seats",
        "/api/v1/segments",
        "/me.csv",
        "/team",
        "/licences",
        "/overview.json",
    )
    among = itertools.product(paths, NAMES, NASTY)
    for number, (path, name, text) in enumerate(
        day.rng.sample(list(among), min(day.size, len(paths) * len(NAMES) * len(NASTY)))
    ):
        visitor = day.cast[number % len(day.cast)]
        day.get("filters and paging", visitor, f"{path}?{name}={_percent(text)}")
        if number % 7 == 0:
            day.get("filters and paging", visitor, f"{path}?{name}={_percent(text)}&{name}=x&{name}[]=y")
    licence = day.of("licence")
    pages = (
        day.wire.ask("/licences?view=table", licence.headers).text
        + day.wire.ask("/team?view=table", day.of("manager").headers).text
    )
    cursors = {*re.findall(r"after=([0-9a-f]{32})", pages), *(secrets.token_hex(16) for _ in range(20))}
    for cursor, visitor, path in itertools.product(
        cursors, day.cast, ("/team", "/me", "/licences", "/api/v1/quarter_scores", "/api/v1/idle_seats")
    ):
        day.get("filters and paging", visitor, f"{path}?after={cursor}")


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def caches(day: Afternoon) -> None:
    """A tag of somebody else's page gives 304 only to who would get the same bytes; pages of people have no tag and are kept nowhere."""
    kind, tags = "caches", dict[tuple[str, str], tuple[str, bytes]]()
    for visitor, path in itertools.product(day.cast, PATHS):
        reply = day.get(kind, visitor, path)
        if "etag" in reply.headers:
            tags[visitor.name, path] = (reply.headers["etag"], reply.body)
            day.found.need(
                "Cookie" in reply.headers.get("vary", ""), kind, f"{path}: the tag varies not with the cookie"
            )
    for visitor, ((_, path), (tag, body)) in itertools.product(day.cast, tags.items()):
        reply = day.get(kind, visitor, path, {"If-None-Match": tag})
        if reply.status == 304:
            day.found.need(
                day.wire.ask(path, visitor.headers).body == body,
                kind,
                f"{visitor.name} {path}: 304 for the page of somebody else",
            )
    for visitor, path in itertools.product(
        day.cast,
        ("/me", "/team", "/licences", "/cases", "/assurance", "/api/v1/quarter_scores", "/me.csv", "/team.csv"),
    ):
        for asked in (
            {"If-None-Match": "*"},
            {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
            {"Range": "bytes=0-99"},
            {"Range": "bytes=-1", "If-Range": "x"},
        ):
            reply = day.get(kind, visitor, path, asked)
            day.found.need(reply.status not in (206, 304, 416), kind, f"{visitor.name} {path} {asked}: {reply.status}")


def path_tricks(day: Afternoon) -> None:
    """Paths that want to be another one: none opens what its plain form does not open."""
    plain = (
        "me",
        "team",
        "licences",
        "cases",
        "assurance",
        "api/v1/quarter_scores",
        "api/v1/seats",
        "me.csv",
        "team.json",
    )
    tricks = (
        "//{}", "/./{}", "/x/../{}", "/x/..%2f{}", "/..%2f{}", "/%2e%2e/{}", "/{};x=1", "/{}/", "/{}%20", "/{}%00", "/{}.", "/{}%23", "/{}\\", "/{}.json.csv",
        "/{}%2ejson", "/{}~", "/{}.bak", "/%2f{}", "/static/../{}", "/static/..%2f{}", "/healthz/../{}", "/signin/../{}", "http://127.0.0.1/{}", "/{}?/../healthz",
        "/static/%2e%2e%2f%2e%2e%2fstate.db", "/static/..%5c..%5cstate.db", "/state.db", "/../state.db", "/.env", "/.git/config", "/settings.toml", "/keys/heads.key",
    )  # fmt: skip
    for trick, name, visitor in itertools.product(tricks, plain, day.cast):
        path = trick.format(name)
        reply = day.get("path tricks", visitor, path)
        if trick not in ("http://127.0.0.1/{}", "/{}?/../healthz", "/{}%2ejson"):
            day.found.need(reply.status != 200, "path tricks", f"{visitor.name} {path}: 200")
    for name, visitor in itertools.product(plain, day.cast):
        for path in (f"/{name.upper()}", f"/{name.capitalize()}", "/" + "".join(f"%{ord(c):02x}" for c in name)):
            day.get("path tricks", visitor, path)


def exports(day: Afternoon) -> None:
    """Every file of every page and question, by everybody; a viewer of one line gets no row of another."""
    for visitor in day.cast:
        for path in (*FILES, *(f"/api/v1/{name}{form}" for name in QUESTIONS for form in ("", ".csv", ".parquet"))):
            reply = day.get("exports", visitor, path)
            kept = reply.headers.get("cache-control", "")
            day.found.need(reply.status != 200 or "no-store" in kept, "exports", f"{visitor.name} {path}: {kept}")
        if visitor.viewer.role in ("self", "lob_lead", "manager"):
            _own_line(day, visitor)


def _own_line(day: Afternoon, visitor: Visitor) -> None:
    line = day.truth.company[visitor.viewer.person_id or ""].line
    for name, spec in QUESTIONS.items():
        if spec.unit_column is None:
            continue
        reply = day.get("exports", visitor, f"/api/v1/{name}")
        units = {str(row[spec.unit_column]).split("/")[0] for row in _rows(reply)}
        day.found.need(
            units <= {line, "(company)"}, "exports", f"{visitor.name} {name}: rows of {sorted(units - {line})[:2]}"
        )


def _rows(reply: Reply) -> list[dict[str, object]]:
    import json  # noqa: PLC0415 - only here

    return list(json.loads(reply.body)) if reply.status == 200 else []


def error_pages(day: Afternoon) -> None:
    """Whatever is sent, an error page says none of it, and nothing of the inside of the program."""
    for visitor, number in itertools.product(day.cast, range(max(1, day.size // 100))):
        mark = f"zq{number}x{secrets.token_hex(6)}"
        for path in (f"/{mark}", f"/overview?scope={mark}", f"/overview?{mark}=1", f"/me?quarter={mark}", f"/api/v1/{mark}", f"/api/v1/funnel?tool={mark}",
                     f"/api/v1/funnel?{mark}=1", f"/cases/{mark}", f"/static/{mark}", f"/team?after={mark}", f"/{mark}.csv"):  # fmt: skip
            reply = day.get(
                "error pages", visitor, path, {"X-Mark": mark, "User-Agent": mark}, mark if "scope=" not in path else ""
            )
            day.found.need(reply.status != 500, "error pages", f"{visitor.name} {path}: a fault")
        for path in WRITES:
            if path != "/signin" and not (
                path.startswith("/policy/prop") and visitor.viewer.role in ("administrator", "compliance")
            ):
                fields = dict.fromkeys(
                    (
                        "who",
                        "purpose",
                        "case",
                        "value",
                        "category",
                        "number",
                        "change",
                        "seat",
                        "step",
                        "answer",
                        "role",
                        "from",
                        mark,
                    ),
                    mark,
                )
                reply = day.post("error pages", visitor, path, fields)
                day.found.need(
                    mark.encode() not in reply.body,
                    "error pages",
                    f"{visitor.name} POST {path}: what was sent comes back",
                )


def methods(day: Afternoon) -> None:
    """HEAD says as much as GET without the body; no other method does anything."""
    for visitor, path in itertools.product(
        day.cast,
        (
            "/me",
            "/team",
            "/overview",
            "/cases",
            "/nothing",
            "/api/v1/quarter_scores",
            "/api/v1/seats.csv",
            "/me.csv",
            "/definitions",
        ),
    ):
        full, head = (
            day.found.judge("methods", visitor, f"{m} {path}", day.wire.ask(path, visitor.headers, m))
            for m in ("GET", "HEAD")
        )
        day.found.need(
            (head.status, head.body) == (full.status, b""),
            "methods",
            f"{visitor.name} HEAD {path}: {head.status} after {full.status}",
        )
        for method in ("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "CONNECT", "GETT", "get"):
            reply = day.found.judge(
                "methods", visitor, f"{method} {path}", day.wire.ask(path, {**SAME_ORIGIN, **visitor.headers}, method)
            )
            day.found.need(
                reply.status in (0, 400, 403, 404, 405, 421, 501),
                "methods",
                f"{visitor.name} {method} {path}: {reply.status}",
            )
            day.found.need(
                (visitor.cookie or "no cookie") not in reply.text, "methods", f"{method} {path} gives the cookie back"
            )


def oversized(day: Afternoon) -> None:
    """Heads, bodies and addresses that are too large or broken: refused, and the server answers the next request."""
    person, kind = day.of("self"), "oversized"
    headers: Sequence[Mapping[str, str]] = (
        {"X-Big": "x" * 60_000},
        {"Cookie": "a=b; " * 12_000},
        {f"X-{n}": "y" for n in range(400)},
        {"Range": "bytes=" + "0-1," * 5000},
    )
    for one in headers:
        day.found.judge(kind, NOBODY, f"a head of {sum(map(len, one.values()))}", day.wire.ask("/me", one))
    for path in (
        "/" + "a" * 60_000,
        "/overview?scope=" + "a" * 60_000,
        "/overview?" + "&".join(f"a{n}=1" for n in range(5000)),
        "/" + "../" * 5000 + "me",
    ):
        day.get(kind, person, path)
    bodies = (
        b"a=" + b"x" * 1_000_000,
        b"&".join(b"f%d=1" % n for n in range(3000)),
        b"\xff\xfe" * 4000,
        b"purpose=%ff%fe",
        b'{"purpose":"training"}',
        b"--x\r\n" * 200,
    )
    for body, path in itertools.product(bodies, ("/purpose", "/me/contest", "/team/offer", "/policy/propose")):
        sent = {**SAME_ORIGIN, **FORM, **person.headers}
        reply = day.found.judge(kind, person, f"POST {path} of {len(body)}", day.wire.ask(path, sent, "POST", body))
        day.found.need(reply.status in (0, 400, 404, 413), kind, f"POST {path} of {len(body)} bytes: {reply.status}")
    lengths: Sequence[Mapping[str, str]] = (
        {"Content-Length": "-1"},
        {"Content-Length": "9" * 20},
        {"Content-Length": "1, 2"},
        {"Transfer-Encoding": "chunked", "Content-Length": "3"},
    )
    for one in lengths:
        day.found.judge(
            kind,
            person,
            f"POST with {one}",
            Wire(day.wire.host, patience=2).ask(
                "/purpose", {**SAME_ORIGIN, **person.headers, **one}, "POST", b"zz\r\n"
            ),
        )
    day.found.need(day.wire.ask("/healthz").status == 200, kind, "the server is gone")


def keys(day: Afternoon) -> None:
    """Keys for programs: only whose they are, only rows, nothing changed; dead once ended or edited."""
    person, kind = signed_in(day.wire, day.truth, "self", 1), "keys"
    made = day.post(kind, person, "/me/token", {"label": "afternoon", "days": "1"})
    secret = html.unescape((re.findall(r"<code>([^<\s]{20,})</code>", made.text) or [""])[0])
    number = (re.findall(r"Number (\d+)", made.text) or ["0"])[0]
    held = replace(person, name="a key", cookie=None, bearer=secret)
    day.found.need(day.get(kind, held, "/api/v1/quarter_scores").status == 200, kind, "a good key reads nothing")
    for path in PATHS + FILES:
        day.get(kind, held, path)
    for path, fields in WRITES.items():
        reply = day.post(kind, held, path, fields)
        day.found.need(reply.status == 404, kind, f"a key sent {path}: {reply.status}")
    other = day.of("licence")
    both = {**other.headers, **held.headers}
    reply = day.found.judge(
        kind, held, "a key beside the cookie of somebody else", day.wire.ask("/api/v1/idle_seats", both)
    )
    for text in (
        secret[:-1],
        secret + "A",
        secret.swapcase(),
        secret[::-1],
        f"{secret} ",
        f"{secret}\t{secret}",
        number,
        f"token {number}",
    ):
        if text.strip() != secret:
            reply = day.get(
                kind,
                replace(held, bearer=None, may_see=frozenset()),
                "/api/v1/quarter_scores",
                {"Authorization": f"Bearer {text}"},
            )
            day.found.need(reply.status == 401, kind, f"a forged key: {reply.status}")
    for visitor in (one for one in day.cast if one.viewer.role not in ("administrator", "compliance")):
        reply = day.post(kind, visitor, "/me/token/revoke", {"number": number})
        day.found.need(reply.status == 404, kind, f"{visitor.name} ended the key of somebody else: {reply.status}")
    day.post(kind, person, "/me/token/revoke", {"number": number})
    reply = day.get(kind, replace(held, may_see=frozenset()), "/api/v1/quarter_scores")
    day.found.need(reply.status == 401, kind, f"an ended key: {reply.status}")


def timing(day: Afternoon) -> dict[str, tuple[float, float]]:
    """95th percentiles in ms of forbidden and of absent, in turn, for pairs that must look the same."""
    manager, line = day.of("manager"), day.of("lob_lead")
    real = sorted(day.truth.everybody - manager.may_see)
    foreign = next(
        one.line
        for one in day.truth.company.values()
        if one.line and one.line != day.truth.company[line.viewer.person_id or ""].line
    )
    pairs: Mapping[str, tuple[Visitor, Callable[[], str], Callable[[], str]]] = {
        "person in scope": (manager, lambda: f"/api/v1/not_using?scope={day.rng.choice(real)}", lambda: f"/api/v1/not_using?scope=9{day.rng.randrange(10**5):05}"),
        "unit in scope": (line, lambda: f"/overview?scope={_percent(foreign)}", lambda: f"/overview?scope={_percent(foreign[::-1])}"),
        "case": (day.of("compliance"), lambda: "/cases/1", lambda: f"/cases/{day.rng.randrange(10**8)}"),
        "page": (manager, lambda: "/assurance", lambda: "/assurancf"),
        "question": (manager, lambda: "/api/v1/audit_trail", lambda: "/api/v1/audit_trial"),
    }  # fmt: skip
    found = {}
    for name, (visitor, forbidden, absent) in pairs.items():
        spent: tuple[list[float], list[float]] = ([], [])
        shown = set()
        for turn in range(max(20, day.size // 20)):
            for place, path in enumerate((forbidden, absent) if turn % 2 else (absent, forbidden)):
                begun = time.perf_counter()
                reply = day.get("timing", visitor, path())
                spent[place if turn % 2 else 1 - place].append(1000 * (time.perf_counter() - begun))
                shown.add((reply.status, reply.body))
        day.found.need(len(shown) == 1, "timing", f"{name}: forbidden and absent are {len(shown)} answers")
        found[name] = tuple(sorted(one)[int(0.95 * len(one))] for one in spent)
    return found  # type: ignore[return-value]


WAYS: Sequence[Callable[[Afternoon], object]] = (
    foreign_ids, forged_purposes, forged_headers, sessions, crossed_origins, forged_filters, caches, path_tricks, exports, error_pages, methods,
    oversized, keys, timing,
)  # fmt: skip
