select * replace (cast(effective_on as date) as effective_on, cast(named_from as date) as named_from) from changes
