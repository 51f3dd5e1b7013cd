-- makes: the weeks, from Monday on, in which a person started or accepted anything with a tool; a week of two months in two rows
-- by: month
-- needs: code_changes
-- grain: person_id, tool, week, month
select
    a.person_id,
    u.tool,
    cast(date_trunc('week', u.day) as date) as week,
    m.month,
    cast(sum(u.proactive_actions + u.accepts + u.sessions) as bigint) as actions
from usage_days as u
join months as m on u.day between m.first_day and m.to_day
left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
join account_people as a
    on a.tool = u.tool and a.account = coalesce(k.account_key, u.account) and u.day between a.first_day and a.last_day and not a.shared
where u.proactive_actions + u.accepts + u.sessions > 0
group by a.person_id, u.tool, cast(date_trunc('week', u.day) as date), m.month
