-- makes: the score of each person-week by the best-q rule, for drawing; the quarter is never made from it
-- by: quarter
-- grain: person_id, week
select
    p.quarter,
    w.person_id,
    w.week,
    d.first_day,
    w.expected_days,
    w.observed_days,
    w.active_days,
    case when w.observed_days > 0 then rhe(w.weighted, w.observed_days) end as score_micro
from week_sums as w
cross join period as p
join (select week, min(day) as first_day from days group by week) as d on d.week = w.week
