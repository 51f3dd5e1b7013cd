-- makes: active people of each cell by week and tool; a week without any use of a tool counts 0
-- by: all
-- grain: quarter, cell, tool, week
with active as (
    select distinct quarter, person_id, tool, week as period from person_activity
),
periods as (
    select distinct a.quarter, a.tool, b.period
    from (select distinct quarter, tool from active) as a
    join (select distinct quarter, period from active) as b on b.quarter = a.quarter
)
select c.quarter, c.cell, c.parent, c.people, p.tool, p.period, count(a.person_id) as active
from cells as c
join periods as p on p.quarter = c.quarter
join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
left join active as a on a.quarter = c.quarter and a.person_id = m.person_id and a.tool = p.tool and a.period = p.period
group by c.quarter, c.cell, c.parent, c.people, p.tool, p.period
order by c.quarter, p.tool, p.period, c.cell
