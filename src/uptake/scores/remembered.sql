-- makes: what later quarters may read of this one: the segment and whether there was any use
-- by: quarter
-- grain: person_id
select quarter, person_id, segment, active_days
from quarter_scores
where quarter = (select quarter from period)
