-- makes: size, zeros, both medians and the median deviation of each comparison group, and which case it is (MEASUREMENT 7, rule 1.6)
-- by: quarter
-- grain: scope
-- keep: no
with ranked as (
    select
        scope,
        score_micro,
        row_number() over (partition by scope order by score_micro, person_id) as place,
        count(*) over (partition by scope) as people
    from groups
),
users as (
    select
        scope,
        person_id,
        score_micro,
        row_number() over (partition by scope order by score_micro, person_id) as place,
        count(*) over (partition by scope) as people
    from groups
    where score_micro > 0
),
medians as (
    select
        scope,
        rhe(
            cast(sum(case when place = (people + 1) // 2 then score_micro else 0 end) as bigint)
            + cast(sum(case when place = people // 2 + 1 then score_micro else 0 end) as bigint),
            2
        ) as median_micro,
        max(people) as people,
        cast(sum(case when score_micro = 0 then 1 else 0 end) as bigint) as zeros,
        max(case when place = (people + 3) // 4 then score_micro end) as p25_micro,
        max(case when place = (3 * people + 3) // 4 then score_micro end) as p75_micro
    from ranked
    group by scope
),
active_medians as (
    select
        scope,
        rhe(
            cast(sum(case when place = (people + 1) // 2 then score_micro else 0 end) as bigint)
            + cast(sum(case when place = people // 2 + 1 then score_micro else 0 end) as bigint),
            2
        ) as median_micro,
        max(people) as people
    from users
    group by scope
),
deviations as (
    select
        u.scope,
        abs(u.score_micro - a.median_micro) as deviation,
        row_number() over (partition by u.scope order by abs(u.score_micro - a.median_micro), u.person_id) as place,
        u.people
    from users as u
    join active_medians as a on a.scope = u.scope
),
mads as (
    select
        scope,
        rhe(
            cast(sum(case when place = (people + 1) // 2 then deviation else 0 end) as bigint)
            + cast(sum(case when place = people // 2 + 1 then deviation else 0 end) as bigint),
            2
        ) as mad
    from deviations
    group by scope
)
select
    m.scope,
    m.people,
    m.zeros,
    rhe(1000000 * m.zeros, m.people) as zero_share,
    m.median_micro,
    m.p25_micro,
    m.p75_micro,
    coalesce(a.people, 0) as active_people,
    a.median_micro as active_median_micro,
    d.mad,
    case
        when m.people < v.min_group then 'too_small'
        when v.zero_share_den * m.zeros < v.zero_share_num * m.people and m.median_micro >= v.median_floor then 'median'
        when coalesce(a.people, 0) >= v.min_group then 'active_median'
        else 'adoption_only'
    end as comparison
from medians as m
cross join version as v
left join active_medians as a on a.scope = m.scope
left join mads as d on d.scope = m.scope
