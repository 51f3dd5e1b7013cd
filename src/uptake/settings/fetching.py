"""Settings of the ways out to vendors: how each interface is reached, and how patient a fetch is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator

from uptake.settings.section import Section

BETWEEN = "@"
"""Between a source and a further tenant of it, in the name of a fetch: `copilot-users@emea`."""
Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
_NAME = r"^[A-Za-z0-9._-]{0,64}$"


class Vendor(Section):
    """How one vendor's interface is reached. Without a key nothing is fetched."""

    key: SecretStr | None = Field(None, description="Key of the interface; better in the environment or in `key_file`.")
    key_file: Path | None = Field(
        None, description="File that holds the key alone; nobody else should be able to read it."
    )
    base_url: str = Field(
        "",
        description="Where the interface lies, when it is not the vendor's public address; https, but for loopback.",
    )
    account: str = Field(
        "",
        description="As `--account` of `ingest`: the organisation, where the rows do not name it; of a further tenant its name, else.",
    )
    every: int = Field(0, ge=0, le=168, description="`uptake serve` fetches each so many hours; 0 = never by itself.")
    since: dt.date | None = Field(None, description="First day wanted; default: the re-read window of the first run.")
    tenants: dict[Tenant, Self] = Field(
        default_factory=dict,
        description="Further organisations of the vendor, each a table with the keys of this one: `[fetch.SOURCE.tenants.NAME]`.",
    )

    @property
    def has_key(self) -> bool:
        """True when a key is named at all."""
        return self.key is not None or self.key_file is not None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if any(one.tenants for one in self.tenants.values()):
            raise ValueError("a tenant has no tenants")
        accounts = [one.account or name for name, one in self.tenants.items()]
        if len({self.account, *accounts}) <= len(accounts):
            # Rows that do not name their organisation would be taken for those of the other one, and take them away.
            raise ValueError("two tenants have one `account`")
        return self


class GitHub(Vendor):
    """GitHub: an enterprise, or one organisation."""

    enterprise: str = Field("", pattern=_NAME, description="Short name of the enterprise.")
    organization: str = Field("", pattern=_NAME, description="Short name of the organisation.")


class Directory(GitHub):
    """A directory of people over SCIM 2.0: GitHub's, of an enterprise or organisation, or the one at `base_url`."""

    lob: str = Field(
        "", max_length=200, description="Line of business of whom the directory gives none, as GitHub never does."
    )


class Workspace(Vendor):
    """A vendor whose reports are those of a workspace."""

    workspace: str = Field("", pattern=_NAME, description="Id of the workspace.")


class ComplianceLog(Workspace):
    """A log that holds what people wrote. It is counted in memory, and only where somebody has approved that it is read."""

    approved_by: str = Field(
        "", max_length=200, description="Who approved that the log is read to be counted: a person or a decision."
    )


class Fetch(Section):
    """`uptake fetch`: patience with vendors, what is kept of their files, and one table for each vendor."""

    connect_seconds: float = Field(10, gt=0, le=300, description="How long a connection may take.")
    read_seconds: float = Field(60, gt=0, le=600, description="How long a vendor may send nothing.")
    patience_seconds: float = Field(
        300, gt=0, le=86_400, description="Time that failures and waits may cost for one day of one source."
    )
    first_wait_seconds: float = Field(
        1, gt=0, le=60, description="First pause after a failure; each further one is twice as long, up to a minute."
    )
    max_mb: int = Field(1_000, ge=1, le=100_000, description="Largest answer or report file that is taken.")
    keep_days: int = Field(
        0, ge=0, le=400, description="Days that fetched files stay after they were loaded; 0 = they go at once."
    )
    scim: Directory = Directory()
    github_identities: GitHub = GitHub()
    copilot_users: GitHub = GitHub()
    copilot_seats: GitHub = GitHub()
    copilot_billing: GitHub = GitHub()
    copilot_billing_users: GitHub = GitHub()
    claude_code: Vendor = Vendor()
    claude_enterprise: Vendor = Vendor()
    cursor: Vendor = Vendor()
    cursor_events: Vendor = Vendor()
    codex: Workspace = Workspace()
    chatgpt_days: ComplianceLog = ComplianceLog()
    windsurf: Vendor = Vendor()

    def vendor(self, name: str) -> Vendor:
        """The settings of a fetch, by its name: that of a source, or `SOURCE@TENANT`. Raises KeyError where there is no such tenant."""
        source, _, tenant = name.partition(BETWEEN)
        found: Vendor = getattr(self, source.replace("-", "_"))
        return found.tenants[tenant] if tenant else found

    def set_up(self) -> Iterator[tuple[str, Vendor]]:
        """Name and settings of each fetch that has a key, tenants after their source."""
        for field in type(self).model_fields:
            vendor = getattr(self, field)
            if isinstance(vendor, Vendor):
                source = field.replace("_", "-")
                named: dict[str, Vendor] = {
                    source: vendor,
                    **{f"{source}{BETWEEN}{name}": one for name, one in vendor.tenants.items()},
                }
                yield from ((name, one) for name, one in named.items() if one.has_key)


def table_of(name: str) -> str:
    """The table of settings.toml in which a fetch is set up, with points: `fetch.copilot-users.tenants.emea`."""
    source, _, tenant = name.partition(BETWEEN)
    return f"fetch.{source}" + (f".tenants.{tenant}" if tenant else "")


def with_hyphens(found: dict[str, Any]) -> dict[str, Any]:
    """The tables of `fetch`, which may be named as the sources are, by the names of the fields."""
    return {key.replace("-", "_"): value for key, value in found.items()}
