"""Alerts by webhook: one signed JSON post to the address of the settings, and to no other."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import logging
import socket
from collections.abc import Mapping

import httpx2 as httpx

from uptake.errors import WrongUsage
from uptake.fetch.channel import NotTold, secret_of, trust
from uptake.fetch.transport import LOOPBACK, OWN_LOGS, WHO
from uptake.settings.sending import Webhook

TABLE = "alerts.webhook"
SIGNATURE, TIMESTAMP, DELIVERY = "X-Uptake-Signature", "X-Uptake-Timestamp", "X-Uptake-Delivery"
SHORTEST_SECRET = 16


def post(webhook: Webhook, body: Mapping[str, object], delivery: str, now: dt.datetime, timeout: float) -> None:
    """Post a body. It follows no move, and nothing of the answer but its code is looked at. `delivery`: the same for each attempt of one message.

    Raises:
        NotTold: the host does not take it.
        WrongUsage: the settings cannot be used.
    """
    url, secret = checked(webhook)
    for name in OWN_LOGS:
        logging.getLogger(name).setLevel(logging.WARNING)
    sent = json.dumps(body, sort_keys=True).encode()
    time = str(int(now.replace(tzinfo=dt.UTC).timestamp()))
    headers = {
        **WHO, "Content-Type": "application/json", DELIVERY: delivery, TIMESTAMP: time, SIGNATURE: signature(secret, time, sent),
    }  # fmt: skip
    try:
        with (
            httpx.Client(verify=trust(webhook.ca_file, TABLE), timeout=timeout) as client,
            client.stream("POST", url, content=sent, headers=headers) as answer,
        ):
            status = answer.status_code
    except httpx.TimeoutException:
        raise NotTold("the host of the webhook took too long to answer") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        raise NotTold("no safe connection to the host of the webhook could be made") from None
    if not 200 <= status < 300:
        raise NotTold(f"the host of the webhook answers {status}")


def signature(secret: str, time: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA-256 (hex) of time (seconds), a point, and the bytes of the body."""
    return "sha256=" + hmac.digest(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hex()


def checked(webhook: Webhook) -> tuple[httpx.URL, str]:
    """The address and the key of the signature.

    Raises:
        WrongUsage: one of them cannot be used; neither is told.
    """
    try:
        url = httpx.URL(webhook.url.get_secret_value() if webhook.url else "")
    except httpx.InvalidURL:
        url = httpx.URL("")
    if not url.host or url.userinfo or not (url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK)):
        raise WrongUsage("`url` of [alerts.webhook] cannot be used", why="it is no https address")
    secret = secret_of(webhook.secret, webhook.secret_file, TABLE, "secret")
    if len(secret) < SHORTEST_SECRET:
        raise WrongUsage(
            "`secret` of [alerts.webhook] cannot be used",
            why=f"posts are signed with at least {SHORTEST_SECRET} characters",
            next_step="Make one, such as with `openssl rand -hex 32`, and give it to the receiver too",
        )
    return url, secret


def reach(webhook: Webhook, timeout: float) -> str:
    """Make a safe connection to the host and end it, without a post; answers the host.

    Raises:
        NotTold: there is none to be made.
        WrongUsage: the settings cannot be used.
    """
    url, _ = checked(webhook)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        with socket.create_connection((url.host, port), timeout=timeout) as line:
            if url.scheme == "https":
                trust(webhook.ca_file, TABLE).wrap_socket(line, server_hostname=url.host).close()
    except OSError:
        raise NotTold("no safe connection to the host of the webhook could be made") from None
    return url.host
