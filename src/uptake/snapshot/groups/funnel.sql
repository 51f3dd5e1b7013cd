-- makes: people with a seat and with use, and their accounts, in each cell for all tools, and per tool for the company and its lines
-- by: all
-- grain: quarter, cell, tool
with facts as (
    select quarter, person_id, 'all' as tool, max(has_seat) as has_seat, max(case when active_days > 0 then 1 else 0 end) as active
    from tool_quarters
    group by quarter, person_id
    union all
    select quarter, person_id, tool, has_seat, case when active_days > 0 then 1 else 0 end as active
    from tool_quarters
),
counted as (
    select
        quarter,
        person_id,
        'all' as tool,
        cast(sum(accounts) as bigint) as accounts,
        cast(sum(active_accounts) as bigint) as active_accounts
    from quarter_accounts
    group by quarter, person_id
    union all
    select quarter, person_id, tool, accounts, active_accounts
    from quarter_accounts
),
tools as (
    select distinct quarter, tool from facts
    union
    select distinct quarter, 'all' as tool from cells
),
finest as (
    select
        b.quarter,
        b.cell,
        t.tool,
        cast(sum(case when f.has_seat = 1 then 1 else 0 end) as bigint) as provisioned,
        cast(sum(case when f.active = 1 then 1 else 0 end) as bigint) as active,
        cast(sum(case when f.active = 1 and q.regular then 1 else 0 end) as bigint) as regular,
        cast(sum(coalesce(a.accounts, 0)) as bigint) as accounts,
        cast(sum(coalesce(a.active_accounts, 0)) as bigint) as active_accounts
    from finest_people as b
    join tools as t on t.quarter = b.quarter
    left join facts as f on f.quarter = b.quarter and f.person_id = b.person_id and f.tool = t.tool
    left join counted as a on a.quarter = b.quarter and a.person_id = b.person_id and a.tool = t.tool
    left join quarter_scores as q on q.quarter = b.quarter and q.person_id = b.person_id
    group by b.quarter, b.cell, t.tool
)
select
    c.quarter,
    c.cell,
    c.parent,
    c.people,
    f.tool,
    cast(sum(f.provisioned) as bigint) as provisioned,
    cast(sum(f.active) as bigint) as active,
    cast(sum(f.regular) as bigint) as regular,
    cast(sum(f.accounts) as bigint) as accounts,
    cast(sum(f.active_accounts) as bigint) as active_accounts
from cells as c
join cell_above as b on b.quarter = c.quarter and b.cell = c.cell
join finest as f on f.quarter = b.quarter and f.cell = b.finest
where f.tool = 'all' or c.level <= 1
group by c.quarter, c.cell, c.parent, c.people, f.tool
order by c.quarter, f.tool, c.cell
