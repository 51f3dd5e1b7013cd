-- makes: who held a seat of which tool from when to when, from vendor seat lists and our own seats file (readings 8 and 9)
-- by: all
-- grain: tool, account, person_id, first_day, last_day, origin
-- as_of: cut
with listings as (
    select
        l.source,
        l.tenant,
        l.tool,
        coalesce(k.account_key, n.account, l.account) as account,
        cast(l.taken_at as date) as taken_on,
        l.created_day,
        l.ends_on,
        l.key
    from seat_listings as l
    cross join as_of as t
    left join account_keys as k on k.tool = l.tool and k.account = l.account and k.login = fold(l.login)
    left join account_names as n on n.tool = l.tool and n.name = fold(l.login) and l.account like 'login:%'
    where l.account is not null and cast(l.taken_at as date) <= t.day
),
stated as (
    select source, tenant, cast(taken_at as date) as taken_on, max(stated) as stated
    from seat_lists
    group by all
),
listed as (
    select source, tenant, cast(taken_at as date) as taken_on, count(distinct key) as seats
    from seat_listings
    group by all
),
complete_lists as (
    select s.source, s.tenant, s.taken_on
    from stated as s
    cross join as_of as t
    left join listed as l on l.source = s.source and l.tenant = s.tenant and l.taken_on = s.taken_on
    where coalesce(l.seats, 0) >= s.stated and s.taken_on <= t.day
),
all_lists as (
    select source, tenant, taken_on from complete_lists
    union
    select source, tenant, taken_on from listed cross join as_of as t where taken_on <= t.day
),
next_complete as (
    select
        a.source,
        a.tenant,
        a.taken_on,
        min(c.taken_on) as next_on
    from all_lists as a
    left join complete_lists as c on c.source = a.source and c.tenant = a.tenant and c.taken_on > a.taken_on
    group by a.source, a.tenant, a.taken_on
),
held as (
    select
        l.source,
        l.tenant,
        l.tool,
        l.account,
        case
            when l.created_day < l.taken_on and l.created_day > coalesce(
                lag(l.taken_on) over (partition by l.source, l.tenant, l.tool, l.account order by l.taken_on, l.key),
                date '0001-01-01'
            ) then l.created_day
            else l.taken_on
        end as first_day,
        coalesce(cast(n.next_on - 1 as date), date '9999-12-31') as last_day,
        l.taken_on,
        l.key,
        l.ends_on
    from listings as l
    join next_complete as n on n.source = l.source and n.tenant = l.tenant and n.taken_on = l.taken_on
),
marked as (
    select
        h.*,
        case
            when h.first_day <= max(h.last_day) over (
                partition by h.source, h.tenant, h.tool, h.account
                order by h.first_day, h.last_day rows between unbounded preceding and 1 preceding
            ) + 1 then 0
            else 1
        end as starts
    from held as h
    where h.last_day >= h.first_day
),
numbered as (
    select
        m.*,
        cast(sum(m.starts) over (
            partition by m.source, m.tenant, m.tool, m.account
            order by m.first_day, m.last_day rows between unbounded preceding and current row
        ) as bigint) as island
    from marked as m
),
runs as (
    select
        n.*,
        row_number() over (
            partition by n.source, n.tenant, n.tool, n.account, n.island order by n.taken_on desc, n.key
        ) as place
    from numbered as n
),
vendor as (
    select
        tool,
        account,
        min(first_day) as first_day,
        -- the newest list of a run knows best when it ends
        least(
            max(last_day),
            coalesce(cast(max(case when place = 1 then ends_on end) - 1 as date), date '9999-12-31')
        ) as last_day
    from runs
    group by source, tenant, tool, account, island
),
granted as (
    select
        g.tool,
        coalesce(n.account, g.account) as account,
        g.person_id,
        coalesce(g.first_day, date '0001-01-01') as first_day,
        coalesce(g.last_day, date '9999-12-31') as last_day
    from seat_grants as g
    left join account_names as n on n.tool = g.tool and n.name = fold(trim(g.account))
    where g.account is not null or g.person_id is not null
)
select tool, account, cast(null as varchar) as person_id, first_day, last_day, 'vendor' as origin
from vendor
where last_day >= first_day
union
select tool, account, person_id, first_day, last_day, 'ours' as origin
from granted
where last_day >= first_day
