select * from s.person_seats
