"""Which model answered, and in which tier it was sold: what a price is looked up by. Words of vendors alone; a free text is neither."""

from __future__ import annotations

import re
from typing import Any

FAMILIES = (
    *("auto", "chatgpt", "claude", "codestral", "codex", "command", "composer", "cursor", "deepseek", "default", "devstral"),
    *("gemini", "gemma", "glm", "gpt", "grok", "kimi", "llama", "magistral", "minimax", "mistral", "nova", "phi", "qwen", "swe"),
)  # fmt: skip
"""First words of names of models. A new vendor's family is told here alone."""
_MODEL = re.compile(
    r"(?:(?:us|eu|apac|global)\.)?(?:(?:anthropic|openai|google|meta|mistral|amazon)\.)?"
    rf"(?:(?:{'|'.join(FAMILIES)})|o[1-9])(?=[^a-z]|$)[a-z0-9.:@+-]{{0,60}}"
)
_TIERS = {
    "batch": "batch",
    "default": "standard",
    "fast": "fast",
    "flex": "flex",
    "normal": "standard",
    "priority": "priority",
    "standard": "standard",
}
OTHER = "other"


def model_name(given: Any) -> str | None:
    """A model of a family that is known, in lower case; None for anything else, so that no text of a person is kept as one."""
    name = given.strip().lower() if isinstance(given, str) else ""
    return name if _MODEL.fullmatch(name) else None


def tier_name(*given: Any) -> str | None:
    """The tier that a call was sold in: the first word that is not the usual tier; `other` for a word that is not known.

    None where the vendor says none, which is the usual tier.
    """
    said = [_TIERS.get(word.strip().lower(), OTHER) for word in given if isinstance(word, str) and word.strip()]
    return next((word for word in said if word != "standard"), said[0] if said else None)
