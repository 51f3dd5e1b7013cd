"""Why a commit changed what was there, by its message: to correct it, to take it back, or for any other reason (decision 0054).

The word of Conventional Commits decides where there is one. Else the words by which Mockus and Votta (2000) and Śliwerski, Zimmermann and
Zeller (2005) find corrective changes, in the first line alone: below it stand quotes, references and lists of what a change is not.
"""

from __future__ import annotations

import re

from uptake.model.commits import ADAPTIVE, CORRECTIVE, REVERT

TYPE = re.compile(r"\s*([a-z]+)(?:\([^)]*\))?!?:\s", re.IGNORECASE)
CORRECTIVE_TYPES = frozenset({"fix", "bugfix", "hotfix", "fixup"})
TYPES = CORRECTIVE_TYPES | frozenset(
    {"feat", "feature", "docs", "doc", "style", "refactor", "perf", "test", "tests", "build", "ci", "chore", "deps"}
)
WORDS = re.compile(
    r"\b(?:(?:bug|hot|quick)[- ]?fix(?:es|ed|ing)?|fix(?:es|ed|ing|up)?|bugs?|defects?|faults?|errors?|fail(?:s|ed|ures?)?"
    r"|crash(?:es|ed)?|regressions?|broken|repair(?:s|ed)?)\b",
    re.IGNORECASE,
)
REVERTS = re.compile(r"\s*revert(?:s|ed)?\b", re.IGNORECASE)
TAKES_BACK = re.compile(r"^This reverts commit [0-9a-f]{7,64}", re.MULTILINE)


def purpose(message: str) -> str:
    """`revert`, `corrective` or `adaptive`. The message goes no further."""
    first = message.lstrip().split("\n", 1)[0]
    if REVERTS.match(first) or TAKES_BACK.search(message):
        return REVERT
    kind = TYPE.match(first)
    if kind and kind[1].lower() in TYPES:
        return CORRECTIVE if kind[1].lower() in CORRECTIVE_TYPES else ADAPTIVE
    return CORRECTIVE if WORDS.search(first) else ADAPTIVE
