"""The allow-list of Cursor's answers: every field that is read, with its limits. null and absent both mean that the vendor does not say.

What is not named here is not decoded: no repository, branch or message of a commit, no file extension, no name of a person.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

LIMIT = 10**12
Count = Annotated[int, Meta(ge=0, le=LIMIT)]
Name = Annotated[str, Meta(max_length=255)]
Number = Annotated[int, Meta(ge=0, le=10**18)]


class Daily(Struct, gc=False, kw_only=True):
    """A member on a day. `date` is in milliseconds; it may be text."""

    userId: Number | Name | None = None  # noqa: N815 - the vendor's own names, here and below
    email: Name | None = None
    day: Name | None = None
    date: Number | Name | None = None
    isActive: bool | None = None  # noqa: N815
    acceptedLinesAdded: Count | None = None  # noqa: N815
    acceptedLinesDeleted: Count | None = None  # noqa: N815
    totalApplies: Count | None = None  # noqa: N815
    totalAccepts: Count | None = None  # noqa: N815
    totalRejects: Count | None = None  # noqa: N815
    totalTabsShown: Count | None = None  # noqa: N815
    totalTabsAccepted: Count | None = None  # noqa: N815
    composerRequests: Count | None = None  # noqa: N815
    chatRequests: Count | None = None  # noqa: N815
    agentRequests: Count | None = None  # noqa: N815
    cmdkUsages: Count | None = None  # noqa: N815
    bugbotUsages: Count | None = None  # noqa: N815
    subscriptionIncludedReqs: Count | None = None  # noqa: N815
    usageBasedReqs: Count | None = None  # noqa: N815
    apiKeyReqs: Count | None = None  # noqa: N815
    clientVersion: Name | None = None  # noqa: N815


class StrictDaily(Daily, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Tokens(Struct, gc=False, kw_only=True):
    """`totalCents` is in cents, a float or its text (rule R-CU-15)."""

    inputTokens: Count | None = None  # noqa: N815
    outputTokens: Count | None = None  # noqa: N815
    cacheWriteTokens: Count | None = None  # noqa: N815
    cacheReadTokens: Count | None = None  # noqa: N815
    totalCents: Decimal | None = None  # noqa: N815


class StrictTokens(Tokens, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Event(Struct, gc=False, kw_only=True):
    """One call of a model. Which model it was tells two events apart, and its price."""

    timestamp: Number | Name
    userEmail: Name | None = None  # noqa: N815
    serviceAccountId: Name | None = None  # noqa: N815
    model: Name | None = None
    isFreeBugbot: bool | None = None  # noqa: N815
    tokenUsage: Tokens | None = None  # noqa: N815


class StrictEvent(Event, gc=False, kw_only=True, forbid_unknown_fields=True):
    tokenUsage: StrictTokens | None = None  # noqa: N815


class Commit(Struct, gc=False, kw_only=True):
    """One commit on one branch, and who made it."""

    commitHash: Name  # noqa: N815
    userId: Number | Name | None = None  # noqa: N815
    userEmail: Name | None = None  # noqa: N815
    tabLinesAdded: Count | None = None  # noqa: N815
    tabLinesDeleted: Count | None = None  # noqa: N815
    composerLinesAdded: Count | None = None  # noqa: N815
    composerLinesDeleted: Count | None = None  # noqa: N815
    commitTs: Name | None = None  # noqa: N815
    createdAt: Name | None = None  # noqa: N815


class StrictCommit(Commit, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass
