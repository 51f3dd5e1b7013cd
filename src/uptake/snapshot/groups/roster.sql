-- makes: engineers of a quarter with the unit of its first day; who came later is a joiner
-- by: quarter
-- grain: person_id
with of_quarter as (
    select
        r.person_id,
        r.lob,
        r.department,
        r.team,
        r.engineer,
        greatest(r.first_day, r.start_date) as first_day,
        least(r.last_day, r.end_date) as last_day
    from roster as r
    where not r.aggregate_only
),
placed as (
    select *, row_number() over (partition by person_id order by first_day) as place
    from of_quarter
    where engineer and first_day <= last_day and first_day <= $last_day and last_day >= $first_day
)
select person_id, lob, department, team, first_day > $first_day as joiner
from placed
where place = 1
order by person_id
