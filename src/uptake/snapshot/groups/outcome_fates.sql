-- makes: what became of the lines of each merged change within 21 days: share still there, and share taken out again to mend something
-- by: all
-- grain: change
-- Known where the repository itself is read, and 21 days have passed since. Lines of a change are those of the commit that it became (R-VC-5).
with found as (
    select
        m.change,
        l.lines,
        l.lost_21,
        l.corrective_21,
        -- a commit is known by its hash: the host says owner/name, a clone is called as its folder; of two clones the one called so counts
        row_number() over (
            partition by m.change
            order by
                case when l.repository = m.repository then 1 when l.repository = regexp_replace(m.repository, '^.*/', '') then 2 else 3 end,
                l.followed_seconds desc,
                l.repository
        ) as place
    from merged_changes as m
    join line_lives as l on l.sha = m.merge_sha
    where l.lines > 0 and l.followed_seconds >= 1814400
)
select
    change,
    rhe(1000000 * (lines - lost_21), lines) as retained,
    rhe(1000000 * corrective_21, lines) as rework
from found
where place = 1
