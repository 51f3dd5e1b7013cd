"""What is wrong with the settings, in words of ours: which setting, why, what to do. No value is named, it may be a key.

The libraries that read them have words of their own ("Extra inputs are not permitted"), which help nobody who never heard of them.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from uptake.errors import WrongUsage

PAGE = "The page Settings of the reference lists all settings"
_PLACE = re.compile(r"at (line \d+, column \d+|end of document)")
_FIELD = re.compile(r'field "(\w+)"')
_TWICE = ("overwrite", "twice", "Duplicate")
"""Words of the parser where a key or a table stands a second time."""
_WANTED = (
    ("int_", "a whole number is expected"), ("bool_", "true or false is expected"), ("float_", "a number is expected"),
    ("decimal_", "a number is expected"), ("string_pattern", "it has another form than the page Settings says"),
    ("string_", "a text in quotes is expected"), ("path_", "a path in quotes is expected"), ("date_", "a day such as 2026-07-01 is expected"),
    ("dict_", "a table is expected"), ("model_", "a table is expected"), ("tuple_", "a list is expected"), ("list_", "a list is expected"),
    ("missing", "a part of it is missing"),
)  # fmt: skip
"""By the beginning of the library's name for a mistake: what is said of it."""
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"), "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"), "less_than": ("less than", "lt"),
}  # fmt: skip


def of_value(error: Mapping[str, Any], model: type[BaseModel]) -> WrongUsage:
    """The first mistake that was found in sections, keys and values."""
    path = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        return unknown(path, model)
    return WrongUsage(f"Setting `{'.'.join(path)}` cannot be used", why=_why(error), next_step=PAGE)


def unknown(path: list[str], model: type[BaseModel]) -> WrongUsage:
    """A section or a key that there is not."""
    near = nearest(path, model)
    return WrongUsage(
        f"Setting `{'.'.join(path)}` is not known",
        why=f"the nearest known one is `{near}`" if near else "there is none of that name, nor of one like it",
        next_step=PAGE,
    )


def _why(error: Mapping[str, Any]) -> str:
    kind, known = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(known["error"])  # our own words
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"{words} {known[bound]} is expected"
    if kind == "literal_error":
        return f"one of {known['expected']} is expected"
    if kind in ("too_short", "too_long"):
        return f"{known.get('min_length', known.get('max_length'))} entries are expected, there are {known['actual_length']}"
    said = next((words for begin, words in _WANTED if kind.startswith(begin)), "")
    return said or "it has another form than the page Settings says"


def nearest(path: list[str], model: type[BaseModel]) -> str:
    """The known setting or section whose name is most like an unknown one, in its own section or else in any; empty where none is."""
    known = names(model)
    beside = [name for name in known if name.split(".")[:-1] == path[:-1]]
    for among in (beside, known):
        last = {name.rpartition(".")[2]: name for name in reversed(among)}
        if found := difflib.get_close_matches(path[-1].lower(), last, n=1):
            return last[found[0]]
    return ""


def names(model: type[BaseModel], above: str = "") -> list[str]:
    """Dotted names of all sections and keys."""
    found = []
    for name, field in model.model_fields.items():
        found.append(above + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += names(field.annotation, f"{above}{name}.")
    return found


def of_environment(said: str, environment: Mapping[str, str] = os.environ) -> WrongUsage:
    """A variable whose text is no JSON where a list or a table is wanted. `said`: the library's word, which names the section."""
    field = _FIELD.search(said)
    begin = f"UPTAKE_{field[1]}".upper() if field else "UPTAKE_"
    found = sorted(name for name in environment if name.upper().startswith(begin))
    return WrongUsage(
        "A variable of the environment cannot be read",
        why="lists and tables are written as JSON there",
        next_step=f"Mend {', '.join(found) or 'what begins with UPTAKE_'}; the settings page has examples",
    )


def of_file(error: Exception) -> WrongUsage:
    """settings.toml is no TOML, no text, or cannot be opened."""
    place = _PLACE.search(str(error))
    if isinstance(error, OSError):
        why = error.strerror or "the system refuses"
    elif isinstance(error, UnicodeDecodeError):
        why = "it is no UTF-8 text"
    elif any(word in str(error) for word in _TWICE):
        why = "a key or a table stands in it twice"
    else:
        why = "it is no TOML"
    return WrongUsage(
        "settings.toml cannot be read",
        why=f"{why}, at {place[1]}" if place else why,
        next_step="Mend the file",
    )


def refuse_what_is_no_file(file: Path) -> None:
    """What stands in the place of settings.toml and cannot be opened would be passed over, as if nothing were set.

    Raises:
        WrongUsage: it is a folder, or a link that leads nowhere.
    """
    if os.path.lexists(file) and not file.is_file():
        raise WrongUsage(
            "settings.toml cannot be read",
            why="it is no file, or a link that leads to none",
            next_step="Mend or remove it",
        )
