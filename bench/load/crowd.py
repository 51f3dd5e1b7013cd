"""Who is there and what they do: sessions as the sign-in makes them, and the pages that each role opens, by how often."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.load.client import Answer, Client
from uptake.jobs import State, utc_now
from uptake.settings import Settings
from uptake.state import rights
from uptake.web.sessions import COOKIE, Sessions

CASE = "load-1"
SHARES = {"self": 55, "manager": 30, "lob_lead": 5, "executive": 5, "compliance": 5}
"""Of 100 people."""
PERSON_TABLE = "/api/v1/quarter_scores?quarter={quarter}"
BROWSED = {
    "self": {"/overview": 4, "/me": 4, "/definitions": 1, "/api/v1/day_scores": 1},
    "manager": {"/team": 5, "/overview": 2, "/compare": 2, PERSON_TABLE: 1},
    "lob_lead": {"/team": 3, "/overview": 3, "/compare": 2, "/adoption": 2},
    "executive": {"/overview": 4, "/adoption": 3, "/compare": 2, "/api/v1/adoption_weeks": 1},
    "compliance": {PERSON_TABLE: 6, "/assurance": 2, "/definitions": 2},
}
EXPORTED = {
    "manager": ("/team.csv", "/api/v1/quarter_scores.csv"),
    "executive": ("/overview.csv", "/adoption.xlsx", "/compare.parquet"),
    "compliance": ("/api/v1/quarter_scores.csv?quarter={quarter}", "/api/v1/not_using.parquet"),
}
"""The files of compliance are of the whole company."""


@dataclass(slots=True)
class Seen:
    """One request: kind, path without its query, answer."""

    kind: str
    path: str
    answer: Answer


@dataclass(slots=True)
class Crowd:
    """People with a session each: those who browse, and those who export."""

    browsing: list[tuple[str, str]]
    exporting: list[tuple[str, str]]
    quarter: str
    where: tuple[str, int] = ("", 0)
    seen: list[Seen] = field(default_factory=list)

    async def busy(self, seconds: float, think: float) -> list[Seen]:
        """Everybody does what they do for so long, thinking between two requests for `think` seconds on average; no think time: nobody exports."""
        self.seen = []
        ends = time.perf_counter() + seconds
        works = [self._browse(role, cookie, place, ends, think) for place, (role, cookie) in enumerate(self.browsing)]
        if think:
            works += [
                self._export(role, cookie, place, ends, think) for place, (role, cookie) in enumerate(self.exporting)
            ]
        await asyncio.gather(*works)
        return self.seen

    def first_pages(self) -> list[tuple[str, str]]:
        """(path, cookie) of the first pages of a server: My data of somebody, and the team of a manager."""
        cookies = dict(reversed(self.browsing))
        return [(path, cookies[role]) for role, path in (("self", "/me"), ("manager", "/team")) if role in cookies]

    async def alone(self, times: int) -> dict[tuple[str, str], list[Answer]]:
        """(role, path) -> answers to the first person of each role, who asks for each page so often while nobody else does; the first answer is left out."""
        found: dict[tuple[str, str], list[Answer]] = {}
        for role, cookie in dict(reversed(self.browsing)).items():
            client = Client(*self.where, cookie)
            for path in BROWSED[role]:
                answers = [await client.get(path.format(quarter=self.quarter)) for _ in range(times + 1)]
                found[role, path.partition("?")[0]] = answers[1:]
            client.close()
        return found

    async def _browse(self, role: str, cookie: str, place: int, ends: float, think: float) -> None:
        draw, client, following = random.Random(place), Client(*self.where, cookie), ""
        paths, weights = zip(*BROWSED[role].items(), strict=True)
        await asyncio.sleep(draw.random() * think)
        while time.perf_counter() < ends:
            path = following or draw.choices(paths, weights)[0].format(quarter=self.quarter)
            answer = await client.get(path)
            # Half of those who read a long list turn its page.
            following = answer.following if answer.following and draw.random() < 0.5 else ""
            self.seen.append(
                Seen(
                    f"{'person table' if role == 'compliance' and 'quarter_scores' in path else role}",
                    path.partition("?")[0],
                    answer,
                )
            )
            await asyncio.sleep(min(draw.expovariate(1 / think), ends - time.perf_counter()) if think else 0)
        client.close()

    async def _export(self, role: str, cookie: str, place: int, ends: float, think: float) -> None:
        draw, client = random.Random(1000 + place), Client(*self.where, cookie)
        await asyncio.sleep(draw.random() * think)
        while time.perf_counter() < ends:
            path = draw.choice(EXPORTED[role]).format(quarter=self.quarter)
            self.seen.append(Seen("export", path.partition("?")[0], await client.get(path)))
            await asyncio.sleep(max(0.0, min(draw.expovariate(1 / think), ends - time.perf_counter())))
        client.close()


def gathered(settings: Settings, people: int, exporters: int, quarter: str) -> Crowd:
    """Sign in so many people of the company, each as themselves, and so many who export."""
    state = State.of(settings)
    sessions = Sessions(state, utc_now)
    named = {role: people_of(state, role) for role in SHARES}

    def session(role: str) -> tuple[str, str]:
        made = sessions.open(role, next(named[role]))
        if role == "compliance":
            made = sessions.enter(made, CASE)
        return role, f"{COOKIE}={sessions.cookie(made)}"

    roles = [role for role, share in SHARES.items() for _ in range(max(1, people * share // 100))][:people]
    files = [list(EXPORTED)[place % 2] if place % 10 else "compliance" for place in range(exporters)]
    crowd = Crowd([session(role) for role in roles], [session(role) for role in files], quarter)
    state.close()
    return crowd


def people_of(state: State, role: str) -> Iterator[str | None]:
    """People who hold a role, one after the other, again and again; officers are no people of the company."""
    rows = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)]
    leading = {row["manager_id"] for row in rows}
    holds = {
        "self": lambda row: row["team"] and row["person_id"] not in leading,
        "manager": lambda row: row["team"] and row["person_id"] in leading,
        "lob_lead": lambda row: row["person_id"] in leading and row["depth"] == 1,
        "executive": lambda row: row["manager_id"] is None,
    }
    if role not in holds:
        found: list[str | None] = [None]
    else:
        found = [str(row["person_id"]) for row in rows if holds[role](row)]
        random.Random(role).shuffle(found)
    while True:
        yield from found
