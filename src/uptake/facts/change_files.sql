-- makes: what a change touched, as git counts it: lines, and the language with most of them
-- by: all
-- needs: code_changes
-- grain: change
-- Of the commit that it became; a merge has no files of its own, and then of the commits of its branch.
with found as (
    select
        s.change,
        s.sha,
        case when s.role = 'became' then 1 else 2 end as place,
        f.path_class,
        f.language,
        f.files,
        f.lines_added,
        f.lines_deleted
    from change_shas as s
    join commit_files as f on f.sha = s.sha
),
kept as (
    -- two clones of one repository tell of one commit twice
    select distinct f.*
    from found as f
    join (select change, min(place) as place from found group by change) as b on b.change = f.change and b.place = f.place
),
languages as (
    select
        change,
        language,
        row_number() over (
            partition by change order by cast(sum(lines_added + lines_deleted) as bigint) desc, language
        ) as place
    from kept
    where language <> '' and path_class in ('code', 'test')
    group by change, language
),
sums as (
    select
        change,
        cast(sum(files) as bigint) as files,
        cast(sum(lines_added) as bigint) as lines_added,
        cast(sum(lines_deleted) as bigint) as lines_deleted
    from kept
    group by change
)
select s.change, s.files, s.lines_added, s.lines_deleted, l.language
from sums as s
left join languages as l on l.change = s.change and l.place = 1
