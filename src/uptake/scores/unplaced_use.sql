-- makes: tools that an account of nobody used in the quarter: it may be that of anybody with a seat of the tool and no account (decision 0045)
-- by: quarter
-- grain: tool
-- keep: no
with owned as (
    -- an account that the map gives to somebody who is in no HR row is nobody's (decision 0096)
    select a.*
    from account_people as a
    join (select distinct person_id from roster) as r on r.person_id = a.person_id
)
select u.tool
from usage_days as u
join period as p on u.day between p.first_day and p.to_day
left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
left join owned as o
    on o.tool = u.tool and o.account = coalesce(k.account_key, u.account) and u.day between o.first_day and o.last_day
where o.account is null and not u.service and u.proactive_actions + u.accepts + u.sessions + u.edits > 0
union
select u.tool
from period_use as u
join period as p on u.used_from <= p.to_day and u.used_to >= p.first_day
left join owned as o
    on o.tool = u.tool and o.account = u.account and o.first_day <= u.used_to and o.last_day >= u.used_from
where o.account is null and u.used
