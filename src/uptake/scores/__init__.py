"""Facts -> scores. A step is one `.sql` file or one pure `.py` module over integers; `versions/` holds every weight, cap and cut."""

from __future__ import annotations

SCORES = (
    "person_days",
    "seat_days",
    "seat_proofs",
    "tool_points",
    "tool_states",
    "day_states",
    "exponents",
    "curve",
    "day_scores",
    "week_sums",
    "seat_weeks",
    "units",
    "lost_days",
    "quarter_sums",
    "memory",
    "segments_now",
    "draws",
    "week_columns",
    "seat_columns",
    "replicates",
    "weak_replicates",
    "certainty",
    "groups",
    "group_medians",
    "comparisons",
    "quarter_scores",
    "remembered",
)
