-- makes: the weeks, from Monday on, in which a person started or accepted anything with a tool
-- by: all
-- needs: code_changes
-- grain: person_id, tool, week
-- as_of: cut
select
    a.person_id,
    u.tool,
    cast(date_trunc('week', u.day) as date) as week,
    cast(sum(u.proactive_actions + u.accepts + u.sessions) as bigint) as actions
from usage_days as u
cross join as_of as t
left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = lower(u.login)
join account_people as a
    on a.tool = u.tool and a.account = coalesce(k.account_key, u.account) and u.day between a.first_day and a.last_day and not a.shared
where u.day <= t.day and u.proactive_actions + u.accepts + u.sessions > 0
group by a.person_id, u.tool, cast(date_trunc('week', u.day) as date)
