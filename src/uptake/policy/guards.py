"""Group figures that stand in a person's row: shown to that person, or to a manager, only where the group itself may be shown.

MEASUREMENT.md section 7 compares people in groups of 10; what may be SHOWN needs more (GOVERNANCE.md section 5): counts and ranks k + 1
people, medians 2k. How many of the group are at zero is told as `lob_compare` tells it, to everybody alike, and so is what would follow
from it for somebody at zero (decision 0086). Assurance reads all under a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_ZEROS = "((q.lob_zero_share * q.lob_people + 500000) // 1000000)"
_ENOUGH = "q.lob_people > {k}"
_MEDIAN = "q.lob_people >= 2 * {k}"
_ACTIVE_MEDIAN = f"q.lob_people - {_ZEROS} >= 2 * {{k}}"
_RELEASED = "q.released_zero_share"
"""What the question brings beside its columns, for the guards alone: what `lob_compare` tells of the group."""


class Guard(NamedTuple):
    """The SQL condition under which a column is shown, and what is shown: the column itself, if nothing is said."""

    condition: str
    shown: str | None = None


_NOBODY = Guard("false")
"""A column for those alone whose answers are not guarded: operators, or assurance under a case."""

GUARDS: Mapping[str, Mapping[str, Guard]] = {
    "quarter_scores": {
        "lob_people": Guard(_ENOUGH),
        "lob_zero_share": Guard(_ENOUGH, _RELEASED),
        "lob_median_micro": Guard(_MEDIAN),
        "lob_active_median_micro": Guard(_ACTIVE_MEDIAN),
        "ratio": Guard(f"({_ACTIVE_MEDIAN} or (q.comparison = 'median' and {_MEDIAN}))"),
        "robust_z": Guard(_ACTIVE_MEDIAN),
        # The ties of somebody at zero are everybody at zero: half of them are the percentile, and the people less them the rank.
        "percentile": Guard(
            f"{_ENOUGH} and q.percentile is not null",
            f"case when q.score_micro > 0 then q.percentile else {_RELEASED} // 2 end",
        ),
        "lob_rank": Guard(f"{_ENOUGH} and q.score_micro > 0"),
    },
    # Accounts of a tool on a day stand beside no cell: less a count of adoption they are a count that was withheld (decision 0098).
    "coverage": {"expected_accounts": _NOBODY, "reporting_accounts": _NOBODY},
}
"""Question -> column -> when it is shown, and as what; `{k}` is the smallest group."""


def guarded(question: str, column: str, k: int) -> str:
    """The column of the wrapped question `q`, or NULL where its group is too small: an expression with its name."""
    guard = GUARDS.get(question, {}).get(column)
    if guard is None:
        return f"q.{column}"
    return f"case when {guard.condition.format(k=k)} then {guard.shown or f'q.{column}'} end as {column}"
