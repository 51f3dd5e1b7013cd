-- makes: the quarter of every person, and of how many days it was made
-- by: quarter
-- order: person_id, quarter
with days as (
    -- The row of all tools together: one a person and day.
    select person_id, quarter, count(*) as days
    from day_scores
    where tool = 'all'
    group by person_id, quarter
)
select
    q.quarter, q.person_id, q.lob, q.team, q.score_micro, q.expected_days, q.observed_days, q.coverage, q.engaged_share, q.segment, q.reason, q.certainty,
    q.minutes, q.breadth, q.estimated_days, q.lob_people, q.lob_zero_share, q.lob_median_micro, q.lob_active_median_micro, q.comparison, q.ratio,
    q.percentile, q.robust_z, q.lob_rank, q.score_version, q.department, q.provisional, q.active_days, q.regular, q.partial_days, q.version_sha256,
    coalesce(d.days, 0) as days
from quarter_scores as q
left join days as d on d.person_id = q.person_id and d.quarter = q.quarter
