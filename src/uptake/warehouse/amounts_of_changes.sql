-- makes: merged changes of people, one each, as a further measure of `money_amounts`: what a cost is set against
-- by: quarter
-- grain: quarter, month, tool, holder, measure
select
    year(merged_day) || 'Q' || quarter(merged_day) as quarter,
    cast(date_trunc('month', merged_day) as date) as month,
    '(code)' as tool,
    coalesce(person_id, 'account:' || coalesce(account, '')) as holder,
    max(person_id) as person_id,
    'changes' as measure,
    cast(count(*) as decimal(38, 12)) as amount
from merged_changes
where (not bot or person_id is not null) and list_contains($quarters::varchar[], year(merged_day) || 'Q' || quarter(merged_day))
group by year(merged_day) || 'Q' || quarter(merged_day), date_trunc('month', merged_day), coalesce(person_id, 'account:' || coalesce(account, ''))
