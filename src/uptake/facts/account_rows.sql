-- makes: the days on which an account has any row, also of zeros: the witness that its client reports (rule C5)
-- by: all
-- grain: source, tool, account, day
-- keep: view
select
    u.source,
    u.tool,
    coalesce(k.account_key, u.account) as account,
    u.day,
    max(u.below_minimum) as below_minimum
from usage_days as u
cross join as_of as t
left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
where u.day <= t.day
group by u.source, u.tool, coalesce(k.account_key, u.account), u.day
