-- Small cells are withheld where the table is made: it holds nothing else.
select * from s.error_propagation
