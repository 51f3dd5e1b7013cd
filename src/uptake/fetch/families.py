"""Vendors with several interfaces: where they lie, what goes with each request, and which settings say whose data is asked for."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial

from uptake.fetch.vendor import Fetcher, bearer


def anthropic_headers(key: str) -> Mapping[str, str]:
    return {"x-api-key": key, "anthropic-version": "2023-06-01"}


def github_headers(key: str) -> Mapping[str, str]:
    return {**bearer(key), "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


def cursor_headers(key: str) -> Mapping[str, str]:
    """The key as the name of a user without a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


ANTHROPIC = partial(Fetcher, base="https://api.anthropic.com", headers=anthropic_headers)
CURSOR = partial(Fetcher, base="https://api.cursor.com", headers=cursor_headers, lag_hours=6)
GITHUB = partial(Fetcher, base="https://api.github.com", headers=github_headers, needs=("enterprise", "organization"))
OPENAI = partial(Fetcher, base="https://api.chatgpt.com", headers=bearer)
