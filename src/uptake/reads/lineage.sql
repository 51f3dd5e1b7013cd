-- Joined, not looked up row by row: so the engine counts the days of the people who are asked about, and of nobody else.
select
    q.person_id,
    q.quarter,
    t.* replace (cast(t.as_of as date) as as_of),
    q.quarter as roster,
    coalesce(d.days, 0) as days,
    l.loads
from s.person_quarter_scores as q
left join (
    select person_id, year(day) || 'Q' || quarter(day) as quarter, count(distinct day) as days
    from s.person_day_scores
    group by person_id, year(day) || 'Q' || quarter(day)
) as d on d.person_id = q.person_id and d.quarter = q.quarter
left join (
    select
        quarter,
        string_agg(
            source || ' ' || case when loads = 1 then '' || first_load else first_load || ' to ' || last_load end, ', ' order by source
        ) as loads
    from loads
    group by quarter
) as l on l.quarter = q.quarter
cross join stamp as t
