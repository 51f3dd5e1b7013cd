-- makes: commits with a mark of a tool, by repository and tool; `released` where no figure of the repository stands for k authors or fewer
-- by: all
-- grain: repository, tool, class
-- A repository is released as a whole or not at all: a tool that is left out would follow from the sum of all tools. Whoever has a mark of
-- one tool is among those with any: so more than k of one tool are more than k of all.
with told as (
    select distinct m.repository, m.tool, m.mark_class as class, m.sha
    from commit_marks as m
    where m.mark_class in ('authorship', 'review_suggestion')
),
tools as (
    select t.repository, t.tool, t.class, count(*) as commits, count(distinct f.author) as authors
    from told as t
    join commit_facts as f on f.repository = t.repository and f.sha = t.sha
    group by t.repository, t.tool, t.class
),
repositories as (
    select
        repository,
        count(*) as commits_total,
        count(case when marked then 1 end) as marked_commits,
        count(distinct case when not marked then author end) as other_authors
    from commit_facts
    group by repository
),
smallest as (
    select repository, min(authors) as authors
    from tools
    group by repository
)
select
    t.repository,
    t.tool,
    t.class,
    t.commits,
    r.marked_commits,
    r.commits_total,
    s.authors > $k
    and (r.marked_commits = r.commits_total or r.other_authors > $k) as released
from tools as t
join repositories as r on r.repository = t.repository
join smallest as s on s.repository = t.repository
