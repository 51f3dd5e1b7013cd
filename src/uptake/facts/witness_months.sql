-- makes: runs of days by month around which an account is known to report: 28 days before and after a row of it (MEASUREMENT 3, witness b)
-- by: month
-- grain: tool, account, month, first_day
with spans as (
    select
        r.tool,
        r.account,
        m.month,
        r.day,
        case
            when r.day - 57 <= lag(r.day) over (partition by r.tool, r.account, m.month order by r.day) then 0
            else 1
        end as starts
    from (select distinct tool, account, day from account_rows) as r
    join months as m on r.day between m.first_day and m.to_day
),
numbered as (
    select
        s.*,
        cast(sum(s.starts) over (
            partition by s.tool, s.account, s.month order by s.day rows between unbounded preceding and current row
        ) as bigint) as island
    from spans as s
)
select
    tool,
    account,
    month,
    cast(min(day) - 28 as date) as first_day,
    cast(max(day) + 28 as date) as last_day
from numbered
group by tool, account, month, island
