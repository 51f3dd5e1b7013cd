-- makes: the quarter of each person before it is compared: Q, coverage, engaged share, and the facts that decide the segment (MEASUREMENT 6, 8)
-- by: quarter
-- grain: person_id
-- keep: no
with sums as (
    select
        person_id,
        cast(sum(expected_days) as bigint) as expected_days,
        cast(sum(observed_days) as bigint) as observed_days,
        cast(sum(weighted) as bigint) as weighted,
        cast(sum(engaged_days) as bigint) as engaged_days,
        cast(sum(active_days) as bigint) as active_days,
        cast(sum(case when observed_days > 0 then 1 else 0 end) as bigint) as observed_weeks,
        cast(sum(case when observed_days > 0 and active_days > 0 then 1 else 0 end) as bigint) as active_weeks
    from week_sums
    group by person_id
),
people_of as (
    select
        person_id,
        max(case when employed then 1 else 0 end) as employed,
        max(case when has_seat = 1 then 1 else 0 end) as has_seat,
        cast(sum(estimated) as bigint) as estimated_days,
        cast(sum(case when expected > 0 and observed = 1 and some_not_observed = 1 then 1 else 0 end) as bigint) as partial_days
    from day_states
    group by person_id
),
users as (
    select distinct u.person_id
    from tool_use as u
    join period as p on p.quarter = u.quarter
),
engineers as (
    select
        r.person_id,
        r.engineer,
        row_number() over (partition by r.person_id order by r.first_day desc) as place
    from roster as r
    join period as p on r.first_day <= p.to_day
),
reported as (
    select distinct r.tool, r.account, r.day
    from account_rows as r
    join period as p on r.day between p.first_day and p.to_day
),
shared as (
    select distinct a.person_id
    from account_people as a
    join period as p on a.first_day <= p.to_day and a.last_day >= p.first_day
    where a.shared and (
        exists (
            select 1 from reported as w
            where w.tool = a.tool and w.account = a.account and w.day between greatest(a.first_day, p.first_day) and least(a.last_day, p.to_day)
        )
        or exists (
            select 1 from seat_spans as s
            where s.tool = a.tool and s.account = a.account and s.first_day <= least(a.last_day, p.to_day)
                and s.last_day >= greatest(a.first_day, p.first_day)
        )
    )
),
away as (
    select distinct a.person_id
    from unread_spans as a
    join period as p on a.first_day <= p.to_day and a.last_day >= p.first_day
),
spelt as (
    -- a seat under an account of nobody that nearly has their name may be theirs: that they had none is not known (decision 0101)
    select distinct n.person_id, true as maybe_seated
    from near_names as n
    join seat_spans as s on s.tool = n.tool and s.account = n.account
    join period as p on s.first_day <= p.to_day and s.last_day >= p.first_day
    left join account_people as o on o.tool = s.tool and o.account = s.account and o.known
    where o.account is null
),
seats as (
    select
        w.person_id,
        max(case when v.zero_coverage_den * w.observed_days < v.zero_coverage_num * w.expected_days then 1 else 0 end) as weak_seat
    from (
        select
            person_id,
            tool,
            cast(sum(expected_days) as bigint) as expected_days,
            cast(sum(observed_days) as bigint) as observed_days
        from seat_weeks
        group by person_id, tool
    ) as w
    cross join version as v
    group by w.person_id
)
select
    o.person_id,
    o.employed,
    o.has_seat,
    coalesce(e.engineer, true) as engineer,
    x.person_id is not null as shared,
    s.expected_days,
    s.observed_days,
    case when s.observed_days > 0 then rhe(s.weighted, s.observed_days) end as score_micro,
    case when s.expected_days > 0 then rhe(1000000 * s.observed_days, s.expected_days) end as coverage,
    case when s.observed_days > 0 then rhe(1000000 * s.engaged_days, s.observed_days) end as engaged_share,
    s.engaged_days,
    s.active_days,
    s.observed_weeks,
    s.active_weeks,
    coalesce(w.weak_seat, 0) as weak_seat,
    n.person_id is not null as unexplained,
    a.person_id is not null as maybe_away,
    coalesce(l.seat_cause, 6) as seat_cause,
    coalesce(l.possible_days, 0) as possible_days,
    o.estimated_days,
    o.partial_days,
    case when l.exclusion = 2 and z.maybe_seated and s.expected_days = 0 then 1 else coalesce(l.cause, 0) end as cause,
    -- 5: nothing that excludes, since the seat is not known
    case when l.exclusion = 2 and z.maybe_seated then 5 else coalesce(l.exclusion, 4) end as exclusion
from people_of as o
join sums as s on s.person_id = o.person_id
left join users as u on u.person_id = o.person_id
left join engineers as e on e.person_id = o.person_id and e.place = 1
left join shared as x on x.person_id = o.person_id
left join unexplained_use as n on n.person_id = o.person_id
left join away as a on a.person_id = o.person_id
left join spelt as z on z.person_id = o.person_id
left join seats as w on w.person_id = o.person_id
left join lost_days as l on l.person_id = o.person_id
where (o.employed = 1 or u.person_id is not null) and o.person_id not in (select person_id from roster where aggregate_only)
