"""Mutants of policy: who may be named, by whom it is decided, and that nothing is named before it was told."""

from __future__ import annotations

from .listed import Mutant

ROWS, RULES, IN_FORCE, CHANGES = (
    f"tests/test_{name}.py" for name in ("policy_rows", "policy", "policy_in_force", "changes")
)
OLD_ROWS = f"{CHANGES}::test_check_12_no_old_rows_under_the_new_purpose"

SIGHTS = "tests/test_sights.py"

GOVERNED = (
    Mutant(
        "policy: told ignored", "policy/predicates.py",
        "where r.told and r.legal_entity in", "where r.legal_entity in",
        (ROWS,),
    ),
    Mutant(
        "policy: wall off", "policy/rules.py",
        "return viewer.purpose == REVIEW and not policy.review_enabled", "return False",
        (RULES,),
    ),
    Mutant(
        "policy: lockdown ignored", "policy/rules.py",
        "return policy.lockdown and spec.level in", "return False and spec.level in",
        (f"{RULES}::test_locked_down_everybody_sees_their_own_rows_and_nobody_elses",),
    ),
    Mutant(
        "policy: lockdown lifted by the administrator", "acts/policies.py",
        "(MAKERS if value == switches.ON else CHECKERS)", "MAKERS",
        (f"{CHANGES}::test_who_turns_the_kill_switch",),
    ),
    Mutant(
        "policy: self-approval", "state/identities.py",
        "return maker not in of(connection, checker) and ", "return ",
        (f"{CHANGES}::test_who_decides_and_on_what", f"{CHANGES}::test_check_12_four_refusals"),
    ),
    Mutant(
        "policy: eight days for the second person", "state/changes.py",
        "LASTS = dt.timedelta(days=7)", "LASTS = dt.timedelta(days=8)",
        (f"{CHANGES}::test_the_second_person_has_seven_days",),
    ),
    Mutant(
        "policy: an overtaken change is approved", "acts/policies.py",
        "_check_ground(connection, found)", "pass",
        (f"{CHANGES}::test_what_was_overtaken_is_proposed_anew",),
    ),
    Mutant(
        "policy: a forged approval holds", "jobs/__init__.py",
        "if changes.sound(one)", "if one.state == changes.APPROVED and one.effective_on",
        (f"{CHANGES}::test_a_row_that_no_approval_wrote_does_not_hold",),
    ),
    Mutant(
        "policy: settings lower k", "jobs/__init__.py",
        "k=max(made.k, settings.groups.k)", "k=settings.groups.k",
        (f"{CHANGES}::test_settings_narrow_and_never_widen",),
    ),
    Mutant(
        "policy: nine days of notice", "policy/proposals.py",
        "NOTICE_DAYS = 10", "NOTICE_DAYS = 9",
        (IN_FORCE,),
    ),
    Mutant(
        "policy: weekends are business days", "policy/proposals.py",
        "count -= day.weekday() < _SATURDAY", "count -= 1",
        (IN_FORCE,),
    ),
    Mutant(
        "policy: an assessment serves for anything", "policy/proposals.py",
        "if not all(covers(old.exposure(entity), document.exposure(entity)) for entity in again):", "if not again and old is document:",
        (IN_FORCE,),
    ),
    Mutant(
        "policy: a notice of any change counts", "policy/in_force.py",
        "for day, reached in over.get((entity, one.ref), {}).items():",
        "for day, reached in (one for (where, _), days in over.items() if where == entity for one in days.items()):",
        (IN_FORCE,),
    ),
    Mutant(
        "policy: the notice of what was withdrawn counts", "policy/in_force.py",
        "            return\n        yield one", "            continue\n        yield one",
        (IN_FORCE,),
    ),
    Mutant(
        "policy: the wider one holds at once", "policy/in_force.py",
        "all(options[at].people >= narrower.people for narrower in options[at:])", "at == 0",
        (IN_FORCE,),
    ),
    Mutant(
        "policy: the notice of a former legal entity counts", "state/notices.py",
        "return and_(RIGHTS.c.person_id == NOTICES.c.person_id, RIGHTS.c.legal_entity == NOTICES.c.legal_entity)",
        "return and_(RIGHTS.c.person_id == NOTICES.c.person_id)",
        (f"{CHANGES}::test_people_are_told_once_where_they_are",),
    ),
    Mutant(
        "policy: old quarters of who moved", "policy/rules.py",
        "reviewed=permit.purpose == REVIEW", "reviewed=False",
        (OLD_ROWS,),
    ),
    Mutant(
        "policy: the switch of today opens old quarters", "policy/in_force.py",
        "quarter_after(max(business_days_after(told[entity], NOTICE_DAYS), terms.runs[entity][-1].effective_on))",
        "quarter_after(dt.date(2000, 1, 1))",
        (IN_FORCE,),
    ),
    Mutant(
        "cut: leads of lines are no viewers", "jobs/sights.py",
        '"lob_lead": policy.lob_lead_depth}', '"lob_lead": 0}',
        (SIGHTS,),
    ),
    Mutant(
        "cut: whoever is below is seen", "jobs/sights.py",
        "return person in self.told and of.entity in entities", "return True",
        (SIGHTS,),
    ),
    Mutant(
        "cut: nobody reads the board", "jobs/sights.py",
        'listed & policy.board_entities if policy.board == "open" else frozenset()', "frozenset()",
        (SIGHTS,),
    ),
    Mutant(
        "cut: a policy to come is not looked at", "jobs/__init__.py",
        "for day in (today + AHEAD, today)]", "for day in (today,)]",
        ("tests/attack/test_sights.py::test_cells_know_what_an_approved_policy_will_show_before_it_does",),
    ),
    Mutant(
        "closed: outcomes and money move", "pipeline/releases.py",
        "held.text if stands or tells_few or", "held.text if tells_few or",
        ("tests/attack/test_restated.py",),
    ),
    Mutant(
        "closed: what waits of outcomes is not told", "pipeline/releases.py",
        "later += [quarter] if stands else []", "later += []",
        ("tests/attack/test_restated.py",),
    ),
    Mutant(
        "closed: a restatement of a few people shows in group figures", "pipeline/releases.py",
        "held.text if stands or tells_few or", "held.text if stands or",
        ("tests/attack/test_restated.py",),
    ),
    Mutant(
        "weekly: groups follow every day", "pipeline/releases.py",
        "held.text if stands or tells_few or waits or", "held.text if stands or tells_few or",
        ("tests/attack/test_weekly.py",),
    ),
    Mutant(
        "weekly: a week has no end", "pipeline/releases.py",
        "held.day < self.day and held.day.isocalendar()[:2] == self.day.isocalendar()[:2]", "held.day < self.day",
        ("tests/attack/test_weekly.py",),
    ),
    Mutant(
        "weekly: idle seats follow every day", "snapshot/build.py",
        'frozenset({"idle_groups", "error_propagation"})', 'frozenset({"error_propagation"})',
        ("tests/attack/test_weekly.py",),
    ),
    Mutant(
        "idle: the rest is judged on one side", "snapshot/groups/idle_groups.sql",
        " and (seats = idle or seats - idle > $k) as idle_left", " as idle_left",
        ("tests/test_idle_groups.py",),
    ),
    Mutant(
        "accounts: those of one tool follow from the others", "pipeline/groups.py",
        "found.update(tools[quarter, family] if len(found) == 1 else ())", "found.update(())",
        ("tests/test_read_together.py::test_accounts_of_one_tool_do_not_follow_from_those_of_the_others",),
    ),
)  # fmt: skip
