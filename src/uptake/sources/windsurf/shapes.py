"""The allow-list of the Windsurf answers: every field that is read. All numbers are strings; numbers are taken too.

`api_key` is known and never kept: in older rows it is the only name of an account, and it is a key.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Name = Annotated[str, Meta(max_length=255)]
Number = Annotated[int, Meta(ge=0, le=10**12)] | Annotated[str, Meta(max_length=20)]


class Item(Struct, gc=False, kw_only=True):
    """One row of any of the answers; which one shows in the counts that it has."""

    email: Name | None = None
    api_key: Name | None = None
    date: Name | None = None
    day: Name | None = None
    ide: Name | None = None
    sum_num_acceptances: Number | None = None
    sum_num_lines_accepted: Number | None = None
    sum_num_chats_received: Number | None = None
    messagesSent: Number | None = None  # noqa: N815 - the vendor's own name, as are the next four
    cascadeId: Name | None = None  # noqa: N815
    promptsUsed: Number | None = None  # noqa: N815
    linesSuggested: Number | None = None  # noqa: N815
    linesAccepted: Number | None = None  # noqa: N815


class StrictItem(Item, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Wrapped(Struct, gc=False, kw_only=True):
    """What may stand around rows: `item`, or the doubled lists of the Cascade answers."""

    item: msgspec.Raw = msgspec.Raw()
    cascadeLines: msgspec.Raw = msgspec.Raw()  # noqa: N815
    cascadeRuns: msgspec.Raw = msgspec.Raw()  # noqa: N815


class Lists(Struct, gc=False, kw_only=True):
    cascadeLines: tuple[msgspec.Raw, ...] = ()  # noqa: N815
    cascadeRuns: tuple[msgspec.Raw, ...] = ()  # noqa: N815
