select * from s.reconciliation
