-- makes: each staged record with its verdict: the best version of its key wins, unless a newer whole report or a newer group outdates it
-- Outdated: a whole report of its day, newer than the record, lacks it, so it had vanished by then; or its group (the rows of one
-- account in the accounts map) was brought anew by a later load.
with versions as (
    select r.*, f.fetched_at,
        row_number() over (partition by r.key order by f.fetched_at desc, r.rank desc, r.revision desc, r.rec) as place
    from stage_records r join stage_files f using (file_no)
),
best as (select key, revision, rank from versions where place = 1),
group_times as (
    select grp, max(fetched_at) as newest from (
        select grp, fetched_at from versions where grp is not null
        union all
        select grp, fetched_at from records where source = $source and grp is not null
    ) as both_times group by grp
),
outdated as (
    select v.rec from versions v join whole_reports w
        on w.source = $source and w.tenant = v.tenant and w.report = v.report and w.fetched_at > v.fetched_at
        and (v.day between w.first_day and w.last_day or (v.day is null and w.first_day is null))
    where v.place = 1
    union
    select v.rec from versions v join group_times g on g.grp = v.grp and g.newest > v.fetched_at where v.place = 1
)
select v.rec, v.key, v.revision, v.rank, v.fetched_at, v.day, v.tenant, v.report, v.grp,
    v.place = 1 and o.rec is null and (
        old.key is null
        or (old.revision <> v.revision and (old.fetched_at, old.rank, old.revision) < (v.fetched_at, v.rank, v.revision))
    ) as wins,
    v.place > 1 and v.revision <> best.revision and v.rank = best.rank as lost_here,
    v.place = 1 and old.key is not null and old.revision <> v.revision as differs_from_old,
    v.place = 1 and old.key is not null and old.revision = v.revision and old.fetched_at < v.fetched_at as seen_again
from versions v
join best on best.key = v.key
left join outdated o on o.rec = v.rec
left join records old on old.source = $source and old.key = v.key
