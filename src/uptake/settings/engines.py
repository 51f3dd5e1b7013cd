"""Settings of the engine of this machine, and of a cluster."""

from __future__ import annotations

from pydantic import Field

from uptake.settings.section import Section


class Engine(Section):
    """Limits of the local engine."""

    memory: str = Field(
        "650MB", pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$", description="Memory limit of the engine while it scores."
    )
    load_memory: str = Field(
        "256MB",
        pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$",
        description="Memory limit of the engine while files are loaded.",
    )
    load_bytes: int = Field(
        256_000_000,
        ge=1,
        description="Bytes of report files that one transaction loads; a load that is cut off goes on after the last one.",
    )
    threads: int = Field(0, ge=0, le=256, description="Threads of the engine; 0 = one per core.")


class Spark(Section):
    """An Apache Spark cluster that is there already, for `uptake score --engine spark`."""

    master: str = Field(
        "",
        description="Master of the cluster, such as spark://host:7077, or local[2] for a trial. Empty: `remote` is used.",
    )
    remote: str = Field(
        "",
        description="Spark Connect, such as sc://host:15002. Empty, and no master: the variable SPARK_REMOTE of the site is used.",
    )
    lake: str = Field(
        "",
        description="Folder for the Parquet files of a run, as this machine names it: a path, or a URL such as s3://bucket/uptake. It belongs to this home alone and is emptied by each run. Default: `lake` in the home.",
    )
    lake_on_cluster: str = Field(
        "", description="The same folder as the cluster names it, such as s3a://bucket/uptake. Default: as in `lake`."
    )
    cores: int = Field(8, ge=1, le=100_000, description="Cores of a standalone cluster that a run takes at most.")
    start_seconds: int = Field(
        300,
        ge=5,
        le=86_400,
        description="How long a run waits for its first worker, whom a busy cluster may grant late, before it ends as a failure.",
    )
    wait_seconds: int = Field(
        60,
        ge=5,
        le=3600,
        description="How long a run that has begun stands still, because no worker or no server of Spark Connect is left, before it ends as a failure.",
    )
    conf: dict[str, str] = Field(
        default_factory=dict,
        description='Further configuration of Spark, as {"spark.executor.memory" = "8g"}; what equal results need is not changed by it.',
    )
