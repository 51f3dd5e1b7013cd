"""Small groups: which cells may be shown, which counts in them, and the proof that nothing smaller follows. Pure.

Learn it in this order: `tree` (units and cells), `cells` (merging), `bounds` (counts that speak of everybody), `auditor`
(what can be computed from what is shown); `steps` (differences of the steps of a funnel); `linear` and `system` are arithmetic. What these modules promise is linear: no
figure of fewer than k people is a sum or difference of shown figures.
"""

from uptake.disclosure.auditor import LIMITS, Leak, audit
from uptake.disclosure.bounds import EDGE, WITHHELD, Bounded, bound_counts
from uptake.disclosure.cells import DEFAULT_K, FLOOR, YARDSTICK, Release, members, release
from uptake.disclosure.steps import RISES
from uptake.disclosure.system import Count
from uptake.disclosure.tree import COMPANY, JOINERS, NO_UNIT, OTHERS, Cell, Path, scope_text, unit_path

__all__ = [
    "COMPANY",
    "DEFAULT_K",
    "EDGE",
    "FLOOR",
    "JOINERS",
    "LIMITS",
    "NO_UNIT",
    "OTHERS",
    "RISES",
    "WITHHELD",
    "YARDSTICK",
    "Bounded",
    "Cell",
    "Count",
    "Leak",
    "Path",
    "Release",
    "audit",
    "bound_counts",
    "members",
    "release",
    "scope_text",
    "unit_path",
]
