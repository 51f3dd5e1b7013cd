-- makes: every seat with its holder, and whether it stands as a proposal for reclaim (MEASUREMENT 12, idle seat)
-- order: person_id, tool, account, first_day
with currencies as (
    -- a price without a currency is one in dollars
    select count(distinct coalesce(upper(trim(currency)), 'USD')) as n, max(coalesce(upper(trim(currency)), 'USD')) as currency
    from seat_grants
    where monthly_cost is not null
),
priced as (
    -- nothing is converted: where files name several currencies, what is not sold in dollars has no price here, for it would be summed
    select
        g.tool,
        g.account,
        g.person_id,
        case when c.n <= 1 or coalesce(upper(trim(g.currency)), 'USD') = 'USD' then g.monthly_cost end as monthly_cost
    from seat_grants as g
    cross join currencies as c
),
prices as (
    select tool, max(monthly_cost) as monthly_cost
    from priced
    where account is null and person_id is null
    group by tool
),
newest_lists as (
    select tool, account, max(taken_at) as taken_at
    from seat_listings
    where account is not null
    group by tool, account
),
granting as (
    select s.tool, s.account, s.granted_by, row_number() over (partition by s.tool, s.account order by s.key) as place
    from seat_listings as s
    join newest_lists as n on n.tool = s.tool and n.account = s.account and n.taken_at = s.taken_at
),
grants as (
    select tool, account, person_id, max(monthly_cost) as monthly_cost
    from priced
    group by tool, account, person_id
),
owned as (
    select
        coalesce(s.person_id, a.person_id) as person_id,
        s.tool,
        coalesce(s.account, '') as account,
        max(greatest(s.first_day, coalesce(a.first_day, s.first_day))) as first_day,
        max(least(s.last_day, coalesce(a.last_day, s.last_day))) as last_day,
        max(g.granted_by) as granted_by,
        coalesce(max(c.monthly_cost), max(p.monthly_cost)) as monthly_cost
    from seat_spans as s
    left join account_people as a
        on a.tool = s.tool and a.account = s.account and not a.shared and a.first_day <= s.last_day and a.last_day >= s.first_day
    left join granting as g on g.tool = s.tool and g.account = s.account and g.place = 1
    left join grants as c
        on c.tool = s.tool and coalesce(c.account, '') = coalesce(s.account, '') and coalesce(c.person_id, '') = coalesce(s.person_id, '')
    left join prices as p on p.tool = s.tool
    group by coalesce(s.person_id, a.person_id), s.tool, coalesce(s.account, '')
),
last_use as (
    select person_id, tool, max(last_active) as last_active, max(case when active_days > 0 then quarter end) as last_quarter
    from tool_quarters
    group by person_id, tool
),
runs as (
    select
        t.person_id,
        t.tool,
        cast(sum(t.zero_days) as bigint) as zero_days,
        min(t.first_zero) as since,
        max(t.last_seat_day) as last_seat_day
    from tool_quarters as t
    join last_use as l on l.person_id = t.person_id and l.tool = t.tool and t.quarter >= coalesce(l.last_quarter, '')
    group by t.person_id, t.tool
),
newest as (
    select
        person_id,
        segment,
        row_number() over (partition by person_id order by provisional, quarter desc) as place
    from quarter_scores
),
current_rows as (
    select r.person_id, r.start_date, r.end_date
    from roster as r
    cross join as_of as t
    where t.day between r.first_day and r.last_day
)
select
    o.person_id,
    o.tool,
    o.account,
    case when o.first_day = date '0001-01-01' then null else o.first_day end as first_day,
    case when o.last_day >= date '9999-12-31' then null else o.last_day end as last_day,
    coalesce(l.last_active, v.last_activity_on) as last_seen,
    o.granted_by,
    o.monthly_cost,
    coalesce(
        r.zero_days >= 60
        and o.last_day >= t.day
        and o.first_day <= cast(t.day - 90 as date)
        and c.start_date <= cast(t.day - 90 as date)
        and c.end_date >= t.day
        and n.segment not in ('insufficient', 'excluded')
        and not exists (select 1 from absences as a where a.person_id = o.person_id and t.day between a.first_day and a.last_day)
        and not exists (select 1 from unread_spans as a where a.person_id = o.person_id and t.day between a.first_day and a.last_day),
        false
    ) as proposal,
    r.since as idle_since,
    case when o.monthly_cost is not null then case when m.n <= 1 then m.currency else 'USD' end end as currency
from owned as o
cross join as_of as t
cross join currencies as m
left join last_use as l on l.person_id = o.person_id and l.tool = o.tool
left join runs as r on r.person_id = o.person_id and r.tool = o.tool
left join newest as n on n.person_id = o.person_id and n.place = 1
left join current_rows as c on c.person_id = o.person_id
left join (
    select tool, account, max(last_activity_on) as last_activity_on
    from seat_activity
    group by tool, account
) as v on v.tool = o.tool and v.account = o.account
where o.person_id is null or o.person_id not in (select person_id from roster where aggregate_only)
