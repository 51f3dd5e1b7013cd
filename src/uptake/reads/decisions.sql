select * from decisions
