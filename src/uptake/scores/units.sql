-- makes: the line, department and team of a person in the quarter: most expected days, tie the later one (reading 5)
-- by: quarter
-- grain: person_id
-- keep: no
with days_of as (
    select person_id, day, expected, lob, department, team
    from day_states
    where employed
),
last_rows as (
    select
        person_id,
        lob,
        department,
        team,
        row_number() over (partition by person_id order by day desc) as place
    from days_of
),
lobs as (
    select
        person_id,
        lob,
        row_number() over (
            partition by person_id order by cast(sum(case when expected > 0 then 1 else 0 end) as bigint) desc, max(day) desc
        ) as place
    from days_of
    group by person_id, lob
),
departments as (
    select
        person_id,
        department,
        row_number() over (
            partition by person_id order by cast(sum(case when expected > 0 then 1 else 0 end) as bigint) desc, max(day) desc
        ) as place
    from days_of
    group by person_id, department
),
teams as (
    select
        person_id,
        team,
        row_number() over (
            partition by person_id order by cast(sum(case when expected > 0 then 1 else 0 end) as bigint) desc, max(day) desc
        ) as place
    from days_of
    group by person_id, team
)
select r.person_id, l.lob, d.department, t.team
from last_rows as r
join lobs as l on l.person_id = r.person_id and l.place = 1
join departments as d on d.person_id = r.person_id and d.place = 1
join teams as t on t.person_id = r.person_id and t.place = 1
where r.place = 1
