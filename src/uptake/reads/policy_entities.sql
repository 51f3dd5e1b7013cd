select * replace (cast(named_from as date) as named_from) from policy_entities
