"""AI marks of a commit, out of its message, author and committer (SOURCES.md 14). The message is read in memory and dropped.

The whole message is read line by line, not only the trailers that git knows: one followed by other text, or inside the message of a
squash, counts too. A message that is quoted or reverted is about another commit (R-GT-4), and so is the message of a merge, which
repeats what it merges (R-GT-5); who made the merge counts all the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from uptake.model.commits import AUTHORSHIP, WEAK, CommitMark
from uptake.sources.git.identities import MARKS, Identities, Identity
from uptake.sources.git.raw import Signature

_TRAILER = re.compile(r"\s*(?:co-authored-by|co-developed-by)\s*:(.*)", re.IGNORECASE)
_ASSISTED = re.compile(r"\s*assisted-by\s*:(.*)", re.IGNORECASE)
_REVERTS = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
_EMAIL = re.compile(r"[<(]?([^\s<>()]+@[^\s<>()]+)[)>]?")
_FAMILY = "claude|opus|sonnet|haiku|fable|mythos|gpt|gemini|deepseek|qwen|codex|llama|mistral|grok|kimi"
_VARIANT = "pro|flash|lite|mini|nano|chat|coder|reasoner|max|preview|latest|exp|free|thinking|fast|turbo|instant"
_MODEL = re.compile(
    rf"\b(?:{_FAMILY})\d{{0,2}}(?:[ /._:-](?:{_FAMILY}|{_VARIANT}|[a-z]?(?:20\d{{6}}|\d{{1,2}})[a-z]?)(?![a-z0-9]))*(?![a-z0-9])",
    re.IGNORECASE,
)
"""Words of the vendors and numbers of versions, nothing else: what stands in a display name beside them could be anything."""
_BRACKETS = re.compile(r"\(([^()]{1,80})\)")
_FAMILIES_ALONE = frozenset({"claude", "codex", "gemini"})
"""What a tool is called too: no model is named."""
MAX_LINE = 4_096
"""Characters of a line that are looked at: no trailer is longer."""


@dataclass(slots=True)
class Seen:
    """What the marks of one commit came to. `people`: addresses of co-authors who are no program."""

    marks: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    """(tool, class, basis) -> model."""
    people: list[str] = field(default_factory=list)
    reverts: str | None = None

    def add(self, found: Identity | None, basis: str, name: str = "") -> None:
        """Note a mark; once for a tool, class and basis (R-GT-1). A robot and a review bot leave none."""
        if found is None or found.mark_class not in MARKS:
            return
        key = (found.tool, found.mark_class, basis)
        self.marks[key] = self.marks.get(key) or model_of(name)

    def rows(self, repository: str, sha: str, day: dt.date) -> list[CommitMark]:
        """Canonical rows, in an order that does not depend on the message."""
        return [
            CommitMark(repository=repository, sha=sha, day=day, tool=tool, mark_class=kind, basis=basis, model=model)
            for (tool, kind, basis), model in sorted(self.marks.items())
        ]


def of_people(seen: Seen, author: Signature, committer: Signature, known: Identities, day: dt.date) -> None:
    """Marks by the author and the committer."""
    for who, basis in ((author, "author"), (committer, "committer")):
        seen.add(known.of_email(who.email, who.name, day) or known.of_name(who.name, day), basis, who.name)


def of_message(seen: Seen, message: str, known: Identities, day: dt.date) -> None:
    """Marks by the lines of a message; `reverts` where it says that it reverts a commit, and then no marks."""
    reverted = _REVERTS.search(message)
    if reverted:
        seen.reverts = reverted[1]
        return
    seen.add(known.of_subject(message[:MAX_LINE].lstrip("\n"), day), "line")
    of_lines(seen, _lines(message), known, day)


def of_lines(seen: Seen, lines: Iterable[str], known: Identities, day: dt.date) -> None:
    """Marks by lines: co-author trailers, and the lines that tools write."""
    for line in lines:
        text = line.strip()
        if text[:1].lower() not in known.line_starts:
            continue
        trailer = _TRAILER.match(text)
        if trailer:
            _of_trailer(seen, trailer[1], known, day)
        elif known.assisted_by and (assisted := _ASSISTED.match(text)):
            _of_assisted(seen, assisted[1], known, day)
        else:
            seen.add(known.of_line(text, day), "line")


def _lines(message: str) -> Iterator[str]:
    start = 0
    while start < len(message):
        end = message.find("\n", start)
        end = len(message) if end < 0 else end
        yield message[start : min(end, start + MAX_LINE)]
        start = end + 1


def classified(value: str, known: Identities, day: dt.date) -> Identity | None:
    """Whom the value of a co-author trailer names; malformed ones are read as well (R-GT-2). None: nobody on the list."""
    email, name = split(value)
    return known.of_email(email, name, day) if email else known.of_bare(name, day)


def split(value: str) -> tuple[str, str]:
    """The address in the value of a trailer, in lower case, and the name before it."""
    found = None
    for found in _EMAIL.finditer(value):  # noqa: B007 - the last one: a name may hold an @
        pass
    if found is None:
        return "", value.strip()
    return found[1].lower(), value[: found.start()].strip()


def _of_trailer(seen: Seen, value: str, known: Identities, day: dt.date) -> None:
    email, name = split(value)
    found = classified(value, known, day)
    seen.add(found, "trailer", name)
    if found is None and email and "[bot]@" not in email:
        seen.people.append(email)


def _of_assisted(seen: Seen, value: str, known: Identities, day: dt.date) -> None:
    """By policy only: the tool where the list knows it, else the tool `other`."""
    found = classified(value, known, day)
    if found is None:
        seen.marks.setdefault(("other", AUTHORSHIP, "trailer"), None)
    elif found.mark_class == WEAK:
        seen.marks.setdefault((found.tool, AUTHORSHIP, "trailer"), model_of(value))
    else:
        seen.add(found, "trailer", split(value)[1])


def model_of(name: str) -> str | None:
    """The model that the display name of a tool names, as it is written there; None where it names none."""
    bare = _BRACKETS.sub("", name).rpartition(" / ")[2]
    for text in (*_BRACKETS.findall(name), bare):
        for found in _MODEL.finditer(text):
            if found[0].lower() not in _FAMILIES_ALONE:
                return found[0]
    return None
