select
    q.person_id,
    q.quarter,
    t.* replace (cast(t.as_of as date) as as_of),
    q.quarter as roster,
    (
        select count(distinct d.day)
        from s.person_day_scores as d
        where d.person_id = q.person_id and year(d.day) || 'Q' || quarter(d.day) = q.quarter
    ) as days,
    (
        select string_agg(
            l.source || ' ' || case when l.loads = 1 then '' || l.first_load else l.first_load || ' to ' || l.last_load end, ', ' order by l.source
        )
        from loads as l
        where l.quarter = q.quarter
    ) as loads
from s.person_quarter_scores as q
cross join stamp as t
