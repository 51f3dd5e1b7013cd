"""Ways to be somebody else: ids, purposes, headers, sessions and keys of others, and what the time of an answer tells.

Each function is one class of requests: it sends them and lets `Findings` judge the answers.
"""

from __future__ import annotations

import html
import itertools
import pathlib
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tests.attack.hostile import COOKIE, NOBODY, Reply, Visitor, cookie_of, people_in, signed_in, with_hat
from tests.attack.hostile_day import FILES, PATHS, WRITES, Afternoon, percent
from uptake import jobs
from uptake.jobs import State
from uptake.policy import PURPOSES, ROLES, Viewer
from uptake.web.sessions import Sessions

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
        places = ("/api/v1/quarter_scores", "/team", "/me.csv", "/api/v1/not_using")
        for purpose, path in day.some(itertools.product(PURPOSES, places)):
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
    _forged_hats(day)


def _forged_hats(day: Afternoon) -> None:
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


def _turned_away(name: str, forged: dict[str, str], status: int, body: bytes) -> bool:
    """Who comes without a session is the local operator, unless a proxy says that it passed the request on (decision 0073)."""
    passed_on = any(header.startswith("X-Forwarded-") or header in ("Forwarded", "X-Real-IP") for header in forged)
    return name == "nobody" and passed_on and status == 401 and not people_in(body)


def forged_headers(day: Afternoon) -> None:
    """Headers that a proxy might set: none changes an answer, but that nobody is the local operator any more. A host that is not ours is refused."""
    places = ("/me", "/definitions", "/api/v1/quarter_scores", "/team.csv", "/nothing")
    for visitor, path in day.some(itertools.product(day.cast, places)):
        before = day.wire.ask(path, visitor.headers)
        for forged in FORGED:
            reply = day.get("forged headers", visitor, path, forged)
            # a page of one's own counts who looked, and so is never the same twice
            same = reply.status == before.status and people_in(reply.body) == people_in(before.body)
            same = same or _turned_away(visitor.name, forged, reply.status, reply.body)
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


def _of_another_home(day: Afternoon) -> str:
    """A good cookie of the same person in another home, whose secret is another one."""
    with tempfile.TemporaryDirectory(prefix="uptake-other-") as folder:
        other = Sessions(State(pathlib.Path(folder) / "state.db"), jobs.utc_now)
        return other.cookie(other.open("self", day.of("self").viewer.person_id))


def sessions(day: Afternoon) -> None:
    """Old, ended, edited and foreign cookies open nothing."""
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
    _edited(day)


def _edited(day: Afternoon) -> None:
    wire, kind = day.wire, "sessions"
    victim = day.of("self").cookie or ""
    forged = [
        victim[:place] + ("A" if victim[place] != "A" else "B") + victim[place + 1 :]
        for place in range(0, len(victim) - 1, max(1, len(victim) // 60))
    ]
    forged += [
        _of_another_home(day),
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
    _forged_keys(day, held, secret, number)
    _ended_key(day, held, person, number)


def _forged_keys(day: Afternoon, held: Visitor, secret: str, number: str) -> None:
    kind = "keys"
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


def _ended_key(day: Afternoon, held: Visitor, person: Visitor, number: str) -> None:
    kind = "keys"
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
        "unit in scope": (line, lambda: f"/overview?scope={percent(foreign)}", lambda: f"/overview?scope={percent(foreign[::-1])}"),
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
