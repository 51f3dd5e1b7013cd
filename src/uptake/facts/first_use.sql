-- makes: the first day on which a person earned a point with a tool; where no seat list of the tool is known the seat starts then (reading 10)
-- by: all
-- grain: person_id, tool
with days as (
    select
        a.person_id,
        u.tool,
        u.day,
        s.grain,
        cast(sum(
            case
                when u.feature_class = 'proactive'
                    then coalesce(u.prompts, 0) + coalesce(u.plans, 0) + coalesce(u.review_requests, 0)
                        + coalesce(u.agent_requests, 0) + coalesce(u.agent_slots, 0)
                else 0
            end
        ) as bigint) as proactive_actions,
        cast(sum(case when u.feature_class in ('proactive', 'passive') then coalesce(u.accept_user, 0) else 0 end) as bigint) as accepts,
        cast(sum(coalesce(u.sessions, 0)) as bigint) as sessions,
        cast(sum(coalesce(u.accept_unsplit, 0) + coalesce(u.reject_user, 0)) as bigint) as edits
    from usage as u
    cross join as_of as t
    join sources as s on s.name = u.source
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = lower(u.login)
    join account_people as a
        on a.tool = u.tool and a.account = coalesce(k.account_key, u.account) and u.day between a.first_day and a.last_day and not a.shared
    where u.day <= t.day
    group by a.person_id, u.tool, u.day, s.grain
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
