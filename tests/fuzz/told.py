"""What runs came to, kept in `build/fuzz` so that they may be many, and the one table of it."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import TypeVar

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "fuzz"


@dataclass
class Counts:
    """What became of payloads, and of the records in them."""

    payloads: int = 0
    refused: int = 0
    records: int = 0
    loaded: int = 0
    duplicate: int = 0
    ignored: int = 0
    quarantined: int = 0


@dataclass
class Mutated(Counts):
    """Damaged payloads through `uptake ingest`, or through a receiver and its spool."""

    faults: int = 0


@dataclass
class Guided:
    """Coverage-guided fuzzing. `kept`: payloads of its corpus; `edges_at_first`: those that the fixtures alone reach."""

    seconds: int = 0
    runs: int = 0
    kept: int = 0
    edges_at_first: int = 0
    edges: int = 0
    faults: int = 0


COUNTS = tuple(one.name for one in fields(Counts))
HEAD = (
    "| reader or receiver | payloads | files, requests refused | records | loaded | duplicate | ignored | quarantined | faults "
    "| guided: seconds | payloads | kept | edges of the fixtures | edges reached | faults |"
)
T = TypeVar("T", Mutated, Guided)


def told(name: str, kind: type[T]) -> T:
    """What the runs of one name came to so far; nothing where there was none."""
    file = _file(name, kind)
    return kind(**json.loads(file.read_text())) if file.exists() else kind()


def keep(name: str, found: Mutated | Guided) -> None:
    """In the place of what was told before."""
    file = _file(name, type(found))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(found)))


def table(names: Iterable[str]) -> str:
    """A line for each name, of both kinds."""
    lines = [HEAD, "|" + "---|" * HEAD.count(" |")]
    for name in names:
        cells = (*asdict(told(name, Mutated)).values(), *asdict(told(name, Guided)).values())
        lines.append(f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |")
    return "\n".join(lines)


def _file(name: str, kind: type) -> pathlib.Path:
    return KEPT / name / f"{kind.__name__.lower()}.json"
