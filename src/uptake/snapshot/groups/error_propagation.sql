-- makes: how often a revert, hotfix, incident or defect follows a change within 30 days, or a revert after others were built on it, of marked changes beside others of the same stratum
-- by: all
-- grain: scope, effect, basis
-- A stratum is a repository, a language and a kind of task. Others are weighted as the marked ones are spread over the strata.
-- A figure is shown where more than k people made the changes on both sides; never of one person.
with at_risk as (
    select
        c.change,
        c.repository,
        concat_ws(chr(31), c.repository, coalesce(c.language, ''), coalesce(c.task_type, '')) as stratum,
        coalesce(c.exposure in ('line', 'change'), false) as marked,
        -- an author who is not known is counted as one person a repository, so that nobody is counted twice
        coalesce(c.person_id, c.host || ':' || c.account, c.repository) as author
    from merged_changes as c
    cross join as_of as t
    where c.merged_day <= cast(t.day - 30 as date)
),
best as (
    select
        l.change,
        l.effect,
        min(case l.basis when 'explicit_id' then 1 when 'blame' then 2 else 3 end) as place
    from change_links as l
    join merged_changes as c on c.change = l.change
    where l.day <= cast(c.merged_day + 30 as date)
    group by l.change, l.effect
),
kinds as (
    select effect, basis, place
    from (values ('revert'), ('hotfix'), ('incident'), ('defect'), ('downstream')) as e (effect)
    cross join (values (1, 'explicit_id'), (2, 'blame'), (3, 'time_window')) as b (place, basis)
    where (effect, place) in (select (effect, place) from best)
),
strata as (
    -- a stratum lies in one repository: what is counted of it there is counted of it in the company
    select
        repository,
        stratum,
        count(*) filter (where marked) as marked,
        count(*) filter (where not marked) as others
    from at_risk
    group by repository, stratum
),
written as (
    select distinct a.repository, a.author, a.marked, s.marked > 0 and s.others > 0 as on_both_sides
    from at_risk as a
    join strata as s on s.stratum = a.stratum
),
authored as (
    select '(company)' as scope, * from written
    union all
    select repository as scope, * from written
),
authors as (
    select
        scope,
        count(distinct case when marked then author end) as marked_authors,
        count(distinct case when not marked and on_both_sides then author end) as other_authors
    from authored
    group by scope
),
large as (
    select
        scope,
        marked_authors > $k and other_authors > $k as shown,
        row_number() over (partition by scope = '(company)', marked_authors > $k and other_authors > $k order by marked_authors, scope) as place
    from authors
),
rest as (
    -- what is hidden must not follow from the company less what is shown
    select
        count(*) as hidden,
        count(distinct case when s.marked then s.author end) as marked_authors,
        count(distinct case when not s.marked then s.author end) as other_authors
    from written as s
    join large as l on l.scope = s.repository and not l.shown
    where l.scope <> '(company)'
),
released as (
    select
        l.scope,
        l.shown and (
            l.scope = '(company)' or l.place > 1 or r.hidden = 0 or (r.marked_authors > $k and r.other_authors > $k)
        ) as shown
    from large as l
    cross join rest as r
),
followed as (
    select
        a.stratum,
        b.effect,
        b.place,
        count(*) filter (where a.marked) as marked_followed,
        count(*) filter (where not a.marked) as others_followed
    from best as b
    join at_risk as a on a.change = b.change
    group by a.stratum, b.effect, b.place
),
counted as (
    select
        s.repository,
        k.effect,
        k.basis,
        s.marked,
        s.others,
        coalesce(f.marked_followed, 0) as marked_followed,
        coalesce(f.others_followed, 0) as others_followed
    from strata as s
    cross join kinds as k
    left join followed as f on f.stratum = s.stratum and f.effect = k.effect and f.place = k.place
),
scopes as (
    select '(company)' as scope, * from counted
    union all
    select repository as scope, * from counted
),
summed as (
    select
        scope,
        effect,
        basis,
        cast(sum(marked) as bigint) as changes,
        cast(sum(marked_followed) as bigint) as followed,
        cast(sum(case when marked > 0 and others > 0 then others end) as bigint) as other_changes,
        cast(sum(case when marked > 0 and others > 0 then others_followed end) as bigint) as other_followed,
        cast(sum(case when marked > 0 and others > 0 then 1000000 * marked * others_followed // others end) as bigint)
            // nullif(cast(sum(case when others > 0 then marked end) as bigint), 0) as other_share
    from scopes
    group by scope, effect, basis
),
judged as (
    select
        s.*,
        r.shown,
        r.shown and s.followed >= 3 and s.changes - s.followed >= 3 as counts_shown,
        r.shown and s.other_followed >= 3 and s.other_changes - s.other_followed >= 3 as others_shown
    from summed as s
    join released as r on r.scope = s.scope
    where s.changes > 0
),
intervals as (
    -- Wilson's, 95 %
    select
        *,
        cast(followed as double) / changes as p,
        cast(other_share as double) / 1000000 as q,
        1.96 * sqrt(cast(followed as double) * (changes - followed) / changes + 0.9604) as spread,
        1.96 * sqrt(
            greatest(cast(other_share as double) / 1000000 * (1 - cast(other_share as double) / 1000000) * other_changes, 0) + 0.9604
        ) as other_spread
    from judged
)
select
    scope,
    effect,
    basis,
    case basis when 'explicit_id' then 'high' when 'blame' then 'medium' else 'low' end as confidence,
    30 as days,
    case when shown then changes end as changes,
    case when counts_shown then followed end as followed,
    case when counts_shown then cast(round(1000000 * p) as bigint) end as share,
    case when counts_shown then cast(round(1000000 * (followed + 1.9208 - spread) / (changes + 3.8416)) as bigint) end as low,
    case when counts_shown then cast(round(1000000 * (followed + 1.9208 + spread) / (changes + 3.8416)) as bigint) end as high,
    case when shown then other_changes end as other_changes,
    case when others_shown then other_share end as other_share,
    case when others_shown then cast(round(1000000 * (q * other_changes + 1.9208 - other_spread) / (other_changes + 3.8416)) as bigint) end
        as other_low,
    case when others_shown then cast(round(1000000 * (q * other_changes + 1.9208 + other_spread) / (other_changes + 3.8416)) as bigint) end
        as other_high,
    nullif(concat_ws(
        '; ',
        case when not shown then 'withheld' end,
        case when shown and not counts_shown then case when followed < 3 then 'followed: fewer than 3' else 'followed: more than n-3' end end,
        case
            when shown and not others_shown
                then case
                    when other_changes is null then 'others: none of the same stratum'
                    when other_followed < 3 then 'others: fewer than 3'
                    else 'others: more than n-3'
                end
        end
    ), '') as bound
from intervals
