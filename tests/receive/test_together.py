"""Posts that wait are read and put on the disk together: each has the answer, and the spool the lines, that it would have had alone."""

import datetime as dt
import gzip
import json
import logging
import os

import pytest
from starlette.testclient import TestClient

from tests.receive.test_data_classes import MAIL, NOW, ON, receiver, seen
from tests.receive.test_http import ANA, JSON, KEY, PROTOBUF, home_of, now
from tests.receive.test_telemetry import KNOWN, bodies, log, request
from uptake.jobs import State
from uptake.receive.posts import RefusedPostError, Sent
from uptake.settings import read_settings
from uptake.web import app
from uptake.web.middleware import HEADERS, LOG


def posted(number, **more):
    return request(log(number, "user_prompt", **{"prompt.id": f"p{number}"}, **more))


def sent(body, signal="logs", *, protobuf=False, packed=False):
    return Sent(signal, protobuf, packed, gzip.compress(body, mtime=0) if packed else body, "")


def lines(folder):
    path = folder / "current.spool"
    return path.read_bytes().splitlines() if path.exists() else []


def alone(folder, one):
    try:
        return receiver(folder, ()).take(one, NOW)
    except RefusedPostError as error:
        return error.status, error.why
    except TypeError as error:
        return type(error)


def plain(found):
    if isinstance(found, RefusedPostError):
        return found.status, found.why
    return type(found) if isinstance(found, Exception) else found


MIXED = [
    sent(posted(1)),
    sent(b"["),
    sent(posted(2), packed=True),
    sent(b"{}"),
    Sent("logs", protobuf=False, packed=True, body=b"no gzip", account=""),
    Sent("logs", protobuf=False, packed=True, body=None, account=""),
    sent(b"\xff\xff", protobuf=True),
    sent(b"anything", "traces"),
    sent(request(log(3, "user_prompt"), who="")),
    *(sent(body, name, protobuf=binary) for folder in KNOWN for name, body, binary in bodies(folder)),
    sent(posted(4)),
]
"""Body None is a fault of the program: no route makes it."""


def test_answers_and_lines_are_those_of_posts_that_came_alone(tmp_path):
    wanted = [alone(tmp_path / "alone", one) for one in MIXED]
    found = receiver(tmp_path / "together", ()).take_together(MIXED, NOW)
    assert list(map(plain, found)) == wanted
    assert {400, TypeError} <= {one[0] if isinstance(one, tuple) else one for one in wanted}
    assert lines(tmp_path / "together") == lines(tmp_path / "alone")
    assert len(lines(tmp_path / "alone")) > 5


def test_the_disk_is_forced_once_for_all(tmp_path, monkeypatch):
    forced, force = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (forced.append(file), force(file)))
    taking = receiver(tmp_path, ())
    taking.take_together([sent(posted(number)) for number in range(30)], NOW)
    forced.clear()
    taking.take_together([sent(posted(number)) for number in range(30, 60)], NOW)
    assert (len(forced), len(lines(tmp_path))) == (1, 60)


def test_where_the_disk_takes_nothing_no_post_with_a_record_is_acknowledged(tmp_path):
    (tmp_path / "current.spool").mkdir()
    found = receiver(tmp_path, ()).take_together([sent(posted(1)), sent(b"{}"), sent(b"["), sent(posted(2))], NOW)
    assert [one.status if isinstance(one, RefusedPostError) else one for one in found] == [503, b"{}", 400, 503]


def test_where_the_counts_of_classes_are_not_taken_the_posts_come_again(tmp_path):
    (tmp_path / "data-classes").write_text("no folder")
    (found,) = receiver(tmp_path, ON).take_together([sent(posted(1, prompt=MAIL))], NOW)
    assert found.status == 503


def test_classes_of_data_are_counted_for_every_post_and_the_undecodable_count_nothing(tmp_path):
    posts = [sent(posted(1, prompt=MAIL)), sent(b"[" + MAIL.encode()), sent(posted(2, prompt=MAIL))]
    receiver(tmp_path, ON).take_together(posts, NOW)
    assert [(one["data_class"], one["prompts"]) for one in seen(tmp_path)] == [("email", 1)] * 2


def test_a_full_spool_is_told_to_all_but_spans(tmp_path):
    (tmp_path / "taken-00000001-aa.spool").write_bytes(b" " * 10_000_000)
    found = receiver(tmp_path, ()).take_together([sent(posted(1)), sent(b"", "traces")], NOW)
    assert [one.status if isinstance(one, RefusedPostError) else one for one in found] == [429, b"{}"]


@pytest.fixture
def client(tmp_path):
    settings = read_settings(home_of(tmp_path / "home"))
    made = app(settings, State.of(settings), clock=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))
    with TestClient(made, base_url="http://127.0.0.1") as found:
        yield found


@pytest.mark.parametrize(("key", "kind", "status"), [(KEY, JSON, 200), ("", JSON, 401), (ANA, PROTOBUF, 400)])
def test_a_post_passes_no_page_and_loses_no_header_and_no_line_of_the_log(client, caplog, key, kind, status):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind, "Accept-Encoding": "gzip"}
    with caplog.at_level(logging.INFO, logger=LOG.name):
        answer = client.post("/v1/logs", content=request(now(1, "user_prompt")), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    assert {name: answer.headers.get_list(name) for name in HEADERS} == {
        name: [value] for name, value in HEADERS.items()
    }
    assert answer.headers["cache-control"] == "no-store"
    line = json.loads(caplog.messages[-1])
    assert (line["route"], line["status"], line["request_id"]) == ("/v1/logs", status, answer.headers["x-request-id"])


def test_a_foreign_name_for_this_machine_is_no_way_to_a_receiver(client):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": JSON, "Host": "evil.example"}
    assert client.post("/v1/logs", content=request(now(1, "user_prompt")), headers=headers).status_code == 421


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_no_way_to_a_receiver(client, method):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": JSON}
    answer = client.request(method, "/v1/logs", content=request(now(1, "user_prompt")), headers=headers)
    assert answer.status_code in {403, 404, 405}
