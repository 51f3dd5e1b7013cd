"""Repositories from the command line to the answer: what is counted, for whom, who may see it, and that nothing of their content stays."""

from __future__ import annotations

import json

import pytest

from tests.attack.canary import Canaries
from tests.attack.drive import home_with_roles, run
from tests.attack.leaks import found_in
from tests.git_repositories import Made, git, grown, made
from tests.product import home_settings
from uptake import pipeline
from uptake.policy import Policy

CLAUDE = b"s\n\nCo-authored-by: Claude Opus 4.6 <noreply@anthropic.com>"
CURSOR = b"s\n\nCo-authored-by: x <cursoragent@cursor.com>"
K = Policy().k
JULY = 1_783_000_000
"""2026-07-02."""


@pytest.fixture
def home(tmp_path):
    return home_with_roles(
        tmp_path / "home", "administrator", "executive", "compliance", "internal_audit", "validator", "licence"
    )


def ingest(home, *words, code=0):
    done = run(home, "ingest", "git", *words, "--json")
    assert done.code == code, done.err
    return done.json() if code in {0, 4} else done.err + done.out


def rows(home, question, *more):
    done = run(home, "ask", question, *more, "--json")
    assert done.code == 0, done.err
    return done.json()


def scored(home):
    assert run(home, "score", "--as-of", "2026-10-31").code == 0


def held(home):
    """Commits and marks in the warehouse."""
    with pipeline.of_home(home_settings(home)) as warehouse:
        return warehouse.execute(
            "select (select count(*) from commits), (select count(*) from commit_marks)"
        ).fetchall()[0]


def by(number, *, marked=False, at=JULY, lines=1):
    """A commit of author number so and so."""
    content = b"%d %d\n" % (number, at) * lines
    return Made(
        {b"src/a%d_%d.py" % (number, at): content}, CLAUDE if marked else b"s", b"N <dev%d@example.com>" % number, at
    )


def test_answers_equal_the_repository_up_to_the_as_of_day(home, tmp_path):
    history = [
        by(1),
        by(2, marked=True, lines=5),
        by(1, marked=True, at=JULY + 40 * 86_400),
        Made(parents=(1, 2), at=JULY + 41 * 86_400),
        by(1, marked=True, at=4_102_444_799),
    ]
    made(tmp_path / "pay.git", history, bare=True)
    report = ingest(home, tmp_path / "pay.git")
    assert (report["records_in"], report["loaded"], report["days"]) == (5, 5, ["2026-07-02", "2099-12-31"])
    scored(home)
    assert rows(home, "ai_marks") == [
        {"repository": "pay", "tool": "claude_code", "class": "authorship", "commits": 2, "marked_commits": 2, "commits_total": 4, "released": False}
    ]  # fmt: skip
    volume = rows(home, "code_volume")
    keys = ("repository", "month", "commits", "lines_added", "lines_deleted", "marked_lines_added", "mark_coverage")
    assert [tuple(row[key] for key in keys) for row in volume] == [
        ("pay", "2026-07", 2, 6, 0, 5, 500_000), ("pay", "2026-08", 1, 1, 0, 1, 1_000_000),
    ]  # fmt: skip


def test_a_second_load_changes_nothing_and_a_rewritten_history_is_counted_as_it_is(home, tmp_path):
    path = made(tmp_path / "pay", [by(1), by(2, marked=True), by(3, marked=True)])
    ingest(home, path)
    again = ingest(home, path)
    assert (again["records_in"], again["loaded"], again["duplicate"]) == (3, 0, 3)
    git(path, "update-ref", "refs/heads/main", git(path, "rev-parse", "HEAD~1").decode().strip())
    less = ingest(home, path)
    assert (less["records_in"], less["loaded"], less["duplicate"]) == (2, 0, 2)
    assert held(home) == (2, 1)
    grown(path, [by(7, marked=True)])
    assert "another repository" in ingest(home, path, code=3)
    whole = ingest(home, path, "--complete")
    assert (whole["records_in"], whole["loaded"]) == (1, 1)
    assert held(home) == (1, 1)


def test_a_folder_of_repositories_and_two_of_one_name(home, tmp_path):
    for name in ("a/pay.git", "b/fee.git"):
        made(tmp_path / "many" / name, [by(1)], bare=True)
    assert ingest(home, tmp_path / "many")["files"] == 2
    made(tmp_path / "many" / "c" / "pay", [by(2)])
    assert "Two repositories of this call are named `pay`" in ingest(home, tmp_path / "many", code=3)
    assert "named `all`" in ingest(home, tmp_path / "many", "--account", "all", code=3)
    (tmp_path / "none").mkdir()
    assert "no repository here" in ingest(home, tmp_path / "none", code=3)


def test_one_that_fails_is_listed_and_the_others_load(home, tmp_path):
    made(tmp_path / "many" / "whole", [by(1)])
    broken = made(tmp_path / "many" / "broken", [by(1), by(2)])
    sha = git(broken, "rev-parse", "HEAD~1^{tree}").decode().strip()
    (broken / ".git" / "objects" / sha[:2] / sha[2:]).unlink()
    report = ingest(home, tmp_path / "many", code=4)
    assert (report["files"], report["records_in"], list(report["refused"])) == (1, 1, ["broken"])
    said = ingest(home, broken, code=3)
    assert "an object is missing" in said
    assert "nothing of it was loaded" in said
    assert held(home) == (1, 0)


def test_the_doctor_misses_git_where_repositories_were_loaded(home, tmp_path, monkeypatch):
    def said():
        return next(one for one in json.loads(run(home, "doctor", "--json").out)["checks"] if one["name"] == "git")

    assert said()["ok"]
    assert said()["detail"].startswith("git version")
    ingest(home, made(tmp_path / "pay", [by(1)]))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (said()["ok"], said()["next_step"]) == (False, "Install the program git")
    assert "the program git is not installed" in ingest(home, tmp_path / "pay", code=3)


def test_a_second_clone_counts_for_the_first_and_the_doctor_says_which(home, tmp_path):
    def said():
        checks = json.loads(run(home, "doctor", "--json").out)["checks"]
        return [(one["ok"], one["detail"]) for one in checks if one["name"] == "copies"]

    path = made(tmp_path / "pay", [by(1), by(2, marked=True), by(3, marked=True)])
    ingest(home, path)
    scored(home)
    before = {question: rows(home, question) for question in ("ai_marks", "code_volume", "code_survival")}
    assert before["code_volume"][0]["commits"] == 3
    assert said() == []
    git(tmp_path, "clone", "-q", "--mirror", path.resolve(), tmp_path.resolve() / "pay-mirror.git")
    assert ingest(home, tmp_path / "pay-mirror.git")["loaded"] == 3
    scored(home)
    assert {question: rows(home, question) for question in before} == before
    assert said() == [(True, "3 commits of `pay-mirror` count for `pay`")]


def test_settings_that_cannot_be_used_are_wrong_usage(home, tmp_path):
    made(tmp_path / "pay", [by(1)])
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + '[git]\nai_identities = "none.csv"\n')
    assert "git.ai_identities" in ingest(home, tmp_path / "pay", code=2)
    settings.write_text("[git]\nrefs = []\n")
    assert "git.refs" in ingest(home, tmp_path / "pay", code=2)


def test_facts_and_the_repository_are_never_added(home, tmp_path):
    path = made(tmp_path / "pay", [by(1), by(2)])
    shas = git(path, "rev-list", "HEAD").decode().split()
    facts = [
        {"sha": sha, "parents": [], "author": "dev1@example.com", "authored": "2026-07-02T00:00:00Z", "committed": "2026-07-02T00:00:00Z", "files": []}
        for sha in (*shas, "9" * 40)
    ]  # fmt: skip
    file = tmp_path / "pay.ndjson"
    file.write_text("\n".join(map(json.dumps, facts)))
    assert ingest(home, file)["loaded"] == 3
    assert ingest(home, path)["loaded"] == 2
    assert held(home) == (2, 0)
    assert ingest(home, file)["ignored"] == 2


def test_who_an_author_is(home, tmp_path):
    people = "person_id,email,github_login,lob\np1,ana@corp.example,,Cards\np2,,ben-dev,Cards\np3,,,Cards\n"
    accounts = "source,account,person_id\ngit,old@home.example,p3\ngithub,cem,p3\n"
    for source, text in (("hr-people", people), ("accounts", accounts)):
        (tmp_path / source).write_text(text)
        assert run(home, "ingest", source, tmp_path / source).code == 0
    authors = [b"A <Ana@Corp.example>", b"B <7+Ben-Dev@users.noreply.github.com>", b"C <old@home.example>", b"C <cem@users.noreply.github.com>", b"X <x@y.example>",
               b"dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", b"Y <no address>"]  # fmt: skip
    made(tmp_path / "pay", [Made(author=one, at=JULY) for one in authors])
    ingest(home, tmp_path / "pay")
    scored(home)
    with pipeline.of_home(home_settings(home)) as warehouse:
        found = dict(warehouse.execute("select account, coalesce(person_id, '-') from commit_facts").fetchall())
    assert [
        found[name]
        for name in (
            "ana@corp.example",
            "7+ben-dev@users.noreply.github.com",
            "old@home.example",
            "cem@users.noreply.github.com",
        )
    ] == ["p1", "p2", "p3", "p3"]
    unmatched = {row["account"]: row["reason"] for row in rows(home, "unmatched_accounts") if row["source"] == "git"}
    hashed = next(name for name in unmatched if name.startswith("author:"))
    assert unmatched == {
        "x@y.example": "no_person",
        "49699333+dependabot[bot]@users.noreply.github.com": "service",
        hashed: "no_person",
    }


# who may see what


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Repositories with k and k + 1 authors, marked or not, and one whose months part the authors."""
    place = tmp_path_factory.mktemp("released")
    home = home_with_roles(
        place / "home", "administrator", "executive", "compliance", "internal_audit", "validator", "licence"
    )
    august = JULY + 40 * 86_400
    enough, few = range(K + 1), range(K)
    repositories = {
        "enough": [by(number, marked=marked) for number in enough for marked in (False, True)],
        "few": [by(number, marked=marked) for number in few for marked in (False, True)],
        "few-marked": [*(by(number) for number in enough), *(by(number, marked=True) for number in few)],
        "few-left": [*(by(number, marked=True) for number in enough), *(by(number) for number in few)],
        "robots": [*(by(number, marked=True) for number in few), Made(author=b"r[bot] <r[bot]@users.noreply.github.com>", at=JULY, message=CLAUDE)],
        "late": [*(by(number, marked=True) for number in enough), by(1, marked=True, at=august)],
        "two-halves": [*(by(number, marked=True, at=JULY + (number % 2) * 40 * 86_400) for number in range(2 * K))],
        "unmarked": [by(number) for number in enough],
        "second-tool": [*(by(number, marked=True) for number in enough), *(Made({b"z": b"%d\n" % number}, CURSOR, b"N <dev%d@example.com>" % number, JULY) for number in few)],
    }  # fmt: skip
    for name, history in repositories.items():
        # a file without lines, or the first commits of all would be the same ones
        history[0].files[name.encode()] = b""
        made(place / "all" / name, history)
    assert ingest(home, place / "all")["files"] == len(repositories)
    scored(home)
    return home


OPERATORS = ("administrator", "compliance", "internal_audit")


def test_operators_see_every_repository_and_others_the_released_ones(released):
    everything = rows(released, "ai_marks")
    assert {row["repository"] for row in everything} == {
        "enough",
        "few",
        "few-marked",
        "few-left",
        "robots",
        "late",
        "two-halves",
        "second-tool",
    }
    for role in OPERATORS:
        assert rows(released, "ai_marks", "--as", role, *case(role)) == everything
    for role in ("executive", "validator"):
        shown = rows(released, "ai_marks", "--as", role)
        assert shown == [row for row in everything if row["released"]]
        assert {row["repository"] for row in shown} == {"enough", "late", "two-halves"}
    assert run(released, "ask", "ai_marks", "--as", "licence").code == 5


def case(role):
    return ("--purpose", "assurance", "--case", "C1") if role == "compliance" else ()


def test_months_of_few_authors_and_what_would_follow_from_the_total_are_not_released(released):
    shown = {(row["repository"], row["month"]) for row in rows(released, "code_volume", "--as", "executive")}
    # `late`: one author in August. July is k + 1 people, but July would give August away beside the total of the repository.
    assert shown == {("enough", "2026-07"), ("unmarked", "2026-07"), ("second-tool", "2026-07")}
    assert ("late", "2026-08") in {(row["repository"], row["month"]) for row in rows(released, "code_volume")}


# content


def telling(canaries):
    """A commit with a sentence in every place that has room for one."""
    message = b"%s\n\nCo-authored-by: Claude %s <noreply@anthropic.com>\nAgent-Logs-Url: https://x.example/%s"
    name = b"%s <dev@example.com>" % canaries.text().encode()
    file = b"src/%s/%s.py" % (word(canaries), word(canaries))
    content = canaries.text().encode() + b"\n"
    return Made({file: content}, message % (word(canaries), word(canaries), word(canaries)), name, JULY)


def word(canaries):
    return canaries.text().replace(" ", "_").encode()


def test_no_content_of_a_repository_is_found_anywhere(home, tmp_path):
    canaries = Canaries()
    branch = word(canaries).decode()
    path = made(tmp_path / "pay", [telling(canaries) for _ in range(6)], branch=branch)
    git(path, "tag", word(canaries).decode())
    shas = git(path, "rev-list", "HEAD").decode().split()
    session = {
        "agent_id": {"tool": canaries.text(), "id": canaries.text(), "model": canaries.text()},
        "human_author": canaries.text(),
        "messages_url": canaries.text(),
    }
    talk = {**session, "messages": [{"text": canaries.text()}]}
    for sha, one in zip(shas, (session, talk, talk), strict=False):
        held = {
            "schema_version": canaries.text(),
            "sessions": {"s": one},
            canaries.text(): canaries.text(),
            "prompts": {"p": one},
        }
        noted_one(path, sha, f"{canaries.text()}\n  s::{word(canaries).decode()} 1-3\n---\n{json.dumps(held)}".encode())
    git(path, "config", "x.y", canaries.text())
    outputs = [json.dumps(ingest(home, path, code=4))]
    scored(home)
    asked = ("ai_marks", "code_volume", "quarantine", "unmatched_accounts")
    outputs += [json.dumps(rows(home, question)) for question in asked]
    assert [(row["source"], row["field"]) for row in rows(home, "quarantine")] == [("git", "prompts.messages")] * 2
    (path / ".git" / "objects" / shas[0][:2] / shas[0][2:]).unlink()
    outputs.append(ingest(home, path, code=3))
    assert len(canaries.texts) > 40
    assert found_in(home, canaries, outputs) == []


def noted_one(path, sha, note):
    """One more note, beside those that are there."""
    git(
        path,
        "-c",
        "user.name=n",
        "-c",
        "user.email=n@example.com",
        "notes",
        "--ref=ai",
        "add",
        "-f",
        "-F",
        "-",
        sha,
        given=note,
    )
