-- makes: accounts that belong to nobody, with their volume; never dropped, never guessed (rule R-ID-2)
-- order: source, account
with seen as (
    select u.source, u.tool, coalesce(k.account_key, u.account) as account, u.service, u.day, u.records
    from usage_days as u
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = lower(u.login)
    union all
    select s.source, s.tool, coalesce(k.account_key, s.account) as account, s.service, cast(s.taken_at as date) as day, 1 as records
    from seat_listings as s
    left join account_keys as k on k.tool = s.tool and k.account = s.account and k.login = lower(s.login)
    where s.account is not null
    union all
    select g.source, g.tool, coalesce(n.account, g.account) as account, false as service, g.first_day as day, 1 as records
    from seat_grants as g
    left join account_names as n on n.tool = g.tool and n.name = lower(trim(g.account))
    where g.account is not null
    union all
    select
        b.source,
        b.tool,
        coalesce(n.account, 'login:' || b.account) as account,
        b.account like '%[bot]' as service,
        b.day,
        1 as records
    from spends as b
    left join account_names as n on n.tool = b.tool and n.name = b.account
    where b.account <> ''
    union all
    select
        c.source,
        'git' as tool,
        coalesce(c.person_account, c.account) as account,
        c.bot and c.person_account is null as service,
        c.day,
        1 as records
    from commits as c
),
owners as (
    select tool, account, first_day, last_day, shared from account_people
    union all
    select tool, account, first_day, last_day, shared from author_people
),
dated as (
    select s.*
    from seen as s
    cross join as_of as t
    where coalesce(s.day, t.day) <= t.day
),
judged as (
    select
        s.*,
        case
            when o.account is not null then 'matched'
            when x.account is not null then 'shared'
            when s.service then 'service'
            else 'no_person'
        end as reason
    from dated as s
    left join owners as o
        on o.tool = s.tool and o.account = s.account and not o.shared
        and coalesce(s.day, date '9999-12-31') between o.first_day and o.last_day
    left join (select distinct tool, account from owners where shared) as x on x.tool = s.tool and x.account = s.account
)
select
    source,
    account,
    min(day) as first_day,
    max(day) as last_day,
    cast(sum(records) as bigint) as records,
    max(reason) as reason,
    max(tool) as tool
from judged
where reason <> 'matched'
group by source, account
