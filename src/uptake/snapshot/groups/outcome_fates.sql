-- makes: what became of the lines of each merged change within 21 days: share still there, and share taken out again to mend it
-- by: all
-- grain: change
select cast(null as varchar) as change, cast(null as bigint) as retained, cast(null as bigint) as rework
where false
