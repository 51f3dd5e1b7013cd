"""How broad the use of a person is: the effective number of task types, exp(Shannon entropy), in hundredths (MEASUREMENT.md section 6).

N_eff = exp(-sum p ln p) over the types with enough acts, p = acts of the type over their sum: 1.00 for one type, n for n equal ones.
A logarithm is irrational (rule 1.5): in `decimal` with 50 digits wherever a double could round to another hundredth. Not told where too few acts have a type (decision 0045):
narrow use and use of which no label tells would look the same.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

BY = "quarter"
GRAIN = ("person_id",)
COLUMNS = {"person_id": str, "breadth": int}
READS = {
    "acts": "select person_id, task_type, cast(sum(acts) as bigint) as acts from task_quarters"
    " where quarter = (select quarter from period) group by person_id, task_type order by person_id, task_type",
    "rules": "select unclassified, min_acts, share_num, share_den from task_rules",
}

_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_SURE = 1e-6
"""In hundredths: a double is wrong by less than a hundred-thousandth of this for fewer than a thousand types."""


def effective_number(acts: Sequence[int]) -> int:
    """Hundredths, half to even, of the effective number of types with so many acts each, all above 0."""
    total = sum(acts)
    shares = [number / total for number in acts]
    about = 100 * math.exp(-math.fsum(share * math.log(share) for share in shares))
    if abs(about - math.floor(about) - 0.5) > _SURE:
        return round(about)
    return in_digits(acts)


def in_digits(acts: Sequence[int]) -> int:
    """As `effective_number`, by 50 digits alone."""
    total = Decimal(sum(acts))
    entropy = Decimal(0)
    for number in acts:
        share = _CONTEXT.divide(Decimal(number), total)
        entropy = _CONTEXT.subtract(entropy, _CONTEXT.multiply(share, _CONTEXT.ln(share)))
    found = _CONTEXT.multiply(_CONTEXT.exp(entropy), Decimal(100))
    return int(found.quantize(Decimal(1), rounding=ROUND_HALF_EVEN, context=_CONTEXT))


def make(acts: Iterable[tuple[str, str, int]], rules: Iterable[tuple[str, int, int, int]]) -> Iterator[tuple[str, int]]:
    """Rows (person, breadth); none for a person of whom no type has enough acts, or too few acts have a type."""
    ((unclassified, least, num, den),) = rules
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for person, kind, number in acts:
        people[person][kind] = number
    for person, kinds in people.items():
        every = sum(kinds.values())
        known = {kind: number for kind, number in kinds.items() if kind != unclassified}
        counted = [number for number in known.values() if number >= least]
        if counted and den * sum(known.values()) >= num * every:
            yield person, effective_number(counted)
