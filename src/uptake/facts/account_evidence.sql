-- makes: the day from which an account's zeros prove nothing: its seat list knows of newer activity than its telemetry (MEASUREMENT 3, contradiction)
-- by: all
-- grain: tool, account
with activity as (
    select tool, account, max(last_activity_on) as newest_activity
    from seat_activity
    group by tool, account
),
rows_of as (
    select u.tool, coalesce(k.account_key, u.account) as account, max(u.last_day) as newest_row
    from account_months as u
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    group by u.tool, coalesce(k.account_key, u.account)
)
select
    coalesce(a.tool, r.tool) as tool,
    coalesce(a.account, r.account) as account,
    a.newest_activity,
    r.newest_row,
    case
        when a.newest_activity > coalesce(r.newest_row, date '0001-01-01')
            then coalesce(cast(r.newest_row + 1 as date), date '0001-01-01')
    end as contradicted_from
from activity as a
full join rows_of as r on r.tool = a.tool and r.account = a.account
