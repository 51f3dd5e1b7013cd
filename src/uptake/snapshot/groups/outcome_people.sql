-- makes: merged changes of each person beside their score, and the sums of their AI-assisted changes
-- by: quarter
-- grain: person_id
-- Use that is not known well enough for a segment is none to speak of; of an entity that is never computed by person there is no row.
select
    c.person_id,
    count(*) as changes,
    count(case when c.assisted then 1 end) as assisted,
    max(case when q.segment not in ('excluded', 'insufficient') then q.score_micro end) as score_micro,
    coalesce(max(a.changes), 0) as known,
    coalesce(max(a.total), 0) as total
from outcome_changes as c
left join outcome_authors as a on a.person_id = c.person_id
left join quarter_scores as q on q.quarter = $quarter and q.person_id = c.person_id
where c.person_id is not null and c.person_id not in (select r.person_id from roster as r where r.aggregate_only)
group by c.person_id
order by c.person_id
