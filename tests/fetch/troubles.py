"""What goes wrong at a vendor, for every fetcher alike: each trouble damages the vendor's own answers, and says when it is over."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fetch.answers import Answer, Seen, as_json
from tests.fetch.graphs import out_of_points, refusal
from tests.fetch.lists import LOGS
from tests.fetch.vendors import Vendor

FOREVER = 10**6
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
PAGED = (
    "scim",
    "github-identities",
    "copilot-seats",
    "claude-code",
    "claude-enterprise",
    "cursor",
    "cursor-events",
    "codex",
)
GRAPHED = ("github-identities",)
"""That are asked by GraphQL: errors stand in answers that are well."""
LINKED = ("copilot-users", "chatgpt-days")
"""Whose rows lie behind signed links."""
MANY = (
    *("copilot-users", "copilot-billing-users", "claude-code", "claude-enterprise"),
    *("cursor", "cursor-events", "codex", "windsurf"),
)
"""That send more than six requests for the days of these tests."""
MOST = ("copilot-billing-users", "windsurf")
"""That send more than ten."""
FOLLOWING = ("page", "startIndex")


@dataclass
class Trouble:
    """`play` makes it. `passes`: it is over within the run, so that all days come; else they come with the run after it."""

    play: Callable[[Vendor], None]
    passes: bool
    only: tuple[str, ...] = ()
    """Fetchers that can meet it at all; empty = every one."""
    loses: bool = True
    """Some day must fail or be empty while it lasts, where it does not pass."""
    pauses: list[float] = field(default_factory=list)
    """Seconds that must have been waited at least, at each pause."""


def _page_of(seen: Seen) -> int:
    """The place of a page in its list; 0 for the first one, or where there are no pages."""
    body = seen.body if isinstance(seen.body, dict) else {}
    after = body.get("variables", {}).get("after") or "1"
    said = str(seen.query.get("page", seen.query.get("startIndex", body.get("page", after))))
    number = int(said.removeprefix("page-").removeprefix("cursor-"))
    return 0 if number <= 1 and said.isdecimal() else number


def _first(times: float, answer: Callable[[Vendor, Seen], Answer | None]) -> Callable[[Vendor], None]:
    return lambda vendor: vendor.once(lambda seen: answer(vendor, seen), times)


def _half(vendor: Vendor, seen: Seen) -> Answer | None:
    """Half of the body, the whole of it promised."""
    whole = vendor.spoken(seen)
    return Answer(whole.status, whole.body, whole.headers, cut=len(whole.body) // 2) if whole.body else None


def _halved(vendor: Vendor, seen: Seen) -> Answer | None:
    """Half of the body as if it were all."""
    whole = vendor.spoken(seen)
    return Answer(whole.status, whole.body[: len(whole.body) // 2], whole.headers) if len(whole.body) > 9 else None


def _stalled(vendor: Vendor, seen: Seen) -> Answer | None:
    whole = vendor.spoken(seen)
    return Answer(whole.status, whole.body, whole.headers, cut=1, stall=30.0) if whole.body else None


def _with_errors(vendor: Vendor, seen: Seen) -> Answer | None:
    """All data of the page, and an error beside it."""
    whole = json.loads(vendor.spoken(seen).body)
    return as_json(whole | {"errors": [{"message": "Something went wrong while executing your query."}]})


def _circle(vendor: Vendor) -> None:
    """Each page that follows is the one before it again."""
    held: dict[str, Answer] = {}

    def again(seen: Seen) -> Answer | None:
        day = str(seen.body.get("startDate")) if isinstance(seen.body, dict) else ""
        name = seen.path + day + "".join(value for key, value in seen.query.items() if key not in FOLLOWING)
        return held.setdefault(name, vendor.spoken(seen))

    vendor.once(again, FOREVER)


def _circle_of_pages(vendor: Vendor) -> None:
    """From the third page on the first one comes again, with what followed it."""
    held: dict[str, list[Answer]] = {}

    def again(seen: Seen) -> Answer | None:
        day = str(seen.body.get("startDate")) if isinstance(seen.body, dict) else ""
        name = seen.path + day + "".join(value for key, value in seen.query.items() if key not in FOLLOWING)
        pages = held.setdefault(name, [])
        if len(pages) < 2:
            pages.append(vendor.spoken(seen))
            return pages[-1]
        pages.append(pages[len(pages) % 2])
        return pages[-1]

    vendor.once(again, FOREVER)


def _packed_half(vendor: Vendor, seen: Seen) -> Answer | None:
    """A packed body that ends in its middle, and a head that says it is whole."""
    whole = vendor.spoken(seen)
    if not whole.body or "Content-Encoding" in whole.headers:
        return None
    packed = gzip.compress(whole.body)
    return Answer(whole.status, packed[: len(packed) // 2], {**whole.headers, "Content-Encoding": "gzip"})


def _log_that_stands_still(vendor: Vendor) -> None:
    def still(seen: Seen) -> Answer | None:
        if seen.path != LOGS:
            return None
        return Answer(200, b'{"data": [], "has_more": true, "last_end_time": "2026-11-01T00:00:00Z"}')

    vendor.once(still, FOREVER)


def _points_at_their_end(vendor: Vendor) -> None:
    """After the second question fewer points are left than a third one costs."""
    vendor.points, vendor.cost = 45, 20


def _over(vendor: Vendor) -> None:
    """The first links are over as soon as they are given."""
    vendor.expire_links = 1
    vendor.once(lambda _: None, 1)


def _always_over(vendor: Vendor) -> None:
    vendor.expire_links = FOREVER


def _moved(vendor: Vendor, seen: Seen) -> Answer | None:
    query = "&".join(f"{name}={value}" for name, value in seen.query.items())
    return Answer(307, b"", {"Location": f"{vendor.elsewhere}{seen.path}?{query}"})


def _moved_for_now(vendor: Vendor, seen: Seen) -> Answer | None:
    moved = _moved(vendor, seen)
    return moved and Answer(302, b"", moved.headers)


def _after(count: int, answer: Answer) -> Callable[[Vendor], None]:
    """From some request on, and for ever."""

    def play(vendor: Vendor) -> None:
        begun = len(vendor.seen)
        vendor.once(lambda _: answer if len(vendor.seen) > begun + count else None, FOREVER)

    return play


def _dated(now: dt.datetime) -> Callable[[Vendor], None]:
    date = (now + dt.timedelta(seconds=80)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return _first(1, lambda _vendor, _seen: Answer(429, b"", {"Retry-After": date}))


def _odd() -> dict[str, Trouble]:
    """Answers that no interface gives, and what stands before one gives."""
    return {
        "a storm with an absurd number": Trouble(
            _first(2, lambda *_: Answer(429, b"", {"Retry-After": "9" * 30})), True
        ),
        "a storm with a number below 0": Trouble(_first(2, lambda *_: Answer(503, b"", {"Retry-After": "-5"})), True),
        "a storm until the end of time": Trouble(
            _first(FOREVER, lambda *_: Answer(429, b"", {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"})), False
        ),
        "an error page that says it is well": Trouble(
            _first(FOREVER, lambda *_: Answer(200, HTML, {"Content-Type": "text/html"})), False
        ),
        "an error page once": Trouble(_first(1, lambda *_: Answer(200, HTML, {"Content-Type": "text/html"})), True),
        "no content for ever": Trouble(_first(FOREVER, lambda *_: Answer(204)), False),
        "half a packed page": Trouble(_first(2, _packed_half), True),
        "half packed pages for ever": Trouble(_first(FOREVER, _packed_half), False),
        "a circle of two pages": Trouble(_circle_of_pages, False, only=PAGED),
        "a host that moved for now": Trouble(_first(FOREVER, _moved_for_now), False),
    }


def troubles(now: dt.datetime) -> dict[str, Trouble]:
    """Every trouble by its name."""
    seconds = Answer(429, b"slow down", {"Retry-After": "7"})
    endless = Answer(429, b"", {"Retry-After": "5000"})
    return {
        "a storm with seconds": Trouble(_first(4, lambda *_: seconds), True, pauses=[7.0] * 4),
        "a storm with a date": Trouble(_dated(now), True, pauses=[40.0]),
        "a storm without end": Trouble(_first(FOREVER, lambda *_: endless), False),
        "a stall of 30 s": Trouble(_first(1, _stalled), True),
        "half a page": Trouble(_first(2, _half), True),
        "half a page that says it is whole": Trouble(_first(2, _halved), True),
        "half pages for ever": Trouble(_first(FOREVER, _half), False),
        "pages in a circle": Trouble(_circle, False, only=PAGED),
        "a log that stands still": Trouble(_log_that_stands_still, False, only=("chatgpt-days",)),
        "nothing, and that it is well": Trouble(_first(FOREVER, lambda *_: Answer(200)), False),
        "an empty object": Trouble(_first(FOREVER, lambda *_: Answer(200, b"{}")), False),
        "nothing in the middle": Trouble(
            _first(FOREVER, lambda _, seen: Answer(200) if _page_of(seen) else None), False, only=PAGED
        ),
        "links that are over": Trouble(_over, True, only=LINKED),
        "links that are always over": Trouble(_always_over, False, only=LINKED),
        "a host that moved": Trouble(_first(FOREVER, _moved), False),
        "points that are used up": Trouble(_first(1, lambda *_: out_of_points()), True, GRAPHED, pauses=[65.0]),
        "points that will not last": Trouble(_points_at_their_end, True, GRAPHED, pauses=[65.0]),
        "errors beside the data": Trouble(_first(2, _with_errors), True, GRAPHED),
        "errors beside the data for ever": Trouble(_first(FOREVER, _with_errors), False, GRAPHED),
        "a refusal that is well": Trouble(_first(FOREVER, lambda *_: as_json(refusal("FORBIDDEN"))), False, GRAPHED),
        "a name that is not known": Trouble(_first(FOREVER, lambda *_: as_json(refusal("NOT_FOUND"))), False, GRAPHED),
        "an outage": Trouble(_first(FOREVER, lambda *_: Answer(503)), False),
        "a token without rights half way": Trouble(_after(2, Answer(403)), False),
        "a token that is over half way": Trouble(_after(2, Answer(401)), False),
        "a token that sees nothing half way": Trouble(_after(2, Answer(404)), False),
        "a token that sees nothing in the middle of a day": Trouble(_after(6, Answer(404)), False, only=MANY),
        "a token that sees nothing later on": Trouble(_after(10, Answer(404)), False, only=MOST),
    } | _odd()
