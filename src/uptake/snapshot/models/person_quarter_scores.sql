-- makes: the quarter of every person
-- by: quarter
-- order: person_id, quarter
select
    quarter, person_id, lob, team, score_micro, expected_days, observed_days, coverage, engaged_share, segment, reason, certainty,
    minutes, breadth, estimated_days, lob_people, lob_zero_share, lob_median_micro, lob_active_median_micro, comparison, ratio,
    percentile, robust_z, lob_rank, score_version, department, provisional, active_days, regular, partial_days, version_sha256
from quarter_scores
