"""Settings of what is told to people outside: alerts by mail and webhook, and the register of products that data may go to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from uptake.model import DATA_CLASSES
from uptake.settings.section import Section


class Mail(Section):
    """Alerts by mail. Without a host none is sent."""

    host: str = Field("", description="Mail server (SMTP) that takes the alerts.")
    port: int = Field(587, ge=1, le=65_535, description="Its port: 587 for `starttls`, 465 for `tls`.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is made safe; `none` only to a relay on loopback."
    )
    ca_file: Path | None = Field(
        None, description="Certificates that vouch for the server; default: those of the system."
    )
    user: str = Field("", description="Name to sign in with; empty where the server asks for none.")
    password: SecretStr | None = Field(
        None, description="Password of that name; better in the environment or in `password_file`."
    )
    password_file: Path | None = Field(None, description="File that holds the password alone.")
    sender: str = Field("", description="Address that alerts come from.")
    recipients: tuple[str, ...] = Field((), description="Addresses that alerts go to, best one of a team.")


class Webhook(Section):
    """Alerts by webhook. Without a URL none is sent."""

    url: SecretStr | None = Field(
        None, description="https address that alerts are posted to as JSON. It is shown nowhere: some carry a key."
    )
    secret: SecretStr | None = Field(
        None, description="Key of the signature (HMAC-SHA-256) of each post; better in `secret_file`."
    )
    secret_file: Path | None = Field(None, description="File that holds that key alone.")
    ca_file: Path | None = Field(
        None, description="Certificates that vouch for the host; default: those of the system."
    )


class Alerts(Section):
    """What is wrong with the service is told by mail or webhook: once for each fact, again daily, and when it is over."""

    every: int = Field(5, ge=0, le=1440, description="`uptake serve` looks each so many minutes; 0 = never by itself.")
    repeat_hours: int = Field(24, ge=24, le=720, description="What is still wrong is told again after so many hours.")
    late_days: int = Field(
        7,
        ge=1,
        le=400,
        description="A source is late when its newest whole day, or its newest load, is older than this.",
    )
    late_days_of: dict[str, int] = Field(
        default_factory=dict, description='The same for single sources, as {"chatgpt" = 40}.'
    )
    quarantine_percent: int = Field(
        5, ge=0, le=100, description="Share of a source's newest records in quarantine above which it is told."
    )
    unmatched_percent: int = Field(
        10, ge=0, le=100, description="Share of records that belong to accounts of nobody above which it is told."
    )
    disk_gb: int = Field(5, ge=1, le=100_000, description="The disk of the home is nearly full below so many GB.")
    timeout_seconds: float = Field(10, gt=0, le=60, description="How long a mail server or a webhook may say nothing.")
    mail: Mail = Mail()
    webhook: Webhook = Webhook()


def _known(given: str) -> str:
    if given not in DATA_CLASSES:
        raise ValueError("one of: " + ", ".join(DATA_CLASSES))
    return given


DataClass = Annotated[str, AfterValidator(_known)]


class Product(Section):
    """A row of the register of data that leaves the company (GOVERNANCE.md section 12)."""

    vendor: str = Field(description="Who receives the data.")
    product: str = Field("", description="What is bought from them.")
    region: str = Field("", description="Where it is processed.")
    data_allowed: str = Field("", description="Class of data that may go there.")
    classes_allowed: tuple[DataClass, ...] | None = Field(
        None,
        description="Classes of the local detector that may go there; one beside them that is seen is told. Without it none is.",
    )
    contract: str = Field("", description="The contract.")
    retention: str = Field("", description="How long the vendor keeps the data, by the contract.")
    contract_date: dt.date | None = Field(None, description="Date of these terms.")
    reviewed: dt.date | None = Field(None, description="Last review of this row.")


class Egress(Section):
    """The register of products that data leaves the company for. A tool in use without a row is told within a day."""

    products: dict[str, Product] = Field(
        default_factory=dict,
        description="Tool -> row, as [egress.products.copilot] with `vendor`, `product`, `region`, `data_allowed`, `classes_allowed`, `contract`, `retention`, `contract_date`, `reviewed`.",
    )
