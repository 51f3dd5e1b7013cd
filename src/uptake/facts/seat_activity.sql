-- makes: what the vendor's seat lists say of an account's last activity (rule R-SE-4)
-- by: all
-- grain: tool, account, taken_at, last_activity_on
-- as_of: cut
select distinct
    l.tool,
    coalesce(k.account_key, n.account, l.account) as account,
    l.taken_at,
    cast(l.last_activity_at as date) as last_activity_on
from seat_listings as l
cross join as_of as t
left join account_keys as k on k.tool = l.tool and k.account = l.account and k.login = fold(l.login)
left join account_names as n on n.tool = l.tool and n.name = fold(l.login) and l.account like 'login:%'
where l.account is not null and cast(l.taken_at as date) <= t.day
