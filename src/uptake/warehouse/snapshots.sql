-- makes: each person of a snapshot beside what is held of them: what becomes of them, and the row of their history that comes of it
-- h: the newest row of this source; o: the newest one of another source; n: the newest of all. All in force on the day.
with staged as (
    select
        s.rec, s.person_id, s.lob, s.email, s.manager_id, s.department, s.end_date is null as active,
        left(md5(cast(row(s.lob, s.email, s.manager_id, s.department) as varchar)), 16) as told,
        row_number() over (partition by s.person_id order by r.rank desc, s.rec) as place
    from stage_people as s inner join stage_records as r on s.rec = r.rec
),
in_force as (
    select
        p.*,
        p.source = $source as own,
        -- What the directory said, which a correction does not change, and what it does not say; the team goes with the department.
        left(r.revision, 16) as told,
        substr(r.revision, 17) as unsaid_then,
        left(md5(cast(row(
            p.github_login, p.site, p.country, p.legal_entity, p.job_family, p.engineer, p.fte_percent, p.start_date
        ) as varchar)), 16) as unsaid,
        row_number() over (partition by p.person_id, p.source = $source order by p.effective_from desc, p.source) as place,
        row_number() over (partition by p.person_id order by p.effective_from desc, p.source) as newest
    from people as p
    left join records as r on p.source = r.source and p.key = r.key
    where p.effective_from <= $day
),
compared as (
    select
        s.*,
        h.key as held_key,
        h.person_id is not null as is_held,
        o.person_id is not null as is_other,
        h.end_date < h.effective_from as has_ended,
        coalesce(s.told = h.told, false) as same,
        coalesce(o.unsaid, '') as unsaid,
        coalesce(o.unsaid, '') = h.unsaid_then as same_unsaid
    from staged as s
    left join in_force as h on s.person_id = h.person_id and h.own and h.place = 1
    left join in_force as o on s.person_id = o.person_id and not o.own and o.place = 1
    where s.place = 1
),
judged as (
    select
        *,
        same and not coalesce(has_ended, false) as stands,
        case
            when not active and has_ended then 'known'
            when active and same and not coalesce(has_ended, false) and same_unsaid then 'known'
            when active then 'new'
            when is_held or is_other then 'ended'
            else 'never'
        end as what,
        case when active and not is_other and not $later then date '0001-01-01' else $day end as effective_from
    from compared
)
select
    j.rec, j.what, j.held_key, j.person_id, j.effective_from,
    case when j.active then j.told || j.unsaid else 'ended' end as revision,
    -- A correction of what the directory still says as it did stands.
    case when j.active and not j.stands then j.lob else n.lob end as lob,
    case when j.active and not j.stands then j.email else n.email end as email,
    case when j.active and not j.stands then j.manager_id else n.manager_id end as manager_id,
    case when j.active and not j.stands then j.department else n.department end as department,
    case
        when not j.active or j.stands or (j.lob = n.lob and j.department is not distinct from n.department) then n.team
    end as team,
    case when j.is_other then o.github_login else n.github_login end as github_login,
    case when j.is_other then o.site else n.site end as site,
    case when j.is_other then o.country else n.country end as country,
    case when j.is_other then o.legal_entity else n.legal_entity end as legal_entity,
    case when j.is_other then o.job_family else n.job_family end as job_family,
    coalesce(case when j.is_other then o.engineer else n.engineer end, true) as engineer,
    coalesce(case when j.is_other then o.fte_percent else n.fte_percent end, 100) as fte_percent,
    case when j.is_other then o.start_date else n.start_date end as start_date,
    case
        when not j.active then least(n.end_date, cast($day - interval 1 day as date))
        when n.end_date >= $day then n.end_date
    end as end_date
from judged as j
left join in_force as n on j.person_id = n.person_id and n.newest = 1
left join in_force as o on j.person_id = o.person_id and not o.own and o.place = 1
