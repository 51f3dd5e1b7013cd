"""Merge requests of GitLab (SOURCES.md section 13; decision 0055)."""

from uptake.model.outcome import Source
from uptake.sources.gitlab.parse import parse

SOURCE = Source(
    name="gitlab-mrs",
    tool=None,
    title="GitLab: merge requests, approvals, pipelines",
    parse=parse,
    reads_marks=True,
)
