-- makes: what a month of the quarter cost and brought, the company and its lines: of figures that are shown alone, so that it tells no more than they do
-- by: all
-- grain: quarter, scope
with tools as (
    -- A bill before an estimate of the same tool and month: they tell of the same calls and are not added.
    select
        quarter,
        scope,
        tool,
        month,
        seats_cost,
        billed,
        case when billed is null then estimate end as estimate,
        coalesce(seats_unpriced, 0) as seats_unpriced,
        case when billed is null then coalesce(unpriced_tokens, 0) else 0 end as tokens_unpriced,
        (seats_cost is null and bound like '%seats_cost: withheld%')
        or (seats is null and bound like '%seats: withheld%')
        or (billed is null and estimate is null and (bound like '%billed: withheld%' or bound like '%estimate: withheld%'))
        or (unpriced_tokens is null and bound like '%unpriced_tokens: withheld%')
        or (seats_unpriced is null and bound like '%seats_unpriced: withheld%') as hidden
    from snap.spend
    where tool <> '(code)'
),
brought as (
    -- only where every month of the quarter that is over tells of it
    select quarter, scope, sum(changes) as changes, count(changes) as with_changes, sum(retained_lines) as retained_lines, count(retained_lines) as with_lines
    from snap.spend
    where tool = '(code)'
    group by quarter, scope
),
summed as (
    select
        quarter,
        scope,
        count(distinct month) as months,
        cast(sum(coalesce(seats_cost, 0)) as decimal(28, 2)) as seats_cost,
        cast(sum(coalesce(billed, 0)) as decimal(28, 2)) as billed,
        cast(sum(coalesce(estimate, 0)) as decimal(28, 2)) as estimate,
        cast(sum(seats_unpriced) as decimal(28, 2)) as seats_unpriced,
        cast(sum(tokens_unpriced) as decimal(28, 2)) as tokens_unpriced,
        array_to_string(list_sort(list(distinct tool) filter (where hidden)), ', ') as left_out
    from tools
    group by quarter, scope
)
select
    f.quarter,
    f.scope,
    coalesce(s.months, 0) as months,
    s.seats_cost,
    s.billed,
    s.estimate,
    s.seats_unpriced,
    s.tokens_unpriced,
    f.active,
    cast(case when b.with_changes = s.months then b.changes end as bigint) as changes,
    cast(case when b.with_lines = s.months then b.retained_lines end as bigint) as retained_lines,
    nullif(s.left_out, '') as left_out
from snap.funnel as f
left join summed as s on s.quarter = f.quarter and s.scope = f.scope
left join brought as b on b.quarter = f.quarter and b.scope = f.scope
where f.tool = 'all' and (s.scope is not null or f.scope in (select scope from snap.spend))
