-- makes: each person beside the group: ratio, percentile, robust z and rank, or none (MEASUREMENT 7, readings 30 and 31)
-- by: quarter
-- grain: person_id
-- keep: no
with chosen as (
    select
        u.person_id,
        case
            when l.people >= v.min_group then l.scope
            when c.people >= v.min_group then 'company'
        end as scope,
        coalesce(l.people, 0) < v.min_group as rolled_up
    from units as u
    cross join version as v
    left join group_medians as l on l.scope = 'lob:' || u.lob
    left join group_medians as c on c.scope = 'company'
),
standing as (
    select
        scope,
        person_id,
        score_micro,
        rank() over (partition by scope order by score_micro) - 1 as less,
        count(*) over (partition by scope, score_micro) as equal,
        rank() over (partition by scope order by score_micro desc) as lob_rank
    from groups
)
select
    c.person_id,
    case when c.rolled_up then 'rolled_up' else g.comparison end as comparison,
    g.people as lob_people,
    g.zero_share as lob_zero_share,
    g.median_micro as lob_median_micro,
    g.active_median_micro as lob_active_median_micro,
    case
        when s.person_id is null then null
        when g.comparison = 'median' then rhe(1000000 * s.score_micro, g.median_micro)
        when g.comparison = 'active_median' and s.score_micro > 0 then rhe(1000000 * s.score_micro, g.active_median_micro)
    end as ratio,
    case when s.person_id is not null then rhe(1000000 * (2 * s.less + s.equal), 2 * g.people) end as percentile,
    case
        when s.score_micro > 0 and g.active_people >= v.min_group and g.mad > 0
            then rhe(10000000 * (s.score_micro - g.active_median_micro), 14826 * g.mad)
    end as robust_z,
    s.lob_rank
from chosen as c
cross join version as v
left join group_medians as g on g.scope = c.scope
left join standing as s on s.scope = c.scope and s.person_id = c.person_id
