"""The words and formulas as the score version that made the figures has them: rows of the question `definitions`."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

from uptake.facts import task_types
from uptake.scores.version import ScoreVersion

_SLOT = re.compile(r"\{(?:(points|percent):)?([a-z_]+)\}")


def definitions(version: ScoreVersion, k: int) -> list[tuple[object, ...]]:
    """Rows (term, text, formula, score_version). Every number in them is read from the version, none is written by hand."""
    table = task_types.shipped()
    values = {**version.values, "k": k, "task_min_acts": table.min_acts}
    values["task_share_num"], values["task_share_den"] = table.min_share
    text = (resources.files("uptake.pipeline") / "definitions.toml").read_text()

    def fill(match: re.Match[str]) -> str:
        unit, name = match.groups()
        return {"points": _points, "percent": _percent}.get(unit, str)(values[name])

    return [
        (row["term"], _SLOT.sub(fill, row["text"]), _SLOT.sub(fill, row["formula"]), version.id)
        for row in tomllib.loads(text)["definition"]
    ]


def _points(micro: int) -> str:
    whole, rest = divmod(micro, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000} %"
