"""What hosts of code send by themselves."""

from __future__ import annotations

from pydantic import Field, SecretStr

from uptake.settings.section import Section


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
