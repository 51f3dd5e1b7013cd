-- makes: when the newest commit of each repository was made, those included that count for another one: how long its lines were followed
-- by: all
-- needs: commits
-- grain: repository
-- as_of: cut
select c.repository, max(c.committed_at) as newest_at
from commits as c
cross join as_of as t
where c.day <= t.day
group by c.repository
