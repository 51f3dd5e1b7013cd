-- makes: records that were not taken: file, line, reason and field, never a value
-- order: source, file, line, reason, field
select distinct source, file, line, reason, field
from quarantine
