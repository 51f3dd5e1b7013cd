-- makes: every account with the login and e-mail it had, and when
-- by: all
-- grain: tool, account, login, email
with seen as (
    select tool, account, login, email, service, first_day, last_day from account_months
    union all
    select tool, account, login, email, service, first_day, last_day from listed_accounts
    union all
    select distinct
        tool,
        account,
        case when account like 'login:%' then login end as login,
        email,
        false as service,
        first_day,
        last_day
    from period_use
    union all
    select
        tool,
        account,
        account as login,
        cast(null as varchar) as email,
        false as service,
        date '0001-01-01' as first_day,
        date '0001-01-01' as last_day
    from seat_grants
    where account is not null
)
select
    s.tool,
    coalesce(k.account_key, n.account, s.account) as account,
    coalesce(lower(trim(s.login)), '') as login,
    coalesce(lower(trim(s.email)), '') as email,
    max(case when s.service then 1 else 0 end) as service,
    min(s.first_day) as first_day,
    max(s.last_day) as last_day
from seen as s
left join account_keys as k on k.tool = s.tool and k.account = s.account and k.login = lower(s.login)
left join account_names as n
    on n.tool = s.tool and n.name = lower(trim(s.login)) and (s.account like 'login:%' or s.last_day = date '0001-01-01')
group by all
