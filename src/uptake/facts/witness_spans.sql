-- makes: spans of days in which an account is known to report: rows within 28 days, or a seat list that proves idleness (MEASUREMENT 3, witness b and d)
-- by: all
-- grain: tool, account, first_day
with spans as (
    select tool, account, first_day, last_day
    from witness_months
    union all
    -- the seat lists alone prove that an account was idle, or tell when it last was not (witness d)
    select
        tool,
        account,
        cast(last_activity_on + 1 as date) as first_day,
        -- the list must be taken at least 24 h after the end of the day it speaks for
        cast(max(taken_at) - interval 48 hour as date) as last_day
    from seat_activity
    where last_activity_on is not null
    group by tool, account, last_activity_on
    union all
    select
        tool,
        account,
        cast(cast(taken_at as date) - 90 as date) as first_day,
        cast(taken_at - interval 48 hour as date) as last_day
    from seat_activity
    where last_activity_on is null
),
marked as (
    select
        s.*,
        case
            when s.first_day <= max(s.last_day) over (
                partition by s.tool, s.account order by s.first_day, s.last_day rows between unbounded preceding and 1 preceding
            ) + 1 then 0
            else 1
        end as starts
    from spans as s
    where s.first_day <= s.last_day
),
numbered as (
    select
        m.*,
        cast(sum(m.starts) over (
            partition by m.tool, m.account order by m.first_day, m.last_day rows between unbounded preceding and current row
        ) as bigint) as island
    from marked as m
)
select tool, account, min(first_day) as first_day, max(last_day) as last_day
from numbered
group by tool, account, island
