-- makes: why working days of a person are not observed expected days, the commonest cause first (reading 34)
-- by: quarter
-- grain: person_id
-- keep: no
with spans as (
    select d.person_id, min(h.first_day) as first_seat
    from (select distinct person_id from day_states) as d
    left join seat_holders as h on h.person_id = d.person_id
    group by d.person_id
),
sites as (
    select person_id, site, row_number() over (partition by person_id order by first_day) as place
    from roster
),
holidays as (
    select distinct site, day from site_days
),
grid as (
    select p.person_id, d.day, r.start_date, r.end_date
    from spans as p
    cross join days as d
    left join roster as r on r.person_id = p.person_id and d.day between r.first_day and r.last_day
    left join sites as s on s.person_id = p.person_id and s.place = 1
    left join holidays as h on h.site = case when r.person_id is not null then r.site else s.site end and h.day = d.day
    where d.weekday <= 5 and h.day is null
),
causes as (
    select
        g.person_id,
        case
            when g.start_date is null or g.day < g.start_date then 8
            when g.day > g.end_date then 9
            when s.absent then 7
            when s.has_seat = 0 then case when g.day < coalesce(p.first_seat, date '9999-12-31') then 10 else 11 end
            when s.fte_percent = 0 then 12
            else s.doubt
        end as cause
    from grid as g
    join spans as p on p.person_id = g.person_id
    left join day_states as s on s.person_id = g.person_id and s.day = g.day
    where s.person_id is null or s.expected = 0 or s.observed = 0
),
counted as (
    select
        person_id,
        cause,
        case when cause = 7 then 1 when cause in (10, 11) then 2 when cause in (8, 9) then 3 else 4 end as exclusion,
        count(*) as days
    from causes
    group by person_id, cause
),
seat_causes as (
    select
        t.person_id,
        t.doubt,
        row_number() over (partition by t.person_id order by count(*) desc, t.doubt) as place
    from tool_states as t
    join day_states as s on s.person_id = t.person_id and s.day = t.day
    where t.has_seat and t.state = 'not_observed' and s.expected > 0
    group by t.person_id, t.doubt
),
possible as (
    select person_id, count(*) as days
    from grid
    group by person_id
),
by_cause as (
    select person_id, cause, row_number() over (partition by person_id order by days desc, cause) as place
    from counted
    where cause < 12
),
by_exclusion as (
    select
        person_id,
        exclusion,
        row_number() over (partition by person_id order by cast(sum(days) as bigint) desc, exclusion) as place
    from counted
    group by person_id, exclusion
)
select
    p.person_id,
    c.cause,
    e.exclusion,
    d.doubt as seat_cause,
    p.days as possible_days
from possible as p
left join by_exclusion as e on e.person_id = p.person_id and e.place = 1
left join by_cause as c on c.person_id = p.person_id and c.place = 1
left join seat_causes as d on d.person_id = p.person_id and d.place = 1
