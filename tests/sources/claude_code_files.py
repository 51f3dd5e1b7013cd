"""One day of Claude Code as four sources tell it, for the tests of rule C8. The numbers of the sources differ on purpose."""

import json

import duckdb
from tests.attack.drive import run

PRECEDENCE_DAY = "2026-06-10"
TELLING = {
    "otlp": ("P1",),
    "claude-code": ("P1", "P2"),
    "claude-enterprise": ("P1", "P2", "P3"),
    "claude-transcripts": ("P1", "P2", "P3", "P4"),
}
"""Source -> the people of whom it tells."""


def mail(person):
    return f"{person.lower()}@example.org"


def otlp(people):
    """A prompt and a call to a model of each."""

    def record(sequence, name):
        said = {"event.name": name, "session.id": "s", "event.sequence": sequence, "prompt.id": "p"}
        return {
            "timeUnixNano": "1781082000000000000",  # 2026-06-10 09:00 UTC
            "attributes": [{"key": key, "value": {"stringValue": str(value)}} for key, value in said.items()],
        }

    def resource(person):
        said = {"service.name": "claude-code", "enduser.id": mail(person)}
        return {"attributes": [{"key": key, "value": {"stringValue": value}} for key, value in said.items()]}

    scope = {"name": "com.anthropic.claude_code.events"}
    logs = [record(0, "user_prompt"), record(1, "api_request")]
    return {
        "resourceLogs": [
            {"resource": resource(one), "scopeLogs": [{"scope": scope, "logRecords": logs}]} for one in people
        ]
    }


def admin(people):
    return {
        "data": [
            {"date": f"{PRECEDENCE_DAY}T00:00:00Z", "actor": {"type": "user_actor", "email_address": mail(one)},
             "core_metrics": {"num_sessions": 5}, "tool_actions": {"edit_tool": {"accepted": 50, "rejected": 0}}}
            for one in people
        ]
    }  # fmt: skip


def enterprise(people):
    code = {
        "core_metrics": {"distinct_session_count": 3},
        "tool_actions": {"edit_tool": {"accepted_count": 25, "rejected_count": 0}},
    }
    return {
        "data": [
            {"user": {"id": f"user_{one}", "email_address": mail(one)}, "date": PRECEDENCE_DAY, "claude_code_metrics": code,
             "chat_metrics": {"message_count": 4, "distinct_conversation_count": 2}}
            for one in people
        ]
    }  # fmt: skip


def transcript(person):
    """Two prompts and a call to a model of one person."""
    told = {"timestamp": f"{PRECEDENCE_DAY}T09:00:00Z", "sessionId": "t"}
    said = [
        {"type": "user", **told, "uuid": f"{person}-{number}", "message": {"role": "user", "content": "a text"}}
        for number in range(2)
    ]
    usage = {"input_tokens": 7, "output_tokens": 7}
    call = {
        "type": "assistant",
        **told,
        "requestId": "r",
        "message": {"id": person, "role": "assistant", "usage": usage},
    }
    return "".join(json.dumps(row) + "\n" for row in (*said, call))


MAKERS = {"otlp": otlp, "claude-code": admin, "claude-enterprise": enterprise}


def load_all(home, folder):
    """Load people and what each source tells, the least trusted source last, and score."""
    people = sorted({one for told in TELLING.values() for one in told})
    (folder / "people.csv").write_text(
        "person_id,lob,email,start_date\n" + "".join(f"{one},Risk,{mail(one)},2020-01-01\n" for one in people)
    )
    loads = [("hr-people", "people.csv", ())]
    for source, make in MAKERS.items():
        (folder / f"{source}.json").write_text(json.dumps(make(TELLING[source])))
        loads.append((source, f"{source}.json", ()))
    for person in TELLING["claude-transcripts"]:
        (folder / f"{person}.jsonl").write_text(transcript(person))
        loads.append(("claude-transcripts", f"{person}.jsonl", ("--account", mail(person))))
    for source, file, more in loads:
        done = run(home, "ingest", source, folder / file, "--fetched-at", "2026-06-20T00:00:00Z", *more, "--json")
        assert done.code == 0, done.err
    done = run(home, "score", "--as-of", "2026-06-20")
    assert done.code == 0, done.err


def facts(home):
    """Person and tool -> source, points rule, prompts and sessions of the rows that count."""
    found = {}
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        for person, tool, *row in connection.execute(
            "select person_id, tool, source, grain, prompts, sessions from usage_facts where person_id is not null order by all"
        ).fetchall():
            found.setdefault((person, tool), []).append(tuple(row))
    return found
