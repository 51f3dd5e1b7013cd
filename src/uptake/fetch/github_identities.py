"""External identities of GitHub over GraphQL: whose login it is by the addresses of the directory (SOURCES.md section 3).

The list as it is now, pages by cursor. One that changed while it was read is read once more, and a list is handed on only when it holds as
many identities as it says. Names of people are not asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from uptake.errors import WrongUsage
from uptake.fetch import graph
from uptake.fetch.families import GITHUB
from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import REPORT, Row, circle, rows_of
from uptake.fetch.vendor import Asking, Rows
from uptake.settings.fetching import GitHub

PAGE_SIZE = 100
LIST, TOTAL = "nodes", "totalCount"
SAML, OIDC = "samlIdentityProvider", "oidcProvider"
_NAMES = "username emails{value type primary}"
_CONNECTION = (
    f"externalIdentities(first:{PAGE_SIZE},after:$after){{{TOTAL} pageInfo{{hasNextPage endCursor}}"
    f" {LIST}{{guid user{{login databaseId}} samlIdentity{{nameId {_NAMES}}} scimIdentity{{{_NAMES}}}}}}}"
)
_QUERY = f"query($name:String!,$after:String){{%s {graph.POINTS}}}"
_OF_ENTERPRISE = f"enterprise(slug:$name){{ownerInfo{{%s{{{_CONNECTION}}}}}}}"
_OF_ORGANIZATION = f"organization(login:$name){{%s{{{_CONNECTION}}}}}"


def _list(asking: Asking, day: dt.date) -> Rows:
    """The list as it is now, whatever the day."""
    del day
    for _ in range(2):
        totals: set[int] = set()
        rows = [row for part in _pages(asking, totals) for row in part]
        if len(totals) == 1 and len({str(row.get("guid")) for row in rows}) == len(rows) == min(totals):
            yield rows
            return {TOTAL: len(rows)}
    raise NotFetched(
        "GitHub does not hold as many identities as it says", why="they changed twice while they were read"
    )


def _pages(asking: Asking, totals: set[int]) -> Iterator[list[Row]]:
    provider, seen = asking.once(_provider), set[str]()
    after: str | None = None
    while True:
        data = graph.ask(asking.wire, _query(asking, provider), {"name": _name(asking), "after": after})
        found = _connection(data, provider)
        total = found.get(TOTAL) if found else None
        if found is None or not isinstance(total, int) or isinstance(total, bool):
            raise NotFetched(
                "An answer of the vendor is not understood", why=f"it holds no `{TOTAL}`", next_step=REPORT
            )
        totals.add(total)
        yield rows_of(found, LIST)
        after = _following(found)
        if after is None:
            return
        if after in seen:
            raise circle()
        seen.add(after)
        graph.wait_for_points(asking.wire, data)


def _provider(asking: Asking) -> str:
    """Which provider of identities is set up: an enterprise of managed users may have OIDC in the place of SAML.

    Raises:
        NotFetched: there is none, or the key may not see it; the vendor says null to both.
    """
    for provider in (SAML, OIDC) if _github(asking).enterprise else (SAML,):
        data = graph.ask(asking.wire, _query(asking, provider), {"name": _name(asking), "after": None})
        if _connection(data, provider) is not None:
            return provider
    raise NotFetched(
        "GitHub lists no identities", why="no single sign-on is set up there, or the key may not see it",
        next_step="Use a key of an owner, with read:enterprise or read:org",
    )  # fmt: skip


def _github(asking: Asking) -> GitHub:
    if not isinstance(asking.vendor, GitHub):
        raise WrongUsage("Identities are read by enterprise or organisation")
    return asking.vendor


def _name(asking: Asking) -> str:
    return _github(asking).enterprise or _github(asking).organization


def _query(asking: Asking, provider: str) -> str:
    return _QUERY % ((_OF_ENTERPRISE if _github(asking).enterprise else _OF_ORGANIZATION) % provider)


def _connection(data: Row, provider: str) -> Row | None:
    """The list in an answer; None where a part on the way to it is null."""
    found: Any = data.get("enterprise", data.get("organization"))
    if isinstance(found, dict) and "ownerInfo" in found:
        found = found["ownerInfo"]
    for name in (provider, "externalIdentities"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _following(found: Row) -> str | None:
    """The cursor of the next page; None after the last one."""
    said = found.get("pageInfo")
    more = said.get("hasNextPage") if isinstance(said, dict) else None
    if more is False:
        return None
    cursor = said.get("endCursor") if isinstance(said, dict) else None
    if more is not True or not isinstance(cursor, str) or not cursor:
        raise NotFetched("The vendor does not say whether and where more follows", next_step=REPORT)
    return cursor


FETCHER = GITHUB(
    source="github-identities",
    title="Identities behind GitHub logins (GraphQL)",
    fetch=_list,
    listed=LIST,
    snapshot=True,
    complete=False,
    known=frozenset(
        {"user", "login", "databaseId", "samlIdentity", "nameId", "username", "emails", "value", "type", "primary", "scimIdentity"}
    ),
)  # fmt: skip
