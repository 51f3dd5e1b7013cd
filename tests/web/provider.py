"""A real identity provider as a process on loopback, a home that signs in through it, and a client that walks the way there and back."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import httpx2 as httpx

BASE = "http://127.0.0.1:8321"
GROUPS = {
    "officers": "compliance", "operators": "administrator", "board": "executive", "seats": "licence", "audit": "internal_audit",
    "models": "validator", "leads": "lob_lead",
}  # fmt: skip


@contextlib.contextmanager
def running(users):
    """The address of a provider that knows these users (claims with `sub`)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    for user in users:
        words += ["--user-claims", json.dumps(user)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    where = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{where}/.well-known/openid-configuration", timeout=2).status_code == 200:
                    break
            time.sleep(0.1)
        yield where
    finally:
        process.kill()
        process.wait()


def settings_text(issuer, base=BASE, **more):
    """The settings file of a home that signs in through the provider."""
    groups = "\n".join(f'{name} = "{role}"' for name, role in GROUPS.items())
    lines = {"issuer": issuer, "client_id": "uptake", "client_secret": "of a test", "base_url": base, **more}
    return (
        "[sign_in]\n"
        + "\n".join(f'{key} = "{value}"' for key, value in lines.items())
        + f"\n[sign_in.roles]\n{groups}\n"
    )


def there(client):
    """Begin to sign in; the address at the provider to which the browser is sent."""
    answer = client.get("/signin/start")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back(where, sub):
    """Say at the provider who it is; the path and query with which the browser comes back."""
    answer = httpx.post(where, data={"sub": sub}, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}"


def sign_in(client, sub):
    """The whole way; the answer to the callback."""
    return client.get(back(there(client), sub))


def signed_in(site, sub):
    """A client that went the whole way."""
    client = site.client()
    answer = sign_in(client, sub)
    assert answer.status_code == 303, answer.text
    return client
