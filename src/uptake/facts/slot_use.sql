-- makes: what a person and the agents on their turns did with a tool in ten minutes, over all accounts and surfaces (MEASUREMENT 2, event grain)
-- by: quarter
-- grain: person_id, day, tool, slot
-- reach: day
with told as (
    select distinct source, key, quarter, person_id, day, tool
    from usage_facts
    where quarter = (select quarter from period) and grain = 'event' and person_id is not null
        and person_id not in (select person_id from roster where aggregate_only)
)
select
    t.quarter,
    t.person_id,
    t.day,
    t.tool,
    s.slot,
    cast(sum(s.prompts) as bigint) as prompts,
    case when max(s.prompts) = 0 and max(case when s.agent then 1 else 0 end) = 1 then 1 else 0 end as agent_slots,
    cast(sum(s.accepts) as bigint) as accepts
from told as t
join slot_uses as s on s.source = t.source and s.key = t.key
group by t.quarter, t.person_id, t.day, t.tool, s.slot
