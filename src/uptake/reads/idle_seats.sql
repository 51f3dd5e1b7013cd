select *, idle_since as since from s.person_seats where proposal
