-- makes: the lines beside each other and the company, as the comparison saw them; medians only for groups of 2k and 25, quartiles of 4k and 25; not yet released
-- by: all
-- grain: quarter, lob
select
    c.quarter,
    coalesce(c.lob, c.cell) as lob,
    c.cell,
    c.people,
    case when c.median and q.eligible >= $enough then q.median_micro end as median_micro,
    case when c.median and q.active_people >= $enough then q.active_median_micro end as active_median_micro,
    case when c.median and q.eligible >= greatest(4 * $k, $enough) then q.p25_micro end as p25_micro,
    case when c.median and q.eligible >= greatest(4 * $k, $enough) then q.p75_micro end as p75_micro,
    q.comparison
from cells as c
left join lob_quarters as q on q.quarter = c.quarter and q.scope = case when c.lob is null then 'company' else 'lob:' || c.lob end
where c.lob is not null or c.level = 0
order by c.quarter, c.cell
