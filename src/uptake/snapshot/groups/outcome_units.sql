-- makes: AI-assisted changes of each finest cell: sums of their mean z, and of these sums by author
-- by: quarter
-- grain: cell
select
    cell,
    cast(sum(changes) as bigint) as changes,
    count(*) as authors,
    cast(sum(total) as bigint) as total,
    cast(sum(squares) as hugeint) as squares,
    cast(sum(cast(total as hugeint) * total) as hugeint) as author_squares,
    cast(sum(cast(changes as hugeint) * total) as hugeint) as author_products,
    cast(sum(changes * changes) as bigint) as author_counts
from outcome_authors
group by cell
