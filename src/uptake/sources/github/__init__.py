"""Pull requests of GitHub (SOURCES.md section 13): answers of the interface and bodies of webhooks."""

from uptake.model.outcome import Source
from uptake.sources.github.parse import parse

SOURCE = Source(
    name="github-prs",
    tool=None,
    title="GitHub: pull requests, reviews, pushes, commits, checks, rules of branches",
    parse=parse,
    reads_marks=True,
)
