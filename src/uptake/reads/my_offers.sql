-- An offer that has run out stays in the list, as expired, so that nobody is in doubt whether it still stands.
select person_id, made, step, expires, case when stands then 'open' else 'expired' end as state
from offers
