select * from s.quarantined
