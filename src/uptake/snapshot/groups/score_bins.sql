-- makes: active people of each line and of the company by bin of five points, as the comparison saw them; not yet released
-- by: all
-- grain: quarter, lob, bin
with scored as (
    select quarter, lob, least(score_micro // 5000000, 19) as bin
    from quarter_scores
    where engineer and segment not in ('excluded', 'insufficient') and score_micro > 0
),
counted as (
    select quarter, lob, bin, count(*) as people
    from scored
    group by quarter, lob, bin
)
select c.quarter, c.lob, b.bin, cast(sum(b.people) as bigint) as people
from cells as c
join counted as b on b.quarter = c.quarter and (c.lob is null or b.lob = c.lob)
where c.lob is not null or c.level = 0
group by c.quarter, c.lob, b.bin
order by c.quarter, c.lob nulls first, b.bin
