"""Short ways to run a Copilot reader over hand-made records; used by the test_copilot_* files."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

from uptake.model import Usage, VendorTotal
from uptake.model.outcome import InputFile, Outcome, Rejected, Taken
from uptake.sources.copilot import SOURCES

READERS = {source.name: source for source in SOURCES}
SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
FETCHED = dt.datetime(2026, 5, 2, 3, 0)
DAY = dt.date(2026, 4, 25)


def read(source: str, data: bytes, *, account: str = "", fetched: dt.datetime = FETCHED) -> list[Outcome]:
    return list(READERS[source].parse(InputFile("f", io.BytesIO(data), account, fetched)))


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def user(**fields: Any) -> dict[str, Any]:
    """A users-1-day row with what is required; a field given as `...` is left out."""
    base = {"user_id": 7, "user_login": "mona", "day": "2026-04-25", "enterprise_id": "900"}
    return {name: value for name, value in (base | fields).items() if value is not ...}


def counters(feature: str, prompts: int = 0, generations: int = 0, accepts: int = 0, added: int = 0) -> dict[str, Any]:
    return {
        "feature": feature,
        "user_initiated_interaction_count": prompts,
        "code_generation_activity_count": generations,
        "code_acceptance_activity_count": accepts,
        "loc_suggested_to_add_sum": 2 * added,
        "loc_suggested_to_delete_sum": 0,
        "loc_added_sum": added,
        "loc_deleted_sum": 1,
    }


def one(*records: Any, source: str = "copilot-users", **options: Any) -> Taken:
    """The only outcome of these records."""
    (outcome,) = read(source, lines(*records), **options)
    assert isinstance(outcome, Taken), outcome
    return outcome


def rejected(*records: Any, source: str = "copilot-users", **options: Any) -> Rejected:
    (outcome,) = read(source, lines(*records), **options)
    assert isinstance(outcome, Rejected), outcome
    return outcome


def usage(taken: Taken, feature: str, surface: str = "") -> Usage:
    """The one row of a feature, or of the surface of `_all`."""
    (row,) = (r for r in usages(taken) if r.feature == feature and surface in ("", r.surface))
    return row


def usages(taken: Taken) -> list[Usage]:
    return [row for row in taken.rows if isinstance(row, Usage)]


def totals(taken: Taken) -> dict[str, int]:
    return {row.measure: row.value for row in taken.rows if isinstance(row, VendorTotal)}


MEASURES = [
    name
    for name in Usage.__struct_fields__
    if name
    not in (
        *("tool", "account", "day", "surface", "feature", "feature_class", "tenant", "login", "email"),
        *("service", "precedence", "below_minimum", "flags_json"),
    )
]


def known(row: Usage) -> dict[str, object]:
    """The measures of a row that are not NULL."""
    return {name: value for name in MEASURES if (value := getattr(row, name)) is not None}
