-- makes: merged changes of each finest cell by month, with sums of what became of them
-- by: quarter
-- grain: cell, month
-- The changes that the table of money counts by month: of people, and of programs that a person set to work; an empty cell for whoever stands in none. Not yet released.
select
    coalesce(f.cell, '') as cell,
    strftime(m.merged_day, '%Y-%m') as month,
    count(*) as changes,
    cast(sum(coalesce(m.lines_added, 0)) as bigint) as lines_added,
    cast(sum(coalesce(m.lines_deleted, 0)) as bigint) as lines_deleted,
    count(m.lead_minutes) as lead_of,
    cast(coalesce(sum(m.lead_minutes), 0) as bigint) as lead_minutes,
    count(m.review_minutes) as review_of,
    cast(coalesce(sum(m.review_minutes), 0) as bigint) as review_minutes,
    count(m.review_rounds) as rounds_of,
    cast(100 * coalesce(sum(m.review_rounds), 0) as bigint) as review_rounds,
    count(m.first_checks_passed) as first_checks_of,
    cast(1000000 * count(case when m.first_checks_passed then 1 end) as bigint) as first_checks,
    count(*) as reverted_of,
    cast(1000000 * count(case when m.reverted_day is not null then 1 end) as bigint) as reverted,
    count(*) as hotfixes_of,
    cast(1000000 * count(case when m.hotfixes > 0 then 1 end) as bigint) as hotfixes,
    count(*) as defects_of,
    cast(1000000 * count(case when m.defects > 0 then 1 end) as bigint) as defects,
    count(*) as incidents_of,
    cast(1000000 * count(case when m.incidents > 0 then 1 end) as bigint) as incidents
from merged_changes as m
left join finest_people as f on f.quarter = $quarter and f.person_id = m.person_id
cross join as_of as t
where (not m.bot or m.person_id is not null) and m.merged_day between $first_day and least($last_day, t.day)
group by coalesce(f.cell, ''), strftime(m.merged_day, '%Y-%m')
