"""No event is taken back: `--complete` makes none vanish, of telemetry, of transcripts or of Cursor, and leaves no day row without its events."""

import datetime as dt
import json

import duckdb
import pytest

from tests.attack.drive import home_with_roles, run

MINUTES = dt.timedelta(minutes=1)
ANA, BEN = "ana@example.com", "ben@example.com"
NOON = dt.datetime(2026, 5, 4, 12)


def telemetry(who, at):
    def log(name, sequence, **more):
        said = {"event.name": name, "session.id": f"s {who}", "event.sequence": sequence, "prompt.id": str(at), **more}
        attributes = [{"key": key, "value": {"stringValue": str(value)}} for key, value in said.items()]
        stamp = int((at + sequence * MINUTES).replace(tzinfo=dt.UTC).timestamp())
        return {"timeUnixNano": str(stamp * 10**9), "attributes": attributes}

    named = {"service.name": "claude-code", "enduser.id": who}
    resource = {"attributes": [{"key": key, "value": {"stringValue": value}} for key, value in named.items()]}
    records = [log("user_prompt", 0), log("api_request", 1, request_id=f"{who} {at}", input_tokens=7)]
    scope = {"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": records}
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [scope]}]})


def transcript(who, at):
    def row(kind, after, **more):
        stamp = f"{(at + after * MINUTES).isoformat()}Z"
        return {"type": kind, "timestamp": stamp, "sessionId": who, "uuid": f"{at} {after}", **more}

    asked = row("user", 0, message={"role": "user", "content": "a text"})
    said = {"id": f"m {at}", "role": "assistant", "model": "m", "usage": {"input_tokens": 7, "output_tokens": 1}}
    return "".join(f"{json.dumps(one)}\n" for one in (asked, row("assistant", 1, message=said, requestId=f"r {at}")))


def cursor(who, at):
    stamp = str(int(at.replace(tzinfo=dt.UTC).timestamp() * 1000))
    tokens = {"inputTokens": 7, "outputTokens": 1, "cacheReadTokens": 0, "cacheWriteTokens": 0, "totalCents": 1}
    event = {"timestamp": stamp, "userEmail": who, "model": "m", "kind": "k", "tokenUsage": tokens}
    return json.dumps({"usageEvents": [event], "totalUsageEventsCount": 1})


SOURCES = {"otlp": telemetry, "claude-transcripts": transcript, "cursor": cursor}


def load(home, source, who, at, *more, day=5):
    file = home.parent / f"{who} {at:%H%M}.json"
    file.write_text(SOURCES[source](who, at))
    account = ("--account", who) if source == "claude-transcripts" else ()
    done = run(home, "ingest", source, file, *account, "--fetched-at", f"2026-05-0{day}T00:00:00Z", "--json", *more)
    assert done.code == 0, done.err


def held(home, source):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        events = connection.execute(
            "select account, day, count(*) from telemetry_events where source = ? group by all order by all", [source]
        ).fetchall()
        days = connection.execute(
            "select account, day, requests, tokens_in from usage where source = ? order by all", [source]
        ).fetchall()
        slots = connection.execute(
            "select account, day, sum(prompts) from slot_uses where source = ? group by all order by all", [source]
        ).fetchall()
    return events, days, slots


@pytest.mark.parametrize("source", SOURCES)
def test_a_complete_call_takes_no_event_and_no_day_of_another_call_away(source, tmp_path):
    """Clients send what they did once; a folder of one person lacks everybody else."""
    homes = {}
    for name, more in {"plain": (), "complete": ("--complete",)}.items():
        homes[name] = home_with_roles(tmp_path / name / "home", "administrator")
        load(homes[name], source, ANA, NOON)
        load(homes[name], source, BEN, NOON + 60 * MINUTES)
        load(homes[name], source, ANA, NOON + 120 * MINUTES, *more, day=6)
    events, days, _ = held(homes["complete"], source)
    assert [(account, requests) for account, _, requests, _ in days] == [(ANA, 2), (BEN, 1)]
    assert {(account, day) for account, day, _ in events} == {(account, day) for account, day, *_ in days}
    assert held(homes["complete"], source) == held(homes["plain"], source)
