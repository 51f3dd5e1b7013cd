"""A real `uptake serve` as a directory meets it: another project's checks of the standard, and a kill."""

from __future__ import annotations

import json
import signal

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from tests.product import uptake_answer
from tests.receive.directory import ENTERPRISE, KEY, Wire, home_of, patch, user
from tests.receive.test_http import Server
from uptake.jobs import State
from uptake.settings import read_settings
from uptake.state import directory

BEARER = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/scim+json"}


def test_a_kill_loses_nothing_acknowledged(tmp_path):
    home = home_of(tmp_path)
    taken: dict[str, str] = {}
    server = Server(home)
    wire = Wire(server.port)
    for number in range(12):
        status, made = wire.ask("POST", "Users", user(number))
        assert status == 201
        taken[made["id"]] = "Payments"
    identity = next(iter(taken))
    assert (
        wire.ask(
            "PATCH", f"Users/{identity}", patch({"op": "replace", "path": f"{ENTERPRISE}:department", "value": "Fraud"})
        )[0]
        == 200
    )
    taken[identity] = "Fraud"
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.reader.join()
    server.process.stderr.close()
    assert json.loads(uptake_answer(home, "ingest", "scim"))["records_in"] == 12
    state = State.of(read_settings(home))
    with state.reading() as connection:
        assert {
            key: body[ENTERPRISE]["department"] for key, body in directory.Book(connection, state).settled().items()
        } == taken
        assert directory.Book(connection, state).waiting() == []
    state.close()


def test_the_checks_of_scim2_tester_pass(tmp_path):
    """Another project's reading of the standard: every check that it has for what we say we support."""
    server = Server(home_of(tmp_path))
    try:
        where = f"http://127.0.0.1:{server.port}/scim/v2"
        with httpx2.Client(base_url=where, headers=BEARER, timeout=30) as line:
            client = SyncSCIMClient(line)
            client.discover()
            found = check_server(client)
    finally:
        server.process.terminate()
        server.process.wait()
        server.reader.join()
        server.process.stderr.close()
    wrong = [f"{one.title}: {one.reason}" for one in found if one.status is not Status.SUCCESS]
    assert (wrong, len(found) >= 80) == ([], True)
