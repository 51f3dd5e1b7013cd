-- makes: the best-q sums of each person-week: days to be counted, S_w, engaged centi-days (MEASUREMENT 6)
-- by: quarter
-- grain: person_id, week
-- keep: no
with scored as (
    select
        s.person_id,
        s.day,
        s.week,
        s.expected,
        s.observed,
        s.active,
        s.engaged,
        case when s.active = 1 then c.score_micro else 0 end as score_micro
    from day_states as s
    cross join version as v
    left join curve as c
        on c.version_sha256 = v.version_sha256 and c.u_p = s.u_p and c.u_r = s.u_r and c.proactive_only = s.proactive_only and s.active = 1
),
weeks as (
    select
        person_id,
        week,
        cast(sum(expected) as bigint) as expected_days,
        cast(sum(case when observed = 1 then expected else 0 end) as bigint) as observed_days,
        cast(sum(case when observed = 1 then engaged else 0 end) as bigint) as engaged_candidates,
        cast(sum(active) as bigint) as active_days
    from scored
    group by person_id, week
),
candidates as (
    select
        person_id,
        week,
        score_micro,
        row_number() over (partition by person_id, week order by score_micro desc, day) as place
    from scored
    where observed = 1 and score_micro > 0
),
best as (
    select
        c.person_id,
        c.week,
        cast(sum(c.score_micro * greatest(0, least(100, w.observed_days - 100 * (c.place - 1)))) as bigint) as weighted
    from candidates as c
    join weeks as w on w.person_id = c.person_id and w.week = c.week
    group by c.person_id, c.week
)
select
    w.person_id,
    w.week,
    w.expected_days,
    w.observed_days,
    coalesce(b.weighted, 0) as weighted,
    least(w.observed_days, 100 * w.engaged_candidates) as engaged_days,
    w.active_days
from weeks as w
left join best as b on b.person_id = w.person_id and b.week = w.week
