"""Pull requests drawn in a few words, as the payloads of GitHub that would tell of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

OPENED = dt.datetime(2026, 5, 4, 9)
MERGED = dt.datetime(2026, 5, 5, 10, 30)
REPOSITORY = "acme/pay-core"
BOTS = {"coderabbitai[bot]": 136622811, "dependabot[bot]": 49699333, "copilot": 198982749}


def sha(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()  # noqa: S324 - a name for a commit, no secret


def user(login: str | None) -> dict[str, Any] | None:
    if login is None:
        return None
    kind = "Bot" if login in BOTS else "User"
    return {"login": login, "id": BOTS.get(login, sum(login.encode())), "type": kind}


def stamp(time: dt.datetime) -> str:
    return time.isoformat() + "Z"


@dataclass(frozen=True)
class Pull:
    """A pull request of `REPOSITORY`, merged a day, an hour and a half after it was opened unless said otherwise."""

    number: int
    author: str | None = "ana"
    body: str | None = None
    title: str = "A change"
    merged: dt.datetime | None = MERGED
    opened: dt.datetime = OPENED
    repository: str = REPOSITORY
    lines: tuple[int, int] = (10, 2)
    base: str = "main"

    def head(self, name: str = "head") -> str:
        return sha(f"{self.repository} {self.number} {name}")

    def merge_sha(self) -> str:
        return self.head("merge")

    def answer(self, head: str = "head", *, updated: dt.datetime | None = None, whole: bool = True) -> dict[str, Any]:
        """As the interface answers it."""
        repo = {"full_name": self.repository, "id": 77}
        told = {
            "number": self.number,
            "title": self.title,
            "body": self.body,
            "user": user(self.author),
            "state": "closed" if self.merged else "open",
            "created_at": stamp(self.opened),
            "updated_at": stamp(updated or self.merged or self.opened),
            "merged_at": stamp(self.merged) if self.merged else None,
            "merge_commit_sha": self.merge_sha(),
            "head": {"sha": self.head(head), "repo": repo, "ref": "x"},
            "base": {"sha": sha("base"), "repo": repo | {"default_branch": "main"}, "ref": self.base},
            "labels": [],
        }
        sizes = {
            "additions": self.lines[0],
            "deletions": self.lines[1],
            "changed_files": 1,
            "commits": 2,
            "review_comments": 0,
        }
        return told | (sizes if whole else {})

    def event(self, action: str, **more: Any) -> dict[str, Any]:
        """As a webhook tells of it."""
        pull = more.pop("pull", None) or self.answer()
        return {
            "action": action,
            "number": self.number,
            "pull_request": pull,
            "repository": {"full_name": self.repository},
            "sender": user("ana"),
            **more,
        }

    def review(
        self, login: str | None, state: str, head: str | None = "head", minutes: int = -60, number: int = 0
    ) -> dict[str, Any]:
        """A review, so many minutes from the merge on."""
        at = (self.merged or MERGED) + dt.timedelta(minutes=minutes)
        ident = number or int(sha(f"{self.number}{login}{state}{head}{minutes}")[:8], 16)
        return {
            "id": ident,
            "user": user(login),
            "body": "x",
            "state": state,
            "submitted_at": stamp(at),
            "commit_id": self.head(head) if head else None,
            "pull_request_url": f"https://api.github.com/repos/{self.repository}/pulls/{self.number}",
        }

    def check(self, outcome: str, name: str = "build", head: str = "head", minutes: int = -120) -> dict[str, Any]:
        """A check run that ended so many minutes from the merge on."""
        at = (self.merged or MERGED) + dt.timedelta(minutes=minutes)
        return {
            "action": "completed",
            "repository": {"full_name": self.repository},
            "sender": user("ana"),
            "check_run": {
                "id": int(sha(f"{self.number}{name}{head}{minutes}")[:8], 16),
                "head_sha": self.head(head),
                "name": name,
                "status": "completed",
                "conclusion": outcome,
                "started_at": stamp(at),
                "completed_at": stamp(at),
            },
        }

    def suite(self, *results: str, base: str | None = None) -> dict[str, Any]:
        """How the rules on reviews of its branch came out when it was merged."""
        evaluations = [
            {"rule_source": {"type": "ruleset", "id": 2}, "enforcement": "active", "result": one, "rule_type": "pull_request"}
            for one in results
        ]  # fmt: skip
        return {
            "id": self.number,
            "after_sha": self.merge_sha(),
            "ref": f"refs/heads/{base or self.base}",
            "repository_id": 77,
            "pushed_at": stamp(self.merged or MERGED),
            "result": "pass" if set(results) == {"pass"} else "bypass",
            "rule_evaluations": evaluations,
        }

    def push(self, head: str, *commits: tuple[str, str], at: dt.datetime | None = None) -> dict[str, Any]:
        """A push of commits, (name, message) each, whose last one is `head`."""
        told = [
            {
                "id": self.head(name),
                "message": text,
                "timestamp": stamp(at or self.opened),
                "distinct": True,
                "author": {"name": "A", "email": "a@example.com"},
            }
            for name, text in commits
        ]
        return {
            "ref": "refs/heads/x",
            "after": self.head(head),
            "commits": told,
            "repository": {"full_name": self.repository},
            "sender": user("ana"),
        }
