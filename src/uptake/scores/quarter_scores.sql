-- makes: the quarter of each person: score, coverage, segment with reason and certainty, and the comparison with the line
-- by: quarter
-- grain: person_id
with slots as (
    -- ten minutes with two tools are ten minutes; a tool without times says nothing, one with times and without use says 0
    select u.person_id, cast(10 * count(s.slot) as bigint) as minutes
    from (select distinct person_id from tool_use where grain = 'event' and quarter = (select quarter from period)) as u
    left join (
        select distinct person_id, day, slot
        from slot_use
        where quarter = (select quarter from period) and prompts + agent_slots + accepts > 0
    ) as s on s.person_id = u.person_id
    group by u.person_id
),
hidden as (
    -- whoever was once in such an entity is never computed by person, also where the quarter has days elsewhere (decision 0096)
    select distinct r.person_id, max(r.lob) as lob
    from roster as r
    join period as p on r.first_day <= p.to_day and r.last_day >= p.first_day and r.start_date <= p.to_day and r.end_date >= p.first_day
    where r.person_id in (select person_id from roster where aggregate_only)
    group by r.person_id
)
select
    p.quarter,
    q.person_id,
    u.lob,
    u.department,
    u.team,
    q.score_micro,
    q.expected_days,
    q.observed_days,
    q.coverage,
    q.engaged_share,
    s.segment,
    s.reason,
    c.certainty,
    m.minutes,
    b.breadth,
    q.estimated_days,
    x.lob_people,
    x.lob_zero_share,
    x.lob_median_micro,
    x.lob_active_median_micro,
    x.comparison,
    x.ratio,
    x.percentile,
    x.robust_z,
    x.lob_rank,
    v.id as score_version,
    v.version_sha256,
    p.provisional,
    q.engineer,
    q.active_days,
    q.active_weeks,
    q.observed_weeks,
    q.observed_weeks >= 6 and 4 * q.active_weeks >= 3 * q.observed_weeks as regular,
    q.partial_days,
    q.has_seat
from quarter_sums as q
cross join period as p
cross join version as v
join segments_now as s on s.person_id = q.person_id
left join certainty as c on c.person_id = q.person_id
left join units as u on u.person_id = q.person_id
left join comparisons as x on x.person_id = q.person_id
left join slots as m on m.person_id = q.person_id
left join breadth as b on b.person_id = q.person_id
union all
select
    p.quarter, h.person_id, h.lob, null, null, null, null, null, null, null, 'excluded', 'legal_profile', 'clear', null, null, null, null,
    null, null, null, null, null, null, null, null, v.id, v.version_sha256, p.provisional, true, 0, 0, 0, false, 0, 0
from hidden as h
cross join period as p
cross join version as v
