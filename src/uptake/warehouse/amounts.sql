-- makes: who holds which amount of money or of unpriced use in which month: estimate, bill and credits apart, never added
-- by: quarter
-- grain: quarter, month, tool, holder, measure
with used as (
    -- One source per person-tool-day (C8). Calls are priced one by one where they are known, else the source's own estimate stands.
    select
        u.quarter,
        cast(date_trunc('month', u.day) as date) as month,
        u.tool,
        coalesce(u.person_id, 'account:' || u.account_key) as holder,
        u.person_id,
        case when c.source is null then cast(u.cost_est_usd as decimal(38, 12)) else c.estimate end as estimate,
        cast(u.cost_billed_usd as decimal(38, 12)) as billed,
        cast(u.credits as decimal(38, 12)) as credits,
        c.told_checked,
        c.list_checked,
        coalesce(c.unpriced_requests, case when u.cost_est_usd is null and t.tokens > 0 then coalesce(u.requests, 0) end) as unpriced_requests,
        coalesce(c.unpriced_tokens, case when u.cost_est_usd is null and t.tokens > 0 then t.tokens end) as unpriced_tokens
    from usage_facts as u
    cross join lateral (
        select cast(
            coalesce(u.tokens_in, 0) + coalesce(u.tokens_out, 0) + coalesce(u.tokens_cache_read, 0) + coalesce(u.tokens_cache_write, 0)
            as decimal(38, 0)
        ) as tokens
    ) as t
    left join request_costs as c
        on u.feature = '_all' and c.source = u.source and c.tenant = u.tenant and c.tool = u.tool and c.account = u.account
        and c.surface = u.surface and c.day = u.day
    where list_contains($quarters::varchar[], u.quarter)
),
bills as (
    -- Rows of another scope, or of a longer time, may tell of the same money: one scope and length for a tool and month, the finest (0043).
    select
        s.*,
        cast(date_trunc('month', s.day) as date) as month,
        min(f.fineness) over (partition by s.tool, date_trunc('month', s.day)) as finest,
        f.fineness
    from spends as s
    cross join lateral (
        select case s.scope when 'line' then 0 when 'user' then 2 when 'organization' then 4 else 6 end
            + case when s.day = s.last_day then 0 else 1 end as fineness
    ) as f
    where date_trunc('month', s.day) = date_trunc('month', s.last_day)
        and list_contains($quarters::varchar[], year(s.day) || 'Q' || quarter(s.day))
),
billed as (
    select
        b.month,
        b.tool,
        case when b.account = '' then 'tenant:' || b.tenant else coalesce(a.person_id, 'account:' || b.account) end as holder,
        a.person_id,
        b.used,
        cast(b.net_usd as decimal(38, 12)) as net
    from bills as b
    left join account_names as n on n.tool = b.tool and n.name = b.account
    left join account_people as a
        on a.tool = b.tool and a.account = coalesce(n.account, 'login:' || b.account) and b.day between a.first_day and a.last_day
        and not a.shared
    where b.fineness = b.finest and b.net_usd is not null
),
measured as (
    select quarter, month, tool, holder, person_id, 'estimate' as measure, estimate as amount from used
    union all
    select quarter, month, tool, holder, person_id, 'billed' as measure, billed as amount from used
    union all
    select quarter, month, tool, holder, person_id, 'credits' as measure, credits as amount from used
    union all
    select quarter, month, tool, holder, person_id, 'told_checked' as measure, told_checked as amount from used
    union all
    select quarter, month, tool, holder, person_id, 'list_checked' as measure, list_checked as amount from used
    union all
    select quarter, month, tool, holder, person_id, 'unpriced_requests' as measure, cast(unpriced_requests as decimal(38, 12)) as amount from used
    union all
    select quarter, month, tool, holder, person_id, 'unpriced_tokens' as measure, cast(unpriced_tokens as decimal(38, 12)) as amount from used
    union all
    select
        year(month) || 'Q' || quarter(month) as quarter,
        month,
        tool,
        holder,
        person_id,
        case when used then 'billed' else 'billed_seats' end as measure,
        net as amount
    from billed
)
select quarter, month, tool, holder, max(person_id) as person_id, measure, cast(sum(amount) as decimal(38, 12)) as amount
from measured
where amount is not null
group by quarter, month, tool, holder, measure
