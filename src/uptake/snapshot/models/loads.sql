-- makes: which loads brought what the scores of a quarter are made of: first and last number, and how many, by source
-- order: quarter, source
with quarters as (
    select distinct quarter from quarter_scores
),
of_days as (
    select source, year(day) || 'Q' || quarter(day) as quarter, batch_id
    from file_days
),
whole as (
    select b.source, q.quarter, b.batch_id
    from batches as b
    cross join quarters as q
    where b.loaded > 0 and b.source not in (select source from file_days)
)
select quarter, source, min(batch_id) as first_load, max(batch_id) as last_load, count(distinct batch_id) as loads
from (select source, quarter, batch_id from of_days union all select source, quarter, batch_id from whole) as brought
where quarter in (select quarter from quarters)
group by quarter, source
