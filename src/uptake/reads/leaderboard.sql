select
    b.*,
    o.pseudonym,
    coalesce(o.mine, false) as mine,
    -- bands are for those who chose them, in a line where more than k people did
    o.person_id is not null and count(o.person_id) over (partition by b.lob) > coalesce(o.k, 0) as opted_in
from s.person_leaderboard as b
left join opted_in as o on o.person_id = b.person_id
