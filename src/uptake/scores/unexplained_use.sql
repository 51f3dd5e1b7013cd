-- makes: people of whom something tells of use in the quarter that no point shows: their zero is not proven (reading 36; decisions 0032, 0043, 0089, 0096)
-- by: quarter
-- grain: person_id
-- keep: no
with shown as (
    -- the vendor counts a suggestion that was merely shown as activity (MEASUREMENT 3), so such a row explains a stamp of its day
    select distinct u.tool, u.account_key as account, u.day
    from usage_facts as u
    join period as p on p.quarter = u.quarter
    where coalesce(u.generations, 0) + coalesce(u.lines_suggested, 0) > 0
)
-- a seat list tells of activity on a day of which there is no row, or one of zeros
select distinct o.person_id
from seat_activity as a
join period as p on a.last_activity_on between p.first_day and p.to_day
join account_people as o
    on o.tool = a.tool and o.account = a.account and a.last_activity_on between o.first_day and o.last_day and not o.shared
left join shown as w on w.tool = a.tool and w.account = a.account and w.day = a.last_activity_on
where w.account is null
union
select distinct o.person_id
from period_use as u
join period as p on u.used_from <= p.to_day and u.used_to >= p.first_day
join account_people as o
    on o.tool = u.tool and o.account = u.account and u.used_from <= o.last_day and u.used_to >= o.first_day and not o.shared
where u.used
union
-- what earns no point is not nothing (decision 0089): a feature that has no class yet, an agent's work, a session, a tool without weights;
-- only suggestions that were merely shown say nothing of the person
select distinct u.person_id
from usage_facts as u
join period as p on p.quarter = u.quarter
where u.person_id is not null
    and (
        coalesce(u.prompts, 0) + coalesce(u.plans, 0) + coalesce(u.review_requests, 0) + coalesce(u.agent_requests, 0)
        + coalesce(u.agent_slots, 0) + coalesce(u.accept_user, 0) + coalesce(u.accept_auto, 0) + coalesce(u.accept_unsplit, 0)
        + coalesce(u.reject_user, 0) + coalesce(u.sessions, 0) + coalesce(u.lines_agent_added, 0) + coalesce(u.lines_agent_deleted, 0)
        -- lines that a person took, marked commits and tokens, where the counts of acts beside them are zeros or NULL (decision 0110)
        + coalesce(u.lines_added, 0) + coalesce(u.lines_deleted, 0) + coalesce(u.commits, 0) + coalesce(u.pull_requests, 0)
        -- a call that is told one by one says itself whether a person made it
        + case
            when u.surface = 'events' then 0
            else coalesce(u.requests, 0) + coalesce(u.tokens_in, 0) + coalesce(u.tokens_out, 0) + coalesce(u.tokens_cache_read, 0)
                + coalesce(u.tokens_cache_write, 0) + case when u.cost_est_usd > 0 then 1 else 0 end
        end
        + case when u.feature_class = 'passive' then 0 else coalesce(u.generations, 0) end > 0
        or u.credits > 0
        -- the vendor's own yes beside counters of zero; a review that nobody asked for is none
        or u.flags_json like '%"used_chat":true%'
        or u.flags_json like '%"used_agent":true%'
        or u.flags_json like '%"used_cli":true%'
        or u.flags_json like '%"used_app":true%'
    )
union
-- of an account-day the vendor's own total tells of acts that none of its features has
select distinct u.person_id
from vendor_totals as v
join usage_facts as u on u.source = v.source and u.key = v.key
join period as p on p.quarter = u.quarter
where u.person_id is not null and v.scope = 'account' and v.measure in ('prompts', 'accepts') and v.value > 0
