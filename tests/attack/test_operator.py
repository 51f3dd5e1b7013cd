"""A hostile local operator at the command line: no person row without a grant, no data in an error, no read without a record."""

from __future__ import annotations

import shutil

import pytest

from tests.attack.crash import file_limit
from tests.attack.drive import COMPLIANCE, apart, run
from tests.attack.operator_home import PERSON_QUESTIONS, audit, grant, make_home, names_people, whole_state
from uptake.policy import PURPOSES, ROLES

ODD = (
    *(
        "' or 1=1 --",
        '"; drop table usage; --',
        "x' union select * from s.person_quarter_scores --",
        "%",
        "_",
        "*",
        "",
        " ",
    ),
    *(
        "../../../etc/passwd",
        "P0",
        "p0",
        "p0@corp.example",
        "\u202eP0",
        "P0\n",
        "a" * 5000,
        "1e9",
        "-1",
        "--",
        "$(id)",
        "{0}",
        "%s",
    ),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("operator"))


@pytest.fixture
def granted(home, tmp_path):
    shutil.copytree(home, tmp_path / "home")
    grant(tmp_path / "home", "administrator", "compliance")
    return tmp_path / "home"


def test_no_role_and_purpose_gives_a_person_row_without_a_grant(home):
    for question in PERSON_QUESTIONS:
        for role in ROLES:
            for purpose in PURPOSES if question == "quarter_scores" else ("assurance", "self"):
                done = run(home, "ask", question, "--as", role, "--purpose", purpose, "--case", "C", "--json")
                assert done.code == 5, (question, role, purpose)
                assert not names_people(done)
        assert run(home, "ask", question, "--json").code == 5


def test_the_wall_holds_with_every_role_granted(home, tmp_path):
    shutil.copytree(home, tmp_path / "home")
    roles = ("administrator", "compliance", "executive", "licence", "internal_audit", "validator")
    grant(tmp_path / "home", *roles)
    for question in PERSON_QUESTIONS:
        for role in roles:
            words = ("ask", question, "--as", role, "--case", "C", "--json")
            assert run(tmp_path / "home", *words, "--purpose", "performance_review").code == 5
            assert run(tmp_path / "home", *words).code == 5
            assert run(tmp_path / "home", *words, "--purpose", "x").code == 5
    for case in ((), ("--case", ""), ("--case", "  ")):
        words = ("ask", "quarter_scores", "--as", "compliance", "--purpose", "assurance", *case, "--json")
        assert run(tmp_path / "home", *words).code == 5


def test_nobody_is_a_person_in_a_real_home(home):
    seen = set()
    for who in ("P0", "P1", "nobody", *ODD):
        done = run(home, "ask", "quarter_scores", f"--as={who}", "--purpose", "self", "--json")
        seen.add((done.code, done.out))
        assert not names_people(done)
    assert len(seen) == 1


def test_odd_words_reach_no_table_and_break_nothing(granted):
    before = run(granted, "ask", "quarter_scores", *COMPLIANCE, "--json").out
    for odd in ODD:
        for option in ("--scope", "--tool", "--quarter", "--from", "--to", "--format", "--purpose"):
            done = run(granted, "ask", "funnel", f"{option}={odd}", "--json")
            assert done.code in {0, 2, 5}, (option, odd, done.err)
            assert not names_people(done)
        for question in (odd, f"quarter_scores{odd}", f"../reads/{odd}"):
            done = run(granted, "ask", "--json", "--", question)
            assert done.code in {2, 5}, (question, done.err)
        done = run(granted, "ask", "quarter_scores", *COMPLIANCE, f"--scope={odd}", "--json")
        assert done.code == 0
        assert done.json() == []
    assert run(granted, "ask", "quarter_scores", *COMPLIANCE, "--json").out == before


@pytest.mark.parametrize("option", [b"--scope", b"--tool", b"--quarter", b"--purpose", b"--case", b"--as"])
def test_words_that_are_no_text_are_no_fault_of_the_program(option, home):
    done = apart(home, "ask", "quarter_scores", "--json", option, b"\xff\xfe")
    assert done.code in {2, 5}, done.err


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
@pytest.mark.parametrize("out", ["absent/x", ".", "home/settings.toml/x", "x" * 300])
def test_a_place_that_cannot_be_written_is_wrong_usage(form, out, home):
    done = run(home, "ask", "funnel", "--format", form, "--out", home.parent / out)
    assert done.code == 2, done.err
    assert done.err.count("\n") == 1


def test_each_answer_has_exactly_one_record(granted):
    for question in PERSON_QUESTIONS:
        if question in ("leaderboard", "my_outcomes", "my_months"):  # of one's own alone, under no case
            continue
        before = audit(granted)
        assert run(granted, "ask", question, *COMPLIANCE, "--json").code == 0
        new = audit(granted)[len(before) :]
        assert [(record["question"], record["result"], record["case_id"]) for record in new] == [
            (question, "answered", "CASE-1")
        ]


def test_what_was_not_answered_is_not_recorded_as_answered(granted):
    before = len(audit(granted))
    assert run(granted, "ask", "quarter_scores", *COMPLIANCE, "--format", "xml").code == 2
    assert (
        run(granted, "ask", "quarter_scores", *COMPLIANCE, "--format", "json", "--out", granted / "absent" / "x").code
        == 2
    )
    assert [record["result"] for record in audit(granted)[before:]].count("answered") == 0


@pytest.mark.parametrize("who", [("--as", "compliance"), ("--as", "P0"), ("--as", "manager"), ()])
def test_each_refusal_is_recorded(who, home):
    before = len(audit(home))
    assert run(home, "ask", "quarter_scores", *who, "--purpose", "assurance", "--case", "C").code == 5
    assert [record["result"] for record in audit(home)[before:]] == ["refused"]


def test_the_record_holds_no_data(granted):
    assert run(granted, "ask", "quarter_scores", *COMPLIANCE, "--json").code == 0
    text = str(audit(granted)[-1])
    assert "gh-p" not in text
    assert "'P0'" not in text


@pytest.mark.parametrize("state", ["a folder", "no database", "damaged", "full"])
def test_no_row_is_answered_when_the_record_cannot_be_written(state, granted):
    file = granted / "state.db"
    data = whole_state(granted)
    limit = file_limit(4096) if state == "full" else None
    if state != "full":
        for part in granted.glob("state.db*"):
            part.unlink()
    if state == "a folder":
        file.mkdir()
    elif state != "full":
        damaged = data[:4096] + b"\xff" * (len(data) - 4096)
        file.write_bytes(b"no database at all " * 500 if state == "no database" else damaged)
    for form in ("json", "csv", "table"):
        done = apart(granted, "ask", "quarter_scores", *COMPLIANCE, "--format", form, limit=limit)
        assert (done.code, done.out) == (6, ""), done.err
    out = granted / "answer.json"
    assert apart(granted, "ask", "quarter_scores", *COMPLIANCE, "--format", "json", "--out", out, limit=limit).code == 6
    assert not out.exists()
    assert list(apart(granted, "ask", "quarter_scores", *COMPLIANCE, "--json", limit=limit).json()) == [
        "error",
        "exit_code",
    ]
