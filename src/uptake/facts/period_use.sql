-- makes: use that a source states for a week or a month only: evidence, never days or points (R-CG-1)
-- by: all
-- grain: source, tool, tenant, account, cadence, first_day
-- as_of: cut
-- A month that weeks fill is not counted beside them (R-CG-2), nor a period in which the account has days; as evidence of use it stays, so that a damaged week proves no zero.
with known as (
    select u.*
    from period_uses as u
    cross join as_of as t
    where u.first_day <= t.day
),
filled as (
    select m.source, m.key
    from known as m
    join known as w
        on w.source = m.source and w.tool = m.tool and w.tenant = m.tenant and w.account = m.account
        and w.cadence = 'weekly' and w.first_day <= m.last_day and w.last_day >= m.first_day
    where m.cadence = 'monthly'
    group by m.source, m.key, m.first_day, m.last_day
    -- date_diff, not a minus: on Spark the difference of two days is an interval
    having cast(sum(date_diff('day', greatest(w.first_day, m.first_day), least(w.last_day, m.last_day)) + 1) as bigint)
        > date_diff('day', m.first_day, m.last_day)
),
told_by_day as (
    select k.source, k.key
    from known as k
    join usage_days as d
        on d.tool = k.tool and d.tenant = k.tenant and d.account = k.account and d.day between k.first_day and k.last_day
    union
    select k.source, k.key
    from known as k
    join usage_days as d on d.tool = k.tool and d.tenant = k.tenant and d.email = k.email and d.day between k.first_day and k.last_day
)
select
    k.source,
    k.tool,
    k.tenant,
    k.account,
    k.email,
    k.cadence,
    k.first_day,
    k.last_day,
    k.used,
    k.used_from,
    k.used_to,
    k.messages,
    k.credits,
    f.key is null and d.key is null as counted
from known as k
left join filled as f on f.source = k.source and f.key = k.key
left join told_by_day as d on d.source = k.source and d.key = k.key
