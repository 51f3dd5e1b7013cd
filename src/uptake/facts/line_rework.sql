-- makes: rework within 21 days by repository, mark and month of birth: lines taken out by corrective changes, by reverts, and by all others
-- by: all
-- needs: line_fates
-- grain: repository, marked, month
select
    repository,
    marked,
    month,
    count(*) as commits,
    count(distinct author) as authors,
    cast(sum(lines) as bigint) as lines,
    cast(sum(corrective_21) as bigint) as corrective,
    cast(sum(reverted_21) as bigint) as reverted,
    cast(sum(lost_21 - corrective_21 - reverted_21) as bigint) as adaptive
from line_lives
where followed_seconds >= 1814400
group by repository, marked, month
