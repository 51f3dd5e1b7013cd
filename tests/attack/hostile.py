"""A hostile engineer with a terminal: raw requests to a server process, and an oracle that says whose rows an answer may hold.

The oracle is plain: the reporting tree and the notices of the home, read from its store, and `tests.cedar.plain`. It looks at what was sent
back (text, workbook, Parquet, archive, headers) and knows nothing of routes or questions.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import pathlib
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import duckdb
from pyarrow import parquet

from tests.cedar import plain
from uptake import jobs
from uptake.policy import Policy, Viewer
from uptake.policy.proposals import last_notice_day
from uptake.settings import read_settings
from uptake.state import notices, rights

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WORD = re.compile(rb"(?<![0-9A-Za-z.#_-])0\d{5}(?![0-9A-Za-z_-])")
"""A person's id as the invented company writes them; no figure begins with 0, a part of a colour or a hash is none."""
TRACES = (b"Traceback", b'File "', b"site-packages", b"uptake/", b"sqlalchemy", b"duckdb.", b"Exception")
COOKIE = "uptake_session"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def shown(self) -> tuple[int, bytes]:
        """What a reader can tell two answers apart by."""
        return self.status, self.body


@dataclass(frozen=True)
class Visitor:
    """Somebody with a cookie or a key (None: neither), and who that is."""

    name: str
    viewer: Viewer
    cookie: str | None = None
    bearer: str | None = None
    may_see: frozenset[str] = frozenset()

    @property
    def headers(self) -> dict[str, str]:
        made = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        return made | ({"Authorization": f"Bearer {self.bearer}"} if self.bearer else {})


class Wire:
    """Raw requests over one kept connection. Paths and headers go out as they are given: nothing is mended."""

    def __init__(self, base: str, patience: float = 60) -> None:
        self.host = base.removeprefix("http://")
        self._patience = patience
        self._line: http.client.HTTPConnection | None = None

    def ask(
        self, path: str, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), method: str = "GET", body: bytes | None = None
    ) -> Reply:  # fmt: skip
        """One request; status 0 where the server hung up without an answer."""
        try:
            return self._once(path, headers, method, body)
        except (http.client.HTTPException, OSError):
            self.close()
        try:
            return self._once(path, headers, method, body)
        except (http.client.HTTPException, OSError):
            self.close()
            return Reply(0, {}, b"")

    def _once(
        self, path: str, headers: Mapping[str, str] | Iterable[tuple[str, str]], method: str, body: bytes | None
    ) -> Reply:
        if self._line is None:
            self._line = http.client.HTTPConnection(self.host, timeout=self._patience)
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        names = {name.lower() for name, _ in pairs}
        self._line._validate_path = lambda _path: None  # type: ignore[attr-defined]
        self._line.putrequest(method, path, skip_host="host" in names, skip_accept_encoding=True)
        for name, value in pairs:
            self._line.putheader(name, value)
        if body is not None and "content-length" not in names and "transfer-encoding" not in names:
            self._line.putheader("Content-Length", str(len(body)))
        self._line.endheaders(body)
        answer = self._line.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = {}) -> Reply:
        return self.ask(path, {**SAME_ORIGIN, **FORM, **headers}, "POST", _encoded(fields))


def _encoded(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields.items()).encode()


def _quoted(text: str) -> str:
    return "".join(
        c if c.isalnum() and c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in text
    )


class Truth:
    """Whose rows each viewer may see in a home, by the plain policy."""

    def __init__(self, home: pathlib.Path) -> None:
        settings = read_settings(home)
        state = jobs.State.of(settings)
        today = jobs.utc_now().date()
        self.policy: Policy = jobs.policy_of(settings, state, today)
        with state.reading() as connection:
            told = (
                set(notices.told(connection, self.policy.notice_refs, last_notice_day(today)))
                if self.policy.notice_refs
                else set()
            )
        places = {name: place for place, name in enumerate(rights.RIGHTS_COLUMNS)}
        self.company = {
            str(row[0]): plain.Someone(row[places["manager_id"]], row[places["lob"]], row[places["legal_entity"]], str(row[0]) in told)
            for row in rights.read(state)
        }  # fmt: skip
        self.home = home
        self.proposals = self._proposals()
        self.everybody = frozenset(self.company) | self._of_snapshot()

    def _snapshot(self, sql: str) -> frozenset[str]:
        file = max((self.home / "snapshots").glob("*.duckdb"), key=lambda one: int(one.stem))
        with duckdb.connect(str(file), read_only=True) as connection:
            return frozenset(str(row[0]) for row in connection.execute(sql).fetchall() if row[0] is not None)

    def _proposals(self) -> frozenset[str]:
        return self._snapshot("select distinct person_id from person_seats where proposal")

    def _of_snapshot(self) -> frozenset[str]:
        """Whoever left stands in the figures of former quarters still."""
        return self._snapshot("select distinct person_id from person_quarter_scores")

    def may_see(self, viewer: Viewer) -> frozenset[str]:
        """Everybody of whom some row of some question may be shown to this viewer."""
        found = {viewer.person_id} if viewer.role == "self" and viewer.person_id else set[str]()
        for person in self.everybody:
            row = {"person_id": person, "quarter": "9999Q4", "proposal": person in self.proposals, "opted_in": True}
            for question in ("quarter_scores", "not_using", "seats", "leaderboard"):
                seen = plain.columns(self.company, self.policy, viewer, question, row)
                if seen == plain.ALL or "person_id" in seen:
                    found.add(person)
        return frozenset(found)


@dataclass
class Findings:
    """Requests by class, answers by status, and everything that is wrong, in words."""

    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)

    def judge(self, kind: str, visitor: Visitor, request: str, reply: Reply, marker: str = "") -> Reply:
        """Look at one answer; `marker` is a text that was sent and must not come back."""
        self.asked[kind] += 1
        self.statuses[reply.status] += 1
        text = unpacked(reply)
        heads = "\n".join(f"{name}: {value}" for name, value in reply.headers.items()).encode("utf-8", "replace")
        foreign = people_in(text + b"\n" + heads) - visitor.may_see
        if foreign:
            self.leaks.append(f"{kind}: {visitor.name} {request}: {len(foreign)} people, such as {min(foreign)}")
        kept = reply.headers.get("cache-control", "")
        if reply.status == 200 and people_in(text) and "no-store" not in kept:
            self.leaks.append(f"{kind}: {visitor.name} {request}: rows of people under Cache-Control {kept!r}")
        if reply.status >= 500 and reply.status != 503:
            self.oddities.append(f"{kind}: {visitor.name} {request}: {reply.status}")
        if reply.status >= 400 and any(trace in text for trace in TRACES):
            self.leaks.append(f"{kind}: {visitor.name} {request}: the inside of the program on an error page")
        if marker and marker.encode() in text + heads:
            self.leaks.append(f"{kind}: {visitor.name} {request}: what was sent comes back")
        return reply

    def need(self, held: object, kind: str, words: str) -> None:
        """Something other than rows that has to hold."""
        if not held:
            self.leaks.append(f"{kind}: {words}")


def people_in(text: bytes) -> frozenset[str]:
    """Ids of people that stand in a text."""
    return frozenset(found.decode() for found in WORD.findall(text) if found != b"000000")


def unpacked(reply: Reply) -> bytes:
    """The words of an answer, whatever it is packed in."""
    if reply.body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    if reply.body[:4] == b"PAR1":
        return json.dumps(parquet.read_table(io.BytesIO(reply.body)).to_pylist(), default=str).encode()
    return reply.body


OFFER = re.compile(r'name="who" value="([^"]+)".*?</(?:button|form|li)>', re.DOTALL)
TITLES = {
    "executive": "Executive", "lob_lead": "Lead of a line", "manager": "Manager", "self": "Engineer", "compliance": "Compliance officer",
    "administrator": "Administrator", "licence": "Licence manager", "internal_audit": "Internal audit",
}  # fmt: skip
FIRST: Mapping[str, str | None] = {
    "executive": "investment",
    "manager": "support",
    "self": "self",
    "licence": "licence",
}


def signed_in(wire: Wire, truth: Truth, role: str, place: int = 0) -> Visitor:
    """Sign in as one of those whom the page of the demo offers, as a browser would."""
    section = wire.ask("/signin").text.split(f">{TITLES[role]}</h2>")[1].split("</section>")[0]
    found = list(OFFER.finditer(section))[place]
    person = re.search(r"Person (\w+)", found[0])
    reply = wire.post("/signin", {"who": found[1]})
    viewer = Viewer(role=role, purpose=FIRST.get(role), person_id=person[1] if person else None)
    return Visitor(f"{role} {place}", viewer, cookie_of(reply), may_see=truth.may_see(viewer))


def cookie_of(reply: Reply) -> str:
    """The session that an answer sets."""
    return reply.headers.get("set-cookie", "=").split(";")[0].partition("=")[2]


def with_hat(wire: Wire, truth: Truth, visitor: Visitor, purpose: str, viewer: Viewer) -> Visitor:
    """The same person in another of their hats, under the new cookie."""
    reply = wire.post("/purpose", {"purpose": purpose}, visitor.headers)
    return Visitor(f"{visitor.name} as {purpose}", viewer, cookie_of(reply), may_see=truth.may_see(viewer))


NOBODY = Visitor("nobody", Viewer(role="administrator"))
"""Without a session: on loopback that is the local operator, who sees no person."""


def cast(wire: Wire, truth: Truth) -> list[Visitor]:
    """The eight roles of the sign-in page, and nobody."""
    return [NOBODY, *(signed_in(wire, truth, role) for role in TITLES)]


@contextlib.contextmanager
def serving(home: pathlib.Path) -> Iterator[str]:
    """`uptake serve` of a home as a process of its own on a free port of loopback; its address."""
    command = [sys.executable, "-m", "uptake", "serve", "--port", "0", "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        found = None
        while found is None and (line := process.stderr.readline()):
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, "the server did not start"
        yield found[0]
    finally:
        process.terminate()
        process.communicate(timeout=30)
