-- makes: use that a source states for a week or a month only, and use that was billed: evidence, never days or points (R-CG-1, 0043)
-- by: all
-- grain: source, tool, tenant, account, login, cadence, first_day
-- as_of: cut
-- A month that weeks fill is not counted beside them (R-CG-2), nor a period in which the account has days; as evidence of use it stays, so that a damaged week proves no zero.
with billed as (
    -- a bill names a login only (R-BI-6); its money stays where it is
    select
        s.source,
        min(s.key) as key,
        s.tool,
        s.tenant,
        coalesce(n.account, 'login:' || s.account) as account,
        s.account as login,
        s.day as first_day,
        s.last_day
    from spends as s
    left join account_names as n on n.tool = s.tool and n.name = s.account
    where s.used and s.account <> ''
    group by s.source, s.tool, s.tenant, coalesce(n.account, 'login:' || s.account), s.account, s.day, s.last_day
),
told as (
    select
        source, key, tool, tenant, account, cast(null as varchar) as login, email, cadence, first_day, last_day, used, used_from, used_to,
        messages, credits
    from period_uses
    union all
    select
        source,
        key,
        tool,
        tenant,
        account,
        login,
        cast(null as varchar) as email,
        case when first_day = last_day then 'bill of a day' else 'bill to ' || cast(last_day as varchar) end as cadence,
        first_day,
        last_day,
        true as used,
        first_day as used_from,
        last_day as used_to,
        cast(null as bigint) as messages,
        cast(null as decimal(28, 10)) as credits
    from billed
),
known as (
    select u.*
    from told as u
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
    k.login,
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
