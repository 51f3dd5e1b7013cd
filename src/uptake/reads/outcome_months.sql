-- Group rows are released cells: the tables hold nothing else.
select * from s.outcome_months
