select * from s.person_changes
