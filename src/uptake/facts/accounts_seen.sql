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
),
named as (
    select
        s.tool,
        coalesce(k.account_key, n.account, s.account) as account,
        k.account_key is not null as is_second,
        coalesce(fold(trim(s.login)), '') as login,
        coalesce(fold(trim(s.email)), '') as email,
        s.service,
        s.first_day,
        s.last_day
    from seen as s
    left join account_keys as k on k.tool = s.tool and k.account = s.account and k.login = fold(s.login)
    left join account_names as n
        on n.tool = s.tool and n.name = fold(trim(s.login)) and (s.account like 'login:%' or s.last_day = date '0001-01-01')
),
-- An identity of GitHub adds addresses to an account that is known otherwise, and makes none. The number decides, since a login
-- may pass to somebody else; the login decides where no number is known, and where two people have one number.
identified as (
    select n.tool, n.account, n.login, i.email, n.service, n.first_day, n.last_day
    from named as n
    join account_identities as i on i.host = 'github' and i.account = n.account
    where n.tool = 'copilot' and not n.is_second
    union all
    select n.tool, n.account, n.login, i.email, n.service, n.first_day, n.last_day
    from named as n
    join account_identities as i on i.host = 'github' and i.login = n.login
    where n.tool = 'copilot' and (n.is_second or n.account like 'login:%' or n.account = n.login)
),
together as (
    select tool, account, login, email, service, first_day, last_day from named
    union all
    select tool, account, login, email, service, first_day, last_day from identified
)
select
    tool,
    account,
    login,
    email,
    max(case when service then 1 else 0 end) as service,
    min(first_day) as first_day,
    max(last_day) as last_day
from together
group by tool, account, login, email
