"""The allow-list of the answers of the billing interface: every field that is read. Names of repositories and cost centres never are."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

Name = Annotated[str, Meta(max_length=255)]
_NOTHING = Raw()


class Item(Struct, gc=False, kw_only=True, rename="camel"):
    """One line. Numbers are kept as they are written: a float would change money."""

    date: Name | None = None
    product: Name | None = None
    sku: Name | None = None
    model: Name | None = None
    unit_type: Name | None = None
    quantity: Raw = _NOTHING
    gross_quantity: Raw = _NOTHING
    gross_amount: Raw = _NOTHING
    discount_amount: Raw = _NOTHING
    net_amount: Raw = _NOTHING
    organization_name: Name | None = None
    price_per_unit: Raw = _NOTHING
    discount_quantity: Raw = _NOTHING
    net_quantity: Raw = _NOTHING
    repository_name: Raw = _NOTHING


class StrictItem(Item, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    pass


class Time(Struct, gc=False, kw_only=True):
    year: int
    month: int | None = None
    day: int | None = None


class Answer(Struct, gc=False, kw_only=True, rename="camel"):
    """One answer: of which time and of whom it speaks, and its lines. `product` and `model` are what was asked for."""

    usage_items: tuple[Raw, ...]
    time_period: Time | None = None
    enterprise: Name | None = None
    organization: Name | None = None
    user: Name | None = None
    cost_center: Raw = _NOTHING
    product: Raw = _NOTHING
    model: Raw = _NOTHING


class StrictAnswer(Answer, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    pass
