-- makes: every merged change with its author, exposure, size, time, reviews, checks and what followed
-- by: all
-- needs: code_changes
-- grain: change
-- as_of: changes_now.merged_at
-- Two tables stand between, so that no join keeps more than two of them in memory: half a million changes fit into a gigabyte.
select
    c.change,
    c.repository,
    c.host,
    c.account,
    b.person_id,
    b.lob,
    b.department,
    b.team,
    b.tenure_days,
    b.aggregate_only,
    c.bot,
    c.opened_at,
    c.merged_at,
    cast(c.merged_at as date) as merged_day,
    coalesce(c.merge_sha, c.squash_sha) as merge_sha,
    c.head_sha,
    b.exposure,
    b.tool,
    b.model,
    b.basis,
    b.tools,
    coalesce(c.lines_added, b.lines_added) as lines_added,
    coalesce(c.lines_deleted, b.lines_deleted) as lines_deleted,
    coalesce(c.files, b.files) as files,
    c.commits,
    b.language,
    c.task_type,
    date_diff('day', cast(c.opened_at as date), cast(c.merged_at as date)) * 1440
        + (hour(c.merged_at) - hour(c.opened_at)) * 60 + minute(c.merged_at) - minute(c.opened_at) as lead_minutes,
    r.rounds as review_rounds,
    date_diff('day', cast(r.first_review_at as date), cast(c.merged_at as date)) * 1440
        + (hour(c.merged_at) - hour(r.first_review_at)) * 60 + minute(c.merged_at) - minute(r.first_review_at) as review_minutes,
    r.reviewers,
    c.comments as review_comments,
    r.first_passed as first_checks_passed,
    r.merged_with as checks,
    b.reverted_day,
    b.hotfixes,
    b.defects,
    b.incidents,
    c.reverts_change is not null or c.reverts_sha is not null as is_revert,
    r.human_reviews,
    r.approvals,
    r.approvals > 0 as human_verified,
    r.stale > 0 as stale_approval,
    coalesce(r.approved_at, r.last_review_at) as reviewed_at,
    r.approval,
    case
        when r.approvals > 0 then null
        when r.stale > 0 then 'stale_approval'
        when r.unplaced > 0 then 'reviewed_commit_unknown'
        when r.refused > 0 then 'changes_requested'
        when r.human_reviews > 0 then 'comment_only'
        when c.account is null and r.human > 0 then 'author_unknown'
        when r.late > 0 then 'review_after_merge'
        when r.own_reviews > 0 then 'author_is_reviewer'
        when r.nameless > 0 then 'reviewer_unknown'
        when r.bot_reviews > 0 then 'bot_review_only'
        else 'no_review'
    end as review_lacks
from changes_now as c
cross join as_of as t
join change_context as b on b.change = c.change
join change_evidence as r on r.change = c.change
where c.merged_at is not null and cast(c.merged_at as date) <= t.day
