"""Deliveries of hosts of code: who may send, what stays of one, and that acknowledged is what the disk holds (rule R-VC-1)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json

import duckdb
import pytest
from starlette.testclient import TestClient

from tests.attack.drive import run
from tests.changes.payloads import Pull
from uptake import jobs
from uptake.model.outcome import RepositoryWishes
from uptake.receive.deliveries import BODY_BYTES, HOSTS, Deliveries
from uptake.receive.posts import RefusedPostError
from uptake.settings import read_settings
from uptake.web import app

SECRET, TOKEN = "a secret of the site", "a token of the site"
NOW = dt.datetime(2026, 6, 1)
CANARY = "Canary7c1e of the till"
PULL = Pull(
    12, title=f"fix: {CANARY}", body=f"{CANARY}\n\nGenerated with [Claude Code](https://claude.com/claude-code)"
)
KIND = {"content-type": "application/json"}


def bytes_of(payload):
    return json.dumps(payload).encode()


def signed(body, secret=SECRET):
    return KIND | {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "settings.toml").write_text(f'[webhooks]\ngithub_secret = "{SECRET}"\ngitlab_token = "{TOKEN}"\n')
    return folder


@pytest.fixture
def client(home):
    settings = read_settings(home)
    return TestClient(app(settings, jobs.State.of(settings), clock=lambda: NOW), base_url="http://127.0.0.1:8321")


def spooled(home, source="github-prs"):
    return b"".join(file.read_bytes() for file in sorted((home / "spool" / source).glob("*.spool")))


def test_a_signed_delivery_is_on_the_disk_and_drained_with_the_next_score(client, home):
    body = bytes_of(PULL.event("closed"))
    assert client.post("/webhooks/github", content=body, headers=signed(body)).json() == {"result": "taken"}
    assert spooled(home)
    again = client.post("/webhooks/github", content=body, headers=signed(body) | {"x-github-delivery": "2"})
    assert again.status_code == 200
    assert run(home, "score", "--as-of", "2026-06-01").code == 0
    assert spooled(home) == b""
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select change, exposure, task_type from merged_changes").fetchall() == [
            ("acme/pay-core#12", "change", "fix")
        ]
        assert connection.execute("select records_in, loaded, duplicate from batches").fetchall() == [(2, 1, 1)]


BODY = bytes_of(PULL.event("closed"))
REFUSED = {
    "no signature": (BODY, KIND, 401),
    "another secret": (BODY, signed(BODY, "guess"), 401),
    "another body": (BODY + b" ", signed(BODY), 401),
    "the sign without its name": (BODY, KIND | {"x-hub-signature-256": signed(BODY)["x-hub-signature-256"][7:]}, 401),
    "the old sign": (BODY, KIND | {"x-hub-signature": "sha1=" + "0" * 40}, 401),
    "the token of the other host": (BODY, KIND | {"x-gitlab-token": TOKEN}, 401),
    "a form": (BODY, signed(BODY) | {"content-type": "application/x-www-form-urlencoded"}, 415),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_prove_itself_leaves_nothing(client, home, name):
    body, headers, status = REFUSED[name]
    answer = client.post("/webhooks/github", content=body, headers=headers)
    assert answer.status_code == status
    assert not (home / "spool" / "github-prs").exists() or spooled(home) == b""


def test_without_a_secret_nobody_sends(tmp_path):
    desk = Deliveries(HOSTS["github"], tmp_path, "", RepositoryWishes(), spool_mb=1)
    with pytest.raises(RefusedPostError) as refused:
        desk.take(BODY, signed(BODY, ""), NOW)
    assert refused.value.status == 401


def test_a_delivery_that_cannot_be_used_is_counted_by_the_name_of_its_field(client, home):
    wrong = PULL.event("closed")
    wrong["pull_request"]["merged_at"] = CANARY
    for payload in (wrong, {"surprise": CANARY}, PULL.event("labeled", pull={"number": CANARY})):
        body = bytes_of(payload)
        answer = client.post("/webhooks/github", content=body, headers=signed(body))
        assert (answer.status_code, answer.json()["result"]) == (200, "set aside")
        assert CANARY not in answer.text
    assert CANARY.encode() not in spooled(home)
    done = run(home, "ingest", "github-prs", "--json")
    assert (done.code, done.json()["quarantined"]) == (4, 3)
    assert run(home, "score", "--as-of", "2026-06-01").code == 0
    rows = json.loads(run(home, "ask", "quarantine", "--format", "json").out)
    assert {row["field"] for row in rows} >= {"merged_at"}


def test_a_ping_is_answered_and_not_kept(client, home):
    body = bytes_of({"zen": "x", "hook_id": 1, "hook": {}})
    assert client.post("/webhooks/github", content=body, headers=signed(body)).json()["result"] == "ignored"
    assert spooled(home) == b""


def test_gitlab_proves_itself_by_its_token(client, home):
    body = bytes_of(
        {
            "object_kind": "push",
            "after": "a" * 40,
            "project": {"path_with_namespace": "acme/pay"},
            "commits": [{"id": "a" * 40, "message": CANARY}],
        }
    )
    assert client.post("/webhooks/gitlab", content=body, headers=KIND).status_code == 401
    assert client.post("/webhooks/gitlab", content=body, headers=KIND | {"x-gitlab-token": TOKEN}).status_code == 200
    assert b"acme/pay" in spooled(home, "gitlab-mrs")
    assert run(home, "ingest", "gitlab-mrs", "--json").json()["loaded"] == 1


IN_ALL = {"id": 9, "path_with_namespace": "acme/pay", "name": CANARY, "description": CANARY, "default_branch": CANARY}
SAID = {
    "title": CANARY,
    "description": CANARY,
    "message": CANARY,
    "name": CANARY,
    "source_branch": CANARY,
    "target_branch": CANARY,
}
TIMES = {"created_at": "2026-05-20 10:00:00 UTC", "updated_at": "2026-05-21 10:00:00 UTC"}
OF_GITLAB = (
    {
        "object_kind": "merge_request", "user": {"id": 4, "username": "ana", "name": CANARY}, "project": IN_ALL, "labels": [{"title": CANARY}],
        "object_attributes": {"iid": 3, "state": "merged", "action": "merge", "author_id": 4, "merge_commit_sha": "b" * 40,
                              "last_commit": {"id": "c" * 40, **SAID}, **SAID, **TIMES},
    },
    {"object_kind": "push", "ref": CANARY, "after": "a" * 40, "project": IN_ALL, "commits": [{"id": "a" * 40, **SAID, "added": [CANARY]}]},
    {
        "object_kind": "pipeline", "project": IN_ALL, "commit": SAID, "builds": [SAID],
        "object_attributes": {"id": 5, "sha": "c" * 40, "status": "success", "ref": CANARY, "created_at": TIMES["created_at"], "finished_at": TIMES["updated_at"]},
    },
)  # fmt: skip
"""What GitLab sends, with a sentence in every place that has room for one."""


def test_no_text_of_a_delivery_touches_the_disk(client, home):
    payloads = [PULL.event("closed"), PULL.event("submitted", review=PULL.review("ben", "APPROVED") | {"body": CANARY}),
                PULL.check("success", CANARY), PULL.push("head", ("head", CANARY))]  # fmt: skip
    for payload in payloads:
        body = bytes_of(payload)
        assert client.post("/webhooks/github", content=body, headers=signed(body)).status_code == 200
    for payload in OF_GITLAB:
        answer = client.post("/webhooks/gitlab", content=bytes_of(payload), headers=KIND | {"x-gitlab-token": TOKEN})
        assert (answer.status_code, answer.json()["result"]) == (200, "taken")
    assert b"acme/pay" in spooled(home, "gitlab-mrs")
    assert run(home, "score", "--as-of", "2026-06-01").code == 0
    for file in home.rglob("*"):
        if file.is_file():
            assert b"Canary7c1e" not in file.read_bytes(), file.name


def test_a_body_that_is_too_large_is_refused(client):
    assert client.post("/webhooks/github", content=b" " * (BODY_BYTES + 1), headers=KIND).status_code == 413


def test_a_full_spool_and_a_full_disk_put_off(home, monkeypatch):
    desk = Deliveries(HOSTS["github"], home / "spool" / "github-prs", SECRET, RepositoryWishes(), spool_mb=0)
    with pytest.raises(RefusedPostError) as refused:
        desk.take(BODY, signed(BODY), NOW)
    assert refused.value.status == 429
    desk = Deliveries(HOSTS["github"], home / "spool" / "github-prs", SECRET, RepositoryWishes(), spool_mb=1)

    def no_room(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("uptake.receive.spool._write_all", no_room)
    with pytest.raises(RefusedPostError) as refused:
        desk.take(BODY, signed(BODY), NOW)
    assert refused.value.status == 503
    assert spooled(home) == b""


def test_a_kill_between_load_and_deletion_counts_nothing_twice(client, home):
    body = bytes_of(PULL.event("closed"))
    client.post("/webhooks/github", content=body, headers=signed(body))
    folder = home / "spool" / "github-prs"
    (folder / "current.spool").rename(folder / "taken-00000001-deadbeef.spool")
    kept = (folder / "taken-00000001-deadbeef.spool").read_bytes()
    assert run(home, "ingest", "github-prs", "--json").json()["loaded"] == 1
    (folder / "taken-00000001-deadbeef.spool").write_bytes(kept)
    assert run(home, "ingest", "github-prs", "--json").json()["records_in"] == 0
    assert spooled(home) == b""
