-- makes: how sure the segment is: clear, or borderline to the commonest other segment of the replicates (MEASUREMENT 8, reading 33)
-- by: quarter
-- grain: person_id
-- keep: no
with drawn as (
    select
        r.person_id,
        r.replicate,
        r.times,
        r.expected_days,
        r.observed_days,
        r.active_days,
        case when r.observed_days > 0 then rhe(r.weighted, r.observed_days) else 0 end as score_micro,
        case when r.observed_days > 0 then rhe(1000000 * r.engaged_days, r.observed_days) else 0 end as engaged_share
    from replicates as r
),
classed as (
    select
        d.person_id,
        d.times,
        case
            when d.observed_days < v.min_days then 1
            when v.coverage_den * d.observed_days < v.coverage_num * d.expected_days then 1
            when d.active_days = 0 and (w.person_id is not null or q.unexplained or q.maybe_away) then 1
            when d.score_micro >= v.heavy_in_score and d.engaged_share >= v.heavy_in_share then 6
            when m.segment = 'heavy' and d.score_micro >= v.heavy_out_score and d.engaged_share >= v.heavy_out_share then 6
            when d.active_days > 0 then 5
            when m.used_before = 1 then 4
            when m.segment in ('non_user', 'lapsed', 'non_adopter') then 3
            else 2
        end as class
    from drawn as d
    cross join version as v
    join quarter_sums as q on q.person_id = d.person_id
    left join memory as m on m.person_id = d.person_id
    left join weak_replicates as w on w.person_id = d.person_id and w.replicate = d.replicate
),
counted as (
    select person_id, class, cast(sum(times) as bigint) as replicates
    from classed
    group by person_id, class
),
named as (
    select
        s.person_id,
        case s.segment
            when 'heavy' then 6
            when 'light' then 5
            when 'lapsed' then 4
            when 'non_adopter' then 3
            when 'non_user' then 2
            when 'insufficient' then 1
            else 0
        end as class
    from segments_now as s
),
others as (
    select
        c.person_id,
        c.class,
        row_number() over (partition by c.person_id order by c.replicates desc, c.class) as place
    from counted as c
    join named as n on n.person_id = c.person_id and n.class <> c.class
),
own as (
    select n.person_id, n.class, coalesce(c.replicates, 0) as replicates
    from named as n
    left join counted as c on c.person_id = n.person_id and c.class = n.class
)
select
    o.person_id,
    case
        when o.class = 0 or o.replicates >= v.clear then 'clear'
        when x.class = 6 then 'borderline:heavy'
        when x.class = 5 then 'borderline:light'
        when x.class = 4 then 'borderline:lapsed'
        when x.class = 3 then 'borderline:non_adopter'
        when x.class = 2 then 'borderline:non_user'
        else 'borderline:insufficient'
    end as certainty
from own as o
cross join version as v
left join others as x on x.person_id = o.person_id and x.place = 1
