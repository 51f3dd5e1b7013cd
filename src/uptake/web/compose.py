"""From a row of PAGES and a viewer to the rows of its cards: every number passes `reads.ask`, nothing else reads any."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uptake.errors import NotPermitted
from uptake.policy import QUESTIONS, Policy, Viewer, decide
from uptake.policy.questions import BY_POLICY, OPERATOR, PERSON, PUBLIC, REGISTER
from uptake.reads import Answer, Part
from uptake.web.pages.frame import OF_FACTS
from uptake.web.pages.shape import UNDER_REVIEW, Ask, Card, Cards, Listing, Look, Page, Rows, every_row, no_picture

ANYBODY = Viewer(role="self")
"""Reads public questions for somebody who is not signed in; it has no person and no unit."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with its rows: `answer` holds the kept ones in their order, `rows` is what words and pictures read, `head` what a form reads, `part`
    the rows of this page of a long list of `count`.
    """

    card: Card
    answer: Answer
    rows: Rows
    head: Rows
    part: Rows
    first: int
    following: str | None
    count: int


def granted(page: Page, viewer: Viewer, policy: Policy) -> tuple[Card, ...]:
    """The cards whose question this viewer may ask."""
    return tuple(card for card in page.cards if may_ask(card.question, viewer, policy))


def opens(page: Page, viewer: Viewer, policy: Policy) -> bool:
    """True if the page is for the viewer's role and policy grants the main card's question; else it is seen by nobody."""
    wears = viewer.role in page.viewers and (not page.purposes or viewer.purpose in page.purposes)
    return wears and may_ask(page.cards[0].question, viewer, policy)


def may_ask(question: str, viewer: Viewer, policy: Policy) -> bool:
    try:
        decide(question, viewer, policy)
    except NotPermitted:
        return False
    return True


def kept_out_of_caches(cards: Sequence[Card]) -> bool:
    """True if a card speaks of people or accounts: such a page is never stored, here or in a browser."""
    return any(QUESTIONS[card.question].level in (PERSON, BY_POLICY, OPERATOR, REGISTER) for card in cards)


def is_public(page: Page) -> bool:
    return all(QUESTIONS[card.question].level == PUBLIC for card in page.cards)


def needs_person(page: Page) -> bool:
    return QUESTIONS[page.cards[0].question].level in (PERSON, BY_POLICY)


def scope_of(question: str, viewer: Viewer, policy: Policy) -> str:
    """As `scope_of_policy`, of one question. Raises NotPermitted where it may not be asked."""
    text = repr((viewer.role, viewer.purpose, viewer.unit, viewer.lob, decide(question, viewer, policy)))
    return hashlib.sha256(text.encode()).hexdigest()


def scope_of_policy(cards: Sequence[Card], viewer: Viewer, policy: Policy) -> str:
    """A hash of everything that policy decides of these cards for this viewer: the cache is keyed by it, not by who looks."""
    grants = [(card.name, repr(decide(card.question, viewer, policy))) for card in cards]
    frame = repr(decide("funnel", viewer, policy)) if may_ask("funnel", viewer, policy) else ""
    text = repr((viewer.role, viewer.purpose, viewer.unit, viewer.lob, grants, frame))
    return hashlib.sha256(text.encode()).hexdigest()


def scope_of_frame(viewer: Viewer, policy: Policy) -> str:
    """As `scope_of_policy`, of what the frame of each page is made from: that is of groups alone, so that a line shares it whoever looks."""
    grants = [repr(decide(name, viewer, policy)) for name in OF_FACTS if may_ask(name, viewer, policy)]
    text = repr((viewer.role, viewer.purpose, grants))
    return hashlib.sha256(text.encode()).hexdigest()


def kept(card: Card, look: Look, ask: Ask) -> Answer:
    """The rows of a card, in the order of its table."""
    if card.listing is not None:
        return ask(card.question, card.filters(look), Part(None, order=card.listing.order))
    found = ask(card.question, card.filters(look))
    if card.within is None and card.keep is every_row:
        return found
    return _kept(card, look, found, Answer.rows)[0]


def _kept(card: Card, look: Look, found: Answer, read: Callable[[Answer], Rows]) -> tuple[Answer, Rows]:
    """What a card keeps of the answer to its question; `read` makes its rows, which costs more than the question does."""
    if card.within is not None:
        inside, column = card.within(look), QUESTIONS[card.question].unit_column or "scope"
        units = found.table.column(column).to_pylist()
        found = _taken(found, [place for place, unit in enumerate(units) if unit in inside])
    rows = read(found)
    if card.keep is every_row:
        return found, rows
    places = {id(row): place for place, row in enumerate(rows)}
    left = card.keep(look, rows)
    return _taken(found, [places[id(row)] for row in left]), left


def by_name(cards: Sequence[Shown]) -> Cards:
    """Rows of the cards by name, and how many people under review each list leaves out."""
    contested = [
        {"card": item.card.name, "people": item.answer.under_review} for item in cards if item.answer.under_review
    ]
    return {**{item.card.name: item.rows for item in cards}, UNDER_REVIEW: contested}


def _taken(answer: Answer, places: Sequence[int]) -> Answer:
    table = answer.table.take(places) if places else answer.table.slice(0, 0)
    return dataclasses.replace(answer, table=table)


def every_shown(cards: Sequence[Card], look: Look, ask: Ask, secret: bytes) -> list[Shown]:
    """The rows of each card, and the part of them that this page of the list holds. Cards of the same rows in the same order share them,
    and cards of the same question what they keep rows of.
    """
    held: dict[object, tuple[Answer, Rows]] = {}
    read: dict[int, tuple[Answer, Rows]] = {}

    def once(answer: Answer) -> Rows:
        # The answer is held beside its rows, so that no other one can have its identity while this page is made.
        if id(answer) not in read:
            read[id(answer)] = (answer, answer.rows())
        return read[id(answer)][1]

    found = []
    for card in cards:
        if card.listing is not None:
            found.append(_listed(card, card.listing, look, ask))
            continue
        key = (card.question, card.filters(look), card.within, card.keep)
        if key not in held:
            held[key] = _kept(card, look, ask(card.question, card.filters(look)), once)
        answer, rows = held[key]
        part, first, following = paged(rows, look.address.after, secret, card.size)
        found.append(Shown(card, answer, rows, rows, part, first, following, len(rows)))
    return found


def _listed(card: Card, listing: Listing, look: Look, ask: Ask) -> Shown:
    """A card of a long list: its counts, and of its rows those alone that this page shows; none where it shows a picture in their place."""

    def some(size: int, after: str | None = None) -> Answer:
        part = Part(size, after, listing.order, placed=after is not None)
        return ask(card.question, card.filters(look), part)

    counts = ask(card.question, card.filters(look), listing.tally) if listing.tally else some(card.size)
    rows = counts.rows()
    first = listing.head(look)
    head = some(first).rows() if first else ()
    if card.picture is not no_picture and look.address.view != "table":
        return Shown(card, counts, rows, head, (), 0, None, counts.total or 0)
    answer = some(card.size, look.address.after)
    return Shown(card, answer, rows, head, answer.rows(), answer.before, answer.following, answer.total or 0)


def paged(rows: Rows, after: str | None, secret: bytes, size: int) -> tuple[Rows, int, str | None]:
    """(rows of this page, place of the first one, cursor of the next page). A cursor is a keyed hash of the last row: opaque,
    and gone when that row may no longer be seen; then the list starts over.
    """
    first = 0
    if after is not None:
        first = next((place + 1 for place, row in enumerate(rows) if cursor(row, secret) == after), 0)
    part = rows[first : first + size]
    more = first + size < len(rows)
    return part, first, cursor(part[-1], secret) if more else None


def cursor(row: Mapping[str, Any], secret: bytes) -> str:
    text = "|".join(f"{name}={value}" for name, value in row.items())
    return hmac.new(secret, text.encode(), "sha256").hexdigest()[:32]
