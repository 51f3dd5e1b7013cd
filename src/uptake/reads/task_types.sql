-- Group rows are released cells: the table holds nothing else.
select * from s.task_types
