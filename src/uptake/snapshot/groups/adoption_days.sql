-- makes: active people of each cell by day and tool; a day without any use of a tool counts 0; single tools for the company and its lines
-- by: all
-- grain: quarter, cell, tool, day
with active as (
    select distinct p.quarter, p.person_id, p.tool, p.day as period
    from person_activity as p
    join wanted_weeks as w on w.quarter = p.quarter and w.week = p.week
),
periods as (
    select distinct a.quarter, a.tool, b.period
    from (select distinct quarter, tool from person_activity) as a
    join (select distinct quarter, period from active) as b on b.quarter = a.quarter
),
finest as (
    select f.quarter, f.cell, a.tool, a.period, count(*) as people
    from active as a
    join finest_people as f on f.quarter = a.quarter and f.person_id = a.person_id
    group by f.quarter, f.cell, a.tool, a.period
),
summed as (
    select a.quarter, a.cell, f.tool, f.period, cast(sum(f.people) as bigint) as people
    from finest as f
    join cell_above as a on a.quarter = f.quarter and a.finest = f.cell
    group by a.quarter, a.cell, f.tool, f.period
)
select c.quarter, c.cell, c.parent, c.people, p.tool, p.period, coalesce(s.people, 0) as active
from cells as c
join periods as p on p.quarter = c.quarter
left join summed as s on s.quarter = c.quarter and s.cell = c.cell and s.tool = p.tool and s.period = p.period
where c.yardstick and (p.tool = 'all' or c.level <= 1)
order by c.quarter, p.tool, p.period, c.cell
