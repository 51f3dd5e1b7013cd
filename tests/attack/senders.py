"""Sentences in all that arrives by itself or lies in a repository: deliveries of hosts of code, people of a directory, a git history."""

from __future__ import annotations

import hashlib
import hmac
import json
import pathlib
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

from tests.attack.canary import Canaries
from tests.changes.payloads import Pull
from tests.fuzz import content, payloads
from tests.git_repositories import CLEAN, Made, git, made
from tests.receive.directory import ENTERPRISE, KEY, patch, user

SECRET, TOKEN = "a secret of the site", "a token of the site"
MOST_DELIVERIES = 150
SETTINGS = f"""
[webhooks]
github_secret = "{SECRET}"
gitlab_token = "{TOKEN}"

[scim]
senders = ["{hashlib.sha256(KEY.encode()).hexdigest()}"]
"""
"""What a home needs to take them."""
Sent = tuple[str, httpx2.Response]
"""What was sent, and the answer."""


def repository(folder: pathlib.Path, canaries: Canaries) -> pathlib.Path:
    """A history with a sentence in each subject, body, trailer, path, line, name of an author, branch, tag and note."""

    def word() -> str:
        return canaries.text().replace(" ", "_")

    def commit(number: int, **more: Any) -> Made:
        message = f"{canaries.text()}\n\n{canaries.text()}\n\nCo-Authored-By: Claude <noreply@anthropic.com>\nReviewed-by: {canaries.text()} <r@example.com>\n"
        files = {f"src/{word()}/{word()}.py".encode(): f"{canaries.text()}\n{number}\n".encode()}
        return Made(files, message.encode(), f"{canaries.text()} <ana@example.com>".encode(), **more)

    path = made(folder / "shop", [commit(number) for number in range(6)])
    git(path, "branch", word())
    git(path, "-c", "user.name=x", "-c", "user.email=x@example.com", "tag", "-a", word(), "-m", canaries.text())
    for ref in ("commits", "ai"):
        words = [
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@example.com",
            "notes",
            f"--ref={ref}",
            "add",
            "-m",
            canaries.text(),
            "HEAD",
        ]
        git(path, *words)
    subprocess.run(["git", "-C", path, "reset", "-q", "--hard"], env=CLEAN, check=True)
    (path / f"{word()}.txt").write_text(canaries.text())
    return path


def delivered(base: str, canaries: Canaries, is_a_name: Callable[[str, bytes], bool]) -> Iterator[Sent]:
    """Webhook bodies with a sentence in each of their texts in turn, and one more in a key and a header; some cut, some unsigned."""
    bodies = [json.dumps(Pull(12, title="fix", body="text").event("closed")).encode(), *payloads.seeds("gitlab-mrs")]
    places = [data for body in bodies for data in content.planted(body)][:: 1 + len(bodies) // 40]
    with httpx2.Client(base_url=base, timeout=60) as client:
        for number, data in enumerate(places[:MOST_DELIVERIES]):
            host = "github" if b'"pull_request"' in data else "gitlab"
            if is_a_name("github-prs" if host == "github" else "gitlab-mrs", data):
                continue
            body = data.replace(content.SENTENCE.encode(), canaries.text().encode())
            body = body.replace(b"{", f'{{"{canaries.text()}": "{canaries.text()}", '.encode(), 1)
            body = body[: len(body) * 2 // 3] if number % 9 == 8 else body
            secret = "wrong" if number % 11 == 10 else SECRET
            said = {
                "github": {
                    "x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
                },
                "gitlab": {"x-gitlab-token": TOKEN},
            }[host]
            headers = {"content-type": "application/json", "x-github-event": canaries.text(), **said}
            yield f"/webhooks/{host}", client.post(f"/webhooks/{host}", content=body, headers=headers)


def provisioned(base: str, canaries: Canaries) -> Iterator[Sent]:
    """Users and groups with a sentence in each attribute that is not on the allow-list, in changes, filters and addresses that nobody knows."""
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/scim+json"}
    with httpx2.Client(base_url=f"{base}/scim/v2", headers=headers, timeout=60) as client:
        for number in range(12):
            body = user(9_000 + number)
            work = {**body[ENTERPRISE], "costCenter": canaries.text(), canaries.text(): canaries.text()}
            texts = {
                name: canaries.text()
                for name in ("displayName", "nickName", "title", "profileUrl", "password", "locale", "userType")
            }
            name = {part: canaries.text() for part in ("formatted", "givenName", "familyName")}
            body |= {
                **texts,
                "name": name,
                ENTERPRISE: work,
                canaries.text(): canaries.text(),
                "ims": [{"value": canaries.text()}],
            }
            body["phoneNumbers"] = [{"value": canaries.text(), "type": canaries.text()}]
            told = client.post("/Users", json=body)
            yield "/Users", told
            change = patch(
                {"op": "replace", "path": "title", "value": canaries.text()},
                {"op": "add", "value": {"displayName": canaries.text(), canaries.text(): canaries.text()}},
            )
            yield "/Users/ID", client.patch(f"/Users/{told.json().get('id', 'none')}", json=change)
        yield "/Users", client.get("/Users", params={"filter": f'userName eq "{canaries.text()}"'})
        yield "/Users", client.get("/Users", params={"filter": canaries.text()})
        yield "/Users", client.get(f"/Users/{canaries.text()}")
        yield "/Users", client.post("/Users", content=canaries.text())
        yield (
            "/Users",
            client.post("/Users", json={"schemas": [canaries.text()], "userName": 7, "title": canaries.text()}),
        )
