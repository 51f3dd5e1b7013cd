-- Joined, not looked up row by row: so the engine counts the days of the people who are asked about, and of nobody else.
select
    q.person_id,
    t.* replace (cast(t.as_of as date) as as_of),
    q.quarter as roster,
    coalesce(d.days, 0) as days
from s.person_quarter_scores as q
join stamp as t on t.quarter = q.quarter
left join (
    select person_id, year(day) || 'Q' || quarter(day) as quarter, count(distinct day) as days
    from s.person_day_scores
    group by person_id, year(day) || 'Q' || quarter(day)
) as d on d.person_id = q.person_id and d.quarter = q.quarter
