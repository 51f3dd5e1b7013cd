"""A real `uptake serve` that is killed, and readers who hold its log against what they were answered."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import signal
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from sqlalchemy import select

from tests.attack.drive import command
from uptake.jobs import State, verified
from uptake.settings import read_settings
from uptake.state.tables import AUDIT

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
READY = re.compile(r"Pages: (http://\S+?)/ ")
PATIENCE, LONGEST = 60, 900
PERSON = re.compile(r"\b0\d{5}\b")


class Server:
    """`uptake serve` of a home as a process; `before`: words that stand before the command."""

    def __init__(self, home: pathlib.Path, before: Sequence[str] = ()) -> None:
        self.home, self._before = home, before
        self.process: subprocess.Popen[str] | None = None
        self.base = ""
        self._drain: threading.Thread | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*self._before, *command(self.home, "serve", "--port", 0)],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        for line in self.process.stderr or ():
            found = READY.match(line)
            if found:
                self.base = found[1]
                self._drain = threading.Thread(target=self.process.stderr.read, daemon=True)
                self._drain.start()
                return
        raise AssertionError(f"the server did not start: {self.process.wait()}")

    def kill(self) -> None:
        """SIGKILL: nothing of it ends well."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self._ended()

    def _ended(self) -> None:
        assert self.process is not None
        assert self.process.stderr is not None
        self.process.wait(PATIENCE)
        if self._drain is not None:
            self._drain.join(PATIENCE)
        self.process.stderr.close()


def signed_in(base: str, role: str, place: int = 0) -> httpx2.Client:
    """A client that chose somebody on the sign-in page of a demo. Its session outlives the server."""
    client = httpx2.Client(base_url=base, timeout=PATIENCE)
    section = client.get("/signin").text.split(f">{role}</h2>")[1].split("</section>")[0]
    keys = re.findall(r'name="who" value="([^"]+)"', section)
    answer = client.post("/signin", data={"who": keys[place % len(keys)]}, headers=SAME_ORIGIN)
    assert answer.status_code == 303, answer.text
    return client


@dataclass
class Reader(threading.Thread):
    """Reads one address again and again in a session of its own, over any number of servers; counts whole answers with people."""

    server: Server
    cookies: dict[str, str]
    path: str
    actor: str
    sent: int = 0
    refused: int = 0
    answered: int = 0
    people: Counter[frozenset[str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    most: int = 1 << 60

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.ended.is_set() and self.sent < self.most:
            with httpx2.Client(base_url=self.server.base, timeout=PATIENCE, cookies=self.cookies) as client:
                self._until_it_dies(client)
            time.sleep(0.02)

    def _until_it_dies(self, client: httpx2.Client) -> None:
        while (
            not self.ended.is_set() and self.sent < self.most and str(client.base_url).rstrip("/") == self.server.base
        ):
            self.sent += 1
            try:
                answer = client.get(self.path)
            except httpx2.TransportError:
                return
            if answer.status_code == 200:
                self.answered += 1
                self.people[frozenset(PERSON.findall(answer.text))] += 1
            elif answer.status_code == 503:
                self.refused += 1
            else:
                self.wrong.append(f"{self.path}: {answer.status_code}")


def reader(server: Server, role: str, place: int, path: str) -> Reader:
    """A reader who has just signed in and read the address once, by which its records are known."""
    with contextlib.closing(signed_in(server.base, role, place)) as client:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        actor = str(newest(server.home)[-1]["actor"])
        return Reader(server, dict(client.cookies), path, actor)


def newest(home: pathlib.Path, after: int = 0) -> list[dict[str, Any]]:
    """The records of answers in the log of a home, after a number."""
    state = State(read_settings(home).state_file)
    with state.reading() as connection:
        asked = select(AUDIT.c.record).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq)
        found = [json.loads(text) for text in connection.execute(asked).scalars()]
    state.engine.dispose()
    return [one for one in found if one["action"] == "ask" and one["result"] == "answered"]


def wrong(home: pathlib.Path, readers: Iterable[Reader], kills: int, since: int) -> list[str]:
    """What the log does not hold of what readers were answered, and whatever else is wrong with it. `since`: records before they began.

    Each reader asks one address in one session, so its records are those of one actor. There is one for each answer, of the people that
    stood in it, and at most one more for each kill, of an answer that was never whole.
    """
    settings = read_settings(home)
    state = State(settings.state_file)
    found = list(verified(settings, state).reasons)
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in newest(home, since):
        made[str(one["actor"])].append(one)
    for reader in readers:
        mine = [one for one in made[reader.actor] if one["question"] == QUESTIONS[reader.path]]
        found += [f"{reader.path}: {what}" for what in _against(state, reader, mine, kills)]
    state.engine.dispose()
    return found


def _against(state: State, reader: Reader, mine: Sequence[dict[str, Any]], kills: int) -> Iterator[str]:
    if not reader.answered <= len(mine) <= min(reader.sent, reader.answered + kills + reader.refused):
        yield f"{reader.answered} answers of {reader.sent}, {len(mine)} records, {kills} kills"
    named = {who for one in mine for who in one["subjects"]}
    for people in reader.people:
        lacking = {state.pseudonym(who) for who in people} - named
        if lacking:
            yield f"{len(lacking)} people of an answer are in no record"
    yield from reader.wrong


QUESTIONS = {
    "/api/v1/not_using": "not_using",
    "/team": "not_using",
    "/me": "my_contests",
    "/api/v1/quarter_scores": "quarter_scores",
}
"""Address -> the question of which it makes one record an answer."""
