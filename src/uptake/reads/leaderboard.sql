select
    b.*,
    o.pseudonym,
    coalesce(o.mine, false) as mine,
    -- bands are for those who chose them, in a line where more than k people did; who has moved since stands on none, so that a reader of the
    -- line as it is now sees all of these or nobody
    coalesce(o.line = b.lob, false)
    and count(o.person_id) filter (where o.line = b.lob) over (partition by b.lob) > coalesce(o.k, 0) as opted_in
from s.person_leaderboard as b
left join opted_in as o on o.person_id = b.person_id
