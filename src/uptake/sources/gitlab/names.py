"""Names of projects and accounts of GitLab."""

from __future__ import annotations

import re

from uptake.sources.github.words import UnusableError, login
from uptake.sources.gitlab import shapes

HOST = "gitlab"
_PROJECT = re.compile(r"[a-z0-9_.\-]{1,100}(?:/[a-z0-9_.\-]{1,100}){1,20}", re.ASCII)
_BOT = re.compile(r"(?:project|group)_\d+_bot(?:_\w+)?|.*\[bot\]")


def project(name: str | None, field: str) -> str:
    """`group/name` in lower case. Raises UnusableError where it is none."""
    text = (name or "").strip().lower()
    if not text:
        raise UnusableError(field, "required field missing")
    if not _PROJECT.fullmatch(text):
        raise UnusableError(field, "not the name of a repository")
    return text


def account_of(user: shapes.User | None) -> tuple[str | None, bool]:
    """The login of a user in lower case, and whether it is no person."""
    if user is None or not user.username:
        return None, False
    name = login(user.username, "username")
    return name, bool(user.bot) or _BOT.fullmatch(name) is not None
