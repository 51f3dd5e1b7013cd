-- makes: merged changes of each person beside their score, and the sums of their AI-assisted changes
-- by: quarter
-- grain: person_id
select
    c.person_id,
    count(*) as changes,
    count(case when c.assisted then 1 end) as assisted,
    max(q.score_micro) as score_micro,
    coalesce(max(a.changes), 0) as known,
    coalesce(max(a.total), 0) as total
from outcome_changes as c
left join outcome_authors as a on a.person_id = c.person_id
left join quarter_scores as q on q.quarter = $quarter and q.person_id = c.person_id
where c.person_id is not null
group by c.person_id
order by c.person_id
