-- makes: what became of the lines of each merged change within 21 days: share still there, and share taken out again to mend something
-- by: all
-- grain: change
-- Known where the repository itself is read, and 21 days have passed since. Lines of a change are those of the commit that it became (R-VC-5).
select
    m.change,
    rhe(1000000 * (l.lines - l.lost_21), l.lines) as retained,
    rhe(1000000 * l.corrective_21, l.lines) as rework
from merged_changes as m
join line_lives as l on l.repository = m.repository and l.sha = m.merge_sha
where l.lines > 0 and l.followed_seconds >= 1814400
