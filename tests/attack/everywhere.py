"""Every reader and receiver, by their own fixtures: unique sentences in each text, and in each key, then all that is left is searched.
The local detector is on, so that prompts are looked at before they are dropped.

One home is ingested into, posted to, scored, served, read to the last page, packed as evidence, and made to answer with errors.
"""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import io
import itertools
import pathlib
import re
from collections.abc import Iterable, Iterator

import httpx2
import msgspec

from tests.attack import leaks, senders
from tests.attack.canary import Canaries
from tests.attack.drive import COMPLIANCE, run
from tests.attack.served import Server, signed_in
from tests.fuzz import content, payloads
from tests.policies import detecting
from tests.receive.test_http import KEY, digest
from uptake import jobs
from uptake.model import DATA_CLASSES
from uptake.model.outcome import InputFile, Refused, Source, Taken
from uptake.settings import read_settings
from uptake.sources import SOURCES
from uptake.web.pages import PAGES

FORMS = ("", ".json", ".csv", ".parquet", ".xlsx")
ROLE = re.compile(r"<section[^>]*>\s*<h2[^>]*>([^<]+)</h2>(?=(?:(?!</section>).)*name=\"who\")", re.DOTALL)
"""A role on the sign-in page of a demo."""
MOST_IN_A_CALL = 400
ANSWERED = range(200, 500)
"""A status of an answer to bad input; 500 is a fault of ours."""


def home_of(folder: pathlib.Path) -> pathlib.Path:
    """A small invented company that takes posts of a sender."""
    home = folder / "home"
    done = run(home, "demo", "--people", 60, "--quarters", 1, "--no-serve", "--json")
    assert done.code == 0, done.err
    with (home / "settings.toml").open("a") as settings:
        settings.write(f'\n[telemetry]\nmax_age_days = 400\nsenders = {{ "{digest(KEY)}" = "" }}\n{senders.SETTINGS}')
    detecting(jobs.State.of(read_settings(home)), *DATA_CLASSES)
    return home


def everywhere(folder: pathlib.Path, wanted: int) -> tuple[list[str], Canaries, collections.Counter[str]]:
    """What is wrong: leaks and faults; what was planted; and how much was done by kind."""
    home, canaries, done = home_of(folder), Canaries(), collections.Counter[str]()
    outputs: list[str] = []
    wrong = list(_ingested(folder, home, canaries, wanted * 3 // 4, done, outputs))
    wrong += _of_a_repository(folder, home, canaries, done, outputs)
    server = Server(home)
    server.start()
    try:
        wrong += _posted(server.base, canaries, wanted - len(canaries.texts), done, outputs)
        wrong += _sent(server.base, canaries, done, outputs)
        wrong += _commands(home, done, outputs)
        wrong += _read(server.base, canaries, done, outputs)
    finally:
        server.stop()
    leaks._checkpoint(home)
    return [*wrong, *leaks.found_in(home, canaries, outputs)], canaries, done


def _places(name: str, seeds: Iterable[bytes]) -> list[bytes]:
    """Payloads with one text a sentence each, without those whose place holds a name that may be kept."""
    source = SOURCES.get(name, SOURCES["otlp"])
    return [data for seed in seeds for data in content.planted(seed) if not _is_a_name(source, data)]


def _is_a_name(source: Source, data: bytes) -> bool:
    """Identity and units are what the product is about: a sentence in the place of one is that person's or unit's name."""
    file = InputFile(
        "payload", io.BytesIO(data), account="tenant", fetched_at=dt.datetime.now(dt.UTC).replace(tzinfo=None)
    )
    try:
        rows = [row for outcome in source.parse(file) if isinstance(outcome, Taken) for row in outcome.rows]
    except Refused:
        return False
    return any(
        isinstance(value, str) and content.MARK in value and column in content.NAMES
        for row in rows
        for column, value in msgspec.structs.asdict(row).items()
    )


def _planted(data: bytes, canaries: Canaries) -> bytes:
    """The payload with a sentence of its own, and, of JSON, one more beside it in a key and a value that nobody knows."""
    whole = data.replace(content.SENTENCE.encode(), canaries.text().encode())
    if whole.lstrip()[:1] == b"{":
        more = f'{{"{canaries.text()}": "{canaries.text()}", "prompt": ["{canaries.text()}"], '
        whole = whole.replace(b"{", more.encode(), 1)
    return whole


def _ingested(
    folder: pathlib.Path, home: pathlib.Path, canaries: Canaries, wanted: int, done: collections.Counter[str], outputs: list[str]
) -> Iterator[str]:  # fmt: skip
    """Each place of each reader in turn, again and again until enough is planted."""
    places = {name: _places(name, payloads.seeds(name)) for name in SOURCES}
    rounds = 0
    while len(canaries.texts) < wanted:
        rounds += 1
        for name, found in places.items():
            for batch, part in enumerate(_parts(found)):
                files = folder / f"{name} {rounds} {batch}"
                files.mkdir()
                for number, data in enumerate(part):
                    (files / f"{number}.in").write_bytes(_planted(data, canaries))
                more = ("--account", "tenant@example.org") if SOURCES[name].account_is_person else ()
                told = run(home, "ingest", name, files, *more, "--json")
                done["files ingested"] += len(part)
                outputs += [told.out, told.err]
                if told.code not in {0, 3, 4}:
                    yield f"{name}: exit {told.code}: {told.err}"


def _parts(found: list[bytes]) -> Iterator[list[bytes]]:
    for first in range(0, len(found), MOST_IN_A_CALL):
        yield found[first : first + MOST_IN_A_CALL]


def _posted(
    base: str, canaries: Canaries, wanted: int, done: collections.Counter[str], outputs: list[str]
) -> Iterator[str]:
    """JSON and protobuf bodies, whole and cut, to each of the three receivers."""
    bodies = [("application/json", data) for data in _places("post-json", payloads.seeds("post-json"))]
    planted_until = len(canaries.texts) + max(wanted, 1)
    headers = {"authorization": f"Bearer {KEY}"}
    with httpx2.Client(base_url=base, timeout=60) as client:
        for number in itertools.count():
            kind, data = bodies[number % len(bodies)]
            whole = _planted(data, canaries)
            if number % 3 == 1:
                kind, whole = "application/x-protobuf", _protobuf(whole)
            whole = whole[: len(whole) * 2 // 3] if number % 7 == 6 else whole
            signal = "metrics" if b"resourceMetrics" in data else "traces" if number % 5 == 4 else "logs"
            told = client.post(f"/v1/{signal}", content=whole, headers={**headers, "content-type": kind})
            done["posts"] += 1
            outputs.append(f"{told.headers} {told.text}")
            if told.status_code not in ANSWERED:
                yield f"/v1/{signal}: {told.status_code}"
            if len(canaries.texts) >= planted_until and number >= len(bodies):
                return


def _of_a_repository(
    folder: pathlib.Path, home: pathlib.Path, canaries: Canaries, done: collections.Counter[str], outputs: list[str]
) -> Iterator[str]:
    """A real history, read twice: the second time as one that is known."""
    path = senders.repository(folder, canaries)
    for _ in range(2):
        told = run(home, "ingest", "git", path, "--json")
        done["histories read"] += 1
        outputs += [told.out, told.err]
        if told.code not in {0, 4}:
            yield f"git: exit {told.code}: {told.err}"


def _sent(base: str, canaries: Canaries, done: collections.Counter[str], outputs: list[str]) -> Iterator[str]:
    """What hosts of code and directories send."""
    found = itertools.chain(
        senders.delivered(base, canaries, lambda name, data: _is_a_name(SOURCES[name], data)),
        senders.provisioned(base, canaries),
    )
    for what, told in found:
        done["deliveries and people"] += 1
        outputs.append(f"{told.headers} {told.text}")
        if told.status_code not in ANSWERED:
            yield f"{what}: {told.status_code}"


def _protobuf(body: bytes) -> bytes:
    """The same in protobuf, where it can be said in it; else the text under the wrong name."""
    try:
        return payloads._body(body, protobuf=True)
    except Exception:  # noqa: BLE001 - a sentence in the place of a number has no protobuf
        return body


def _commands(home: pathlib.Path, done: collections.Counter[str], outputs: list[str]) -> Iterator[str]:
    """Drain, score, doctor, verify, every person table, and a pack of evidence, which is laid beside the home's files."""
    pack = home / "evidence.zip"
    calls: list[tuple[object, ...]] = [
        ("ingest", "otlp", "--json"), ("ingest", "scim", "--json"), ("ingest", "github-prs", "--json"), ("score", "--json"), ("doctor", "--json"), ("verify", "--json"), ("config", "show"),
        *(("ask", question, *COMPLIANCE, "--json") for question in leaks.QUESTIONS),
        *(("ask", question, "--format", "csv") for question in leaks.OPEN),
        ("evidence", "--out", pack, "--from", "2020-01-01", "--to", "2030-01-01"),
        ("verify", pack),
    ]  # fmt: skip
    for words in calls:
        told = run(home, *words)
        done["commands"] += 1
        outputs += [told.out, told.err]
        if told.code not in {0, 1, 4, 5}:
            yield f"{words[:2]}: exit {told.code}: {told.err}"


def _read(base: str, canaries: Canaries, done: collections.Counter[str], outputs: list[str]) -> Iterator[str]:
    """Every page and its files for every role of the sign-in page; then what is no page, and what is no answer."""
    with httpx2.Client(base_url=base, timeout=60) as client:
        titles = ROLE.findall(client.get("/signin").text)
    if not titles:
        yield "nobody could sign in"
    for title in titles:
        with contextlib.closing(signed_in(base, title)) as client:
            for page, form in itertools.product(PAGES, FORMS):
                told = client.get(f"/{page.slug}{form}")
                done["pages and files"] += 1
                outputs.append(told.content.decode("utf-8", "replace"))
                if told.status_code >= ANSWERED.stop:
                    yield f"/{page.slug}{form} as {title}: {told.status_code}"
            yield from _errors(client, canaries, done, outputs)


def _errors(
    client: httpx2.Client, canaries: Canaries, done: collections.Counter[str], outputs: list[str]
) -> Iterator[str]:
    """Addresses, filters, forms and bodies that nobody knows. An answer names the field and never says the value again."""
    asked = [
        client.get(f"/{canaries.text()}"),
        client.get("/adoption", params={canaries.text(): canaries.text()}),
        client.get("/adoption", params={"quarter": canaries.text()}),
        client.get(f"/api/v1/{canaries.text()}"),
        client.get("/api/v1/funnel", params={"quarter": canaries.text(), "tool": canaries.text()}),
        client.post("/signin", data={"who": canaries.text()}, headers={"sec-fetch-site": "same-origin"}),
        client.post("/v1/logs", content=canaries.text(), headers={"authorization": f"Bearer {canaries.text()}"}),
        client.post("/v1/logs", content=canaries.text(), headers={"authorization": f"Bearer {KEY}"}),
    ]
    for told in asked:
        done["error answers"] += 1
        outputs.append(f"{told.headers} {told.text}")
        if told.status_code not in ANSWERED:
            yield f"an error answer: {told.status_code}"
