-- makes: the line, department and team of a person in the quarter: most expected days, tie the later one (reading 5)
-- by: quarter
-- grain: person_id
-- keep: no
with days_of as (
    select person_id, day, expected, lob, department, team
    from day_states
    where employed and expected > 0
),
last_rows as (
    select
        r.person_id,
        r.lob,
        r.department,
        r.team,
        row_number() over (partition by r.person_id order by r.first_day desc) as place
    from roster as r
    join period as p on r.first_day <= p.to_day and r.last_day >= p.first_day
    where r.person_id in (select person_id from day_states)
),
lobs as (
    select
        person_id,
        lob,
        row_number() over (
            partition by person_id order by count(*) desc, max(day) desc
        ) as place
    from days_of
    group by person_id, lob
),
departments as (
    select
        person_id,
        department,
        row_number() over (
            partition by person_id order by count(*) desc, max(day) desc
        ) as place
    from days_of
    group by person_id, department
),
teams as (
    select
        person_id,
        team,
        row_number() over (
            partition by person_id order by count(*) desc, max(day) desc
        ) as place
    from days_of
    group by person_id, team
)
select
    r.person_id,
    case when l.person_id is null then r.lob else l.lob end as lob,
    case when l.person_id is null then r.department else d.department end as department,
    case when l.person_id is null then r.team else t.team end as team
from last_rows as r
left join lobs as l on l.person_id = r.person_id and l.place = 1
left join departments as d on d.person_id = r.person_id and d.place = 1
left join teams as t on t.person_id = r.person_id and t.place = 1
where r.place = 1
