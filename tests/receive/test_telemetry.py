"""Client telemetry against the captures' known answers, in any order and twice; the spool under kill -9; no content on the disk."""

import dataclasses
import datetime as dt
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from uptake import jobs, pipeline
from uptake.jobs import State, drain
from uptake.receive.spool import Spool
from uptake.settings import read_settings
from uptake.sources.otlp.parse import encoded, post
from uptake.sources.otlp.wire import Undecodable

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "samples"
NOW = dt.datetime(2026, 11, 23)
FIELDS = (
    "prompts, requests, sessions, tokens_in, tokens_out, tokens_cache_read, tokens_cache_write, cost_est_usd, accept_auto,"
    " lines_agent_added, commits"
)
CLAUDE = (1, 4, 1, 1498, 321, 10000, 3700, "0.0261840000", 3, 9, 1)
KNOWN = {
    "claude_code_otlp/json": CLAUDE,
    "claude_code_otlp/protobuf_gzip": CLAUDE,
    "claude_code_otlp/startup_only_api_down": (0, 0, 0, None, None, None, None, None, 0, None, None),
    "codex_otlp/json": (1, 3, 1, 4800, 215, 11000, None, None, 2, None, None),
    "gemini_otlp/json": (1, 3, 1, 4500, 148, 8000, None, None, 2, 3, None),
}


def bodies(folder):
    if not (SAMPLES / folder).exists():
        pytest.skip("vendor samples are not there")
    return [
        (path.name.split(".")[1], path.read_bytes(), path.suffix == ".pb")
        for path in sorted((SAMPLES / folder).glob("0*.*"))
    ]


def drained(home, posts):
    settings = read_settings(home)
    spool = Spool(settings.spool_folder)
    for made in posts:
        spool.append(encoded(made))
    return drain(settings, State.of(settings), lambda: NOW)


def usage(home):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(f"select {FIELDS} from usage where source = 'otlp' order by all").fetchall()
    return [
        tuple(str(value) if index == 7 and value is not None else value for index, value in enumerate(row))
        for row in rows
    ]


ACTS = ("accept_user", "accept_auto", "accept_unsplit", "reject_user")


def acts(home):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute(f"select {', '.join(ACTS)} from usage").fetchone()
    return dict(zip(ACTS, row, strict=True))


@pytest.mark.parametrize("folder", KNOWN)
def test_a_capture_gives_its_known_answer_in_any_order_and_twice(folder, tmp_path):
    given = bodies(folder)
    for number, order in enumerate(list(itertools.permutations(given))[:: max(1, len(given))][:3]):
        home = tmp_path / str(number)
        for body in order:
            made = post(body[0], body[1], NOW, protobuf=body[2])
            report = drained(home, [made, made])
            assert report.records_in == 2 * made.records
            assert report.records_in == report.loaded + report.duplicate + report.ignored + report.quarantined
        drained(home, [post(name, body, NOW, protobuf=binary) for name, body, binary in reversed(order)])
        assert usage(home) == [KNOWN[folder]]


def log(sequence, name, at=1_795_340_378, **said):
    said = {"event.name": name, "session.id": "s", "event.sequence": sequence, "prompt.id": "p", **said}
    attributes = [{"key": key, "value": {"stringValue": str(value)}} for key, value in said.items()]
    return {"timeUnixNano": str(at * 10**9), "attributes": attributes}


def request(*records, who="ana@example.com", **resource):
    named = {"service.name": "claude-code", "enduser.id": who, **resource}
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in named.items()]
    scope = {"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": list(records)}
    return json.dumps({"resourceLogs": [{"resource": {"attributes": attributes}, "scopeLogs": [scope]}]}).encode()


@pytest.mark.parametrize(
    ("source", "decision", "column"),
    [
        ("user_permanent", "accept", "accept_user"),
        ("user_temporary", "accept", "accept_user"),
        ("config", "accept", "accept_auto"),
        ("hook", "accept", "accept_auto"),
        ("user_reject", "reject", "reject_user"),
        ("user_abort", "reject", "reject_user"),
        ("config", "reject", None),
        ("new_word", "accept", "accept_unsplit"),
    ],
)
def test_acts_of_a_person_and_of_the_tool_are_kept_apart(source, decision, column, tmp_path):
    body = request(
        log(0, "user_prompt"), log(1, "api_request"), log(2, "tool_decision", source=source, decision=decision)
    )
    drained(tmp_path, [post("logs", body, NOW, protobuf=False)])
    assert acts(tmp_path) == {name: int(name == column) for name in ACTS}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (request(log(0, "user_prompt", at=1_795_600_000)), "more than 24 hours ahead"),
        (request(log(0, "user_prompt", at=1_790_000_000)), "older than telemetry.max_age_days"),
        (request(log(0, "api_request", input_tokens="-1")), "value out of range"),
        (request(log(0, "api_request", input_tokens="many")), "not a number"),
        (request(log(0, "user_prompt"), who="some/folder"), "no account key"),
    ],
)
def test_a_bad_record_is_set_aside_by_name_and_never_by_value(body, reason):
    made = post("logs", body, NOW, protobuf=False)
    assert [one.reason for one in made.refused] == [reason]
    assert made.taken == []


def test_a_session_that_is_gone_on_with_counts_its_events_from_the_start_and_loses_none(tmp_path):
    """`claude --continue` keeps the session and begins `event.sequence` again: seen with 2.1.329."""
    posts = []
    for run in range(2):
        own = {"at": 1_795_340_378 + 60 * run, "prompt.id": f"p{run}"}
        records = (
            log(0, "user_prompt", **own),
            log(1, "api_request", request_id=f"r{run}", **own),
            log(2, "tool_decision", decision="accept", source="config", **own),
        )
        posts.append(post("logs", request(*records), NOW, protobuf=False))
    report = drained(tmp_path, [*posts, posts[0]])
    assert (report.loaded, report.duplicate) == (6, 3)
    prompts, requests, sessions, *_, accepts, _, _ = usage(tmp_path)[0]
    assert (prompts, requests, sessions, accepts) == (2, 2, 1, 2)


def gemini(number, name, **said):
    attributes = [
        {"key": key, "value": {"stringValue": value}}
        for key, value in {"event.name": f"gemini_cli.{name}", "session.id": "s", **said}.items()
    ]
    return {"timeUnixNano": str((1_795_340_378 + number) * 10**9), "attributes": attributes}


def of_client(name, scope, records):
    named = [{"key": "service.name", "value": {"stringValue": name}}]
    scoped = {"scope": {"name": scope}, "logRecords": list(records)}
    return json.dumps({"resourceLogs": [{"resource": {"attributes": named}, "scopeLogs": [scoped]}]}).encode()


SWITCH = gemini(9, "plan.approval_mode_switch", from_mode="default", to_mode="autoEdit")


@pytest.mark.parametrize(
    ("function", "decision", "more", "column"),
    [
        ("write_file", "accept", (), "accept_user"),
        ("replace", "modify", (), "accept_user"),
        ("replace", "reject", (), "reject_user"),
        ("run_shell_command", "reject", (), "reject_user"),
        ("run_shell_command", "accept", (), "accept_unsplit"),
        ("read_file", "accept", (), "accept_unsplit"),
        ("write_file", "auto_accept", (), "accept_auto"),
        ("write_file", "accept", (SWITCH,), "accept_auto"),
        ("read_file", "accept", (SWITCH,), "accept_auto"),
    ],
)
def test_gemini_says_accept_of_what_asks_nobody(function, decision, more, column, tmp_path):
    """Seen with 0.61.0: `accept` of every tool that policy allows, and of edits after the mode was changed."""
    call = gemini(5, "tool_call", function_name=function, decision=decision)
    records = (gemini(0, "config", approval_mode="default"), gemini(1, "user_prompt"), call, *more)
    body = of_client("gemini-cli", "gemini-cli", records)
    drained(tmp_path, [post("logs", body, NOW, protobuf=False, sender="ana@example.com")])
    assert acts(tmp_path) == {name: int(name == column) for name in ACTS}


@pytest.mark.parametrize(
    ("decision", "source", "column"),
    [
        ("approved_with_amendment", "User", "accept_user"),
        ("approved", "Config", "accept_auto"),
        ("denied", "User", "reject_user"),
        ("denied_with_network_policy_deny", "User", "reject_user"),
    ],
)
def test_words_of_codex_for_what_a_person_decided(decision, source, column, tmp_path):
    """`approved_with_amendment` is "yes, and do not ask again": seen with 0.171.0."""
    call = codex("a", "tool_decision", 11, decision=decision, source=source, call_id="c")
    body = of_client("codex_cli_rs", "codex_otel.log_only", [*conversation("a", 0, (10,)), call])
    drained(tmp_path, [post("logs", body, NOW, protobuf=False, sender="ana@example.com")])
    assert acts(tmp_path) == {name: int(name == column) for name in ACTS}


def codex(session, name, at, **said):
    """An event of Codex, `at` seconds after noon."""
    stamp = f"2026-11-22T12:00:{at:06.3f}Z"
    given = {"event.name": f"codex.{name}", "conversation.id": session, "event.timestamp": stamp, **said}
    return {"attributes": [{"key": key, "value": {"stringValue": str(value)}} for key, value in given.items()]}


def conversation(session, at, prompts=(0.1,), sandbox="read-only", asks="never"):
    """One that may ask nobody; its prompts so many seconds after its start, each with an answer."""
    yield codex(session, "conversation_starts", at, approval_policy=asks, sandbox_policy=sandbox)
    for after in prompts:
        counts = {"event.kind": "response.completed", "input_token_count": 13, "output_token_count": 5}
        yield codex(session, "user_prompt", at + after, prompt_length=415)
        yield codex(session, "sse_event", at + after + 0.1, **counts)


@pytest.mark.parametrize(
    ("second", "client", "prompts", "sessions"),
    [
        (conversation("b", 10.2), "codex_cli_rs", 1, 1),
        (conversation("b", 10.2), "codex-app-server", 1, 1),
        (conversation("b", 10.2, asks="on-request"), "codex_cli_rs", 1, 1),
        (conversation("b", 10.2, (3,), asks="on-request"), "codex_cli_rs", 2, 2),
        (conversation("b", 10.2), "codex_exec", 2, 2),
        (conversation("b", 10.2, sandbox="workspace-write"), "codex_cli_rs", 2, 2),
        (conversation("b", 10.2, (0.1, 9)), "codex_cli_rs", 3, 2),
        (conversation("b", 9.9), "codex_cli_rs", 2, 2),
        (conversation("b", 16), "codex_cli_rs", 2, 2),
        ((*conversation("b", 10.2), codex("b", "tool_decision", 11, decision="approved")), "codex_cli_rs", 2, 2),
    ],
)
def test_a_conversation_that_codex_holds_with_itself_costs_and_is_no_prompt(
    second, client, prompts, sessions, tmp_path
):
    """Codex at a terminal asks for a title in a conversation of its own, with a `user_prompt`: seen with 0.169.0 and 0.171.0."""
    records = [*conversation("a", 0, (10,)), *second]
    body = of_client(client, "codex_otel.log_only", records)
    drained(tmp_path, [post("logs", body, NOW, protobuf=False, sender="ana@example.com")])
    calls = prompts + (prompts == 1)
    assert usage(tmp_path)[0][:5] == (prompts, calls, sessions, 13 * calls, 5 * calls)


def test_a_sender_speaks_for_nobody_else():
    body = request(log(0, "user_prompt"))
    assert post("logs", body, NOW, protobuf=False, sender="ana@example.com").taken
    assert post("logs", body, NOW, protobuf=False, sender="ben@example.com").refused[0].field == "enduser.id"
    as_typed = post("logs", body, NOW, protobuf=False, sender="Ana@Example.com")
    assert [one.account for one in as_typed.taken] == ["ana@example.com"], "settings are typed by hand"


def test_no_text_of_a_client_reaches_the_spool_or_the_warehouse(tmp_path):
    texts = [f"CANARY{number}" for number in range(12)]
    said = dict(
        zip(
            ("prompt", "model", "tool_name", "tool_parameters", "request_id", "call_id", "unknown", "type"),
            texts,
            strict=False,
        )
    )
    body = request(log(texts[8], "api_request", **said, **{"session.id": texts[9]}), **{"host.name": texts[10]})
    made = post("logs", body, NOW, protobuf=False)
    assert len(made.taken) == 1
    assert b"CANARY" not in encoded(made)
    drained(tmp_path, [made])
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()] == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"resourceLogs": 3}', b'{"resourceLogs":[{"scopeLogs":{}}]}', b"[" * 5000]
)
def test_a_body_that_is_none_is_undecodable_and_no_crash(body):
    with pytest.raises(Undecodable):
        post("logs", body, NOW, protobuf=False)


WRITER = """
import sys, pathlib
from uptake.receive.spool import Spool
spool = Spool(pathlib.Path(sys.argv[1]))
for number in range(100000):
    spool.append(b'{"received":%d}' % number + b"x" * 3000 + b"\\n")
    print(number, flush=True)
"""


def test_what_is_acknowledged_survives_kill_9(tmp_path):
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as child:
            time.sleep(0.6)
            os.kill(child.pid, signal.SIGKILL)
            said = child.stdout.read().split(b"\n")[:-1]
        segments = Spool(tmp_path).taken()
        lines = {line for path in segments for line in path.read_bytes().split(b"\n")}
        assert said
        assert [number for number in said if b'{"received":' + number + b"}" + b"x" * 3000 not in lines] == []
        for path in segments:
            path.unlink()


def test_a_line_that_was_cut_off_is_taken_away_by_the_next_writer(tmp_path):
    (tmp_path / "current.spool").write_bytes(b'{"received":1}\n{"rece')
    Spool(tmp_path).append(b'{"received":2}\n')
    assert Spool(tmp_path).taken()[0].read_bytes() == b'{"received":1}\n{"received":2}\n'


def test_the_days_of_a_load_that_was_killed_before_them_are_made_by_the_next(tmp_path, monkeypatch):
    made = post("logs", request(log(0, "user_prompt"), log(1, "api_request", request_id="r")), NOW, protobuf=False)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.loading, "make_days", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            drained(tmp_path, [made])
    assert usage(tmp_path) == []
    drained(tmp_path, [])
    assert [row[:2] for row in usage(tmp_path)] == [(1, 1)]


def test_a_damaged_line_of_the_spool_is_set_aside_and_counted_and_a_cut_off_one_was_never_there(tmp_path):
    settings = read_settings(tmp_path)
    made = post("logs", request(log(0, "user_prompt")), NOW, protobuf=False)
    spool = Spool(settings.spool_folder)
    for line in (b'{"rec\x00eived\n', encoded(made), b'{"received":12}\n'):
        spool.append(line)
    with (settings.spool_folder / "current.spool").open("ab") as file:
        file.write(encoded(made)[:20])
    report = drain(settings, State.of(settings), lambda: NOW)
    assert (report.records_in, report.loaded, report.quarantined) == (3, 1, 2)
    assert list(settings.spool_folder.glob("*.spool")) == []
    assert "eived" not in str(report)


def test_a_segment_loaded_before_a_kill_is_not_counted_again(tmp_path, monkeypatch):
    """Killed after the load and before the deletion: its bad records were set aside and counted then."""
    settings = read_settings(tmp_path)
    made = post("logs", request(log(0, "user_prompt")), NOW, protobuf=False)
    for line in (encoded(made), b"damaged\n"):
        Spool(settings.spool_folder).append(line)
    real = jobs.ingest

    def killed(*given):
        real(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "ingest", killed)
        with pytest.raises(KeyboardInterrupt):
            drain(settings, State.of(settings), lambda: NOW)
    left = list(settings.spool_folder.glob("*.spool"))
    again = drain(settings, State.of(settings), lambda: NOW)
    assert len(left) == 1
    assert (again.records_in, again.quarantined) == (0, 0)
    assert list(settings.spool_folder.glob("*.spool")) == []
    with pipeline.of_home(settings) as connection:
        assert connection.execute("select count(*) from quarantine").fetchone() == (1,)


def test_a_segment_that_could_not_be_loaded_stays(tmp_path, monkeypatch):
    settings = read_settings(tmp_path)
    made = post("logs", request(log(0, "user_prompt")), NOW, protobuf=False)
    Spool(settings.spool_folder).append(encoded(made))
    first = Spool(settings.spool_folder).taken()[0].name
    Spool(settings.spool_folder).append(encoded(made))
    real = jobs.ingest

    def refusing(*given):
        return dataclasses.replace(real(*given), refused={first: "unreadable"})

    monkeypatch.setattr(jobs, "ingest", refusing)
    drain(settings, State.of(settings), lambda: NOW)
    assert [path.name for path in settings.spool_folder.glob("*.spool")] == [first]
