-- makes: the usage rows that count, with their person: one source per person-tool-day, never added (rules C2, C8, R-CP-6, R-CP-9)
-- by: quarter
-- grain: source, tenant, account, day, surface, feature
with rows_of as (
    select
        u.*,
        p.quarter,
        coalesce(k.account_key, u.account) as account_key,
        s.grain,
        s.place as source_place,
        s.tenants_repeat,
        dense_rank() over (
            partition by u.source, u.account, u.day order by u.precedence, r.fetched_at desc, r.revision desc, u.key
        ) as version_place
    from usage as u
    join sources as s on s.name = u.source
    join records as r on r.source = u.source and r.key = u.key
    join period as p on u.day between p.first_day and p.to_day
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = lower(u.login)
),
owned as (
    select
        r.*,
        a.person_id
    from rows_of as r
    left join account_people as a
        on a.tool = r.tool and a.account = r.account_key and r.day between a.first_day and a.last_day and not a.shared
    where r.version_place = 1 or not r.tenants_repeat
),
placed as (
    select
        o.*,
        dense_rank() over (
            partition by coalesce(o.person_id, 'account:' || o.account_key), o.tool, o.day order by o.source_place
        ) as place
    from owned as o
)
select * exclude (place, version_place, source_place, tenants_repeat)
from placed
where place = 1
