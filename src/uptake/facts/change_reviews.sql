-- makes: every review of a change, judged against its author, its merge and its last commit (rules R-VC-3, R-VC-4)
-- by: all
-- needs: code_changes
-- grain: change, review
with placed as (
    select
        r.host,
        coalesce(r.change, c.change) as change,
        r.review,
        r.account,
        r.bot,
        r.state,
        r.submitted_at,
        fold(r.commit_sha) as commit_sha,
        -- what was dismissed or withdrawn stays so, whatever arrives after
        row_number() over (
            partition by coalesce(r.change, c.change), r.review
            order by case r.state when 'dismissed' then 0 when 'withdrawn' then 1 else 2 end, r.submitted_at desc, r.key
        ) as place
    from code_reviews as r
    left join changes_now as c on r.change is null and c.host = r.host and c.project = r.project and c.number = r.number
),
behind as (
    -- where a program is the author, who had it write the change does not review it for others (SOURCES 14: the person is the co-author)
    select distinct s.change, a.tool as host, a.account
    from changes_now as c
    join change_shas as s on s.change = c.change
    join commit_facts as f on f.sha = s.sha and f.person_id is not null
    join code_people as a on a.tool = c.host and a.person_id = f.person_id and not a.shared
    where c.bot
    union
    -- a person with two accounts is one person: who wrote a change with one does not review it for others with the other
    select c.change, c.host, r.account
    from changes_now as c
    join code_people as a
        on a.tool = c.host and a.account = c.account and cast(c.merged_at as date) between a.first_day and a.last_day and not a.shared
    join code_people as r
        on r.tool = c.host and r.person_id = a.person_id and cast(c.merged_at as date) between r.first_day and r.last_day and not r.shared
    where r.account <> c.account
),
of_change as (
    select
        p.*,
        c.account as author,
        c.head_sha,
        c.merged_at,
        p.account is not null and not p.bot as human,
        p.account is not null and c.account is not null and p.account <> c.account and b.account is null as independent,
        coalesce(p.submitted_at <= c.merged_at, false) as in_time
    from placed as p
    join changes_now as c on c.change = p.change
    left join behind as b on b.change = p.change and b.host = p.host and b.account = p.account
    where p.place = 1
),
refused as (
    select
        *,
        max(case when state <> 'approved' then submitted_at end) over (partition by change, account) as refused_at
    from of_change
    where state <> 'commented' and human and in_time
),
decided as (
    -- the last word of a reviewer before the merge: an approval stands until the same person asks for changes or takes it back.
    -- Of two words at one instant the refusal is the last, whatever their numbers are; and an approval that names no commit (GitLab's list of
    -- who approved) only repeats one that does.
    select
        change,
        review,
        row_number() over (
            partition by change, account
            order by
                case
                    when state <> 'approved' then 2
                    when submitted_at <= refused_at then 3
                    when commit_sha is null then 1
                    else 0
                end,
                submitted_at desc,
                coalesce(commit_sha = head_sha, false) desc,
                review desc
        ) as place
    from refused
)
select
    o.change,
    o.review,
    o.host,
    o.account,
    o.bot,
    o.state,
    o.submitted_at,
    o.commit_sha,
    o.human,
    o.independent,
    o.in_time,
    -- a person looked at what somebody else had written: in time, it may count for the change; at any time, it is work of reviewing
    o.human and o.independent as by_other,
    o.human and o.independent and o.in_time as counts,
    case when o.commit_sha is not null and o.head_sha is not null then o.commit_sha = o.head_sha end as on_head,
    coalesce(d.place = 1, false) as last_word,
    o.human and o.independent and o.in_time and o.state = 'approved' and coalesce(d.place = 1, false) as standing
from of_change as o
left join decided as d on d.change = o.change and d.review = o.review
