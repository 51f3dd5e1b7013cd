"""Claude Code that sends metrics and no events: a session-only day of telemetry, not a day without use (rule R-CC-1, decision 0111)."""

import datetime as dt
import json

import duckdb
import pytest
from tests.attack.drive import home_with_roles, run

DAY = dt.date(2026, 5, 12)
START = int(dt.datetime(2026, 5, 12, 9, tzinfo=dt.UTC).timestamp())
FETCHED = ("--fetched-at", "2026-05-14T00:00:00Z")
PEOPLE = ("alone", "both", "events", "failed", "slight")
"""`alone` has metrics only, `both` a report of the Admin interface as well, `events` sends events too, `failed` a session of which no event tells and
the report does; of `slight` there are points of a session that began the day before.
"""


def mail(person):
    return f"{person}@corp.example"


def told(**said):
    names = {
        "service_name": "service.name",
        "user_email": "user.email",
        "session_id": "session.id",
        "event_name": "event.name",
        "prompt_id": "prompt.id",
    }
    return [{"key": names.get(name, name), "value": {"stringValue": value}} for name, value in said.items()]


RESOURCE = {"attributes": told(service_name="claude-code")}


def point(person, value, **said):
    at = {"startTimeUnixNano": str(START * 10**9), "timeUnixNano": str((START + 60) * 10**9)}
    return {**at, "asDouble": value, "attributes": told(user_email=mail(person), session_id=f"s-{person}", **said)}


def metrics(**points):
    made = [
        {"name": f"claude_code.{name.replace('__', '.')}", "sum": {"aggregationTemporality": 1, "isMonotonic": True, "dataPoints": found}}
        for name, found in points.items()
    ]  # fmt: skip
    scoped = {"scope": {"name": "com.anthropic.claude_code"}, "metrics": made}
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [scoped]}]}


def of(person, edits=60):
    return metrics(
        session__count=[point(person, 1, start_type="fresh"), point(person, 1, start_type="agents_view")],
        token__usage=[point(person, 900, type="input", model="claude-opus-4-6")],
        code_edit_tool__decision=[
            point(person, edits, decision="accept", source="user_permanent", tool_name="Edit"),
            point(person, 5, decision="accept", source="config", tool_name="Edit"),
            point(person, 2, decision="reject", source="user_reject", tool_name="Edit"),
            point(person, 1, decision="reject", source="hook", tool_name="Edit"),
        ],
    )


def logs(person, *names):
    records = [
        {"timeUnixNano": str((START + number) * 10**9), "attributes": told(user_email=mail(person), session_id=f"s-{person}", event_name=name, prompt_id="p")}
        for number, name in enumerate(names)
    ]  # fmt: skip
    scoped = {"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": records}
    return {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [scoped]}]}


def reported(person, sessions):
    who = {"type": "user_actor", "email_address": mail(person)}
    return {"date": f"{DAY}T00:00:00Z", "actor": who, "core_metrics": {"num_sessions": sessions}}


def load(home, source, text, more=FETCHED):
    path = home.parent / source
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    assert run(home, "ingest", source, path, *more, "--json").code == 0


@pytest.fixture(scope="module", params=["with seats", "without"])
def home(request, tmp_path_factory):
    home = home_with_roles(tmp_path_factory.mktemp("alone") / "home", "administrator")
    lines = "".join(f"{one},Risk,{mail(one)},2020-01-01\n" for one in PEOPLE)
    load(home, "hr-people", "person_id,lob,email,start_date\n" + lines)
    if request.param == "with seats":
        seats = "".join(f"claude_code,{one},2026-01-01\n" for one in PEOPLE)
        load(home, "seats", "tool,person_id,first_day\n" + seats)
    bodies = [of("alone"), of("both"), of("events"), logs("events", "user_prompt", "api_request")]
    bodies += [logs("failed", "user_prompt"), metrics(token__usage=[point("slight", 7, type="output")])]
    load(home, "otlp", "\n".join(json.dumps(body) for body in bodies))
    load(home, "claude-code", {"data": [reported("both", 1), reported("failed", 2)], "has_more": False})
    assert run(home, "score", "--as-of", "2026-05-14").code == 0
    return home


def asked(home, sql):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_decisions_of_points_are_those_of_the_day_where_no_event_tells_of_any(home):
    kinds = "prompts, sessions, accept_user, accept_auto, accept_unsplit, reject_user, tokens_in"
    found = {row[0]: row[1:] for row in asked(home, f"select account, {kinds} from usage where source = 'otlp'")}
    assert found[mail("alone")] == found[mail("both")] == (None, 1, None, 5, 60, 2, 900)
    assert found[mail("events")][:6] == (1, 1, 0, 0, 0, 0)
    assert found[mail("slight")] == (None, 0, None, None, None, None, None)


def test_a_day_of_metrics_alone_earns_what_a_session_only_day_earns(home):
    found = asked(
        home, "select person_id, state, proactive from day_scores where tool = 'claude_code' and day = '2026-05-12'"
    )
    states = {person: (state, proactive) for person, state, proactive in found}
    assert states["alone"] == states["both"] == ("active", 1 + 62 // 25)
    assert states["events"] == states["failed"] == ("active", 1)
    assert not states.get("slight", (None, 0))[1]


def test_such_a_day_says_that_it_is_estimated(home):
    run(home, "score", "--as-of", "2026-07-20")
    found = dict(asked(home, "select person_id, estimated_days from quarter_scores where quarter = '2026Q2'"))
    assert found["alone"] == found["both"] == 1
    assert not found["events"]
