-- makes: tools that an account of nobody used in the quarter: it may be that of anybody with a seat of the tool and no account (decision 0045)
-- by: quarter
-- grain: tool
-- keep: no
select u.tool
from usage_days as u
join period as p on u.day between p.first_day and p.to_day
left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = lower(u.login)
left join account_people as o
    on o.tool = u.tool and o.account = coalesce(k.account_key, u.account) and u.day between o.first_day and o.last_day
where o.account is null and not u.service and u.proactive_actions + u.accepts + u.sessions + u.edits > 0
union
select u.tool
from period_use as u
join period as p on u.used_from <= p.to_day and u.used_to >= p.first_day
left join account_people as o
    on o.tool = u.tool and o.account = u.account and o.first_day <= u.used_to and o.last_day >= u.used_from
where o.account is null and u.used
