"""External identities as GitHub's GraphQL interface lists them: which addresses of the directory stand behind a login.

An identity says whose login it is by the names of the directory: the NameID of SAML, the user name and the addresses of SAML and SCIM. Only
what is an address is taken: a bare name could be anybody's in another system. Where two addresses lead to two people the account is shared,
and so nobody's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from uptake.model import AccountIdentity
from uptake.model.folding import folded_name
from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected, Taken
from uptake.sources.reading import Broken, RawRecord, decode, json_records
from uptake.sources.reading.checks import joined_key

LISTS = ("nodes",)
_PATHS = (
    "data",
    "enterprise",
    "organization",
    "ownerInfo",
    "samlIdentityProvider",
    "oidcProvider",
    "externalIdentities",
)
"""Names between an answer and its list of identities; each is left out, or holds the next."""
_LONGEST = 320
_HOME = "home"
_Text = Annotated[str, msgspec.Meta(max_length=1000)]


class Address(msgspec.Struct):
    value: _Text | None = None
    type: _Text | None = None
    primary: bool | None = None


class Names(msgspec.Struct, rename={"name_id": "nameId"}):
    """What a directory says of whom: SAML has all of it, SCIM no NameID."""

    name_id: _Text | None = None
    username: _Text | None = None
    emails: list[Address] | None = None


class User(msgspec.Struct, rename={"database_id": "databaseId"}):
    login: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    database_id: Annotated[int, msgspec.Meta(ge=1)]


class Identity(msgspec.Struct, rename={"saml": "samlIdentity", "scim": "scimIdentity"}):
    user: User | None = None
    saml: Names | None = None
    scim: Names | None = None
    guid: _Text | None = None


class _Strict(Identity, forbid_unknown_fields=True):
    pass


_STRICT, _LENIENT = msgspec.json.Decoder(_Strict), msgspec.json.Decoder(Identity)


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per identity."""
    for item in json_records(file, LISTS):
        if isinstance(item, Broken):
            yield Rejected(item.line, item.reason, item.field)
        elif isinstance(item, RawRecord):
            for record in _identities(item):
                yield _outcome(record, file) if isinstance(record, RawRecord) else record


def _identities(item: RawRecord) -> Iterator[RawRecord | Rejected]:
    """The identities of a whole answer of the interface; anything else is an identity itself."""
    try:
        found: Any = msgspec.json.decode(item.raw)
    except (ValueError, RecursionError):
        found = None  # its own decoding says what is wrong with it
    if not isinstance(found, dict) or not {"data", "errors"} & found.keys():
        yield item
        return
    if found.get("errors"):
        yield Rejected(item.line, "the answer lists errors, so it is not whole", "errors")
        return
    nodes = _nodes(found)
    if nodes is None:
        yield Rejected(item.line, "there are no external identities in it", "data")
    for node in nodes or ():
        yield RawRecord(item.line, msgspec.json.encode(node))


def _nodes(found: Any) -> list[Any] | None:
    while isinstance(found, dict) and "nodes" not in found:
        found = next((found[name] for name in _PATHS if isinstance(found.get(name), dict)), None)
    nodes = found.get("nodes") if isinstance(found, dict) else None
    return nodes if isinstance(nodes, list) else None


def _outcome(record: RawRecord, file: InputFile) -> Outcome:
    found = decode(record, _STRICT, _LENIENT, file)
    if isinstance(found, Broken):
        return Rejected(found.line, found.reason, found.field)
    if found.user is None:
        return Ignored(record.line, "an identity that no account has claimed")
    addresses = _addresses(found)
    if not addresses:
        return Ignored(record.line, "an identity without an address")
    account, login = str(found.user.database_id), folded_name(found.user.login)
    rows: list[msgspec.Struct] = [
        AccountIdentity(host="github", account=account, login=login, email=one) for one in addresses
    ]
    # What an account is called may come from two lists of one organisation: the key is what is said, the group is of whom.
    said = hashlib.sha256("\n".join((login, *addresses)).encode()).hexdigest()[:16]
    group = joined_key(file.account, account)
    return Taken(record.line, f"{group}|{said}", rows, tenant=file.account, group=group)


def _addresses(found: Identity) -> list[str]:
    """Every address in it, but for private ones, in lower case and in order."""
    names: set[str] = set()
    for one in (found.saml, found.scim):
        if one is not None:
            mails = (mail.value for mail in one.emails or () if (mail.type or "").lower() != _HOME)
            names |= {folded_name(name) for name in (one.name_id, one.username, *mails)}
    return sorted(name for name in names if _is_address(name))


def _is_address(name: str) -> bool:
    before, _, domain = name.rpartition("@")
    return bool(before) and "." in domain and len(name) <= _LONGEST and not any(one.isspace() for one in name)
