"""Group figures that stand in a person's row: shown to that person, or to a manager, only where the group itself may be shown.

MEASUREMENT.md section 7 compares people in groups of 10; what may be SHOWN needs more (GOVERNANCE.md section 5): counts and ranks k + 1
people, medians 2k, and no share that says the same of nearly everybody. Assurance reads all under a case.
"""

from __future__ import annotations

from collections.abc import Mapping

_ZEROS = "((q.lob_zero_share * q.lob_people + 500000) // 1000000)"
_MIXED = f"{_ZEROS} between 3 and q.lob_people - 3"
_ENOUGH = "q.lob_people > {k}"
_MEDIAN = "q.lob_people >= 2 * {k}"
_ACTIVE_MEDIAN = f"q.lob_people - {_ZEROS} >= 2 * {{k}}"

GUARDS: Mapping[str, Mapping[str, str]] = {
    "quarter_scores": {
        "lob_people": _ENOUGH,
        "lob_zero_share": f"{_ENOUGH} and {_MIXED}",
        "lob_median_micro": _MEDIAN,
        "lob_active_median_micro": _ACTIVE_MEDIAN,
        "ratio": f"({_ACTIVE_MEDIAN} or (q.comparison = 'median' and {_MEDIAN}))",
        "robust_z": _ACTIVE_MEDIAN,
        "percentile": f"{_ENOUGH} and (q.score_micro > 0 or {_MIXED})",
        "lob_rank": f"{_ENOUGH} and (q.score_micro > 0 or {_MIXED})",
    },
    # An account may be one person, and a small tenant a few: its state is for everybody, its counts are for operators.
    "coverage": {"expected_accounts": "q.expected_accounts > {k}", "reporting_accounts": "q.reporting_accounts > {k}"},
}
"""Question -> column -> the SQL condition under which the column is shown; `{k}` is the smallest group."""


def guarded(question: str, column: str, k: int) -> str:
    """The column of the wrapped question `q`, or NULL where its group is too small: an expression with its name."""
    condition = GUARDS.get(question, {}).get(column)
    return f"q.{column}" if condition is None else f"case when {condition.format(k=k)} then q.{column} end as {column}"
