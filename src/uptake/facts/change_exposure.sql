-- makes: how a change was exposed to AI: by its lines, by a mark on it, or by its author's use in its weeks (MEASUREMENT 10)
-- by: all
-- grain: change
-- A change without a mark is not one made by hand: nothing is known of it (rule R-GT-6), and it has no row here.
with marked as (
    select c.change, c.tool, c.model, 1 as marks
    from changes_now as c
    where c.tool is not null
),
by_tool as (
    select change, tool, max(model) as model, cast(sum(marks) as bigint) as marks
    from marked
    group by change, tool
),
by_mark as (
    select
        change,
        tool,
        model,
        count(*) over (partition by change) as tools,
        row_number() over (partition by change order by marks desc, tool) as place
    from by_tool
),
by_week as (
    select
        c.change,
        w.tool,
        cast(sum(w.actions) as bigint) as actions
    from changes_now as c
    join code_people as a
        on a.tool = c.host and a.account = c.account and cast(c.merged_at as date) between a.first_day and a.last_day and not a.shared
    join person_use_weeks as w
        on w.person_id = a.person_id
        and w.week between cast(date_trunc('week', c.opened_at) as date) and cast(date_trunc('week', c.merged_at) as date)
    where c.merged_at is not null
    group by c.change, w.tool
),
weeks_placed as (
    select
        change,
        tool,
        count(*) over (partition by change) as tools,
        row_number() over (partition by change order by actions desc, tool) as place
    from by_week
)
select
    coalesce(m.change, w.change) as change,
    case when m.change is not null then 'change' else 'person_week' end as exposure,
    coalesce(m.tool, w.tool) as tool,
    m.model,
    coalesce(m.tools, w.tools) as tools
from (select * from by_mark where place = 1) as m
full join (select * from weeks_placed where place = 1) as w on w.change = m.change
