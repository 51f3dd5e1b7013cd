-- makes: points of a person-tool-day under the caps of the score version (MEASUREMENT 2)
-- by: quarter
-- grain: person_id, day, tool
-- keep: no
-- reach: person, day
with slots as (
    -- prompts in one slot earn no more than its cap, however many sessions, surfaces or accounts they are spread over
    select
        s.person_id,
        s.day,
        s.tool,
        cast(sum(least(v.slot_points, s.prompts * v.point_prompt + s.agent_slots * v.point_agent_slot)) as bigint) as proactive
    from slot_use as s
    join period as p on p.quarter = s.quarter
    cross join version as v
    group by s.person_id, s.day, s.tool
),
counted as (
    select
        u.person_id,
        u.day,
        u.tool,
        u.grain,
        case
            when u.grain = 'session'
                then (case when u.sessions > 0 then 1 else 0 end) + least(v.session_extra, u.edits // v.session_edits)
            when u.grain = 'event' and s.person_id is not null then s.proactive
            else least(
                v.day_proactive,
                u.prompts * v.point_prompt + u.plans * v.point_plan + u.review_requests * v.point_review_request
                + u.agent_requests * v.point_agent_request + u.agent_slots * v.point_agent_slot
            )
        end as proactive,
        case when t.g_r is null then 0 else least(v.day_passive, u.accepts * v.point_accept) end as passive,
        t.g_p,
        coalesce(t.g_r, 0) as g_r
    from tool_use as u
    join period as p on p.quarter = u.quarter
    cross join version as v
    join version_tools as t on t.tool = u.tool and t.grain = u.grain
    left join slots as s on s.person_id = u.person_id and s.day = u.day and s.tool = u.tool
)
select
    person_id,
    day,
    tool,
    cast(sum(proactive) as bigint) as proactive,
    cast(sum(passive) as bigint) as passive,
    cast(sum(proactive * g_p) as bigint) as u_p,
    cast(sum(passive * g_r) as bigint) as u_r,
    max(case when grain = 'session' then 1 else 0 end) as estimated
from counted
where proactive + passive > 0
group by person_id, day, tool
