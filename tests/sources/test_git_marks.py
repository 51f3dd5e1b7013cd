"""AI marks of commits (SOURCES.md 14): who is on the list, how a message is read, and what marks nothing."""

import datetime as dt
import gzip
import json
import pathlib

import pytest
from tests.git_repositories import Made, made, read

from uptake.model.commits import AUTHORSHIP, REVIEW_SUGGESTION, WEAK, Commit, CommitMark
from uptake.model.outcome import InputFile, Refused, RepositoryWishes
from uptake.sources.git import SOURCE
from uptake.sources.git.identities import IdentitiesError, identities
from uptake.sources.git.marks import Seen, classified, model_of, of_message

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "samples"
DAY = dt.date(2026, 6, 1)
KNOWN = identities(RepositoryWishes())
CLAUDE = "Co-authored-by: Claude <noreply@anthropic.com>"


def marks(message, known=KNOWN, day=DAY):
    seen = Seen()
    of_message(seen, message, known, day)
    return {(tool, kind) for tool, kind, _ in seen.marks}


def sample(*parts):
    path = SAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip("the vendor samples are not there")
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"subject\n\n{CLAUDE}\n",
        f"subject\n\n{CLAUDE}\n\nand more text after it\nSigned-off-by: Ana <ana@example.com>",
        f"squash of two\n\n* one\n\n{CLAUDE}\n\n* two\n\n{CLAUDE}",
        "s\n\n   CO-AUTHORED-BY: whoever <NOREPLY@Anthropic.com>",
        "s\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)",
        "s\n\nGenerated with [Claude Code](https://claude.ai/code)",
        "s\n\nClaude-Session: https://claude.ai/code/session_1",
        "s\r\n\r\n" + CLAUDE + "\r\n",
        "s\n\nCo-authored-by: <noreply@anthropic.com)",
    ],
)
def test_the_whole_message_is_read_line_by_line(text):
    assert marks(text) == {("claude_code", AUTHORSHIP)}


@pytest.mark.parametrize(
    "text",
    [
        f"s\n\n> {CLAUDE}",
        f'Revert "s"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n\n{CLAUDE}',
        f"s\n\nDo not write {CLAUDE} by hand",
        "s\n\nCo-authored-by: Claude Dupont <claude.dupont@bank.example>",
        "s\n\nCo-authored-by: Cursor Pointer",
        "s\n\nCo-authored-by: gemini-code-assist[bot] <176961590+gemini-code-assist[bot]@users.noreply.github.com>",
        "s\n\nCo-authored-by: coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>",
        "s\n\nCo-authored-by: github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>",
        "s\n\nCo-authored-by: gemini-cli-robot <224641728+gemini-cli-robot@users.noreply.github.com>",
        "s\n\nCo-authored-by: GitHub <noreply@github.com>",
        "s\n\nAssisted-by: Claude <noreply@anthropic.com>",
        "s\n\nIt was Generated with [Claude Code]( or so they say",
    ],
)
def test_what_marks_nothing(text):
    assert marks(text) == set()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("claude[bot] <41898282+claude[bot]@users.noreply.github.com>", ("claude", AUTHORSHIP)),
        ("Copilot <175728472+Copilot@users.noreply.github.com>", ("copilot", REVIEW_SUGGESTION)),
        ("OpenHands-GPT-5 openhands@all-hands.dev", ("openhands", AUTHORSHIP)),
        ("Codex (GPT-5.5)", ("codex", WEAK)),
        ("Gemini", ("gemini_cli", WEAK)),
        ("aider (gpt-5) <aider@aider.chat>", ("aider", AUTHORSHIP)),
        ("GitHub Copilot <noreply@github.com>", ("copilot", AUTHORSHIP)),
    ],
)
def test_addresses_decide_and_malformed_ones_are_read(value, wanted):
    found = classified(value, KNOWN, DAY)
    assert (found.tool, found.mark_class) == wanted


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Claude Opus 4.7 (1M context)", "Claude Opus 4.7"), ("Claude Code 2.1.63 / Claude Opus 4.6", "Claude Opus 4.6"), ("Claude", None),
        ("aider (openrouter/deepseek/deepseek-r1:free)", "deepseek/deepseek-r1:free"), ("OpenHands-GPT-4.1", "GPT-4.1"),
        ("Claude tell Ann of the merger", None), ("Claude Opus 4.6 tell Ann", "Claude Opus 4.6"), ("aider (gpt-5 c4nary)", "gpt-5"),
    ],
)  # fmt: skip
def test_the_name_gives_the_model_and_nothing_that_could_be_a_sentence(name, model):
    assert model_of(name) == model


def test_authors_and_committers_mark_too_and_a_person_is_the_co_author(tmp_path):
    agent = b"Copilot <198982749+Copilot@users.noreply.github.com>"
    person = b"GitHub <noreply@github.com>"
    path = made(
        tmp_path / "r",
        [
            Made(message=b"s\n\nCo-authored-by: Ana <Ana@example.com>", author=agent, committer=person),
            Made(
                message=b"s\n\nCo-authored-by: A <a@x.example>\nCo-authored-by: B <b@x.example>",
                author=agent,
                committer=person,
            ),
            Made(author=b"Ana (aider) <ana@example.com>", committer=person),
            Made(author=b"Ana <ana@example.com>", committer=b"c <noreply@anthropic.com>"),
            Made(author=b"dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"),
            Made(message=b"aider: tidy up"),
        ],
    )
    answer = read(path)
    commits = answer.rows(Commit)[::-1]
    assert [row.person_account for row in commits] == ["ana@example.com", None, None, None, None, None]
    assert [row.bot for row in commits] == [True, True, False, False, True, False]
    bases = {
        row.sha: [(mark.tool, mark.basis) for mark in answer.rows(CommitMark) if mark.sha == row.sha] for row in commits
    }
    assert list(bases.values()) == [
        [("copilot", "author")], [("copilot", "author")], [("aider", "author")], [("claude_code", "committer")], [],
        [("aider", "line")],
    ]  # fmt: skip


def test_the_message_of_a_merge_repeats_and_its_author_counts(tmp_path):
    quoting = Made(message=CLAUDE.encode(), parents=(0, 1))
    acting = Made(author=b"Claude <noreply@anthropic.com>", parents=(0, 2))
    answer = read(made(tmp_path / "r", [Made(), Made(), quoting, acting]))
    assert [(mark.tool, mark.basis) for mark in answer.rows(CommitMark)] == [
        ("claude_code", "author"),
        ("claude_code", "committer"),
    ]


def test_a_revert_names_what_it_reverts(tmp_path):
    answer = read(made(tmp_path / "r", [Made(message=b'Revert "x"\n\nThis reverts commit 0123abc.')]))
    assert [row.reverts for row in answer.rows(Commit)] == ["0123abc"]


def test_a_row_of_the_list_holds_on_its_days_only():
    dated = RepositoryWishes(
        identities="tool,mark_class,match,value,name,valid_from,valid_to\nown,authorship,email,bot@x.example,,2026-06-01,2026-06-30\n"
    )
    known = identities(dated)
    text = "s\n\nCo-authored-by: b <bot@x.example>"
    days = [dt.date(2026, 5, 31), dt.date(2026, 6, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1)]
    assert [marks(text, known, day) for day in days] == [set(), {("own", AUTHORSHIP)}, {("own", AUTHORSHIP)}, set()]


def test_a_site_adds_overrules_and_switches_off():
    rows = "tool,mark_class,match,value\nclaude,authorship,email,noreply@anthropic.com\nhouse,authorship,line,Written-by-house:\n"
    known = identities(RepositoryWishes(identities=rows, assisted_by=True))
    assert marks(f"s\n\n{CLAUDE}\nWritten-by-house: yes", known) == {("claude", AUTHORSHIP), ("house", AUTHORSHIP)}
    assert marks("s\n\nAssisted-by: Gemini\nAssisted-by: x", known) == {
        ("gemini_cli", AUTHORSHIP),
        ("other", AUTHORSHIP),
    }
    assert marks(f"s\n\n{CLAUDE}", identities(RepositoryWishes(without=("claude_code",)))) == set()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("tool,mark_class,match\nx,authorship,email\n", "column `value` is missing"),
        ("tool,mark_class,match,value\nx,author,email,a@b.c\n", "row 2: `mark_class` is none of"),
        ("tool,mark_class,match,value\nx,authorship,name,a@b.c\n", "row 2: `match` is none of"),
        ("tool,mark_class,match,value\nx,authorship,email,\n", "row 2: `value` is empty"),
        ("tool,mark_class,match,value,valid_from\nx,authorship,email,a@b.c,soon\n", "row 2: `valid_from` is no day"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(rows, why, tmp_path):
    with pytest.raises(IdentitiesError, match=why):
        identities(RepositoryWishes(identities=rows))
    with pytest.raises(Refused, match="list of AI identities"):
        read(made(tmp_path / "r", [Made()]), identities=rows)


# the samples


def test_every_trailer_value_that_was_seen_is_classified():
    lines = sample("git-trailers", "co_authored_by_ai.counts.tsv").read_text().splitlines()[1:]
    found = {value: classified(value, KNOWN, DAY) for _, value in (line.split("\t") for line in lines)}
    assert [value for value, identity in found.items() if identity is None] == []
    sums = dict.fromkeys((AUTHORSHIP, REVIEW_SUGGESTION, WEAK, "review_bot", "robot"), 0)
    for line in lines:
        count, value = line.split("\t")
        sums[found[value].mark_class] += int(count)
    assert sums == {AUTHORSHIP: 21_214, REVIEW_SUGGESTION: 1_395, WEAK: 12, "review_bot": 2_157, "robot": 301}


@pytest.mark.parametrize(
    ("name", "commits", "wanted"), [("sqlite-utils", 1_199, (76, 1, 34, 77)), ("datasette", 3_402, (133, 1, 65, 152))]
)
def test_the_known_answers_of_two_projects(name, commits, wanted):
    """Commits with a trailer of Claude, of Copilot, with an agent as author, and any of these (PROVENANCE.md)."""
    path = sample("git_logs", f"{name}.ndjson.gz")
    with gzip.open(path) as stream:
        taken = list(SOURCE.parse(InputFile(path.name, stream)))
    rows = [row for one in taken for row in one.rows]
    found = [row for row in rows if isinstance(row, CommitMark) and row.mark_class == AUTHORSHIP]

    def shas(**said):
        return {row.sha for row in found if all(getattr(row, key) == value for key, value in said.items())}

    claude, copilot = (shas(tool=tool, basis="trailer") for tool in ("claude_code", "copilot"))
    assert (len(claude), len(copilot), len(shas(basis="author")), len(shas())) == wanted
    assert {row.repository for row in rows} == {name}
    facts = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert len(taken) == commits == len(facts)
    lines = sum(added or 0 for one in facts if len(one["parents"]) < 2 for _, added, _ in one["files"])
    assert sum(row.lines_added for row in rows if isinstance(row, Commit)) == lines
