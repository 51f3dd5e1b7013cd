"""Pull requests, reviews and checks as GitHub's API answers them, one file a week; incidents as our own CSV (SOURCES.md section 13)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path

from uptake.demo.changes import Change
from uptake.demo.company import Person
from uptake.demo.window import LAST_DAY
from uptake.demo.writing import write_csv, write_gzip

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
_MARK = '"Made with an invented tool.\\n\\nCo-authored-by: Claude <noreply@anthropic.com>"'
INCIDENT_COLUMNS = ("incident_id", "kind", "day", "repository", "change")


def write_github(vendor: Path, made: list[Change], commits: Mapping[tuple[str, int], str]) -> None:
    """`commits`: what a change became, where a real repository stands behind it. One file of answers for each week, by the day of the merge; nothing that lies after the newest day."""
    shown = [one for one in made if one.merged.date() <= LAST_DAY]
    shown.sort(key=lambda one: (one.merged, one.repository, one.number))
    for week, inside in groupby(shown, key=lambda one: one.merged.date() - dt.timedelta(days=one.merged.weekday())):
        lines = [line for one in inside for line in _lines(one, _became(one, commits))]
        write_gzip(vendor / "github-prs" / f"{week}.ndjson.gz", "\n".join(lines) + "\n")
    write_gzip(vendor / "github-prs" / "rules.ndjson.gz", "".join(f"{line}\n" for line in _rules(shown)))
    verdicts = _verdicts(shown, commits)
    write_gzip(vendor / "github-prs" / "verdicts.ndjson.gz", "".join(f"{line}\n" for line in verdicts))
    write_gzip(vendor / "github-prs" / "commits.ndjson.gz", "".join(f"{line}\n" for line in _stacked(shown)))
    write_csv(vendor / "incidents" / "incidents.csv", INCIDENT_COLUMNS, _incidents(shown))


def _lines(one: Change, became: str) -> Iterator[str]:
    head = _sha(one, "head")
    number = _id(one)
    size = (len(one.reviews), 1 + len(one.reviews), one.lines, one.lines // 4, 1 + one.lines // 30)
    body = f'"Reverts {one.repository}#{one.reverts}"' if one.reverts else _MARK if one.marked else "null"
    merged = _time(one.merged)
    yield _PULL % (
        API, one.repository, one.number, number, one.number, one.task, body, _user(one.author), _time(one.opened), merged, merged,
        merged, became, head, one.repository, *size,
    )  # fmt: skip
    for place, (when, state, on_head) in enumerate(one.reviews):
        commit = head if on_head else _sha(one, f"older {place}")
        yield _REVIEW % (
            number + place,
            _user(one.reviewer),
            state,
            commit,
            _time(when),
            API,
            one.repository,
            one.number,
        )
    begun = one.opened + dt.timedelta(minutes=1)
    for place, conclusion in enumerate(("success",) if one.passed else ("failure", "success")):
        ended = begun + dt.timedelta(minutes=4 + 9 * place)
        yield _CHECK % (
            number + place,
            head,
            conclusion,
            _time(begun),
            _time(ended),
            API,
            one.repository,
            number + place,
        )


def _rules(made: list[Change]) -> Iterator[str]:
    """What each repository requires before a merge into its main branch, since a month before the first change."""
    since = min((one.opened for one in made), default=dt.datetime.combine(LAST_DAY, dt.time())) - dt.timedelta(days=30)
    for repository, number in _numbers(made).items():
        names = ("build", "scan") if number % SCANNED == 0 else ("build",)
        owned = "true" if number % OWNED == 1 else "false"
        yield _RULESET % (
            number,
            repository,
            ",".join(f'{{"context":"{name}"}}' for name in names),
            owned,
            _time(since),
        )


def _verdicts(made: list[Change], commits: Mapping[tuple[str, int], str]) -> Iterator[str]:
    """How the rules on reviews came out at each merge into a repository whose owners have to approve, but for those that never tell."""
    numbers = _numbers(made)
    for one in made:
        number = numbers[one.repository]
        if number % OWNED == 1 and number % UNTOLD != 1:
            met = bool(one.reviews) and _digest(one, "owner")[0] % PASSED_BY != 0
            result = ("pass", "pass") if met else ("bypass", "fail")
            yield _SUITE % (_id(one), _became(one, commits), _time(one.merged), result[0], number, result[1])


def _numbers(made: Iterable[Change]) -> dict[str, int]:
    """Number of each repository, from 1 on, by name."""
    return {repository: number for number, repository in enumerate(sorted({one.repository for one in made}), 1)}


def _became(one: Change, commits: Mapping[tuple[str, int], str]) -> str:
    return commits.get((one.repository, one.number)) or _sha(one, "merge")


def _stacked(made: Iterable[Change]) -> Iterator[str]:
    """The first commit of every second change that followed one which was later taken back: it was written on top of that one."""
    ordered = sorted(made, key=lambda one: (one.repository, one.merged, one.number))
    for repository, inside in groupby(ordered, key=lambda one: one.repository):
        own = list(inside)
        ends = {one.reverts: one.merged for one in own if one.reverts}
        for base, after in pairwise(own):
            built = not after.reverts and base.number in ends and base.merged < after.merged < ends[base.number]
            if built and _digest(base, "stacked")[0] % 2:
                head, time = _sha(after, "head"), _time(after.opened)
                yield _COMMIT % (head, API, repository, head, time, _sha(base, "head"))


def _incidents(made: Iterable[Change]) -> Iterator[tuple[object, ...]]:
    number = 0
    for one in made:
        for kind, after in (("defect", one.defect), ("incident", one.incident)):
            day = one.merged.date() + dt.timedelta(days=after)
            if after and day <= LAST_DAY:
                number += 1
                yield f"INC-{number:06d}", kind, day, one.repository, f"{one.repository}#{one.number}"


def _user(person: Person | None) -> str:
    return "null" if person is None else f'{{"login":"{person.login}","id":{9_000_000 + person.number},"type":"User"}}'


def _id(one: Change) -> int:
    """A number with room for the reviews and checks after it."""
    return (int.from_bytes(_digest(one, "id")[:5], "big") >> 4) * 8 + 1


def _sha(one: Change, what: str) -> str:
    return _digest(one, what)[:20].hex()


def _digest(one: Change, what: str) -> bytes:
    return hashlib.sha256(f"{what} {one.repository} {one.number}".encode()).digest()


def _time(when: dt.datetime) -> str:
    return f"{when.isoformat(timespec='seconds')}Z"
