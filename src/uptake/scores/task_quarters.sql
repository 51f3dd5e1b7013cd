-- makes: acts of a person with a tool in the quarter by task type, as the vendor's own labels name it, else unclassified (MEASUREMENT 2; decision 0045)
-- by: quarter
-- grain: person_id, tool, task_type
with used as (
    select
        u.person_id,
        u.tool,
        u.feature,
        u.grain,
        coalesce(u.plans, 0) as plans,
        coalesce(u.review_requests, 0) as review_requests,
        coalesce(u.agent_requests, 0) as agent_requests,
        coalesce(u.prompts, 0) + coalesce(u.agent_slots, 0) as prompts,
        coalesce(u.accept_user, 0) as accepts,
        coalesce(u.sessions, 0) as sessions
    from usage_facts as u
    where u.quarter = (select quarter from period) and u.feature_class <> 'autonomous'
        and u.person_id is not null and u.person_id not in (select person_id from roster where aggregate_only)
),
parts as (
    -- these three say by themselves what was asked for; of a source that knows only sessions, to begin one is the act
    select person_id, tool, 'plans' as label, plans as acts from used
    union all
    select person_id, tool, 'review_requests' as label, review_requests as acts from used
    union all
    select person_id, tool, 'agent_requests' as label, agent_requests as acts from used
    union all
    select person_id, tool, feature as label, prompts + accepts + case when grain = 'session' then sessions else 0 end as acts from used
)
select
    (select quarter from period) as quarter,
    p.person_id,
    p.tool,
    coalesce(l.task_type, 'unclassified') as task_type,
    cast(sum(p.acts) as bigint) as acts
from parts as p
left join task_labels as l on l.tool = p.tool and l.label = p.label
group by p.person_id, p.tool, coalesce(l.task_type, 'unclassified')
having cast(sum(p.acts) as bigint) > 0
