-- makes: merged changes of people in a quarter, each with its unit, its stratum and its quality signals; NULL = not known, or too early
-- by: quarter
-- grain: change
-- What shows itself after the merge is known 21 days after it. Person rows: nothing of this leaves the run but sums of k + 1 authors.
with merged as (
    select
        m.*,
        regexp_replace(m.repository, '/[^/]*$', '') as repository_group,
        t.day >= m.merged_day + 21 as settled
    from merged_changes as m
    cross join as_of as t
    where not m.bot and m.merged_day between $first_day and least($last_day, t.day)
),
waits as (
    select
        repository_group,
        merged_day - coalesce(lag(merged_day) over (partition by repository_group order by merged_day), $first_day - 1) as days
    from (
        select distinct repository_group, merged_day from merged
        union
        select distinct m.repository_group, least($last_day, t.day) + 1 from merged as m cross join as_of as t
    )
),
frozen as (
    select m.repository_group, m.changes >= 20 and w.days > 14 as frozen
    from (select repository_group, count(*) as changes from merged group by repository_group) as m
    join (select repository_group, max(days) as days from waits group by repository_group) as w
        on w.repository_group = m.repository_group
),
weeks as (
    select person_id, first_day, observed_days > 0 as observed
    from person_weeks
    where quarter = $quarter
)
select
    m.change,
    f.cell,
    m.person_id,
    m.merged_day,
    greatest(cast(date_trunc('week', m.merged_day) as date), $first_day) as week,
    m.repository_group,
    coalesce(m.language, 'unknown') as language,
    coalesce(m.task_type, 'unknown') as task_type,
    case
        when m.tenure_days is null then 'unknown'
        when m.tenure_days < 365 then 'under 1 year'
        when m.tenure_days < 1095 then '1 to 3 years'
        else '3 years or more'
    end as tenure,
    m.exposure,
    m.exposure is not null as assisted,
    m.exposure is not null or coalesce(w.observed, false) as attributed,
    z.frozen,
    coalesce(m.lines_added, 0) as lines_added,
    d.retained,
    d.rework,
    case when m.settled then cast(coalesce(m.reverted_day <= m.merged_day + 21, false) as bigint) end as reverted,
    case when m.review_rounds > 10 then 10 else m.review_rounds end as review_rounds,
    case when m.review_minutes < 60 then 0 else length(bin(m.review_minutes // 60)) end as review_hours,
    m.review_minutes,
    cast(m.first_checks_passed as bigint) as first_checks,
    case when m.settled and o.told then cast(m.defects + m.hotfixes > 0 as bigint) end as defects,
    case when m.settled and o.told then cast(m.incidents > 0 as bigint) end as incidents
from merged as m
join frozen as z on z.repository_group = m.repository_group
cross join (select count(*) > 0 as told from incidents) as o
left join finest_people as f on f.quarter = $quarter and f.person_id = m.person_id
left join outcome_fates as d on d.change = m.change
left join weeks as w
    on w.person_id = m.person_id and w.first_day = greatest(cast(date_trunc('week', m.merged_day) as date), $first_day)
