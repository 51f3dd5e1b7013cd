-- A decision takes nothing away: the seat stays in the list until the vendor's own list lacks it.
select p.*, p.idle_since as since, d.decision, d.decided
from s.person_seats as p
left join seat_decisions as d on d.person_id = p.person_id and d.tool = p.tool
where p.proposal
