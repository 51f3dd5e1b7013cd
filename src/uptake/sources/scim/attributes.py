"""Attributes of a SCIM resource: names are case-blind (rule R-SC-1), values are checked and never told."""

from __future__ import annotations

import unicodedata
from typing import Any

from uptake.model.folding import composed

MAX_TEXT = 255


class BadAttributeError(Exception):
    """An attribute that cannot be used. Names it and why, never its value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class Attributes:
    """The attributes of one object by name in lower case."""

    def __init__(self, found: Any, name: str = "") -> None:
        if not isinstance(found, dict):
            raise BadAttributeError(name, "expected an object")
        self._name = name
        self._values = {key.lower(): value for key, value in found.items()}
        if len(self._values) != len(found):
            raise BadAttributeError(name, "an attribute is given twice")

    def names(self) -> list[str]:
        return list(self._values)

    def value(self, name: str) -> Any:
        return self._values.get(name.lower())

    def text(self, name: str) -> str | None:
        """A text, or a whole number as text; trimmed, in one spelling of its letters. Empty is not said."""
        found = self.value(name)
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if found is None:
            return None
        if not isinstance(found, str):
            raise BadAttributeError(self._path(name), "expected text")
        text = composed(found).strip()
        if len(text) > MAX_TEXT:
            raise BadAttributeError(self._path(name), "text too long")
        if any(unicodedata.category(mark) in ("Cc", "Cs") for mark in text):
            raise BadAttributeError(self._path(name), "control character")
        return text or None

    def truth(self, name: str) -> bool | None:
        """A truth value; some directories write it as text."""
        found = self.value(name)
        if isinstance(found, str) and found.strip().lower() in ("true", "false"):
            return found.strip().lower() == "true"
        if found is None or isinstance(found, bool):
            return found
        raise BadAttributeError(self._path(name), "expected true or false")

    def part(self, name: str) -> Attributes:
        """The object below a name; without attributes where there is none."""
        found = self.value(name)
        return Attributes({} if found is None else found, self._path(name))

    def parts(self, name: str) -> list[Attributes]:
        """The objects of a list."""
        found = self.value(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise BadAttributeError(self._path(name), "expected an array")
        return [Attributes(one, self._path(name)) for one in found]

    def _path(self, name: str) -> str:
        return f"{self._name}.{name}" if self._name else name
