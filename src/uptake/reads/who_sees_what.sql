select * from grants
