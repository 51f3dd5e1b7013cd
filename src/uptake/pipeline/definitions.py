"""The words and formulas as the score version that made the figures has them: rows of the question `definitions`."""

from __future__ import annotations

from uptake.scores.version import ScoreVersion


def definitions(version: ScoreVersion, k: int) -> list[tuple[object, ...]]:
    """Rows (term, text, formula, score_version). Every number in them is read from the version, none is written by hand."""
    v = version.values
    points = _points
    rows = [
        ("engagement", "The name of the score. It says how much a person uses AI tools on working days, never how well or how much they work.", ""),
        ("day score", "0 to 100 points for one person and day.",
         f"E = rhe(A_P * (1 - 2^(-U_P/10^6)) + A_R * (1 - 2^(-U_R/10^6))); A_P = {points(v['w_proactive'])}, A_R = {points(v['w_passive'])}; "
         f"{points(v['w_alone'])} and 0 when no tool with a seat that day has a passive channel"),
        ("proactive", "What a person starts: prompts, plan modes, reviews and agents asked for.",
         f"x_P = min(prompts + plans + review_requests + agent_requests, {v['day_proactive']}) for sources that count by day"),
        ("passive", "What a person accepts by an act of their own.", f"x_R = min(accept_user, {v['day_passive']})"),
        ("session estimate", "Points of a source that knows sessions and edit decisions only; such days are marked as estimated.",
         f"x_P = [sessions > 0] + min({v['session_extra']}, floor((accept_unsplit + reject_user) / {v['session_edits']}))"),
        ("expected day", "A working day of the site on which the person is employed, not absent, and holds a seat.", "weight = FTE in percent"),
        ("observed day", "A day on which at least one tool with a seat is active or a proven zero.", ""),
        ("zero", "No use, proven: a seat, a complete source day, a client that is known to report, and nothing that contradicts it.", ""),
        ("not_observed", "It cannot be said whether the tool was used. This is never counted as zero.", ""),
        ("quarter score", "The best observed days of each week, as many as were expected.", "Q = rhe(sum S_w, sum q)"),
        ("coverage", "Observed over expected days.", "rhe(10^6 * n, sum qe_w) ppm"),
        ("engaged day", "A day with at least one proactive point or a few accepts.", f"x_P >= 1 or x_R >= {v['engaged_accepts']}"),
        ("engaged_share", "Share of engaged days by the same best-days rule.", "A = rhe(10^6 * engaged centi-days, n) ppm"),
        ("active", "Any point in the day, week or quarter.", "x_P + x_R > 0"),
        ("active account", "An account with any point in the period.", ""),
        ("regular", "Active in at least three quarters of the observed weeks, of which there are at least 6.", "4 * active weeks >= 3 * observed weeks"),
        ("heavy", "A segment: high score on most days.",
         f"Q >= {points(v['heavy_in_score'])} and A >= {_percent(v['heavy_in_share'])}; once heavy: Q >= {points(v['heavy_out_score'])} "
         f"and A >= {_percent(v['heavy_out_share'])}"),
        ("light", "A segment: any use in the quarter, below heavy.", ""),
        ("lapsed", "A segment: no use now, some use before.", f"any active day in the {v['lapsed_lookback']} closed quarters before"),
        ("non_user", "A segment: a seat, and proof that it was not used on any day of the quarter.", ""),
        ("non_adopter", "A segment: a proven zero in this quarter and in the closed quarter before.", ""),
        ("insufficient", "A segment: too little is known to say anything.",
         f"n < {v['min_days']} centi-days, or coverage < {v['coverage_num']}/{v['coverage_den']}, or zero with a seat observed on less than "
         f"{v['zero_coverage_num']}/{v['zero_coverage_den']} of its days"),
        ("excluded", "A segment: not judged at all; the reason is always given.", ""),
        ("comparison", "Which comparison with the line of business is fair.",
         f"group < {v['min_group']}: rolled_up; zeros < {v['zero_share_num']}/{v['zero_share_den']} and median >= {points(v['median_floor'])}: median; "
         f"{v['min_group']} or more people above 0: active_median; else adoption_only"),
        ("ratio", "Score over the median that the comparison names.", "rhe(10^6 * Q, m) ppm"),
        ("percentile", "Share of the group below, ties in the middle.", "rhe(10^6 * (2 * less + equal), 2 * size) ppm"),
        ("certainty", "Whether the segment would stand if the quarter's weeks were drawn again.",
         f"{v['clear']} of {v['replicates']} replicates agree: clear"),
        ("released", "A group whose figures may be shown.", f"more than {k} people, and {k} or more without its largest part"),
        ("rhe", "The only rounding: to the nearest integer, ties to even.", "rhe(a, b) = a / b"),
    ]  # fmt: skip
    return [(term, text, formula, version.id) for term, text, formula in rows]


def _points(micro: int) -> str:
    whole, rest = divmod(micro, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000} %"
