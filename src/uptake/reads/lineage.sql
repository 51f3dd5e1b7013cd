-- The days stand in the snapshot: a list of everybody would have to count every day of everybody for each part of it.
select q.person_id, t.* replace (cast(t.as_of as date) as as_of), q.quarter as roster, q.days
from s.person_quarter_scores as q
join stamp as t on t.quarter = q.quarter
