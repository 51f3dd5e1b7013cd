-- makes: the account behind a login, so that our own files may name an account by its login
-- by: all
-- grain: tool, name
with named as (
    select tool, fold(trim(login)) as name, account, max(last_day) as last_day
    from account_months
    where login is not null
    group by all
    union all
    select tool, fold(trim(login)) as name, account, max(last_day) as last_day
    from listed_accounts
    where login is not null and account not like 'login:%'
    group by all
),
placed as (
    select
        n.tool,
        n.name,
        coalesce(k.account_key, n.account) as account,
        row_number() over (partition by n.tool, n.name order by n.last_day desc, n.account) as place
    from named as n
    left join account_keys as k on k.tool = n.tool and k.account = n.account and k.login = n.name
)
select tool, name, account
from placed
where place = 1
