select * from s.unmatched_accounts
