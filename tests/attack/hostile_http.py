"""Ways to ask: origins, filters, caches, paths, files, error pages, methods and sizes. Each function is one class of requests."""

from __future__ import annotations

import contextlib
import itertools
import re
import secrets
from collections.abc import Mapping, Sequence

from tests.attack.hostile import FORM, NOBODY, SAME_ORIGIN, Visitor, Wire
from tests.attack.hostile_day import FILES, PATHS, WRITES, Afternoon, percent, rows_of
from uptake.policy import QUESTIONS

ORIGINS: Sequence[Mapping[str, str]] = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "Same-Origin"}, {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"}, {"Origin": "http://127.0.0.1.evil.example"}, {"Origin": "file://"},
    {}, {"Origin": "["}, {"Referer": "http://127.0.0.1/"}, {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://HOST"}, {"Sec-Fetch-Site": "same-origin, cross-site"},
)  # fmt: skip


def crossed_origins(day: Afternoon) -> None:
    """Forms that come from elsewhere are refused before anybody looks at them; no answer lets another origin read it."""
    for visitor, origin, path in day.some(itertools.product(day.cast, ORIGINS, WRITES)):
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
    for visitor, method in day.some(itertools.product(day.cast, ("GET", "OPTIONS"))):
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
    "-1", "9" * 40, "NaN", "\uff11\uff12", "\u202e", "a,b", "[]", "null", "true", "2026Q3 ", "2026q3", "0001-01-01", "9999-12-31", "2026-02-30",
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
        day.get("filters and paging", visitor, f"{path}?{name}={percent(text)}")
        if number % 7 == 0:
            day.get("filters and paging", visitor, f"{path}?{name}={percent(text)}&{name}=x&{name}[]=y")
    licence = day.of("licence")
    pages = (
        day.wire.ask("/licences?view=table", licence.headers).text
        + day.wire.ask("/team?view=table", day.of("manager").headers).text
    )
    cursors = {*re.findall(r"after=([0-9a-f]{32})", pages), *(secrets.token_hex(16) for _ in range(20))}
    places = ("/team", "/me", "/licences", "/api/v1/quarter_scores", "/api/v1/idle_seats")
    for cursor, visitor, path in day.some(itertools.product(sorted(cursors), day.cast, places)):
        day.get("filters and paging", visitor, f"{path}?after={cursor}")


def caches(day: Afternoon) -> None:
    """A tag of somebody else's page gives 304 only to who would get the same bytes; pages of people have no tag and are kept nowhere."""
    kind, tags = "caches", dict[tuple[str, str], tuple[str, bytes]]()
    for visitor, path in day.some(itertools.product(day.cast, PATHS)):
        reply = day.get(kind, visitor, path)
        if "etag" in reply.headers:
            tags[visitor.name, path] = (reply.headers["etag"], reply.body)
            day.found.need(
                "Cookie" in reply.headers.get("vary", ""), kind, f"{path}: the tag varies not with the cookie"
            )
    for visitor, ((_, path), (tag, body)) in day.some(itertools.product(day.cast, tags.items())):
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
    for trick, name, visitor in day.some(itertools.product(tricks, plain, day.cast)):
        path = trick.format(name)
        reply = day.get("path tricks", visitor, path)
        if trick not in ("http://127.0.0.1/{}", "/{}?/../healthz", "/{}%2ejson"):
            day.found.need(reply.status != 200, "path tricks", f"{visitor.name} {path}: 200")
    for name, visitor in day.some(itertools.product(plain, day.cast)):
        for path in (f"/{name.upper()}", f"/{name.capitalize()}", "/" + "".join(f"%{ord(c):02x}" for c in name)):
            day.get("path tricks", visitor, path)


def exports(day: Afternoon) -> None:
    """Every file of every page and question, by everybody; a viewer of one line gets no row of another."""
    for visitor in day.cast:
        for path in day.some(
            [*FILES, *(f"/api/v1/{name}{form}" for name in QUESTIONS for form in ("", ".csv", ".parquet"))]
        ):
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
        units = {str(row[spec.unit_column]).split("/")[0] for row in rows_of(reply)}
        day.found.need(
            units <= {line, "(company)"}, "exports", f"{visitor.name} {name}: rows of {sorted(units - {line})[:2]}"
        )


FIELD_NAMES = (
    "who",
    "purpose",
    "value",
    "category",
    "number",
    "change",
    "seat",
    "step",
    "answer",
    "role",
    "from",
    "reason",
    "k",
    "person",
)


def error_pages(day: Afternoon) -> None:
    """Whatever is sent, an error page says none of it, and nothing of the inside of the program."""
    for visitor, number in day.some(itertools.product(day.cast, range(max(1, day.size // 100)))):
        mark = f"zq{number}x{secrets.token_hex(6)}"
        for path in (f"/{mark}", f"/overview?scope={mark}", f"/overview?{mark}=1", f"/me?quarter={mark}", f"/api/v1/{mark}", f"/api/v1/funnel?tool={mark}",
                     f"/api/v1/funnel?{mark}=1", f"/cases/{mark}", f"/static/{mark}", f"/team?after={mark}", f"/{mark}.csv"):  # fmt: skip
            reply = day.get("error pages", visitor, path, {"X-Mark": mark, "User-Agent": mark}, mark)
            day.found.need(reply.status != 500, "error pages", f"{visitor.name} {path}: a fault")
        for path in WRITES:
            if not path.startswith(("/signin", "/case")):  # these would change who the visitor is
                reply = day.post("error pages", visitor, path, dict.fromkeys((*FIELD_NAMES, mark), mark))
                echoed = mark.encode() in reply.body
                day.found.need(not echoed, "error pages", f"{visitor.name} POST {path}: what was sent comes back")


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
    for body, path in day.some(
        itertools.product(bodies, ("/purpose", "/me/contest", "/team/offer", "/policy/propose"))
    ):
        sent = {**SAME_ORIGIN, **FORM, **person.headers}
        reply = day.found.judge(kind, person, f"POST {path} of {len(body)}", day.wire.ask(path, sent, "POST", body))
        day.found.need(reply.status in (0, 400, 404, 413), kind, f"POST {path} of {len(body)} bytes: {reply.status}")
    _lengths(day, person)
    day.found.need(day.wire.ask("/healthz").status == 200, kind, "the server is gone")


def _lengths(day: Afternoon, person: Visitor) -> None:
    kind = "oversized"
    lengths: Sequence[Mapping[str, str]] = (
        {"Content-Length": "-1"},
        {"Content-Length": "9" * 20},
        {"Content-Length": "1, 2"},
        {"Transfer-Encoding": "chunked", "Content-Length": "3"},
    )
    for one in lengths:
        headers = {**SAME_ORIGIN, **person.headers, **one}
        with contextlib.closing(Wire(day.wire.host, patience=2)) as wire:
            day.found.judge(kind, person, f"POST with {one}", wire.ask("/purpose", headers, "POST", b"zz\r\n"))
