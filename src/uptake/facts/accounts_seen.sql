-- makes: every account with the login and e-mail it had, and when
-- by: all
-- grain: tool, account, login, email
with seen as (
    select tool, account, login, email, service, day from usage
    union all
    select tool, account, login, email, service, cast(taken_at as date) as day from seat_listings where account is not null
    union all
    select tool, account, account as login, cast(null as varchar) as email, false as service, date '0001-01-01' as day
    from seat_grants
    where account is not null
)
select
    s.tool,
    coalesce(k.account_key, n.account, s.account) as account,
    coalesce(lower(trim(s.login)), '') as login,
    coalesce(lower(trim(s.email)), '') as email,
    max(case when s.service then 1 else 0 end) as service,
    min(s.day) as first_day,
    max(s.day) as last_day
from seen as s
cross join as_of as t
left join account_keys as k on k.tool = s.tool and k.account = s.account and k.login = lower(s.login)
left join account_names as n
    on n.tool = s.tool and n.name = lower(trim(s.login)) and (s.account like 'login:%' or s.day = date '0001-01-01')
where s.day <= t.day
group by all
