"""Who may ask what, for which purpose: questions x roles x purposes -> columns and rows. Pure: no I/O, no clock.

Learn it in this order: `questions` (what exists), `site` (who asks, what the site decided), `rules` (the policy itself),
`predicates` (rows as SQL), `reference` (rows in Python, the oracle), `page` (the page that compliance signs).
"""

from uptake.policy.guards import guarded
from uptake.policy.page import grants, grants_for, who_sees_what
from uptake.policy.predicates import COMPANY, Predicate, behind, to_sql
from uptake.policy.questions import LEVELS, QUESTIONS, Column, Question
from uptake.policy.reference import allows
from uptake.policy.rules import NOT_FOR, PERMITS, PURPOSES, ROLES, Grant, decide, may_offer
from uptake.policy.site import PROFILES, SMALLEST_K, Policy, Viewer

__all__ = [
    "COMPANY",
    "LEVELS",
    "NOT_FOR",
    "PERMITS",
    "PROFILES",
    "PURPOSES",
    "QUESTIONS",
    "ROLES",
    "SMALLEST_K",
    "Column",
    "Grant",
    "Policy",
    "Predicate",
    "Question",
    "Viewer",
    "allows",
    "behind",
    "decide",
    "grants",
    "grants_for",
    "guarded",
    "may_offer",
    "to_sql",
    "who_sees_what",
]
