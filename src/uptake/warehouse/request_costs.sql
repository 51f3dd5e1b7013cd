-- makes: what the calls of an account cost on a day and surface: by the vendor's own estimate, else by the table of prices; what has no price is counted
-- by: all
-- needs: telemetry_events
-- grain: source, tenant, tool, account, surface, day
-- Each call is priced by itself: the tier of a long context makes the price of a sum wrong (R-TR-4).
with calls as (
    select
        source,
        tenant,
        tool,
        account,
        surface,
        day,
        coalesce(model, '') as model,
        coalesce(tier, 'standard') as tier,
        cast(cost_est_usd as decimal(38, 12)) as told,
        tokens_in is null and tokens_out is null and tokens_cache_read is null and tokens_cache_write is null as no_tokens,
        cast(coalesce(tokens_in, 0) as decimal(19, 0)) as tokens_in,
        cast(coalesce(tokens_out, 0) as decimal(19, 0)) as tokens_out,
        cast(coalesce(tokens_cache_read, 0) as decimal(19, 0)) as tokens_cache_read,
        cast(coalesce(tokens_cache_write, 0) as decimal(19, 0)) as tokens_cache_write,
        coalesce(tokens_in, 0) + coalesce(tokens_cache_read, 0) + coalesce(tokens_cache_write, 0) as context
    from telemetry_events
    where kind = 'request' and basis = 'logs'
),
patterns as (
    select m.model, min(p.place) as place
    from (select distinct model from calls) as m
    join (select distinct pattern, place from model_prices) as p on m.model glob p.pattern
    group by m.model
),
priced as (
    select
        c.*,
        case
            when p.place is null then null
            -- a kind of token that was used and has no price leaves the call without one; sold by the call, tokens have no price of their own
            when p.request is not null and coalesce(p.input, p.output, p.cache_read, p.cache_write) is null
                then cast(p.request as decimal(38, 12))
            when c.no_tokens then cast(p.request as decimal(38, 12))
            when (c.tokens_in > 0 and p.input is null) or (c.tokens_out > 0 and p.output is null) then null
            when (c.tokens_cache_read > 0 and p.cache_read is null) or (c.tokens_cache_write > 0 and p.cache_write is null) then null
            else cast(
                coalesce(p.request, 0) + c.tokens_in * coalesce(p.input, 0) + c.tokens_out * coalesce(p.output, 0)
                + c.tokens_cache_read * coalesce(p.cache_read, 0) + c.tokens_cache_write * coalesce(p.cache_write, 0)
                as decimal(38, 12)
            )
        end as listed
    from calls as c
    left join patterns as m on m.model = c.model
    left join model_prices as p
        on p.place = m.place and p.tier = c.tier and c.day between p.first_day and p.last_day
        and c.context between p.context_from and p.context_to
)
select
    source,
    tenant,
    tool,
    account,
    surface,
    day,
    count(*) as requests,
    sum(coalesce(told, listed)) as estimate,
    sum(case when told is null then listed end) as by_list,
    sum(case when listed is not null then told end) as told_checked,
    sum(case when told is not null then listed end) as list_checked,
    count(case when told is null and listed is null then 1 end) as unpriced_requests,
    cast(coalesce(sum(
        case when told is null and listed is null then tokens_in + tokens_out + tokens_cache_read + tokens_cache_write end
    ), 0) as decimal(38, 0)) as unpriced_tokens,
    list_sort(list(distinct coalesce(nullif(model, ''), 'not known')) filter (where told is null and listed is null)) as unpriced_models
from priced
group by source, tenant, tool, account, surface, day
