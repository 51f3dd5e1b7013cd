-- makes: each line and the company in the quarter, as the comparison saw them
-- by: quarter
-- grain: scope
select
    p.quarter,
    m.scope,
    m.people as eligible,
    m.zeros,
    m.active_people,
    m.zero_share,
    m.median_micro,
    m.active_median_micro,
    m.p25_micro,
    m.p75_micro,
    m.comparison
from group_medians as m
cross join period as p
