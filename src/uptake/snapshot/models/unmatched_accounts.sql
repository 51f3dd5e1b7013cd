-- makes: accounts that belong to nobody, with their volume; never dropped, never guessed (rule R-ID-2)
-- order: source, account
with owners as (
    select tool, account, first_day, last_day, person_id, shared, known from account_people
    union all
    select tool, account, first_day, last_day, person_id, shared, known from author_people
),
by_month as (
    select
        m.source,
        m.tool,
        m.account,
        coalesce(k.account_key, m.account) as owned,
        m.login,
        m.service,
        m.month,
        min(m.first_day) as first_day,
        max(m.last_day) as last_day,
        cast(sum(m.records) as bigint) as records
    from account_months as m
    left join account_keys as k on k.tool = m.tool and k.account = m.account and k.login = fold(m.login)
    group by m.source, m.tool, m.account, coalesce(k.account_key, m.account), m.login, m.service, m.month
),
months_of_use as (
    select
        m.*,
        exists (
            select 1
            from owners as o
            where
                o.tool = m.tool and o.account = m.owned and not o.shared
                and (o.first_day > m.first_day and o.first_day <= m.last_day or o.last_day >= m.first_day and o.last_day < m.last_day)
        ) as changed_hands
    from by_month as m
),
seen as (
    select source, tool, owned as account, service, first_day, last_day, records, cast(null as varchar) as named
    from months_of_use
    where not changed_hands
    union all
    select m.source, m.tool, m.owned as account, m.service, u.day as first_day, u.day as last_day, u.records, cast(null as varchar) as named
    from months_of_use as m
    join usage_days as u
        on u.source = m.source and u.tool = m.tool and u.account = m.account and u.login is not distinct from m.login
        and u.service = m.service and u.day between m.first_day and m.last_day
    where m.changed_hands
    union all
    select
        s.source,
        s.tool,
        coalesce(k.account_key, s.account) as account,
        s.service,
        cast(s.taken_at as date) as first_day,
        cast(s.taken_at as date) as last_day,
        1 as records,
        cast(null as varchar) as named
    from seat_listings as s
    left join account_keys as k on k.tool = s.tool and k.account = s.account and k.login = fold(s.login)
    where s.account is not null
    union all
    select
        g.source, g.tool, coalesce(n.account, g.account) as account, false as service, g.first_day, g.first_day as last_day, 1 as records,
        g.person_id as named
    from seat_grants as g
    left join account_names as n on n.tool = g.tool and n.name = fold(trim(g.account))
    where g.account is not null
    union all
    select
        b.source,
        b.tool,
        coalesce(n.account, 'login:' || b.account) as account,
        b.account like '%[bot]' as service,
        b.day as first_day,
        b.day as last_day,
        1 as records,
        cast(null as varchar) as named
    from spends as b
    left join account_names as n on n.tool = b.tool and n.name = b.account
    where b.account <> ''
    union all
    select
        c.source,
        'git' as tool,
        coalesce(c.person_account, c.account) as account,
        c.bot and c.person_account is null as service,
        c.day as first_day,
        c.day as last_day,
        1 as records,
        cast(null as varchar) as named
    from commits as c
),
dated as (
    select s.*
    from seen as s
    cross join as_of as t
    where coalesce(s.first_day, t.day) <= t.day
),
judged as (
    select
        s.*,
        case
            when o.person_id <> s.named then 'seat_of_two'
            when o.known then 'matched'
            when o.account is not null then 'unknown_person'
            when x.account is not null then 'shared'
            when s.service then 'service'
            else 'no_person'
        end as reason
    from dated as s
    left join owners as o
        on o.tool = s.tool and o.account = s.account and not o.shared
        and coalesce(s.first_day, date '9999-12-31') between o.first_day and o.last_day
    left join (select distinct tool, account from owners where shared) as x on x.tool = s.tool and x.account = s.account
)
select
    source,
    account,
    min(first_day) as first_day,
    max(last_day) as last_day,
    cast(sum(records) as bigint) as records,
    max(reason) as reason,
    max(tool) as tool
from judged
where reason <> 'matched'
group by source, account
