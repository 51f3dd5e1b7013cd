-- Group rows are released cells: the table holds nothing else. Rows of code have no money in them.
select * from s.spend where tool <> '(code)'
