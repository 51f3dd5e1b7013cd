select * from s.person_not_using
