"""A webhook body that was kept with its headers, as a relay or a receiver writes it."""

from __future__ import annotations

import msgspec

Keys = dict[str, msgspec.Raw]
_KEYS = msgspec.json.Decoder(Keys)
_OWN = frozenset({"pull_request", "number", "sha", "iid", "object_kind"})


def unwrapped(raw: bytes) -> tuple[bytes, Keys]:
    """A payload and its keys; of `{headers, body}` those of the body, which may stand as an object or as its own text.

    Who delivers twice says the same twice: what is taken is known by what it says, so `X-GitHub-Delivery` need not be kept (R-VC-1).
    Raises ValueError where it is no JSON object.
    """
    keys = _KEYS.decode(raw)
    if "headers" not in keys or "body" not in keys or keys.keys() & _OWN:
        return raw, keys
    body = bytes(keys["body"])
    if body.lstrip().startswith(b'"'):
        body = msgspec.json.decode(body, type=str).encode()
    return body, _KEYS.decode(body)
