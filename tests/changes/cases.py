"""Pull requests as a table: what the host told of each, and what is known of it then. `home` in `conftest` holds all of them."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.changes.payloads import MERGED, OPENED, REPOSITORY, Pull

CLAUDE = "Generated with [Claude Code](https://claude.com/claude-code)"
DAY = dt.timedelta(days=1)


def case(number, pull, more=(), **expected):
    """One pull request, further payloads of it, and columns of its row."""
    made = Pull(number, **pull)
    told = [made.answer(), *(one(made) for one in more)]
    return pytest.param(made, told, expected, id=f"{number}")


def review(*words, **more):
    return lambda pull: pull.review(*words, **more)


def check(*words, **more):
    return lambda pull: pull.check(*words, **more)


def suite(*words, **more):
    return lambda pull: pull.suite(*words, **more)


GIVEN = (review("ben", "APPROVED"), check("success"))
CASES = [
    # who reviewed, of what, and when (R-VC-2, R-VC-3, R-VC-4)
    case(1, {}, [review("ben", "APPROVED")], human_verified=True, review_lacks=None, stale_approval=False, review_rounds=1, reviewers=1, review_minutes=60),
    case(2, {}, [], human_verified=False, review_lacks="no_review", review_rounds=0, review_minutes=None, reviewed_at=None),
    case(3, {}, [review("ana", "APPROVED")], human_verified=False, review_lacks="author_is_reviewer"),
    case(4, {}, [review("coderabbitai[bot]", "APPROVED")], human_verified=False, review_lacks="bot_review_only"),
    case(5, {}, [review("ben", "APPROVED", "older")], human_verified=False, review_lacks="stale_approval", stale_approval=True),
    case(6, {}, [review("ben", "APPROVED", "older"), review("cem", "APPROVED")], human_verified=True, stale_approval=True, review_lacks=None, review_rounds=2, reviewers=2),
    case(7, {}, [review("ben", "APPROVED", minutes=1)], human_verified=False, review_lacks="review_after_merge"),
    case(8, {}, [review("ben", "APPROVED", minutes=0)], human_verified=True, review_lacks=None),
    case(9, {}, [review("ben", "COMMENTED")], human_verified=False, review_lacks="comment_only"),
    case(10, {}, [review("ben", "APPROVED", minutes=-90), review("ben", "CHANGES_REQUESTED")], human_verified=False, review_lacks="changes_requested"),
    case(11, {}, [review("ben", "CHANGES_REQUESTED", minutes=-90), review("ben", "APPROVED")], human_verified=True, review_lacks=None, review_minutes=90),
    case(12, {}, [review("ben", "APPROVED", minutes=-90), review("ben", "COMMENTED")], human_verified=True, review_lacks=None),
    case(13, {}, [review("ben", "APPROVED", number=77), review("ben", "DISMISSED", number=77)], human_verified=False),
    case(14, {}, [review("ben", "APPROVED", None)], human_verified=False, review_lacks="reviewed_commit_unknown"),
    case(15, {}, [review(None, "APPROVED")], human_verified=False, review_lacks="reviewer_unknown"),
    case(16, {"author": None}, [review("ben", "APPROVED")], human_verified=False, review_lacks="author_unknown", person_id=None, account=None),
    case(17, {"author": "dependabot[bot]"}, [review("ben", "APPROVED")], human_verified=True, bot=True, person_id=None),
    case(18, {}, [review("ana-admin", "APPROVED")], human_verified=False, review_lacks="author_is_reviewer", reviewers=0),
    case(19, {"author": "ana-admin"}, [review("ana", "APPROVED"), review("ben", "COMMENTED")], human_verified=False, review_lacks="comment_only", person_id="P1"),
    # checks
    case(20, {}, [check("success")], checks="passed", first_checks_passed=True),
    case(21, {}, [check("failure")], checks="failed", first_checks_passed=False),
    case(22, {}, [check("failure", minutes=-200), check("success")], checks="passed", first_checks_passed=False),
    case(23, {}, [check("success"), check("failure", "lint")], checks="failed", first_checks_passed=False),
    case(24, {}, [check("skipped")], checks="unknown", first_checks_passed=None),
    case(25, {}, [check("success", minutes=5)], checks="unknown", first_checks_passed=True),
    case(26, {}, [lambda p: p.answer("older", updated=OPENED), check("failure", head="older", minutes=-300), check("success")], checks="passed", first_checks_passed=False),
    case(27, {}, [], checks="unknown", first_checks_passed=None),
    # exposure: no mark is no statement
    case(30, {"body": f"x\n\n{CLAUDE}\n"}, exposure="change", tool="claude_code"),
    case(31, {"body": f"> {CLAUDE}"}, exposure=None, tool=None),
    case(32, {"author": "copilot"}, exposure="change", tool="copilot", bot=True),
    case(33, {}, [lambda p: p.push("head", ("first", "x\n\nCo-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>"), ("head", "y"))], exposure="change", tool="claude_code", model="Claude Opus 4.6"),
    case(34, {}, [lambda p: p.push("elsewhere", ("other", "x\n\nCo-Authored-By: Claude <noreply@anthropic.com>"))], exposure=None),
    case(35, {"author": "dora"}, exposure="person_week", tool="copilot", person_id="P4"),
    case(36, {"author": "dora", "body": CLAUDE}, exposure="change", tool="claude_code"),
    case(37, {"author": "dora", "opened": OPENED + 30 * DAY, "merged": MERGED + 30 * DAY}, exposure=None),
    # size, time, kind of task; the newest that says it
    case(40, {}, [lambda p: p.answer(updated=MERGED + DAY, whole=False)], lines_added=10, lines_deleted=2, files=1, lead_minutes=1530),
    case(41, {"title": "feat(ui): x"}, task_type="feature", lines_added=10),
    # what followed
    case(50, {}, reverted_day=dt.date(2026, 5, 8), incidents=0),
    case(51, {"body": f"Reverts {REPOSITORY}#50", "merged": MERGED + 3 * DAY}, is_revert=True, reverted_day=None),
    case(52, {}, incidents=1, defects=1, hotfixes=0),
    case(53, {}, [lambda p: p.push("revert", ("revert", f"Revert x\n\nThis reverts commit {p.merge_sha()}."), at=MERGED + 2 * DAY)], reverted_day=dt.date(2026, 5, 7)),
    case(54, {}, [lambda p: p.push("revert", ("revert", f"Revert x\n\nThis reverts commit {p.merge_sha()}."))], reverted_day=None),
    # the register: status, and the missing item by name; a change without exposure does not stand in it
    case(60, {"body": CLAUDE}, [review("ben", "APPROVED"), check("success")], status="verified", missing_item=None),
    case(61, {"body": CLAUDE}, [review("ben", "APPROVED")], status="partly", missing_item="checks_unknown"),
    case(62, {"body": CLAUDE}, [review("ben", "APPROVED"), check("failure")], status="partly", missing_item="checks_failed"),
    case(63, {"body": CLAUDE}, [review("ben", "APPROVED", "older"), check("success")], status="partly", missing_item="stale_approval"),
    case(64, {"body": CLAUDE}, [review("ben", "COMMENTED"), check("success")], status="partly", missing_item="comment_only"),
    case(65, {"body": CLAUDE}, [check("success")], status="missing", missing_item="no_review"),
    case(66, {"body": CLAUDE}, [review("ana", "APPROVED"), check("success")], status="missing", missing_item="author_is_reviewer"),
    case(67, {"body": CLAUDE}, [review("coderabbitai[bot]", "APPROVED")], status="missing", missing_item="bot_review_only, checks_unknown"),
    case(68, {"body": CLAUDE}, [review("ben", "APPROVED", minutes=3), check("success")], status="missing", missing_item="review_after_merge"),
    case(69, {"body": CLAUDE, "author": None}, [review("ben", "APPROVED"), check("success")], status="partly", missing_item="author_unknown"),
    case(70, {"body": CLAUDE}, [review(None, "APPROVED"), check("success")], status="missing", missing_item="reviewer_unknown"),
    case(71, {"body": CLAUDE}, [review("ben", "APPROVED", minutes=-90), review("ben", "CHANGES_REQUESTED"), check("success")], status="missing", missing_item="changes_requested"),
    case(72, {"author": "copilot"}, [review("ana", "APPROVED"), check("success")], status="verified", missing_item=None),
    # what the rules of the branch require (RULES), beside what ran
    case(80, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("success"), check("success", "lint")], status="verified", missing_item=None),
    case(81, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("success")], status="partly", missing_item="required_check_missing", checks="passed"),
    case(82, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("failure"), check("success", "docs")], status="partly", missing_item="required_check_failed, required_check_missing"),
    case(83, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("success"), check("success", "lint"), check("failure", "docs")], status="verified", missing_item=None, checks="failed"),
    case(84, {"body": CLAUDE, "base": "strict", "opened": OPENED - 9 * DAY, "merged": MERGED - 9 * DAY}, [review("ben", "APPROVED"), check("success")], status="verified", missing_item=None),
    case(85, {"body": CLAUDE, "base": "two"}, [review("ben", "APPROVED"), check("success")], status="partly", missing_item="fewer_approvals_than_required", approvals=1),
    case(86, {"body": CLAUDE, "base": "two"}, [review("ben", "APPROVED"), review("cem", "APPROVED"), check("success")], status="verified", missing_item=None, approvals=2),
    case(87, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("success"), check("skipped", "lint")], status="verified", missing_item=None),
    case(88, {"body": CLAUDE, "base": "strict"}, [], status="missing", missing_item="no_review, required_check_missing"),
    case(89, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("success"), check("success", "lint", minutes=2)], status="partly", missing_item="required_check_missing"),
    case(90, {"body": CLAUDE, "base": "strict"}, [review("ben", "APPROVED"), check("success", "lint"), check("failure", minutes=-300), check("success")], status="verified", missing_item=None),
    case(91, {"body": CLAUDE, "base": "release/7"}, [review("ben", "APPROVED"), check("success")], status="verified", missing_item=None),
    case(92, {"body": CLAUDE, "base": "old"}, [review("ben", "APPROVED"), check("success")], status="partly", missing_item="required_check_missing"),
    # and those of the organisation
    *(
        case(number, {"body": CLAUDE, "base": base}, [review("ben", "APPROVED"), check("success")], status=status, missing_item=missing)
        for number, base, status, missing in (
            (93, "org-all", "partly", "fewer_approvals_than_required"), (94, "org-named", "partly", "fewer_approvals_than_required"),
            (95, "org-number", "partly", "fewer_approvals_than_required"), (96, "org-but", "verified", None), (97, "org-other", "verified", None),
            (98, "org-property", "verified", None), (99, "org-moved", "verified", None), (100, "org-check", "partly", "required_check_missing"),
        )
    ),
    # who has to approve: owners of the code, a team; the host says whether they did
    case(101, {"body": CLAUDE, "base": "owned"}, [*GIVEN], status="partly", missing_item="owner_approval_unknown"),
    case(102, {"body": CLAUDE, "base": "owned"}, [*GIVEN, suite("pass")], status="verified", missing_item=None),
    case(103, {"body": CLAUDE, "base": "owned"}, [*GIVEN, suite("pass", "fail")], status="partly", missing_item="owner_approval_unknown, review_rules_unmet"),
    case(104, {"body": CLAUDE}, [*GIVEN, suite("fail")], status="partly", missing_item="review_rules_unmet"),
    case(105, {"body": CLAUDE, "base": "owned"}, [*GIVEN, review("cem", "APPROVED", "older"), suite("pass")], status="partly", missing_item="owner_approval_unknown"),
    case(106, {"body": CLAUDE, "base": "teams"}, [*GIVEN], status="partly", missing_item="named_approval_unknown"),
    case(107, {"body": CLAUDE, "base": "teams"}, [*GIVEN, suite("pass")], status="verified", missing_item=None),
    case(108, {"body": CLAUDE, "base": "owned"}, [*GIVEN, suite("pass", base="other")], status="partly", missing_item="owner_approval_unknown"),
    case(109, {"body": CLAUDE, "base": "owned"}, [check("success")], status="missing", missing_item="no_review"),
    case(110, {"body": CLAUDE, "base": "owned"}, [check("success"), suite("fail")], status="missing", missing_item="no_review, review_rules_unmet"),
]  # fmt: skip
REQUIRED = {
    80: "passed", 81: "missing", 82: "failed", 83: "passed", 84: None, 85: "none", 86: "none", 87: "passed", 88: "missing", 89: "missing",
    90: "passed", 91: None, 92: "missing", 60: None,
}  # fmt: skip
"""Column `required_checks` of the register."""
OWNERS = {60: None, 101: "unknown", 102: "met", 103: "unknown", 104: None, 106: None}
"""Column `owner_approval` of the register."""


def ruleset(number, include, *rules, **more):
    return {
        "id": number, "name": "x", "target": "branch", "source_type": "Repository", "source": REPOSITORY, "enforcement": "active",
        "conditions": {"ref_name": {"include": include, "exclude": more.pop("exclude", [])}}, "rules": list(rules),
        "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-05-01T09:00:00Z",
    } | more  # fmt: skip


def required_checks(*names):
    checks = [{"context": name, "integration_id": 15368} for name in names]
    return {"type": "required_status_checks", "parameters": {"required_status_checks": checks}}


def organisation_ruleset(number, branch, conditions, *rules, **more):
    two = {"type": "pull_request", "parameters": {"required_approving_review_count": 2}}
    made = ruleset(
        number,
        [f"refs/heads/{branch}"],
        *(rules or [two]),
        source_type="Organization",
        source=REPOSITORY.split("/")[0],
        **more,
    )
    return made | {"conditions": made["conditions"] | conditions}


ALL = {"repository_name": {"include": ["~ALL"], "exclude": []}}
NAME = REPOSITORY.split("/")[1]
RULES = [
    organisation_ruleset(21, "org-all", ALL),
    organisation_ruleset(22, "org-named", {"repository_name": {"include": ["x-*", NAME.upper()], "exclude": []}}),
    organisation_ruleset(23, "org-number", {"repository_id": {"repository_ids": [5, 77]}}),
    organisation_ruleset(24, "org-but", {"repository_name": {"include": ["~ALL"], "exclude": [NAME]}}),
    organisation_ruleset(25, "org-other", {"repository_id": {"repository_ids": [5]}}),
    organisation_ruleset(26, "org-property", {"repository_property": {"include": [{"name": "x", "property_values": ["y"]}]}}),
    organisation_ruleset(27, "org-moved", ALL, updated_at="2026-04-01T09:00:00Z"),
    organisation_ruleset(27, "org-moved", {"repository_name": {"include": ["elsewhere"], "exclude": []}}),
    organisation_ruleset(28, "org-check", ALL, required_checks("never")),
    {
        "action": "edited", "repository": {"full_name": REPOSITORY}, "sender": {"login": "ana"},
        "rule": {
            "id": 7, "name": "strict", "required_status_checks": ["build", "lint"], "required_status_checks_enforcement_level": "everyone",
            "pull_request_reviews_enforcement_level": "off", "required_approving_review_count": 6,
            "created_at": "2026-02-01T09:00:00Z", "updated_at": "2026-05-01T09:00:00Z",
        },
    },
    ruleset(11, ["refs/heads/two"], {"type": "pull_request", "parameters": {"required_approving_review_count": 2}}),
    ruleset(12, ["~DEFAULT_BRANCH"], required_checks("never"), enforcement="disabled"),
    ruleset(13, ["~ALL"], required_checks("never"), exclude=["~DEFAULT_BRANCH"]),
    ruleset(14, ["refs/heads/release/*"], required_checks("never")),
    ruleset(15, ["refs/heads/old"], required_checks("never"), updated_at="2026-03-01T09:00:00Z"),
    ruleset(16, ["refs/heads/owned"], {"type": "pull_request", "parameters": {"require_code_owner_review": True}}),
    ruleset(17, ["refs/heads/teams"], {"type": "pull_request", "parameters": {"required_reviewers": [{"file_patterns": ["*"], "minimum_approvals": 1}]}}),
    {"action": "deleted", "repository_ruleset": ruleset(15, ["refs/heads/old"], required_checks("never")), "repository": {"full_name": REPOSITORY}},
]  # fmt: skip
INCIDENTS = f"""incident_id,kind,day,repository,change,sha
INC-1,incident,2026-05-09,,{REPOSITORY}#52,
DEF-1,defect,2026-05-10,,,{Pull(52).merge_sha()}
DEF-2,defect,2026-05-01,,{REPOSITORY}#52,
INC-2,incident,2026-05-06,{REPOSITORY},,
"""
PEOPLE = """person_id,email,github_login,lob,team,department,start_date
P1,ana@example.com,ana,Cards,T1,D1,2020-01-01
P2,ben@example.com,ben,Cards,T1,D1,2020-01-01
P4,dora@example.com,dora,Loans,T9,D2,2026-04-01
"""
ACCOUNTS = "source,account,person_id\ngithub,ana-admin,P1\n"
USE = [
    {
        "report_start_day": "2026-05-04", "report_end_day": "2026-05-04", "day": "2026-05-04", "enterprise_id": "1", "user_id": 9, "user_login": "dora",
        "user_initiated_interaction_count": 3, "totals_by_feature": [{"feature": "chat_panel_ask_mode", "user_initiated_interaction_count": 3}],
    }
]  # fmt: skip


TIERS = f"repository,risk_tier\n{REPOSITORY},critical\n"
REGISTER = ("status", "missing_item")
"""Columns of the register, in the cases that stand in it."""
