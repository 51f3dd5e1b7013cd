"""Classes of data in prompts on their way to the register: off unless two people switch it on, by day and tool, never with a person."""

import datetime as dt
import json

import duckdb
import pytest
from google.protobuf import json_format

from tests import policies
from tests.receive.test_telemetry import log, request
from uptake import jobs
from uptake.errors import WrongUsage
from uptake.jobs import Ingest, State, draining
from uptake.receive.posts import Receiver, Sent
from uptake.settings import read_settings
from uptake.sources.otlp.protobuf import REQUESTS

NOW = dt.datetime(2026, 11, 23)
CARD, MAIL = "4111 1111 1111 1111", "ana@bank.de"
ON = ("card", "email")
BODY = request(
    log(1, "user_prompt", prompt=f"is {CARD} a card? write to {MAIL}"),
    log(2, "user_prompt", prompt=f"and {CARD}?", **{"prompt.id": "q"}),
    log(3, "api_request", prompt="5555 5555 5555 4444", request_id="r"),
)


def sent(body=BODY, *, protobuf=False):
    if protobuf:
        body = json_format.ParseDict(json.loads(body), REQUESTS["logs"]()).SerializeToString()
    return Sent("logs", protobuf, packed=False, body=body, account="")


def receiver(folder, classes):
    return Receiver(folder, max_age_days=400, spool_mb=10, detector=lambda: classes)


def seen(folder):
    path = folder / "data-classes" / "current.spool"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def rows_of(home):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        asked = "select tool, day, data_class, sum(prompts) from content_classes group by all order by all"
        return connection.execute(asked).fetchall()


@pytest.fixture
def home(tmp_path):
    (tmp_path / "settings.toml").write_text("")
    settings = read_settings(tmp_path)
    return settings, State.of(settings)


@pytest.mark.parametrize("protobuf", [False, True], ids=["JSON", "protobuf"])
def test_prompts_are_counted_by_day_and_tool_beside_a_spool_that_is_as_without(tmp_path, protobuf):
    for name, classes in (("off", ()), ("on", ON)):
        receiver(tmp_path / name, classes).take(sent(protobuf=protobuf), NOW)
    assert seen(tmp_path / "off") == []
    found = seen(tmp_path / "on")
    assert [(one["tool"], one["day"], one["data_class"], one["prompts"]) for one in found] == [
        ("claude_code", "2026-11-22", "card", 2),
        ("claude_code", "2026-11-22", "email", 1),
    ]
    assert {tuple(sorted(one)) for one in found} == {("data_class", "day", "look", "prompts", "tool")}
    lines = [(tmp_path / name / "current.spool").read_bytes() for name in ("off", "on")]
    assert lines[0] == lines[1]


def test_only_the_classes_that_are_switched_on_are_kept(tmp_path):
    receiver(tmp_path, ("email",)).take(sent(), NOW)
    assert [one["data_class"] for one in seen(tmp_path)] == ["email"]


def test_a_second_delivery_counts_once_and_nothing_leads_to_the_person(tmp_path, home):
    settings, state = home
    for _ in range(2):
        receiver(settings.spool_folder, ON).take(sent(), NOW)
    loaded = [jobs.drain(settings, state, lambda: NOW, source=source) for source in draining.SPOOLED]
    day = dt.date(2026, 11, 22)
    assert rows_of(tmp_path) == [("claude_code", day, "card", 2), ("claude_code", day, "email", 1)]
    assert [(one.source, one.loaded, one.duplicate) for one in loaded if one] == [
        ("otlp", 3, 3),
        ("data-classes", 2, 2),
    ]
    with duckdb.connect(str(tmp_path / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        keys = [
            key for (key,) in connection.execute("select key from records where source = 'data-classes'").fetchall()
        ]
        others = {
            part
            for (key,) in connection.execute("select key from records where source = 'otlp'").fetchall()
            for part in key.split("|")
        }
        batches = connection.execute("select source, batch_id from records group by all").fetchall()
    assert {key.split("|")[0] for key in keys} & others == set()
    assert len({batch for _, batch in batches}) == len(batches)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"4111 1111" not in held
    assert MAIL.encode() not in held


def test_transcripts_are_looked_at_once_policy_says_so_and_again_changes_nothing(tmp_path, home):
    settings, state = home
    file = tmp_path / "session.jsonl"
    blocks = [{"type": "text", "text": f"card {CARD}"}, {"type": "text", "text": "and more"}]
    file.write_text("".join(json.dumps(row) + "\n" for row in (_said("u1", blocks), _said("u2", f"mail {MAIL}"))))
    call = Ingest("claude-transcripts", (str(file),), NOW, account="kim@example.org")
    jobs.ingest(settings, state, call, lambda: NOW)
    assert seen(settings.spool_folder) == []
    policies.decided(state, NOW.date() - dt.timedelta(days=1), tell=False, detector=list(ON))
    for _ in range(2):
        jobs.ingest(settings, state, call, lambda: NOW)
        jobs.drain(settings, state, lambda: NOW, source="data-classes")
    day = dt.date(2026, 5, 4)
    assert rows_of(tmp_path) == [("claude_code", day, "card", 1), ("claude_code", day, "email", 1)]


def _said(uuid, content):
    message = {"role": "user", "content": content}
    return {"type": "user", "timestamp": "2026-05-04T09:00:00Z", "sessionId": "s", "uuid": uuid, "message": message}


def test_two_people_switch_it_on_and_a_later_change_that_leaves_it_out_off(home):
    settings, state = home
    day = NOW.date() - dt.timedelta(days=3)
    assert jobs.policy_of(settings, state, NOW.date()).detector == frozenset()
    policies.decided(state, day, tell=False, detector=["card"])
    assert jobs.policy_of(settings, state, NOW.date()).detector == {"card"}
    policies.decided(state, day + dt.timedelta(days=1), tell=False)
    assert jobs.policy_of(settings, state, NOW.date()).detector == frozenset()
    with pytest.raises(WrongUsage, match="detector"):
        policies.decided(state, day, tell=False, detector=["sentiment"])
