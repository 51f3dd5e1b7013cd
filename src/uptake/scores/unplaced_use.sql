-- makes: tools that an account of nobody used in the quarter, and whose it may be: anybody's with a seat of the tool and no account (person_id empty; decision 0045), or those whose name it nearly has (decision 0101)
-- by: quarter
-- grain: tool, person_id
-- keep: no
with owned as (
    -- an account that the map gives to somebody who is in no HR row is nobody's (decision 0096)
    select * from account_people where known
),
unplaced as (
    select u.tool, coalesce(k.account_key, u.account) as account
    from usage_days as u
    join period as p on u.day between p.first_day and p.to_day
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    left join owned as o
        on o.tool = u.tool and o.account = coalesce(k.account_key, u.account) and u.day between o.first_day and o.last_day
    where o.account is null and not u.service and u.proactive_actions + u.accepts + u.sessions + u.edits > 0
    union
    select u.tool, u.account
    from period_use as u
    join period as p on u.used_from <= p.to_day and u.used_to >= p.first_day
    left join owned as o
        on o.tool = u.tool and o.account = u.account and o.first_day <= u.used_to and o.last_day >= u.used_from
    where o.account is null and u.used
)
select distinct tool, '' as person_id
from unplaced
union
select u.tool, n.person_id
from unplaced as u
join near_names as n on n.tool = u.tool and n.account = u.account
