"""The table of task types: which label of a vendor names which kind of work. Pure: text in, rows out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources

UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class TaskTypes:
    """One version of the table. `labels`: (tool, feature or column of an act, task type)."""

    id: str
    types: tuple[str, ...]
    min_acts: int
    min_share: tuple[int, int]
    labels: tuple[tuple[str, str, str], ...]


def read(text: str) -> TaskTypes:
    """Raises ValueError naming the tool and label whose type is not in the list of types."""
    data = tomllib.loads(text)
    types = tuple(data["types"])
    labels = tuple(
        (tool, label, kind) for tool, named in sorted(data["labels"].items()) for label, kind in sorted(named.items())
    )
    wrong = [f"{tool}.{label}" for tool, label, kind in labels if kind not in types]
    if wrong:
        raise ValueError(f"{wrong[0]} names no task type of the list")
    least, most = data["min_share"]
    return TaskTypes(data["id"], types, data["min_acts"], (least, most), labels)


def shipped() -> TaskTypes:
    """The table that ships with the program."""
    return read((resources.files("uptake.facts") / "task_types.toml").read_text())
