-- makes: the first day on which a person earned a point with a tool of which no seat list is known: the seat starts then (reading 10)
-- by: all
-- grain: person_id, tool
with listed as (
    select tool from seat_spans
    union
    select tool from seat_listings where account is null
),
days as (
    select
        a.person_id,
        u.tool,
        u.day,
        case when u.tool = s.session_tool then 'session' else s.grain end as grain,
        cast(sum(u.proactive_actions) as bigint) as proactive_actions,
        cast(sum(u.accepts) as bigint) as accepts,
        cast(sum(u.sessions) as bigint) as sessions,
        cast(sum(u.edits) as bigint) as edits
    from usage_days as u
    cross join as_of as t
    join sources as s on s.name = u.source
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    join account_people as a
        on a.tool = u.tool and a.account = coalesce(k.account_key, u.account) and u.day between a.first_day and a.last_day and not a.shared
    where u.day <= t.day and u.tool not in (select tool from listed)
    group by a.person_id, u.tool, u.day, case when u.tool = s.session_tool then 'session' else s.grain end
)
select d.person_id, d.tool, min(d.day) as first_day
from days as d
cross join version as v
join version_tools as g on g.tool = d.tool and g.grain = d.grain
where
    case
        when d.grain = 'session' then d.sessions > 0 or d.edits >= v.session_edits
        else d.proactive_actions > 0 or (g.g_r is not null and d.accepts > 0)
    end
group by d.person_id, d.tool
