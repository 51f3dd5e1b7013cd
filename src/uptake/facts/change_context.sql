-- makes: of every merged change: its author and the unit of that day, its exposure to AI, its files and what followed
-- by: all
-- needs: code_changes
-- grain: change
with followed as (
    select
        change,
        min(case when effect = 'revert' then day end) as reverted_day,
        count(distinct case when effect = 'hotfix' and basis <> 'time_window' then followed_by end) as hotfixes,
        count(distinct case when effect = 'defect' and basis <> 'time_window' then followed_by end) as defects,
        count(distinct case when effect = 'incident' and basis <> 'time_window' then followed_by end) as incidents
    from change_links
    group by change
),
behind as (
    -- of a change by a program: the one person who had it written
    select c.change, min(f.person_id) as person_id
    from changes_now as c
    join change_shas as s on s.change = c.change
    join commit_facts as f on f.sha = s.sha and f.person_id is not null
    where c.bot
    group by c.change
    having count(distinct f.person_id) = 1
),
owned as (
    select c.change, min(a.person_id) as person_id
    from changes_now as c
    join code_people as a
        on a.tool = c.host and a.account = c.account and cast(c.merged_at as date) between a.first_day and a.last_day and not a.shared
    group by c.change
)
select
    c.change,
    coalesce(o.person_id, b.person_id) as person_id,
    p.lob,
    p.department,
    p.team,
    date_diff('day', p.start_date, cast(c.merged_at as date)) as tenure_days,
    coalesce(p.aggregate_only, false) as aggregate_only,
    e.exposure,
    e.tool,
    e.model,
    e.basis,
    e.tools,
    g.lines_added,
    g.lines_deleted,
    g.files,
    g.language,
    f.reverted_day,
    coalesce(f.hotfixes, 0) as hotfixes,
    coalesce(f.defects, 0) as defects,
    coalesce(f.incidents, 0) as incidents
from changes_now as c
left join owned as o on o.change = c.change
left join behind as b on b.change = c.change
left join roster as p on p.person_id = coalesce(o.person_id, b.person_id) and cast(c.merged_at as date) between p.first_day and p.last_day
left join change_exposure as e on e.change = c.change
left join change_files as g on g.change = c.change
left join followed as f on f.change = c.change
where c.merged_at is not null
