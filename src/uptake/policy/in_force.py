"""Which policy holds on a day, of what two people approved and what people were told. Pure: no I/O, no clock.

The newest approved document holds. What it exposes further than the ones before it waits for the notices: until nobody who is
named today would be left out, the narrower of it and the ones before holds. A notice counts for the legal entity in which it
was delivered, and only while every document since has exposed as much there: what was withdrawn is told anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

from uptake.policy.proposals import NOTICE_DAYS, Document, business_days_after, covers, quarter_after
from uptake.policy.site import PROFILES, Policy


@dataclass(frozen=True, slots=True)
class Approved:
    """A document that two people approved; `ref`: number of the change; `effective_on`: first day on which it may hold."""

    ref: str
    document: Document
    effective_on: dt.date


class Delivery(NamedTuple):
    """A notice of a change that reached a person, in the legal entity where they are now and were then."""

    person_id: str
    legal_entity: str
    ref: str
    day: dt.date


Reached = Mapping[tuple[str, str], Mapping[dt.date, AbstractSet[str]]]
"""(legal entity, change) -> day -> people: 65,000 deliveries are of a few changes and days."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """A document that could hold, which approved ones' notices count for it by legal entity, and whom those let be named."""

    document: Document
    runs: dict[str, tuple[Approved, ...]]
    told: dict[str, dt.date]
    people: frozenset[str]


def in_force(approved: Sequence[Approved], deliveries: Sequence[Delivery], today: dt.date) -> Policy:
    """The policy of a day. `approved`: oldest first; `deliveries`: of people as they are employed today.

    Documents whose day has not come, and deliveries whose notice period is not over, are left out here.
    """
    held = [one for one in approved if one.effective_on <= today]
    if not held:
        return Policy()
    over = _over(deliveries, today)
    options = [_terms(document, held, over) for document in _narrower(held)]
    places = range(len(options))
    chosen = next(at for at in places if all(options[at].people >= narrower.people for narrower in options[at:]))
    return _policy(options[chosen], held[-1].document)


def _over(deliveries: Sequence[Delivery], today: dt.date) -> Reached:
    """The deliveries whose notice period is over."""
    found: dict[tuple[str, str], dict[dt.date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for person, entity, ref, day in deliveries:
        found[entity, ref][day].add(person)
    return {
        which: {day: people for day, people in days.items() if business_days_after(day, NOTICE_DAYS) <= today}
        for which, days in found.items()
    }


def as_if_told(document: Document, site: Policy | None = None) -> Policy:
    """What a document would give once all its people were told and the notice period is over: for a dry run, never for a read.

    `site`: the policy in force, whose settings may narrow it further.
    """
    first = dt.date(2000, 1, 1)
    told = [Delivery("somebody", entity, "0", first) for entity in document.dpia]
    made = in_force([Approved("0", document, first)], told, business_days_after(first, NOTICE_DAYS))
    return replace(made, lockdown=site.lockdown) if site else made


def _narrower(held: Sequence[Approved]) -> Iterator[Document]:
    """The newest document, then the narrower of it and the one before, and so on while something is exposed."""
    document = held[-1].document
    yield document
    for one in reversed(held[:-1]):
        before, document = document, _meet(document, one.document)
        if not document.exposes:
            return
        if document != before:
            yield document


def _meet(new: Document, old: Document) -> Document:
    """What both documents expose; the legal entities are those of the newer one."""
    both = {entity for entity in new.dpia if all(one.works_council.get(entity, "").strip() for one in (new, old))}
    profile = min(new.profile, old.profile, key=list(PROFILES).index)
    if profile == "open-board" and not both:
        profile = "managed"
    return replace(
        new, profile=profile, manager_depth=min(new.manager_depth, old.manager_depth),
        lob_lead_depth=min(new.lob_lead_depth, old.lob_lead_depth), board_bands=new.board_bands and old.board_bands,
        board_reach="everyone" if new.board_reach == old.board_reach == "everyone" else "line",
        aggregate_only=tuple(sorted({*new.aggregate_only, *old.aggregate_only})),
        performance_review=tuple(sorted({*new.performance_review} & {*old.performance_review})),
        works_council={entity: text for entity, text in new.works_council.items() if entity in both},
    )  # fmt: skip


def _terms(document: Document, held: Sequence[Approved], over: Reached) -> _Terms:
    runs = {entity: tuple(_run(document, entity, held)) for entity in document.dpia if any(document.exposure(entity))}
    told: dict[str, dt.date] = {}
    people = set[str]()
    for entity, run in runs.items():
        for one in run:
            for day, reached in over.get((entity, one.ref), {}).items():
                people |= reached
                told[entity] = min(day, told.get(entity, day))
    return _Terms(document, runs, told, frozenset(people))


def _run(document: Document, entity: str, held: Sequence[Approved]) -> Iterator[Approved]:
    """The documents, newest first, that expose at least as much of an entity, without a gap."""
    for one in reversed(held):
        if not covers(one.document.exposure(entity), document.exposure(entity)):
            return
        yield one


def _policy(terms: _Terms, newest: Document) -> Policy:
    """What names nobody, the smallest group and the detector, is that of the newest document and waits for no notice."""
    document, told = terms.document, terms.told
    council = {entity for entity in told if document.works_council.get(entity, "").strip()}
    since = {
        entity: quarter_after(max(business_days_after(told[entity], NOTICE_DAYS), terms.runs[entity][-1].effective_on))
        for entity in document.performance_review
        if entity in told
    }
    return Policy(
        profile=document.profile, k=newest.k, manager_depth=document.manager_depth, lob_lead_depth=document.lob_lead_depth,
        board_bands=document.board_bands, board_reach=document.board_reach, aggregate_only=frozenset(document.aggregate_only),
        noticed_entities=frozenset(told), review_since=tuple(sorted(since.items())),
        notice_refs=tuple(sorted((entity, one.ref) for entity in told for one in terms.runs[entity])),
        board_entities=frozenset(council) if document.profile == "open-board" else frozenset(), detector=frozenset(newest.detector),
    )  # fmt: skip
