"""Pull requests, reviews and checks as GitHub's API answers them, one file a week (SOURCES.md section 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path

from uptake.demo.changes import Change
from uptake.demo.company import Person
from uptake.demo.hosts import MARK, became, checks, digest, id_of, sha, since, time, write_weeks
from uptake.demo.writing import write_gzip

API = "https://api.github.com/repos"
_PULL = (
    '{"url":"%s/%s/pulls/%d","id":%d,"number":%d,"state":"closed","title":"%s: invented change","body":%s,"user":%s,'
    '"created_at":"%s","updated_at":"%s","closed_at":"%s","merged_at":"%s","merge_commit_sha":"%s","head":{"sha":"%s"},'
    '"base":{"ref":"main","repo":{"full_name":"%s","default_branch":"main"}},"merged":true,"comments":0,"review_comments":%d,"commits":%d,"additions":%d,"deletions":%d,'
    '"changed_files":%d}'
)
_REVIEW = '{"id":%d,"user":%s,"state":"%s","commit_id":"%s","submitted_at":"%s","pull_request_url":"%s/%s/pulls/%d","body":""}'
_CHECK = (
    '{"id":%d,"name":"build","head_sha":"%s","status":"completed","conclusion":"%s","started_at":"%s","completed_at":"%s",'
    '"url":"%s/%s/check-runs/%d"}'
)
_RULESET = (
    '{"id":%d,"name":"invented rules","target":"branch","source_type":"Repository","source":"%s","enforcement":"active",'
    '"conditions":{"ref_name":{"include":["~DEFAULT_BRANCH"],"exclude":[]}},"rules":[{"type":"required_status_checks","parameters":'
    '{"required_status_checks":[%s]}},{"type":"pull_request","parameters":'
    '{"required_approving_review_count":1,"require_code_owner_review":%s}}],"updated_at":"%s"}'
)
_SUITE = (
    '{"id":%d,"after_sha":"%s","ref":"refs/heads/main","pushed_at":"%s","result":"%s","rule_evaluations":['
    '{"rule_source":{"type":"ruleset","id":%d},"enforcement":"active","result":"%s","rule_type":"pull_request"}]}'
)
SCANNED = 12
"""Of so many repositories one requires a scan that nobody set up: its changes lack a required check."""
OWNED, UNTOLD = 4, 12
"""Of so many repositories one requires that an owner of the code approves; of so many one of these never tells whether one did."""
PASSED_BY = 40
"""Of so many merges into an owned repository one goes past its rules: no owner had approved."""
_COMMIT = '{"sha":"%s","url":"%s/%s/commits/%s","commit":{"message":"Invented commit","committer":{"date":"%s"}},"parents":[{"sha":"%s"}]}'


def write_github(vendor: Path, made: list[Change], commits: Mapping[tuple[str, int], str]) -> None:
    """One file of answers for each week, by the day of the merge. `commits`: what a change became, where a real repository stands behind it."""
    write_weeks(vendor / "github-prs", made, lambda one: _lines(one, became(one, commits)))
    write_gzip(vendor / "github-prs" / "rules.ndjson.gz", "".join(f"{line}\n" for line in _rules(made)))
    verdicts = _verdicts(made, commits)
    write_gzip(vendor / "github-prs" / "verdicts.ndjson.gz", "".join(f"{line}\n" for line in verdicts))
    write_gzip(vendor / "github-prs" / "commits.ndjson.gz", "".join(f"{line}\n" for line in _stacked(made)))


def _lines(one: Change, commit: str) -> Iterator[str]:
    head = sha(one, "head")
    number = id_of(one)
    size = (len(one.reviews), 1 + len(one.reviews), one.lines, one.lines // 4, 1 + one.lines // 30)
    body = f'"Reverts {one.repository}#{one.reverts}"' if one.reverts else f'"{MARK}"' if one.marked else "null"
    merged = time(one.merged)
    yield _PULL % (
        API, one.repository, one.number, number, one.number, one.task, body, _user(one.author), time(one.opened), merged, merged,
        merged, commit, head, one.repository, *size,
    )  # fmt: skip
    for place, (when, state, on_head) in enumerate(one.reviews):
        seen = head if on_head else sha(one, f"older {place}")
        yield _REVIEW % (
            number + place,
            _user(one.reviewer),
            state,
            seen,
            time(when),
            API,
            one.repository,
            one.number,
        )
    for place, (passed, begun, ended) in enumerate(checks(one)):
        conclusion = "success" if passed else "failure"
        yield _CHECK % (
            number + place, head, conclusion, time(begun), time(ended), API, one.repository, number + place,
        )  # fmt: skip


def _rules(made: list[Change]) -> Iterator[str]:
    """What each repository requires before a merge into its main branch, since a month before the first change."""
    begun = since(made)
    for repository, number in _numbers(made).items():
        names = ("build", "scan") if number % SCANNED == 0 else ("build",)
        owned = "true" if number % OWNED == 1 else "false"
        yield _RULESET % (
            number,
            repository,
            ",".join(f'{{"context":"{name}"}}' for name in names),
            owned,
            time(begun),
        )


def _verdicts(made: list[Change], commits: Mapping[tuple[str, int], str]) -> Iterator[str]:
    """How the rules on reviews came out at each merge into a repository whose owners have to approve, but for those that never tell."""
    numbers = _numbers(made)
    for one in made:
        number = numbers[one.repository]
        if number % OWNED == 1 and number % UNTOLD != 1:
            met = bool(one.reviews) and digest(one, "owner")[0] % PASSED_BY != 0
            result = ("pass", "pass") if met else ("bypass", "fail")
            yield _SUITE % (id_of(one), became(one, commits), time(one.merged), result[0], number, result[1])


def _numbers(made: Iterable[Change]) -> dict[str, int]:
    """Number of each repository, from 1 on, by name."""
    return {repository: number for number, repository in enumerate(sorted({one.repository for one in made}), 1)}


def _stacked(made: Iterable[Change]) -> Iterator[str]:
    """The first commit of every second change that followed one which was later taken back: it was written on top of that one."""
    ordered = sorted(made, key=lambda one: (one.repository, one.merged, one.number))
    for repository, inside in groupby(ordered, key=lambda one: one.repository):
        own = list(inside)
        ends = {one.reverts: one.merged for one in own if one.reverts}
        for base, after in pairwise(own):
            built = not after.reverts and base.number in ends and base.merged < after.merged < ends[base.number]
            if built and digest(base, "stacked")[0] % 2:
                head = sha(after, "head")
                yield _COMMIT % (head, API, repository, head, time(after.opened), sha(base, "head"))


def _user(person: Person | None) -> str:
    return "null" if person is None else f'{{"login":"{person.login}","id":{9_000_000 + person.number},"type":"User"}}'
