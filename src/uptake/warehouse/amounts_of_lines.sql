-- makes: lines still there 21 days after the commit that added them, as a further measure of `money_amounts`; months whose commits were all followed so long
-- and in which nine of ten merged changes are of repositories that were read: the cost of all beside the lines of a few is no cost of a line
-- by: quarter
-- grain: quarter, month, tool, holder, measure
with of_months as (
    -- 1,814,400 seconds are 21 days
    select
        cast(date_trunc('month', day) as date) as month,
        author,
        sum(lines - lost_21) as alive,
        min(min(followed_seconds)) over (partition by date_trunc('month', day)) as followed
    from line_lives
    where author is not null and list_contains($quarters::varchar[], year(day) || 'Q' || quarter(day))
    group by date_trunc('month', day), author
)
select
    year(month) || 'Q' || quarter(month) as quarter,
    month,
    '(code)' as tool,
    author as holder,
    case when starts_with(author, 'person:') then substr(author, 8) end as person_id,
    'retained_lines' as measure,
    cast(alive as decimal(38, 12)) as amount
from of_months
where followed >= 1814400 and month not in (select month from months_read where 10 * commits < 9 * changes)
