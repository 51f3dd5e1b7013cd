"""Claude Code transcripts (SOURCES.md 5.4, rules R-TR-1 to R-TR-6): known answers, one call once over all files, and no content anywhere."""

import datetime as dt
import io
import itertools
import json
import pathlib
from decimal import Decimal

import duckdb
import pytest
from claude_code_files import facts, load_all
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.canary import Canaries
from tests.attack.drive import COMPLIANCE, home_with_roles, run
from tests.attack.leaks import found_in

from uptake.model import Usage
from uptake.model.outcome import Ignored, InputFile, Refused, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.claude_transcripts.shapes import Row

SOURCE = SOURCES["claude-transcripts"]
SAMPLES = pathlib.Path(__file__).resolve().parents[2].parent / "shared/samples/transcripts"
FETCHED = dt.datetime(2026, 5, 8, 3)
KIM = "kim@example.org"
COLUMNS = "prompts, requests, sessions, tokens_in, tokens_out, tokens_cache_write, tokens_cache_read, cost_est_usd"


def at(seconds, day=4):
    return (dt.datetime(2026, 5, day, 9) + dt.timedelta(seconds=seconds)).isoformat() + "Z"


def said(text="a text", seconds=0, **more):
    row = {
        "type": "user",
        "timestamp": at(seconds),
        "sessionId": "s",
        "uuid": f"u{seconds}",
        "message": {"role": "user", "content": text},
    }
    return row | more


def call(number=1, seconds=1, out=5, **more):
    usage = {"input_tokens": 10, "output_tokens": out, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 2}
    message = {
        "id": f"msg_{number}",
        "role": "assistant",
        "model": "m",
        "usage": usage,
        "content": [{"type": "text", "text": "x"}],
    }
    row = {
        "type": "assistant",
        "timestamp": at(seconds),
        "sessionId": "s",
        "requestId": f"req_{number}",
        "message": message,
    }
    return row | more


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def read(data, account=KIM, days=None):
    data = data if isinstance(data, bytes) else lines(*data)
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), account, FETCHED, days=days)))


def usage(*files, first=dt.date(2026, 1, 1)):
    """Day rows of the events of some files, as the loader would make them."""
    events = {one.key: one.rows[0] for file in files for one in read(file) if isinstance(one, Taken)}
    return [row for taken in SOURCE.days(events.values(), first) for row in taken.rows if isinstance(row, Usage)]


def loaded(folder, *files, who=KIM):
    """The day rows in the warehouse after each file, or folder, was loaded in a call of its own."""
    home = home_with_roles(folder / "home", "administrator")
    for number, file in enumerate(files):
        path = file
        if isinstance(file, bytes):
            path = folder / f"{number}.jsonl"
            path.write_bytes(file)
        done = run(home, "ingest", "claude-transcripts", path, "--account", who, "--json")
        assert done.code in {0, 4}, done.err
        told = json.loads(done.out)
        assert told["records_in"] == told["loaded"] + told["duplicate"] + told["ignored"] + told["quarantined"]
    return rows_of(home)


def rows_of(home):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            f"select day, {COLUMNS} from usage where source = 'claude-transcripts' order by day"
        ).fetchall()


def test_the_known_answers_of_the_ccusage_fixture(tmp_path):
    folder = SAMPLES / "ccusage_fixture" / "claude"
    if not folder.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    found = loaded(tmp_path, folder, folder)
    assert [(str(row[0]), *row[2:]) for row in found] == [
        ("2026-01-09", 2, 1, 300, 125, 75, 30, Decimal("0.46")),
        ("2026-01-10", 1, 1, 300, 125, 0, 40, Decimal("0.56")),
        ("2026-02-03", 2, 1, 130, 60, 15, 40, Decimal("0.07")),
    ]
    assert tuple(sum(row[number] for row in found) for number in (4, 5, 6, 7, 8)) == (
        730,
        310,
        90,
        110,
        Decimal("1.09"),
    )


def test_the_known_answers_of_the_real_client(tmp_path):
    folder = SAMPLES / "claude_code_real_client_reduced"
    if not folder.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    assert loaded(tmp_path, folder) == [(dt.date(2026, 11, 22), 1, 4, 1, 1498, 321, 3700, 10000, None)]


def test_codex_transcripts_in_the_folder_are_known_and_not_taken():
    file = SAMPLES / "ccusage_fixture" / "codex" / "sessions" / "project-alpha" / "session-alpha.jsonl"
    if not file.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    assert {type(one) for one in read(file.read_bytes())} == {Ignored}


def test_r_tr_1_the_last_row_of_a_call_counts_in_any_order_and_once_for_each_call():
    first, last, other = call(out=3), call(seconds=2, out=90), call(2, seconds=3, out=7)
    for order in itertools.permutations([first, last, other]):
        (row,) = usage(lines(*order))
        assert (row.requests, row.tokens_in, row.tokens_out) == (2, 20, 97)
    # Of rows with one time the one that stands last.
    (row,) = usage(lines(call(out=3), call(out=90)))
    assert (row.requests, row.tokens_out) == (1, 90)


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({"requestId": None, "message": {"id": None}}, 2),
        ({"requestId": None, "message": {}}, 1),
        ({"requestId": "req_1", "message": {"id": None}}, 1),
    ],
)
def test_r_tr_1_a_row_without_ids_counts_by_itself_and_one_id_is_enough(changes, calls):
    row = call()
    row = row | changes | {"message": row["message"] | changes["message"]}
    assert [one.requests for one in usage(lines(row, row), lines(row, row))] == [calls]


@pytest.mark.parametrize(
    ("row", "prompts"),
    [
        (said(), 1),
        (said([{"type": "text", "text": "a"}]), 1),
        (said([{"type": "image", "source": {}}, {"type": "text", "text": "a"}]), 1),
        (said(isMeta=True), 0),
        (said(isSidechain=True), 0),
        (said(isCompactSummary=True), 0),
        (said([{"type": "tool_result", "content": "a"}]), 0),
        (said([{"type": "tool_result", "content": "a"}, {"type": "text", "text": "a"}]), 0),
        (said([{"type": "image", "source": {}}]), 0),
        (said(""), 0),
        (said("<command-name>/review</command-name>"), 0),
        (said("<local-command-stdout>done</local-command-stdout>"), 0),
        (said([{"type": "text", "text": "[Request interrupted by user]"}]), 0),
    ],
)
def test_r_tr_2_prompts_are_texts_of_a_person(row, prompts):
    (found,) = usage(lines(row, call()))
    assert (found.prompts, found.requests) == (prompts, 1)
    assert ("slash_commands" in found.flags_json) == ("<command-" in str(row["message"]["content"]))


def test_r_tr_3_a_call_and_a_prompt_in_two_files_count_once_in_one_call_and_in_two(tmp_path):
    whole = lines(said(), call(out=3), call(seconds=2, out=90), call(2, seconds=3))
    fork = lines(said(), call(out=3), said("more", 60), call(3, seconds=61))
    wanted = [(dt.date(2026, 5, 4), 2, 3, 1, 30, 100, 6, 9, None)]
    for name, files in {"one": (whole, fork), "other": (fork, whole, fork)}.items():
        assert loaded(tmp_path / name, *files) == wanted
    (tmp_path / "both").mkdir()
    for name, data in (("a", whole), ("b", fork)):
        (tmp_path / "both" / f"{name}.jsonl").write_bytes(data)
    assert loaded(tmp_path / "third", tmp_path / "both") == wanted


def test_r_tr_4_the_cost_of_the_row_is_taken_and_no_price_is_null():
    (row,) = usage(lines(call(costUSD=0.1), call(2, seconds=2, costUSD=0.2)))
    assert row.cost_est_usd == Decimal("0.3")
    (row,) = usage(lines(call(costUSD=0.1), call(2, seconds=2)))
    assert row.cost_est_usd is None
    (row,) = usage(lines(call(costUSD=0)))
    assert row.cost_est_usd == 0


def test_r_tr_5_a_cut_last_line_and_lines_that_are_no_json_are_counted():
    cut = json.dumps(call(2)).encode()[:-40]
    outcomes = read(lines(said()) + b"what is this\n" + lines(call()) + cut + b"\n" + lines(call(3, seconds=5)) + cut)
    assert [type(one) for one in outcomes] == [Taken, Rejected, Taken, Rejected, Taken, Rejected]
    assert [one.reason for one in outcomes if isinstance(one, Rejected)] == [*["malformed JSON"] * 2, "truncated file"]


def test_r_tr_6_and_content_nothing_of_a_text_a_path_or_a_name_is_left_anywhere(tmp_path):
    canaries = Canaries()
    folder = tmp_path / canaries.text().replace(" ", "-") / "inner"
    folder.mkdir(parents=True)
    more = {name: canaries.text() for name in ("cwd", "gitBranch", "version", "slug", "sessionId", "uuid", "newKey")}
    content = [
        {"type": "text", "text": canaries.text()},
        {"type": "tool_use", "name": canaries.text(), "input": {canaries.text(): canaries.text()}},
    ]
    answer = call() | more | {"requestId": canaries.text(), "toolUseResult": {canaries.text(): canaries.text()}}
    answer["message"] |= {"id": canaries.text(), "model": canaries.text(), "content": content, canaries.text(): 1}
    rows = [
        said(canaries.text()) | more, said([{"type": "text", "text": canaries.text()}], 2), answer,
        said([{"type": "tool_result", "content": canaries.text()}], 3), {"type": "summary", "summary": canaries.text()},
        {"type": canaries.text()}, said(canaries.text(), timestamp=canaries.text()), {"type": "user", "message": canaries.text()},
    ]  # fmt: skip
    (folder / "a.jsonl").write_bytes(
        lines(*rows) + canaries.text().encode() + b"\n" + json.dumps(said(canaries.text())).encode()[:-9]
    )
    home = home_with_roles(tmp_path / "home", "administrator")
    told = [
        run(home, "ingest", "claude-transcripts", tmp_path / folder.parent.name, "--account", KIM, *more)
        for more in ((), ("--json",))
    ]
    assert {done.code for done in told} == {4}
    assert len(canaries.texts) > 20
    assert found_in(home, canaries, [text for done in told for text in (done.out, done.err)]) == []


def test_what_a_transcript_cannot_say_is_null():
    (row,) = usage(lines(said(), call()))
    unknown = (
        "accept_user",
        "accept_auto",
        "accept_unsplit",
        "reject_user",
        "lines_agent_added",
        "commits",
        "active_seconds_user",
        "credits",
    )
    assert {getattr(row, name) for name in unknown} == {None}
    (row,) = usage(lines(call(sessionId=None)))
    assert row.sessions is None
    bare = call()
    bare["message"] = bare["message"] | {"usage": {"input_tokens": 0}}
    (row,) = usage(lines(bare))
    assert (row.tokens_in, row.tokens_out, row.prompts) == (0, None, 0)


def test_r_cc_9_a_session_in_which_no_model_answered_is_no_use():
    error = call(isApiErrorMessage=True)
    (row,) = usage(lines(said(), error))
    assert (row.prompts, row.tokens_in) == (0, None)
    assert row.requests in {0, None}


def test_a_call_over_midnight_is_on_the_day_of_its_last_row_and_leaves_none_behind(tmp_path):
    early, late = call(timestamp="2026-05-04T23:59:59Z", out=1), call(timestamp="2026-05-05T00:00:01Z", out=8)
    found = loaded(tmp_path, lines(early), lines(late))
    assert [(row[0].day, row[2], row[5]) for row in found if row[2]] == [(5, 1, 8)]
    assert sum(row[4] or 0 for row in found) == 10


def test_the_person_must_be_named(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(lines(said(), call()))
    done = run(
        home_with_roles(tmp_path / "home", "administrator"), "ingest", "claude-transcripts", tmp_path / "a.jsonl"
    )
    assert (done.code, "--account" in done.err) == (2, True)
    for account in ("", "two words", "a/path"):
        with pytest.raises(Refused):
            read([said()], account=account)


def test_from_and_to_limit_what_is_taken_and_complete_no_day_of_anybody(tmp_path):
    day = dt.date(2026, 5, 5)
    outcomes = read(lines(call(), call(2, timestamp=at(0, day=5))), days=(day, day))
    assert [type(one) for one in outcomes] == [Ignored, Taken]
    assert [one.day for one in outcomes if isinstance(one, Taken)] == [None]
    home = home_with_roles(tmp_path / "home", "administrator")
    (tmp_path / "a.jsonl").write_bytes(lines(said(), call()))
    words = ("--account", KIM, "--from", "2026-05-01", "--to", "2026-05-09")
    assert run(home, "ingest", "claude-transcripts", tmp_path / "a.jsonl", *words).code == 0
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from spans").fetchone() == (0,)


def test_c8_a_transcript_counts_only_where_no_other_source_of_claude_code_tells(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    load_all(home, tmp_path)
    found = {person: row for (person, tool), row in facts(home).items() if tool == "claude_code"}
    assert found == {
        "P1": [("otlp", "event", 1, 1)],
        "P2": [("claude-code", "session", None, 5)],
        "P3": [("claude-enterprise", "session", None, 3)],
        "P4": [("claude-transcripts", "event", 2, 1)],
    }
    done = run(home, "ask", "day_scores", *COMPLIANCE, "--json")
    points = {
        row["person_id"]: row["proactive"]
        for row in json.loads(done.out)
        if row["tool"] == "claude_code" and row["proactive"]
    }
    assert points == {"P1": 1, "P2": 3, "P3": 2, "P4": 2}


VALUE = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "user", "assistant", [], {}, ["a"]])


@given(st.lists(st.dictionaries(st.sampled_from(Row.__struct_fields__), VALUE, max_size=3), max_size=6))
def test_every_line_has_one_outcome_and_names_only_known_fields(changes):
    outcomes = read([row | change for change in changes for row in (said(), call())])
    assert len(outcomes) == 2 * len(changes)
    for one in outcomes:
        assert isinstance(one, Taken | Ignored) or one.field.split(".")[0] in {"", *Row.__struct_fields__}
