-- makes: people of each cell and their acts by tool and task type, and the most acts of one person; single tools for the company and its lines; not yet released
-- by: all
-- grain: quarter, cell, tool, task_type
with acts as (
    select quarter, person_id, tool, task_type, acts from task_quarters
    union all
    select quarter, person_id, 'all' as tool, task_type, cast(sum(acts) as bigint) as acts
    from task_quarters
    group by quarter, person_id, task_type
),
kinds as (
    select distinct quarter, tool, task_type from acts
    union
    select distinct quarter, tool, 'unclassified' as task_type from acts
),
finest as (
    select
        f.quarter,
        f.cell,
        a.tool,
        a.task_type,
        count(*) as people,
        cast(sum(a.acts) as bigint) as acts,
        max(a.acts) as most
    from acts as a
    join finest_people as f on f.quarter = a.quarter and f.person_id = a.person_id
    group by f.quarter, f.cell, a.tool, a.task_type
),
summed as (
    select
        b.quarter,
        b.cell,
        f.tool,
        f.task_type,
        cast(sum(f.people) as bigint) as people,
        cast(sum(f.acts) as bigint) as acts,
        max(f.most) as most
    from finest as f
    join cell_above as b on b.quarter = f.quarter and b.finest = f.cell
    group by b.quarter, b.cell, f.tool, f.task_type
)
select
    c.quarter,
    c.cell,
    c.parent,
    c.people,
    k.tool,
    k.task_type,
    coalesce(s.people, 0) as used_by,
    coalesce(s.acts, 0) as acts,
    coalesce(s.most, 0) as most
from cells as c
join kinds as k on k.quarter = c.quarter
left join summed as s on s.quarter = c.quarter and s.cell = c.cell and s.tool = k.tool and s.task_type = k.task_type
where k.tool = 'all' or c.level <= 1
order by c.quarter, k.task_type, k.tool, c.cell
