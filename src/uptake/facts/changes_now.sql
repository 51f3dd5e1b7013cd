-- makes: every change to code as its newest payloads show it: of each figure the newest that says it
-- by: all
-- needs: code_changes
-- grain: change
with told as (
    select
        change,
        host,
        repository,
        number,
        opened_at,
        state,
        case when account is not null then bot end as bot,
        project,
        account, merge_sha, squash_sha, head_sha, lines_added, lines_deleted, files,
        commits, comments, task_type, reverts_change, reverts_sha, base_id, base_default,
        max(merged_at) over (partition by change) as merged_at,
        updated_at,
        key
    from code_changes
),
shown as (
    select
        change,
        host,
        repository,
        number,
        opened_at,
        merged_at,
        state,
        last_value(account ignore nulls) over so_far as account,
        last_value(merge_sha ignore nulls) over so_far as merge_sha,
        last_value(squash_sha ignore nulls) over so_far as squash_sha,
        last_value(head_sha ignore nulls) over so_far as head_sha,
        last_value(lines_added ignore nulls) over so_far as lines_added,
        last_value(lines_deleted ignore nulls) over so_far as lines_deleted,
        last_value(files ignore nulls) over so_far as files,
        last_value(commits ignore nulls) over so_far as commits,
        last_value(comments ignore nulls) over so_far as comments,
        last_value(task_type ignore nulls) over so_far as task_type,
        last_value(reverts_change ignore nulls) over so_far as reverts_change,
        last_value(reverts_sha ignore nulls) over so_far as reverts_sha,
        last_value(base_id ignore nulls) over so_far as base_id,
        last_value(base_default ignore nulls) over so_far as base_default,
        last_value(project ignore nulls) over so_far as project,
        last_value(bot ignore nulls) over so_far as bot,
        row_number() over (partition by change order by updated_at desc, key desc) as place
    from told
    window so_far as (partition by change order by updated_at, key rows between unbounded preceding and current row)
)
select
    change,
    host,
    repository,
    number,
    project,
    account,
    coalesce(bot, false) as bot,
    opened_at,
    merged_at,
    case when merged_at is not null then 'merged' else state end as state,
    merge_sha, squash_sha, head_sha, lines_added, lines_deleted, files,
    commits, comments, task_type, reverts_change, reverts_sha, base_id, base_default
from shown
where place = 1
