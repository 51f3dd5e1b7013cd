-- makes: outcomes by month of each person, repository and team: merged changes, time, review, checks, reverts, defects, incidents, size, and the load of reviewing
-- by: all
-- grain: month, level, unit
-- needs: code_changes
-- Sums of days, and beside them the people behind them, who are no sum of days. A team is named by its line and department too. Person rows.
with told as (
    select
        strftime(day, '%Y-%m') as month,
        repository,
        coalesce(person_id, account) as someone,
        person_id,
        case when team is not null then concat_ws('/', lob, department, team) end as team,
        changes, marked, in_weeks_of_use, lead_minutes, review_rounds, review_minutes, reviewed, checked, first_checks_passed, reverted, hotfixes, defects, incidents,
        lines_added, lines_deleted, files, sized
    from change_days
),
read as (
    select
        strftime(day, '%Y-%m') as month,
        repository,
        coalesce(person_id, account) as someone,
        person_id,
        case when team is not null then concat_ws('/', lob, department, team) end as team,
        reviews,
        lines
    from review_days
),
made as (
    select l.level, case l.level when 'person' then t.person_id when 'team' then t.team else t.repository end as unit, t.*
    from told as t
    cross join (values ('person'), ('repository'), ('team')) as l (level)
),
given as (
    select l.level, case l.level when 'person' then r.person_id when 'team' then r.team else r.repository end as unit, r.*
    from read as r
    cross join (values ('person'), ('repository'), ('team')) as l (level)
),
merged as (
    select
        month,
        level,
        unit,
        count(distinct someone) as authors,
        cast(sum(changes) as bigint) as changes,
        cast(sum(marked) as bigint) as marked,
        cast(sum(in_weeks_of_use) as bigint) as in_weeks_of_use,
        cast(sum(lead_minutes) as bigint) as lead_minutes,
        cast(sum(review_rounds) as bigint) as review_rounds,
        cast(sum(review_minutes) as bigint) as review_minutes,
        cast(sum(reviewed) as bigint) as reviewed,
        cast(sum(checked) as bigint) as checked,
        cast(sum(first_checks_passed) as bigint) as first_checks_passed,
        cast(sum(reverted) as bigint) as reverted,
        cast(sum(hotfixes) as bigint) as hotfixes,
        cast(sum(defects) as bigint) as defects,
        cast(sum(incidents) as bigint) as incidents,
        cast(sum(lines_added) as bigint) as lines_added,
        cast(sum(lines_deleted) as bigint) as lines_deleted,
        cast(sum(files) as bigint) as files,
        cast(sum(sized) as bigint) as sized
    from made
    where unit is not null
    group by month, level, unit
),
reviewing as (
    select
        month,
        level,
        unit,
        count(distinct someone) as reviewers,
        cast(sum(reviews) as bigint) as reviews_given,
        cast(sum(lines) as bigint) as lines_reviewed
    from given
    where unit is not null
    group by month, level, unit
)
select
    coalesce(m.month, r.month) as month,
    coalesce(m.level, r.level) as level,
    coalesce(m.unit, r.unit) as unit,
    coalesce(m.authors, 0) as authors,
    coalesce(m.changes, 0) as changes,
    coalesce(m.marked, 0) as marked,
    coalesce(m.in_weeks_of_use, 0) as in_weeks_of_use,
    m.lead_minutes,
    coalesce(m.review_rounds, 0) as review_rounds,
    m.review_minutes,
    coalesce(m.reviewed, 0) as reviewed,
    coalesce(m.checked, 0) as checked,
    coalesce(m.first_checks_passed, 0) as first_checks_passed,
    coalesce(m.reverted, 0) as reverted,
    coalesce(m.hotfixes, 0) as hotfixes,
    coalesce(m.defects, 0) as defects,
    coalesce(m.incidents, 0) as incidents,
    m.lines_added,
    m.lines_deleted,
    m.files,
    coalesce(m.sized, 0) as sized,
    coalesce(r.reviewers, 0) as reviewers,
    coalesce(r.reviews_given, 0) as reviews_given,
    r.lines_reviewed
from merged as m
full join reviewing as r on r.month = m.month and r.level = m.level and r.unit = m.unit
