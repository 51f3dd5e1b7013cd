-- makes: whether those approved a merged change who had to, by what its rules asked for and by what the host says of it (decision 0084)
-- by: all
-- needs: branch_rules, review_verdicts
-- grain: change
-- One join for each way in which a verdict names its change: with an `or` between them all verdicts of a host would meet all its changes.
with found as (
    select c.change, v.basis, v.told_at, v.part, v.met, v.rule, v.approvals, v.account, v.bot
    from changes_now as c
    join review_verdicts as v on v.host = c.host and v.repository = c.repository and v.number = c.number
    union all
    select c.change, v.basis, v.told_at, v.part, v.met, v.rule, v.approvals, v.account, v.bot
    from changes_now as c
    join review_verdicts as v on v.host = c.host and v.project = c.project and v.number = c.number
    union all
    select c.change, v.basis, v.told_at, v.part, v.met, v.rule, v.approvals, v.account, v.bot
    from changes_now as c
    join review_verdicts as v on v.host = c.host and v.sha = coalesce(c.merge_sha, c.squash_sha)
    where coalesce(v.base_id = c.base_id, true)
),
told as (
    -- what was told of the merge itself comes first; else the first answer after it, of an answer of its moment within a week
    select
        f.*,
        c.account as author,
        dense_rank() over (partition by f.change order by case f.basis when 'merge' then 0 else 1 end, f.told_at, f.basis) as place
    from found as f
    join changes_now as c on c.change = f.change
    where
        c.merged_at is not null
        and (f.basis = 'merge' or (f.told_at >= c.merged_at and (f.basis = 'kept' or f.told_at < c.merged_at + interval 168 hour)))
),
placed as (
    -- which commit each person approved last, as far as it is known
    select
        change,
        account,
        max(case when standing and on_head then 1 else 0 end) as on_head
    from change_reviews
    where account is not null
    group by change, account
),
around as (
    select
        t.change,
        max(case when r.standing and coalesce(not r.on_head, true) then 1 else 0 end) as unplaced,
        max(case when r.by_other and r.state = 'approved' and not r.in_time and r.submitted_at <= t.told_at then 1 else 0 end) as late
    from (select distinct change, told_at from told where place = 1) as t
    join change_reviews as r on r.change = t.change
    group by t.change
),
of_rule as (
    -- 2: met, 1: not known, 0: not met
    select
        t.change,
        t.part,
        case
            when min(cast(t.met as integer)) = 0 then 0
            when max(t.approvals) is null then case
                when max(coalesce(a.unplaced, 0)) = 1 or (min(t.basis) = 'now' and max(coalesce(a.late, 0)) = 1) then 1
                else 2
            end
            when count(distinct case when p.on_head = 1 then t.account end) >= max(t.approvals) then 2
            when count(distinct case when not t.bot and coalesce(t.account <> t.author, true) then t.account end) >= max(t.approvals) then 1
            else 0
        end as outcome
    from told as t
    left join placed as p on p.change = t.change and p.account = t.account
    left join around as a on a.change = t.change
    where t.place = 1
    group by t.change, t.part, t.rule
),
said as (
    select
        change,
        min(case when part = 'reviews' then outcome end) as reviews,
        min(case when part = 'owners' then outcome end) as owners,
        min(case when part = 'named' then outcome end) as named,
        min(case when part = 'any' then outcome end) as enough
    from of_rule
    group by change
),
asked as (
    select
        change,
        count(case when part = 'owners' then 1 end) > 0 as owners,
        count(case when part = 'named' then 1 end) > 0 as named
    from change_rules
    where part in ('owners', 'named')
    group by change
),
known as (
    select change from said
    union
    select change from asked
)
-- Where the host says only that its rules on reviews were not met, who had not approved is not known.
select
    k.change,
    case
        when s.owners = 0 then 'missing'
        when s.owners = 2 then 'met'
        when s.owners = 1 then 'unknown'
        when a.owners then case when s.reviews = 2 then 'met' else 'unknown' end
    end as owners,
    case
        when s.named = 0 then 'missing'
        when s.named = 2 then 'met'
        when s.named = 1 then 'unknown'
        when a.named then case when s.reviews = 2 then 'met' else 'unknown' end
    end as named,
    coalesce(s.reviews = 0, false) as reviews_unmet,
    coalesce(s.enough = 0, false) as approvals_unmet
from known as k
join changes_now as c on c.change = k.change
left join said as s on s.change = k.change
left join asked as a on a.change = k.change
where c.merged_at is not null
