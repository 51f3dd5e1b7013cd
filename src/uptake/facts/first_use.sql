-- makes: the first day on which a person earned a point with a tool of which no seat list is known: the seat starts then (reading 10)
-- by: all
-- grain: person_id, tool
with listed as (
    select tool from seat_spans
    union
    select tool from seat_listings where account is null
),
kinds as (
    select
        a.person_id,
        u.tool,
        u.day,
        case
            when u.tool = s.session_tool then 'session'
            -- as in usage_facts: metrics alone tell of sessions and no prompts (decision 0111)
            when s.grain = 'event' and u.prompts_told = 0 and u.tool in (select tool from version_tools where grain = 'session') then 'session'
            else s.grain
        end as grain,
        u.proactive_actions,
        u.accepts,
        u.sessions,
        u.edits
    from usage_days as u
    cross join as_of as t
    join sources as s on s.name = u.source
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    join account_people as a
        on a.tool = u.tool and a.account = coalesce(k.account_key, u.account) and u.day between a.first_day and a.last_day and not a.shared
    where u.day <= t.day and u.tool not in (select tool from listed)
),
days as (
    select
        person_id,
        tool,
        day,
        grain,
        cast(sum(proactive_actions) as bigint) as proactive_actions,
        cast(sum(accepts) as bigint) as accepts,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(edits) as bigint) as edits
    from kinds
    group by person_id, tool, day, grain
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
