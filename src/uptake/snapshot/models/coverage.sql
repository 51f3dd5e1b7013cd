-- makes: how complete each source was on each day; no unit and no person in it
-- order: source, day, tenant
select source, day, expected_accounts, reporting_accounts, state, tenant, cause
from source_days
where source in (select name from sources)
