-- makes: lines still there after 14, 21 and 90 days, by repository and mark; `released` where no figure stands for k authors or fewer
-- by: all
-- grain: repository, since, marked, horizon_days
-- Released are rows over the whole history alone: two beginnings would give the lines of the days between them. And of a repository the
-- longest horizons alone whose lines, and those by which the next shorter one has more, are of more than k authors; and where `code_volume`
-- may tell all lines, those that are too young for a horizon too.
with first_days as (
    select repository, min(since) as since
    from survival_shares
    group by repository
),
bands as (
    select
        repository,
        marked,
        count(distinct case when followed_seconds >= 7776000 then author end) as authors_90,
        count(case when followed_seconds >= 7776000 then 1 end) as commits_90,
        count(distinct case when followed_seconds >= 1814400 and followed_seconds < 7776000 then author end) as authors_21,
        count(case when followed_seconds >= 1814400 and followed_seconds < 7776000 then 1 end) as commits_21,
        count(distinct case when followed_seconds >= 1209600 and followed_seconds < 1814400 then author end) as authors_14,
        count(case when followed_seconds >= 1209600 and followed_seconds < 1814400 then 1 end) as commits_14,
        count(distinct case when followed_seconds < 7776000 then author end) as young_90,
        count(distinct case when followed_seconds < 1814400 then author end) as young_21,
        count(distinct case when followed_seconds < 1209600 then author end) as young_14
    from line_lives
    group by repository, marked
),
judged as (
    select
        repository,
        marked,
        commits_90 = 0 or authors_90 > $k as of_90,
        commits_21 = 0 or authors_21 > $k as of_21,
        commits_14 = 0 or authors_14 > $k as of_14,
        young_90 = 0 or young_90 > $k as beside_90,
        young_21 = 0 or young_21 > $k as beside_21,
        young_14 = 0 or young_14 > $k as beside_14
    from bands
),
told as (
    -- `code_volume` tells every month of it
    select repository, bool_and(released) as whole
    from snap.code_volume
    group by repository
)
select
    s.repository,
    s.since,
    s.marked,
    s.horizon_days,
    s.at_risk,
    s.alive,
    s.share,
    s.low,
    s.high,
    s.commits,
    s.km,
    s.km_low,
    s.km_high,
    s.since = f.since and coalesce(j.of_90 and (s.horizon_days > 21 or j.of_21) and (s.horizon_days > 14 or j.of_14), true)
    and (not coalesce(t.whole, false) or coalesce(case s.horizon_days when 90 then j.beside_90 when 21 then j.beside_21 else j.beside_14 end, true)) as released
from survival_shares as s
join first_days as f on f.repository = s.repository
left join judged as j on j.repository = s.repository and j.marked = s.marked
left join told as t on t.repository = s.repository
