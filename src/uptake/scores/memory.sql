-- makes: what the last closed quarters say of a person: the segment that is remembered, and any active day in the lookback (reading 32, 35)
-- by: quarter
-- grain: person_id
-- keep: no
with before as (
    select q.person_id, b.place, q.segment, q.active_days
    from remembered as q
    join quarters_before as b on b.quarter = q.quarter
),
people_of as (
    select distinct person_id from before
)
select
    o.person_id,
    coalesce(
        max(case when b.place = 1 and b.segment not in ('insufficient', 'excluded') then b.segment end),
        max(case when b.place = 2 and b.segment not in ('insufficient', 'excluded') then b.segment end),
        max(case when b.place = 3 and b.segment not in ('insufficient', 'excluded') then b.segment end)
    ) as segment,
    max(case when b.place <= v.lapsed_lookback and b.active_days > 0 then 1 else 0 end) as used_before
from people_of as o
join before as b on b.person_id = o.person_id
cross join version as v
group by o.person_id
