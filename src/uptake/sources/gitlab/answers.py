"""Answers of GitLab that do not say of which project or merge request they are: kept with their address, as `{"url": ..., "body": ...}`.

They say which approvals a merge needs, and whether it had them: of owners of code too, whose paths are the host's to compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from uptake.model.changes import BranchRule, ReviewVerdict
from uptake.model.outcome import Ignored, InputFile, Outcome, Taken
from uptake.sources.github.checks import digest
from uptake.sources.github.rules import NAMED, OWNERS, Asked, Version, of_branch
from uptake.sources.github.words import UnusableError
from uptake.sources.gitlab import shapes
from uptake.sources.gitlab.names import HOST, account_of, project
from uptake.sources.reading.checks import joined_key

KEYS = frozenset({"url", "body"})
NO_RULE = "rules that ask for no approval, or only where a report says so"
OF_REQUEST = "rules of a merge request without whether they were met: its approval_state says both"
BARE = 'answer that does not say which project it is about: keep it with its address, as {"url": ..., "body": ...}'
OTHER = "answer about something that is not taken"
_ADDRESS = re.compile(r"/projects/([^/?#]+)/(merge_requests/(\d{1,12})/)?(\w+)(?:/[^?#]*)?(?:[?#]|$)", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
_CODE_OWNER, _ANY, _REGULAR = "code_owner", "any_approver", "regular"
_PARTS = {_CODE_OWNER: OWNERS, _ANY: "any"}
Shape = TypeVar("Shape")


def is_bare(keys: Iterable[str]) -> bool:
    """Such an answer stands without its address."""
    return bool({"approval_rules_overwritten", "merge_access_levels", "rule_type"} & set(keys))


def answer(keys: dict[str, msgspec.Raw], line: int, file: InputFile) -> Outcome:
    """What is said of an answer that stands beside its address."""
    found = _ADDRESS.search(msgspec.json.decode(keys["url"], type=str))
    if found is None:
        raise UnusableError("url", "not an address of a project")
    number, about = int(found[3]) if found[3] else None, found[4]
    own, body = _project(unquote(found[1])), bytes(keys["body"])
    if number is not None:
        if about == "approval_state":
            return _state(own, number, msgspec.json.decode(body, type=shapes.ApprovalState), line, file)
        return Ignored(line, OF_REQUEST if about == "approval_rules" else OTHER)
    if about == "protected_branches":
        return _rules(own, _one_or_many(body, shapes.ProtectedBranch), _branch, line, file)
    if about == "approval_rules":
        return _rules(own, _one_or_many(body, shapes.ApprovalRule), _approval, line, file)
    return Ignored(line, OTHER)


def _one_or_many(body: bytes, shape: type[Shape]) -> list[Shape]:
    if body.lstrip().startswith(b"["):
        return msgspec.json.decode(body, type=list[shape])  # type: ignore[valid-type]
    return [msgspec.json.decode(body, type=shape)]


def _rules(
    own: str,
    told: list[Shape],
    rows_of: Callable[[str, Shape, InputFile], Iterable[BranchRule]],
    line: int,
    file: InputFile,
) -> Outcome:
    """Rules hold from when they were read: the host says no time of them."""
    rows = [row for one in told for row in rows_of(own, one, file)]
    if not rows:
        return Ignored(line, NO_RULE)
    which = digest(",".join(sorted({row.rule for row in rows})))
    return Taken(line, joined_key("rules", own, which, file.fetched_at.isoformat()), [*rows])


def _branch(own: str, found: shapes.ProtectedBranch, file: InputFile) -> list[BranchRule]:
    asked = Asked(approvers=[OWNERS] if found.code_owner_approval_required else [])
    return Version(HOST, own, of_branch(found.name), file.fetched_at).rows([found.name], (), asked)


def _approval(own: str, found: shapes.ApprovalRule, file: InputFile) -> list[BranchRule]:
    """A rule for all branches, for some, or for all protected ones, which are not known."""
    if found.rule_type not in {_REGULAR, _ANY}:
        return []
    branches = [one.name for one in found.protected_branches or []]
    reach = ["*"] if found.applies_to_all_protected_branches else branches or ["~ALL"]
    asked = Asked(approvals=found.approvals_required)
    if found.rule_type == _REGULAR and found.approvals_required:
        asked.approvers = [NAMED]
    return Version(HOST, own, f"approval:{found.id}", file.fetched_at).rows(reach, (), asked)


def _state(own: str, number: int, found: shapes.ApprovalState, line: int, file: InputFile) -> Outcome:
    """Whether each rule of a merge request was met, and by whom. Of a merged one the host keeps what stood at the merge."""
    rows: list[ReviewVerdict] = []
    for place, rule in enumerate(found.rules):
        if not rule.approvals_required:
            continue
        part = _PARTS.get(rule.rule_type, NAMED)
        named = f"{place}." if rule.id is None else str(rule.id)
        made = _verdict(own, number, file, part, met=bool(rule.approved), rule=named, approvals=rule.approvals_required)
        rows.append(made)
        for user in rule.approved_by or []:
            name, bot = account_of(user)
            rows.append(msgspec.structs.replace(made, account=name, bot=bot))
    parts = {row.part for row in rows}
    rows += [_verdict(own, number, file, part, met=True, approvals=0) for part in (OWNERS, NAMED) if part not in parts]
    return Taken(line, joined_key("approval_state", own, str(number), file.fetched_at.isoformat()), [*rows])


def _verdict(
    own: str, number: int, file: InputFile, part: str, *, met: bool, approvals: int, rule: str = ""
) -> ReviewVerdict:
    by_number = _NUMBER.fullmatch(own) is not None
    return ReviewVerdict(
        host=HOST, basis="kept", told_at=file.fetched_at, part=part, met=met, repository=None if by_number else own,
        project=own if by_number else None, number=number, rule=rule, approvals=approvals,
    )  # fmt: skip


def _project(name: str) -> str:
    return name if _NUMBER.fullmatch(name) else project(name, "url")
