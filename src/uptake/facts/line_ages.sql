-- makes: lines born and lost by whole days of age, for the estimate of Kaplan and Meier: `age_days` 0 = born, 1 = lost within the first day
-- by: all
-- needs: line_fates
-- grain: repository, marked, part, followed_days, age_days
-- `part`: commits fall into 16 by the first digit of their name, which is even and the same on every machine.
with lives as (
    select
        repository,
        sha,
        marked,
        substr(sha, 1, 1) as part,
        lines,
        least(followed_seconds // 86400, 90) as followed_days
    from line_lives
    where followed_seconds >= 0
),
told as (
    select repository, marked, part, followed_days, 0 as age_days, lines
    from lives
    union all
    select l.repository, l.marked, l.part, l.followed_days, greatest((f.age + 86399) // 86400, 1) as age_days, f.lines
    from lives as l
    join line_fates as f on f.repository = l.repository and f.sha = l.sha
    where f.died_sha is not null and f.age <= 7776000
)
select repository, marked, part, followed_days, cast(age_days as bigint) as age_days, cast(sum(lines) as bigint) as lines
from told
where age_days <= followed_days
group by repository, marked, part, followed_days, age_days
