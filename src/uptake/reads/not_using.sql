-- `offered`: the suggested step was offered by name, and the offer still stands. A blind offer is not said here: it would
-- name the people whom it reached.
select n.*, f.offered
from s.person_not_using as n
left join (
    select person_id, step, max(made) as offered
    from offers
    where stands and named
    group by person_id, step
) as f on f.person_id = n.person_id and f.step = n.suggestion
