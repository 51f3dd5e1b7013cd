"""The allow-list of the Copilot seat list (SOURCES.md 4.5). Names, e-mails and links of GitHub's objects are skipped."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from uptake.sources.copilot.shapes import NOTHING, Id, Login, Skipped, UserId

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9 ._:+/-]{1,255}$")]
Time = Annotated[str, Meta(max_length=64)]
"""A time or a day as text, read by the reader: tools that keep the list write null as an empty text, which no type of time takes."""


class Assignee(msgspec.Struct, gc=False, kw_only=True):
    """The account that holds the seat: GitHub's `simple-user`."""

    id: UserId
    login: Login
    type: str | None = None
    name: Skipped = NOTHING
    email: Skipped = NOTHING
    node_id: Skipped = NOTHING
    avatar_url: Skipped = NOTHING
    gravatar_id: Skipped = NOTHING
    url: Skipped = NOTHING
    html_url: Skipped = NOTHING
    followers_url: Skipped = NOTHING
    following_url: Skipped = NOTHING
    gists_url: Skipped = NOTHING
    starred_url: Skipped = NOTHING
    subscriptions_url: Skipped = NOTHING
    organizations_url: Skipped = NOTHING
    repos_url: Skipped = NOTHING
    events_url: Skipped = NOTHING
    received_events_url: Skipped = NOTHING
    site_admin: Skipped = NOTHING
    starred_at: Skipped = NOTHING
    user_view_type: Skipped = NOTHING


class StrictAssignee(Assignee, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Granter(msgspec.Struct, gc=False, kw_only=True):
    """The team or organisation that grants the seat: `slug` of a team, `login` of an organisation."""

    id: Id | None = None
    slug: Name | None = None
    login: Name | None = None
    name: Skipped = NOTHING
    node_id: Skipped = NOTHING
    description: Skipped = NOTHING
    privacy: Skipped = NOTHING
    notification_setting: Skipped = NOTHING
    permission: Skipped = NOTHING
    permissions: Skipped = NOTHING
    url: Skipped = NOTHING
    html_url: Skipped = NOTHING
    avatar_url: Skipped = NOTHING
    members_url: Skipped = NOTHING
    public_members_url: Skipped = NOTHING
    repositories_url: Skipped = NOTHING
    repos_url: Skipped = NOTHING
    events_url: Skipped = NOTHING
    hooks_url: Skipped = NOTHING
    issues_url: Skipped = NOTHING
    type: Skipped = NOTHING
    access_source: Skipped = NOTHING
    organization_id: Skipped = NOTHING
    enterprise_id: Skipped = NOTHING
    sync_to_organizations: Skipped = NOTHING
    organization_selection_type: Skipped = NOTHING
    group_id: Skipped = NOTHING
    group_name: Skipped = NOTHING
    created_at: Skipped = NOTHING
    updated_at: Skipped = NOTHING
    parent: Skipped = NOTHING


class StrictGranter(Granter, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Seat(msgspec.Struct, gc=False, kw_only=True):
    """One entry of `seats`. Times may carry any offset (rule R-SE-5); an empty one is null."""

    created_at: dt.datetime
    assignee: Assignee | None = None
    organization: Granter | None = None
    assigning_team: Granter | None = None
    pending_cancellation_date: Time | None = None
    last_activity_at: Time | None = None
    plan_type: str | None = None
    last_activity_editor: Skipped = NOTHING
    last_authenticated_at: Skipped = NOTHING
    updated_at: Skipped = NOTHING


class StrictSeat(Seat, gc=False, kw_only=True, forbid_unknown_fields=True):
    assignee: StrictAssignee | None = None
    organization: StrictGranter | None = None
    assigning_team: StrictGranter | None = None
