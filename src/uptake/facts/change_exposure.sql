-- makes: how a change was exposed to AI: by its lines, by a mark on it, or by its author's use in its weeks (MEASUREMENT 10)
-- by: all
-- needs: code_changes
-- grain: change
-- A change without a mark is not one made by hand: nothing is known of it (rule R-GT-6), and it has no row here.
with marked as (
    select change, tool, model, basis from change_marks where change is not null and mark_class = 'authorship'
    union
    select s.change, m.tool, m.model, m.basis
    from change_shas as s
    join change_marks as m on m.sha = s.sha and m.mark_class = 'authorship'
    union
    select s.change, m.tool, m.model, m.basis
    from change_shas as s
    join commit_marks as m on m.sha = s.sha and m.mark_class = 'authorship'
),
by_line as (
    select s.change, coalesce(m.tool, 'other') as tool, max(m.model) as model, cast(sum(m.lines) as bigint) as lines
    from change_shas as s
    join line_marks as m on m.sha = s.sha and m.kind = 'ai'
    -- two clones may hold the same note
    join commit_facts as f on f.repository = m.repository and f.sha = m.sha
    group by s.change, coalesce(m.tool, 'other')
    having cast(sum(m.lines) as bigint) > 0
),
by_week as (
    select
        c.change,
        w.tool,
        cast(sum(w.actions) as bigint) as actions
    from changes_now as c
    join code_people as a
        on a.tool = c.host and a.account = c.account and cast(c.merged_at as date) between a.first_day and a.last_day and not a.shared
    join person_use_weeks as w
        on w.person_id = a.person_id
        and w.week between cast(date_trunc('week', c.opened_at) as date) and cast(date_trunc('week', c.merged_at) as date)
    where c.merged_at is not null
    group by c.change, w.tool
),
told as (
    select change, 1 as level, tool, model, 'note' as basis, lines as weight from by_line
    union all
    select change, 2 as level, tool, max(model) as model, min(basis) as basis, count(*) as weight from marked group by change, tool
    union all
    select change, 3 as level, tool, cast(null as varchar) as model, 'use' as basis, actions as weight from by_week
),
placed as (
    select
        t.change,
        t.level,
        t.tool,
        t.model,
        t.basis,
        count(*) over (partition by t.change) as tools,
        row_number() over (partition by t.change order by t.weight desc, t.tool) as place
    from told as t
    join (select change, min(level) as level from told group by change) as b on b.change = t.change and b.level = t.level
)
select
    change,
    case level when 1 then 'line' when 2 then 'change' else 'person_week' end as exposure,
    tool,
    model,
    basis,
    tools
from placed
where place = 1
