-- makes: every merged change with its author, exposure, size, time, reviews, checks and what followed
-- by: all
-- needs: code_changes
-- grain: change
with reviewed as (
    select
        change,
        count(*) filter (where human and independent and in_time) as human_reviews,
        count(distinct case when human and independent and in_time then account end) as reviewers,
        count(distinct case when human and independent and in_time then coalesce(commit_sha, 'unknown') end) as rounds,
        min(case when human and independent and in_time then submitted_at end) as first_review_at,
        max(case when human and independent and in_time then submitted_at end) as last_review_at,
        count(*) filter (where human and independent and in_time and last_word and state = 'approved' and on_head) as approvals,
        max(
            case when human and independent and in_time and last_word and state = 'approved' and on_head then submitted_at end
        ) as approved_at,
        min(
            case when human and independent and in_time and last_word and state = 'approved' and on_head then review end
        ) as approval,
        count(*) filter (where human and independent and in_time and last_word and state = 'approved' and not on_head) as stale,
        count(*) filter (where human and independent and in_time and last_word and state = 'approved' and on_head is null) as unplaced,
        count(*) filter (where human and independent and in_time and last_word and state = 'changes_requested') as refused,
        count(*) filter (where human and account is not null and not independent and in_time) as own_reviews,
        count(*) filter (where human and in_time) as human,
        count(*) filter (where bot) as bot_reviews,
        count(*) filter (where account is null) as nameless,
        count(*) filter (where human and independent and not in_time and state = 'approved') as late
    from change_reviews
    group by change
),
followed as (
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
    c.repository,
    c.host,
    c.account,
    coalesce(o.person_id, b.person_id) as person_id,
    p.lob,
    p.department,
    p.team,
    date_diff('day', p.start_date, cast(c.merged_at as date)) as tenure_days,
    coalesce(p.aggregate_only, false) as aggregate_only,
    c.bot,
    c.opened_at,
    c.merged_at,
    cast(c.merged_at as date) as merged_day,
    coalesce(c.merge_sha, c.squash_sha) as merge_sha,
    c.head_sha,
    e.exposure,
    e.tool,
    e.model,
    e.basis,
    e.tools,
    coalesce(c.lines_added, g.lines_added) as lines_added,
    coalesce(c.lines_deleted, g.lines_deleted) as lines_deleted,
    coalesce(c.files, g.files) as files,
    c.commits,
    g.language,
    c.task_type,
    date_diff('day', cast(c.opened_at as date), cast(c.merged_at as date)) * 1440
        + (hour(c.merged_at) - hour(c.opened_at)) * 60 + minute(c.merged_at) - minute(c.opened_at) as lead_minutes,
    coalesce(r.rounds, 0) as review_rounds,
    date_diff('day', cast(r.first_review_at as date), cast(c.merged_at as date)) * 1440
        + (hour(c.merged_at) - hour(r.first_review_at)) * 60 + minute(c.merged_at) - minute(r.first_review_at) as review_minutes,
    coalesce(r.reviewers, 0) as reviewers,
    c.comments as review_comments,
    k.first_passed as first_checks_passed,
    k.merged_with as checks,
    f.reverted_day,
    coalesce(f.hotfixes, 0) as hotfixes,
    coalesce(f.defects, 0) as defects,
    coalesce(f.incidents, 0) as incidents,
    c.reverts_change is not null or c.reverts_sha is not null as is_revert,
    coalesce(r.human_reviews, 0) as human_reviews,
    coalesce(r.approvals, 0) as approvals,
    coalesce(r.approvals, 0) > 0 as human_verified,
    coalesce(r.stale, 0) > 0 as stale_approval,
    coalesce(r.approved_at, r.last_review_at) as reviewed_at,
    r.approval,
    case
        when coalesce(r.approvals, 0) > 0 then null
        when coalesce(r.stale, 0) > 0 then 'stale_approval'
        when coalesce(r.unplaced, 0) > 0 then 'reviewed_commit_unknown'
        when coalesce(r.refused, 0) > 0 then 'changes_requested'
        when coalesce(r.human_reviews, 0) > 0 then 'comment_only'
        when c.account is null and coalesce(r.human, 0) > 0 then 'author_unknown'
        when coalesce(r.late, 0) > 0 then 'review_after_merge'
        when coalesce(r.own_reviews, 0) > 0 then 'author_is_reviewer'
        when coalesce(r.nameless, 0) > 0 then 'reviewer_unknown'
        when coalesce(r.bot_reviews, 0) > 0 then 'bot_review_only'
        else 'no_review'
    end as review_lacks
from changes_now as c
cross join as_of as t
left join owned as o on o.change = c.change
left join behind as b on b.change = c.change
left join roster as p on p.person_id = coalesce(o.person_id, b.person_id) and cast(c.merged_at as date) between p.first_day and p.last_day
left join change_exposure as e on e.change = c.change
left join change_files as g on g.change = c.change
left join reviewed as r on r.change = c.change
left join change_checks as k on k.change = c.change
left join followed as f on f.change = c.change
where c.merged_at is not null and cast(c.merged_at as date) <= t.day
