-- Beside each row the share at zero that everybody is told of its group: guards show it in place of the exact one (decision 0086). Joined once:
-- each guard that looked it up by itself was planned by itself, which took longer than all else of My data (decision 0095).
select q.*, r.restated, r.was_micro, r.was_segment, c.zero_share as released_zero_share
from s.person_quarter_scores as q
left join s.person_restatements as r on r.quarter = q.quarter and r.person_id = q.person_id
left join s.lob_compare as c
    on c.quarter = q.quarter and c.lob = case when q.comparison = 'rolled_up' then '(company)' else q.lob end
