-- makes: who stands behind the merged changes of each finest cell, week, month and kind: all that any table of a quarter tells changes apart by
-- by: quarter
-- grain: cell, counted, week, month, kind
-- `counted`: in the tables of outcomes; those of nobody and those of programs are in the table of money alone. Not yet released.
select
    coalesce(f.cell, '') as cell,
    c.change is not null and f.cell is not null as counted,
    greatest(cast(date_trunc('week', m.merged_day) as date), $first_day) as week,
    strftime(m.merged_day, '%Y-%m') as month,
    case when coalesce(c.assisted, false) then 'assisted' else 'other' end as kind,
    list_sort(list(distinct coalesce(m.person_id, 'account:' || coalesce(m.account, '')))) as authors
from merged_changes as m
left join outcome_changes as c on c.change = m.change
left join finest_people as f on f.quarter = $quarter and f.person_id = m.person_id
cross join as_of as t
where (not m.bot or m.person_id is not null) and m.merged_day between $first_day and least($last_day, t.day)
group by all
order by all
