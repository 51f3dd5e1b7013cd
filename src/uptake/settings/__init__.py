"""All settings, in one frozen object that is read once: `settings.toml` of the home, then `UPTAKE_<SECTION>__<KEY>`.

A misspelt key stops the start with its path. Every key has a help text; the reference page is made from them.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from uptake.errors import WrongUsage
from uptake.settings import mistakes
from uptake.settings.arriving import Scim, Telemetry, Webhooks
from uptake.settings.engines import Engine, Spark
from uptake.settings.fetching import Fetch, Vendor, with_hyphens
from uptake.settings.repositories import Git
from uptake.settings.section import Section
from uptake.settings.sending import Alerts, Egress
from uptake.settings.value import Value

Role = Literal["administrator", "compliance", "executive", "lob_lead", "licence", "internal_audit", "validator"]


class Operator(Section):
    """Who the local operator may be."""

    roles: tuple[Role, ...] = Field(("administrator",), description="Roles the local operator may take with `--as`.")


class Score(Section):
    """What is scored, and by which version."""

    version: str = Field("engagement-1.0.0", description="Id of the score version file.")
    quarters: int = Field(12, ge=1, le=40, description="How many quarters back from the as-of day are scored at most.")
    every: int = Field(
        0,
        ge=0,
        le=168,
        description="`uptake serve` drains the spool and scores each so many hours; 0 = never by itself.",
    )


class Groups(Section):
    """Protection of small groups."""

    k: int = Field(5, ge=5, description="Raises the smallest group that policy sets; it never lowers it.")


class Policy(Section):
    """What a site narrows by itself. All else of policy is decided by two people: `uptake policy propose`."""

    aggregate_only_entities: tuple[str, ...] = Field(
        (), description="Legal entities whose people are never computed by name, beside those that policy names."
    )


class StateStore(Section):
    """Where sessions, contests, changes and the audit log are kept."""

    url: SecretStr | None = Field(
        None, description="PostgreSQL, as postgresql://user@host/database; without it a file of the home."
    )


class Audit(Section):
    """The second place of the audit log's signed heads."""

    heads: Path | None = Field(
        None,
        description="Folder to which signed heads are appended, best where this service cannot change what it wrote; default: `heads` in the home.",
    )


class SignIn(Section):
    """OpenID Connect. Without an issuer nobody can sign in, and no page shows a person."""

    issuer: str = Field("", description="URL of the identity provider, whose discovery document lies below it.")
    client_id: str = Field("", description="Id of this service at the provider.")
    client_secret: SecretStr | None = Field(None, description="Secret of this service at the provider.")
    base_url: str = Field(
        "", description="URL under which browsers reach this service, such as https://uptake.example.org."
    )
    person_claim: str = Field(
        "email", description="Claim that names the person: matched with their e-mail, else their id."
    )
    groups_claim: str = Field("groups", description="Claim that lists the groups of the person.")
    roles: dict[str, Role] = Field(
        default_factory=dict,
        description='Group of the provider -> role, as {"grc-officers": "compliance"}. Everybody has `self`; managers are read from the reporting tree.',
    )


class _Toml(TomlConfigSettingsSource):
    """settings.toml. The tables of `fetch` may be named as the sources are: `[fetch.claude-code]`."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        found = super()._read_file(file_path)
        if isinstance(found.get("fetch"), dict):
            found["fetch"] = with_hyphens(found["fetch"])
        return found


class Settings(BaseSettings):
    """Effective settings of one home."""

    model_config = SettingsConfigDict(
        env_prefix="UPTAKE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    home: Path = Field(Path("uptake-home"), description="The folder that holds everything.")
    operator: Operator = Operator()
    score: Score = Score()
    groups: Groups = Groups()
    policy: Policy = Policy()
    state: StateStore = StateStore()
    audit: Audit = Audit()
    sign_in: SignIn = SignIn()
    telemetry: Telemetry = Telemetry()
    engine: Engine = Engine()
    spark: Spark = Spark()
    fetch: Fetch = Fetch()
    value: Value = Value()
    scim: Scim = Scim()
    alerts: Alerts = Alerts()
    egress: Egress = Egress()
    git: Git = Git()
    webhooks: Webhooks = Webhooks()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        toml = _Toml(settings_cls, toml_file=home_folder(init_settings().get("home")) / "settings.toml")
        return init_settings, env_settings, toml

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def spool_folder(self) -> Path:
        return self.home / "spool"

    @property
    def aside_folder(self) -> Path:
        """Segments of the spool that could not be read."""
        return self.home / "quarantine" / "spool"

    @property
    def fetched_folder(self) -> Path:
        return self.home / "fetched"

    @property
    def lake(self) -> str:
        """Where the files of a run on a cluster lie, as this machine names it."""
        return self.spark.lake or str((self.home / "lake").resolve())

    @property
    def snapshot_folder(self) -> Path:
        return self.home / "snapshots"

    @property
    def state_file(self) -> Path:
        return self.home / "state.db"

    @property
    def heads_folder(self) -> Path:
        return self.audit.heads or self.home / "heads"

    @property
    def demo(self) -> bool:
        """True in a home made by `uptake demo`, where an invented person may be looked through."""
        return (self.home / "DEMO").exists()


ANOTHER_HOME = "Name a folder with --home or UPTAKE_HOME"


def home_folder(given: Path | None = None) -> Path:
    """The home: the argument, else UPTAKE_HOME, else ./uptake-home."""
    return Path(given or os.environ.get("UPTAKE_HOME") or "uptake-home")


def read_settings(home: Path | None = None) -> Settings:
    """Read the settings of a home.

    Raises:
        WrongUsage: a key is unknown or a value is not usable; names the key, never the value. Or the home is no folder.
    """
    _refuse_unknown_variables()
    folder = home_folder(home)
    if folder.exists() and not folder.is_dir():
        raise WrongUsage("The home is not a folder", why="there is a file of that name", next_step=ANOTHER_HOME)
    mistakes.refuse_what_is_no_file(folder / "settings.toml")
    try:
        return Settings(home=folder)
    except ValidationError as error:
        raise mistakes.of_value(error.errors(include_input=False, include_url=False)[0], Settings) from None
    except SettingsError as error:
        raise mistakes.of_environment(str(error)) from None
    except (OSError, ValueError) as error:
        raise mistakes.of_file(error) from None
    except RecursionError:
        raise WrongUsage(
            "The settings cannot be read",
            why="lists are nested too deeply",
            next_step="Mend settings.toml, or what begins with UPTAKE_",
        ) from None


def _refuse_unknown_variables() -> None:
    """A misspelt section in the environment would be passed over in silence: only known sections are looked at."""
    sections = {name.upper() for name in Settings.model_fields}
    for variable in sorted(os.environ):
        section, separator, _ = variable.upper().removeprefix("UPTAKE_").partition("__")
        if variable.upper().startswith("UPTAKE_") and separator and section not in sections:
            raise mistakes.unknown([section.lower()], Settings)


def sections(model: type[BaseModel] = Settings, above: tuple[str, ...] = ()) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section with its dotted name, and the tables in it after it."""
    for name, info in model.model_fields.items():
        if inspect.isclass(info.annotation) and issubclass(info.annotation, Section):
            path = (*above, name)
            yield ".".join(path), info.annotation
            yield from sections(info.annotation, path)


def keys_of(section: type[BaseModel]) -> dict[str, Any]:
    """The keys of a section, without the tables in it."""
    tables = {name for name, _ in sections(section)}
    return {key: field for key, field in section.model_fields.items() if key not in tables}


def variable_of(section: str, key: str) -> str:
    """The environment variable of a key."""
    return "__".join(["UPTAKE_" + section.split(".", maxsplit=1)[0], *section.split(".")[1:], key]).upper()


def effective(settings: Settings) -> list[dict[str, Any]]:
    """One row per key: section, key, value, origin (default, settings.toml, environment), help."""
    in_file = _Toml(Settings, toml_file=settings.home / "settings.toml")()
    names = {name.upper() for name in os.environ}
    rows: list[dict[str, Any]] = [
        {
            "section": "",
            "key": "home",
            "value": str(settings.home),
            "origin": "argument or environment",
            "help": "The home.",
        }
    ]
    for section, held, given in _tables(settings, in_file):
        for key, field in keys_of(type(held)).items():
            if key == "tenants":
                continue  # each of them is a table of its own below
            origin = "settings.toml" if key in given else "default"
            if names & {variable_of(section, key), f"UPTAKE_{section.split('.')[0]}".upper()}:
                origin = "environment"
            rows.append(
                {
                    "section": section,
                    "key": key,
                    "value": getattr(held, key),
                    "origin": origin,
                    "help": field.description or "",
                }
            )
    return rows


def _tables(settings: Settings, in_file: dict[str, Any]) -> Iterator[tuple[str, Section, dict[str, Any]]]:
    """Each table in force with its dotted name, and what the file says in it; further tenants of a vendor after it."""
    for section, _ in sections():
        held: Any = settings
        given: Any = in_file
        for part in section.split("."):
            held = getattr(held, part)
            given = given.get(part, {}) if isinstance(given, dict) else {}
        yield section, held, given
        if isinstance(held, Vendor):
            for name, one in held.tenants.items():
                yield f"{section}.tenants.{name}", one, given.get("tenants", {}).get(name, {})
