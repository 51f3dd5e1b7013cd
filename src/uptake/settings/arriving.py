"""What arrives by itself: telemetry of clients, deliveries of hosts of code, people of a directory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from uptake.settings.section import Section


class Telemetry(Section):
    """What clients send by themselves over OTLP."""

    max_age_days: int = Field(
        30, ge=1, le=400, description="Telemetry whose time lies further back than this when it comes is refused."
    )
    senders: dict[str, str] = Field(
        default_factory=dict,
        description="SHA-256 of a sender's key (`uptake token sender` makes both) -> the account it speaks for, or empty for a collector of many.",
    )
    spool_mb: int = Field(
        2_000, ge=1, description="Posts are put off (429) while the spool holds more megabytes than this."
    )


class Webhooks(Section):
    """Deliveries of GitHub and GitLab. Without a secret nobody may send."""

    github_secret: SecretStr | None = Field(
        None,
        description="Secret of the webhook at GitHub, by which each delivery is signed; better in the environment.",
    )
    gitlab_token: SecretStr | None = Field(
        None, description="Secret token of the webhook at GitLab; better in the environment."
    )
    spool_mb: int = Field(
        500,
        ge=1,
        description="Deliveries are put off (429) while the spool of their host holds more megabytes than this.",
    )

    def secret_of(self, host: str) -> str:
        """The secret of `github` or `gitlab`; empty where none is set."""
        secret = {"github": self.github_secret, "gitlab": self.gitlab_token}[host]
        return secret.get_secret_value() if secret else ""


class Scim(Section):
    """What a directory sends by itself over SCIM 2.0. Without a key nothing is taken."""

    senders: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = Field(
        (), description="SHA-256 of each key that a directory may come with (`uptake token sender` makes both)."
    )
