"""The allow-list of a transcript: every field that is read. A field of type `Raw` is known and not taken; its value is never decoded.

The one look at a text is at its first characters, to tell what a person typed from what the client wrote; see `parse.py`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Raw, Struct

LIMIT = 10**12
Count = Annotated[int, Meta(ge=0, le=LIMIT)]
Name = Annotated[str, Meta(max_length=255)]
NONE = Raw()


class Tokens(Struct, gc=False, kw_only=True):
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    service_tier: Name | None = None
    speed: Name | None = None
    cache_creation: Raw = NONE
    inference_geo: Raw = NONE
    iterations: Raw = NONE
    server_tool_use: Raw = NONE


class StrictTokens(Tokens, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Message(Struct, gc=False, kw_only=True):
    id: Name | None = None
    role: Name | None = None
    model: Name | None = None
    usage: Tokens | None = None
    content: Raw = NONE
    container: Raw = NONE
    context_management: Raw = NONE
    stop_details: Raw = NONE
    stop_reason: Raw = NONE
    stop_sequence: Raw = NONE
    type: Raw = NONE


class StrictMessage(Message, gc=False, kw_only=True, forbid_unknown_fields=True):
    usage: StrictTokens | None = None


class Row(Struct, gc=False, kw_only=True):
    """A row of a person or of the model. `costUSD` is in dollars."""

    message: Message
    type: Name | None = None
    timestamp: Name | None = None
    sessionId: Name | None = None  # noqa: N815 - the vendor's own names, as are those below
    requestId: Name | None = None  # noqa: N815
    uuid: Name | None = None
    costUSD: Decimal | None = None  # noqa: N815
    isMeta: bool | None = None  # noqa: N815
    isSidechain: bool | None = None  # noqa: N815
    isCompactSummary: bool | None = None  # noqa: N815
    isApiErrorMessage: bool | None = None  # noqa: N815
    agentId: Raw = NONE  # noqa: N815
    cwd: Raw = NONE
    durationMs: Raw = NONE  # noqa: N815
    entrypoint: Raw = NONE
    error: Raw = NONE
    gitBranch: Raw = NONE  # noqa: N815
    isVisibleInTranscriptOnly: Raw = NONE  # noqa: N815
    parentUuid: Raw = NONE  # noqa: N815
    permissionMode: Raw = NONE  # noqa: N815
    promptId: Raw = NONE  # noqa: N815
    slug: Raw = NONE
    sourceToolAssistantUUID: Raw = NONE  # noqa: N815
    sourceToolUseID: Raw = NONE  # noqa: N815
    thinkingMetadata: Raw = NONE  # noqa: N815
    todos: Raw = NONE
    toolUseResult: Raw = NONE  # noqa: N815
    userType: Raw = NONE  # noqa: N815
    version: Raw = NONE


class StrictRow(Row, gc=False, kw_only=True, forbid_unknown_fields=True):
    message: StrictMessage


class Kind(Struct, gc=False, kw_only=True):
    """What a row is, before it is read."""

    type: Name | None = None
    message: Raw = NONE
    payload: Raw = NONE


class Block(Struct, gc=False, kw_only=True):
    """One block of a message. Of its text only the first characters are looked at."""

    type: Name | None = None
    text: Raw = NONE
