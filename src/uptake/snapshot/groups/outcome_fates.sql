-- makes: what became of the lines of each merged change within 21 days: share still there, and share taken out again to mend something
-- by: all
-- grain: change
-- Known where the repository itself is read, and 21 days have passed since.
select
    change,
    rhe(1000000 * (lines - lost_21), lines) as retained,
    rhe(1000000 * corrective_21, lines) as rework
from change_lives
where lines > 0 and followed_seconds >= 1814400
