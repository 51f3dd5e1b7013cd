-- makes: merged changes of each finest cell by week and by whether AI was used, with sums of what became of them; week NULL = the quarter
-- by: quarter
-- grain: cell, week, kind
with parted as (
    select *, case when assisted then 'assisted' else 'other' end as kind
    from outcome_changes
    where cell is not null
)
select
    cell,
    week,
    kind,
    count(distinct person_id) as authors,
    count(*) as changes,
    cast(sum(lines_added) as bigint) as lines_added,
    count(case when exposure = 'line' then 1 end) as by_line,
    count(case when exposure = 'change' then 1 end) as by_change,
    count(case when attributed then 1 end) as attributed,
    count(retained) as retained_of,
    cast(coalesce(sum(retained), 0) as bigint) as retained,
    count(rework) as rework_of,
    cast(coalesce(sum(rework), 0) as bigint) as rework,
    count(reverted) as reverted_of,
    cast(1000000 * coalesce(sum(reverted), 0) as bigint) as reverted,
    count(review_minutes) as review_of,
    cast(coalesce(sum(review_minutes), 0) as bigint) as review_minutes,
    count(first_checks) as first_checks_of,
    cast(1000000 * coalesce(sum(first_checks), 0) as bigint) as first_checks,
    count(incidents) as incidents_of,
    cast(1000000 * coalesce(sum(incidents), 0) as bigint) as incidents
from parted
group by grouping sets ((cell, week, kind), (cell, kind))
