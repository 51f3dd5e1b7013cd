-- makes: spans in which the newest row of an account shows a client below the vendor's minimum (rule R-CP-7)
-- by: all
-- grain: tool, account, first_day
with told as (
    select u.tool, coalesce(k.account_key, u.account) as account, u.day, u.below_minimum
    from usage_days as u
    cross join as_of as t
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    where u.day <= t.day
),
too_old as (
    select distinct tool, account from told where below_minimum = 1
),
days as (
    select r.tool, r.account, r.day, max(r.below_minimum) as below_minimum
    from told as r
    join too_old as o on o.tool = r.tool and o.account = r.account
    group by r.tool, r.account, r.day
),
following as (
    select
        tool,
        account,
        day,
        below_minimum,
        lead(day) over (partition by tool, account order by day) as next_day
    from days
)
select
    tool,
    account,
    day as first_day,
    coalesce(cast(next_day - 1 as date), date '9999-12-31') as last_day
from following
where below_minimum = 1
