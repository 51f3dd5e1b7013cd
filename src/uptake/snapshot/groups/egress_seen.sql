-- makes: tools in use, how many accounts used each in the newest 91 days, and which classes of data were counted in its prompts then
-- by: all
-- grain: tool
-- Of a tool of k accounts or fewer neither is said: a class on a tool of one person would be that person's.
with used as (
    select tool, account, service, first_day, last_day from account_months
    union all
    select tool, account, false as service, used_from as first_day, used_to as last_day from period_use
    where used
),
tools as (
    select
        u.tool,
        min(u.first_day) as first_use,
        max(u.last_day) as last_use,
        count(distinct case when not u.service and u.last_day > t.day - 91 then u.account end) as accounts
    from used as u
    cross join as_of as t
    group by u.tool
),
counted as (
    select c.tool, c.data_class, sum(c.prompts) as prompts
    from content_classes as c
    cross join as_of as t
    where c.day > t.day - 91 and c.day <= t.day
    group by c.tool, c.data_class
),
classes as (
    select tool, string_agg(data_class, ', ' order by data_class) as data_seen, max(prompts) as prompts
    from counted
    group by tool
)
select
    t.tool,
    t.first_use,
    t.last_use,
    case when t.accounts > $k then t.accounts end as accounts,
    case when t.accounts > $k then c.data_seen end as data_seen,
    -- two figures
    case
        when t.accounts > $k
            then cast(round(c.prompts, cast(-greatest(0, floor(log10(greatest(c.prompts, 1))) - 1) as integer)) as bigint)
    end as prompts
from tools as t
left join classes as c on c.tool = t.tool
