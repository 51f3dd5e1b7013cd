select * from s.definitions
