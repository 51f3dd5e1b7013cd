-- makes: lines taken out again within 21 days, by repository, month in which they were added, and mark: to mend, by a revert, and for all else; `released` where no figure stands for k authors or fewer
-- by: all
-- grain: repository, month, marked
-- A month is released as a whole: with and without a mark more than k authors or none. What is hidden must follow neither from the lines of
-- the whole history (`code_survival`), so the hidden months stand for more than k authors too; nor from those of the month (`code_volume`),
-- so its commits that are still too young are of more than k authors or none.
with sides as (
    select
        repository,
        month,
        marked,
        count(case when followed_seconds >= 1814400 then 1 end) as commits,
        count(distinct case when followed_seconds >= 1814400 then author end) as authors,
        count(case when followed_seconds < 1814400 then 1 end) as young_commits,
        count(distinct case when followed_seconds < 1814400 then author end) as young_authors
    from line_lives
    group by repository, month, marked
),
judged as (
    select
        repository,
        month,
        min(case when (commits = 0 or authors > $k) and (young_commits = 0 or young_authors > $k) then 1 else 0 end) = 1 as enough
    from sides
    group by repository, month
),
hidden_sides as (
    select f.repository, f.marked, count(distinct f.author) as authors
    from line_lives as f
    join judged as j on j.repository = f.repository and j.month = f.month
    where not j.enough and f.followed_seconds >= 1814400
    group by f.repository, f.marked
),
hidden as (
    select repository, min(authors) > $k as enough
    from hidden_sides
    group by repository
)
select
    r.repository,
    r.month,
    r.marked,
    r.commits,
    r.lines,
    r.corrective,
    r.reverted,
    r.adaptive,
    case when r.lines > 0 then rhe(1000000 * r.corrective, r.lines) end as corrective_share,
    case when r.lines > 0 then rhe(1000000 * r.adaptive, r.lines) end as adaptive_share,
    j.enough and coalesce(h.enough, true) as released
from line_rework as r
join judged as j on j.repository = r.repository and j.month = r.month
left join hidden as h on h.repository = r.repository
