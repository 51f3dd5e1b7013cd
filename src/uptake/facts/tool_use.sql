-- makes: what a person did with a tool on a day: one wide row of scored counts (MEASUREMENT 2, day and session grain)
-- by: quarter
-- grain: person_id, day, tool
-- reach: day
select
    quarter,
    person_id,
    day,
    tool,
    grain,
    cast(sum(case when feature_class = 'proactive' then coalesce(prompts, 0) else 0 end) as bigint) as prompts,
    cast(sum(case when feature_class = 'proactive' then coalesce(plans, 0) else 0 end) as bigint) as plans,
    cast(sum(case when feature_class = 'proactive' then coalesce(review_requests, 0) else 0 end) as bigint) as review_requests,
    cast(sum(case when feature_class = 'proactive' then coalesce(agent_requests, 0) else 0 end) as bigint) as agent_requests,
    cast(sum(case when feature_class = 'proactive' then coalesce(agent_slots, 0) else 0 end) as bigint) as agent_slots,
    cast(sum(case when feature_class in ('proactive', 'passive') then coalesce(accept_user, 0) else 0 end) as bigint) as accepts,
    cast(sum(coalesce(sessions, 0)) as bigint) as sessions,
    cast(sum(coalesce(accept_unsplit, 0) + coalesce(reject_user, 0)) as bigint) as edits
from usage_facts
where quarter = (select quarter from period) and person_id is not null and person_id not in (select person_id from roster where aggregate_only)
group by quarter, person_id, day, tool, grain
