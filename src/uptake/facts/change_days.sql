-- makes: merged changes by day, repository and author: counts and sums, of persons, repositories and teams alike, as each has its columns here
-- by: all
-- grain: day, repository, account
-- needs: code_changes
select
    merged_day as day,
    repository,
    account,
    min(person_id) as person_id,
    min(lob) as lob,
    min(department) as department,
    min(team) as team,
    count(*) as changes,
    count(*) filter (where exposure in ('line', 'change')) as marked,
    count(*) filter (where exposure = 'person_week') as in_weeks_of_use,
    cast(sum(lead_minutes) as bigint) as lead_minutes,
    cast(sum(review_rounds) as bigint) as review_rounds,
    cast(sum(review_minutes) as bigint) as review_minutes,
    count(review_minutes) as reviewed,
    count(first_checks_passed) as checked,
    count(*) filter (where first_checks_passed) as first_checks_passed,
    count(reverted_day) as reverted,
    cast(sum(hotfixes) as bigint) as hotfixes,
    cast(sum(defects) as bigint) as defects,
    cast(sum(incidents) as bigint) as incidents,
    cast(sum(lines_added) as bigint) as lines_added,
    cast(sum(lines_deleted) as bigint) as lines_deleted,
    cast(sum(files) as bigint) as files,
    count(lines_added) as sized
from merged_changes
where not bot
group by merged_day, repository, account
