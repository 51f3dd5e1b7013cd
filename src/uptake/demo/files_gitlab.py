"""One team keeps its code at GitLab: merge requests, approvals, pipelines, and whether owners of the code approved (SOURCES.md section 13)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

from uptake.demo.changes import Change, repository_of
from uptake.demo.company import Company, Person
from uptake.demo.hosts import MARK, became, checks, digest, id_of, sha, since, time, write_weeks
from uptake.demo.planted import NEUTRAL, Planted
from uptake.demo.writing import write_csv, write_gzip

HOST = "https://gitlab.invented.example"
PROJECT = 4242
_MERGE = (
    '{"id":%d,"iid":%d,"project_id":%d,"title":"%s: invented change","description":%s,"state":"merged","created_at":"%s",'
    '"updated_at":"%s","merged_at":"%s","target_branch":"main","author":%s,"sha":"%s","merge_commit_sha":"%s",'
    '"squash_commit_sha":null,"user_notes_count":%d,"labels":[],"references":{"full":"%s!%d"},"web_url":"%s/%s/-/merge_requests/%d"}'
)
_APPROVED = (
    '{"object_kind":"merge_request","user":%s,"project":{"id":%d,"path_with_namespace":"%s","default_branch":"main"},"labels":[],'
    '"object_attributes":{"iid":%d,"created_at":"%s","updated_at":"%s","state":"opened","action":"approved","author_id":%s,'
    '"last_commit":{"id":"%s"},"target_branch":"main"}}'
)
_PIPELINE = '{"id":%d,"project_id":%d,"sha":"%s","status":"%s","created_at":"%s","updated_at":"%s","web_url":"%s/%s/-/pipelines/%d"}'
_STATE = (
    '{"url":"%s/api/v4/projects/%d/merge_requests/%d/approval_state","body":{"approval_rules_overwritten":false,"rules":['
    '{"id":1,"rule_type":"code_owner","approvals_required":1,"approved":true,"approved_by":[%s]}]}}'
)
_BRANCHES = '{"url":"%s/api/v4/projects/%d/protected_branches","body":[{"id":1,"name":"main","code_owner_approval_required":true}]}'
_RULES = (
    '{"url":"%s/api/v4/projects/%d/approval_rules","body":[{"id":2,"name":"All members","rule_type":"any_approver",'
    '"approvals_required":1,"applies_to_all_protected_branches":false,"protected_branches":[]}]}'
)
RULES = "rules-"
WITHOUT_OWNER = 4
"""Of so many changes one touches code whose owners have all left: GitLab lets it pass, and no owner approved."""
NOT_ASKED = 6
"""Of so many changes the host was not asked of one whether an owner approved."""


def moved(company: Company, planted: Planted, shared: Container[str]) -> str | None:
    """The repository that is kept at GitLab: of the team that uses AI most, of those that have one of their own and nothing planted."""
    use: dict[int, int] = {}
    for number, team in enumerate(company.teams):
        _, people, typical = planted.units[company.lines[team.line], team.department, team.name]
        if team.department not in shared and planted.teams[number] == NEUTRAL and people > 1:
            use[number] = typical
    return repository_of(company, max(use, key=lambda number: (use[number], -number)), shared) if use else None


def write_gitlab(vendor: Path, made: list[Change], commits: Mapping[tuple[str, int], str]) -> None:
    """Answers of GitLab, one file a week, and the rules of the project as they were read before the first change; nothing where no team is there."""
    if not made:
        return
    write_weeks(vendor / "gitlab-mrs", made, lambda one: _lines(one, became(one, commits)))
    rules = (_BRANCHES % (HOST, PROJECT), _RULES % (HOST, PROJECT))
    write_gzip(vendor / "gitlab-mrs" / f"{RULES}{since(made).date()}.ndjson.gz", "".join(f"{line}\n" for line in rules))
    people = {one.number: one for change in made for one in (change.author, change.reviewer) if one}
    links = [("gitlab", _login(one), one.key) for _, one in sorted(people.items())]
    write_csv(vendor / "accounts" / "gitlab.csv", ("source", "account", "person_id"), links)


def _lines(one: Change, commit: str) -> Iterator[str]:
    head, number = sha(one, "head"), id_of(one)
    body = f'"Reverts {one.repository}!{one.reverts}"' if one.reverts else f'"{MARK}"' if one.marked else "null"
    yield _MERGE % (
        number, one.number, PROJECT, one.task, body, time(one.opened), time(one.merged), time(one.merged), _user(one.author),
        head, commit, len(one.reviews), one.repository, one.number, HOST, one.repository, one.number,
    )  # fmt: skip
    for place, (when, state, on_head) in enumerate(one.reviews):
        if state == "APPROVED":  # GitLab tells of further rounds by notes alone
            seen = head if on_head else sha(one, f"older {place}")
            yield _APPROVED % (
                _user(one.reviewer), PROJECT, one.repository, one.number, time(one.opened), time(when), _id_of(one.author), seen,
            )  # fmt: skip
    for place, (passed, begun, ended) in enumerate(checks(one)):
        status = "success" if passed else "failed"
        yield _PIPELINE % (
            number + place, PROJECT, head, status, time(begun), time(ended), HOST, one.repository, number + place,
        )  # fmt: skip
    yield from _owners(one)


def _owners(one: Change) -> Iterable[str]:
    """Whether an owner of what the change touched approved it: the host was asked of most changes."""
    chance = digest(one, "owner")
    if chance[0] % NOT_ASKED == 0:
        return ()
    by = [_user(one.reviewer)] if one.reviews and chance[1] % WITHOUT_OWNER else []
    return (_STATE % (HOST, PROJECT, one.number, ",".join(by)),)


def _login(person: Person) -> str:
    """People sign in to GitLab by the first part of their first e-mail."""
    return (person.old_email or person.email).partition("@")[0]


def _id_of(person: Person | None) -> str:
    return "null" if person is None else str(7_000_000 + person.number)


def _user(person: Person | None) -> str:
    return "null" if person is None else f'{{"id":{_id_of(person)},"username":"{_login(person)}"}}'
