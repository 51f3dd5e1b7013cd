select * from contests
