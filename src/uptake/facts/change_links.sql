-- makes: what followed from a merged change: a revert, a hotfix, an incident, a defect, changes built on one that was reverted, and by what it is linked (GOVERNANCE 12)
-- by: all
-- needs: code_changes
-- grain: change, effect, followed_by, basis
with commits_of as (
    select s.change, s.sha from change_shas as s where s.role <> 'branch'
),
lines_of as (
    select s.change, s.sha from change_shas as s where s.role <> 'branch' or s.merged
),
reverting as (
    select r.change as followed_by, r.reverts_change, r.reverts_sha, cast(r.merged_at as date) as day
    from changes_now as r
    where r.merged_at is not null and (r.reverts_change is not null or r.reverts_sha is not null)
),
fixing as (
    select i.incident, i.kind, i.day, s.sha
    from incidents as i
    join commits_of as s on s.change = i.fixed_by
    where i.change is null and i.sha is null
    union
    select i.incident, i.kind, i.day, i.fixed_by as sha
    from incidents as i
    where i.change is null and i.sha is null and i.fixed_by is not null
),
told as (
    select r.reverts_change as change, 'revert' as effect, r.followed_by, r.day, 'explicit_id' as basis
    from reverting as r
    where r.reverts_change is not null
    union
    select s.change, 'revert' as effect, r.followed_by, r.day, 'explicit_id' as basis
    from reverting as r
    join commits_of as s on s.sha = r.reverts_sha
    union
    select s.change, 'revert' as effect, k.sha as followed_by, cast(k.committed_at as date) as day, 'explicit_id' as basis
    from change_commits as k
    join commits_of as s on s.sha = k.reverts
    where k.committed_at is not null
    union
    select s.change, 'revert' as effect, g.sha as followed_by, cast(g.committed_at as date) as day, 'explicit_id' as basis
    from commits as g
    -- a message may cut the hash short; a short one names a commit of its own repository, and some other one elsewhere
    join commits_of as s on substr(s.sha, 1, 7) = substr(g.reverts, 1, 7) and substr(s.sha, 1, length(g.reverts)) = g.reverts
    left join commits as h on h.repository = g.repository and h.sha = s.sha
    where length(g.reverts) >= 40 or (length(g.reverts) >= 7 and h.sha is not null)
    union
    select i.change, i.kind as effect, i.incident as followed_by, i.day, 'explicit_id' as basis
    from incidents as i
    where i.change is not null
    union
    select s.change, i.kind as effect, i.incident as followed_by, i.day, 'explicit_id' as basis
    from incidents as i
    join commits_of as s on s.sha = i.sha
    union
    -- nobody named a cause, but what mended it took lines of the change out
    select s.change, x.kind as effect, x.incident as followed_by, x.day, 'blame' as basis
    from fixing as x
    join line_fates as f on f.died_sha = x.sha and f.lines > 0
    join change_shas as s on s.sha = f.sha
    union
    -- nobody named a cause: what was merged there in the 7 days before may be it
    select c.change, i.kind as effect, i.incident as followed_by, i.day, 'time_window' as basis
    from incidents as i
    join changes_now as c on c.repository = i.repository and cast(c.merged_at as date) between cast(i.day - 7 as date) and i.day
    where i.change is null and i.sha is null
),
linked as (
    select t.change, t.effect, coalesce(o.change, t.followed_by) as followed_by, t.basis, min(t.day) as day
    from told as t
    join changes_now as c on c.change = t.change and c.merged_at is not null
    -- a commit that takes another one back may itself have been a change
    left join commits_of as o on o.sha = t.followed_by
    where t.day >= cast(c.merged_at as date) and coalesce(o.change, t.followed_by) <> t.change
    group by t.change, t.effect, coalesce(o.change, t.followed_by), t.basis
),
taken_back as (
    select change, min(day) as day
    from linked
    where effect = 'revert'
    group by change
),
built as (
    -- its branch holds commits of the other one
    select t.change, t.day, o.change as followed_by, 'explicit_id' as basis
    from taken_back as t
    join change_shas as s on s.change = t.change
    join change_shas as o on o.sha = s.sha and o.role <> 'became' and o.change <> t.change
    union
    -- it put other lines in the place of some of the other one
    select t.change, t.day, o.change as followed_by, 'blame' as basis
    from taken_back as t
    join lines_of as s on s.change = t.change
    join line_fates as f on f.sha = s.sha and f.lines > 0
    join lines_of as o on o.sha = f.died_sha and o.change <> t.change
)
select change, effect, followed_by, basis, day
from linked
union all
-- what was merged within 21 days on top of a change, before it was taken back: the day is that of the revert, which made it harm
select b.change, 'downstream' as effect, b.followed_by, b.basis, b.day
from built as b
join changes_now as c on c.change = b.change
join changes_now as n
    on n.change = b.followed_by and n.merged_at > c.merged_at and cast(n.merged_at as date) <= least(cast(cast(c.merged_at as date) + 21 as date), b.day)
left join linked as r on r.change = b.change and r.followed_by = b.followed_by and r.effect = 'revert'
where r.change is null
