"""Copilot users-1-day reports: an envelope of signed links, each of them a file of rows (SOURCES.md 4.1).

The links go without the token, are written down nowhere, and are asked for again once when they are over (R-GH-2, R-GH-3).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from uptake.errors import WrongUsage
from uptake.fetch.families import GITHUB
from uptake.fetch.problems import LinkExpired, NotFetched, NotThere
from uptake.fetch.report_file import ReportFile
from uptake.fetch.rows import NOTHING, REPORT, page
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Rows
from uptake.settings.fetching import GitHub

REPORT_NAME = "copilot/metrics/reports/users-1-day"
MOST_LINKS = 10_000


def owner(asking: Asking) -> str:
    """The start of the path: an enterprise, or an organisation."""
    vendor = asking.vendor
    if not isinstance(vendor, GitHub):
        raise WrongUsage("Copilot is read by enterprise or organisation")
    return f"enterprises/{vendor.enterprise}" if vendor.enterprise else f"orgs/{vendor.organization}"


def _day(asking: Asking, day: dt.date) -> Rows:
    """All files of the report: the list of links is the only paging (R-GH-1). No report gives no row, and so no zero (R-GH-4)."""
    read = 0
    links = _links(asking, day)
    renewed = False
    while read < len(links):
        file = ReportFile(FETCHER.known, asking.wire.limits.size)
        try:
            asking.wire.into(file, Ask(links[read], signed=True))
            yield from file.batches()
            read += 1
        except LinkExpired:
            if renewed:
                raise
            renewed, before = True, len(links)
            links = _links(asking, day)
            if len(links) != before:
                raise NotFetched("The vendor made the report anew while it was read") from None
        finally:
            file.close()
    return {}


def _links(asking: Asking, day: dt.date) -> list[str]:
    try:
        found = page(asking.wire, Ask(f"{owner(asking)}/{REPORT_NAME}", params={"day": day.isoformat()}))
    except NotThere:
        return []
    return _listed(found, day)


def _listed(found: Any, day: dt.date) -> list[str]:
    if found in NOTHING:
        return []
    links = found.get("download_links") if isinstance(found, dict) else None
    if (
        not isinstance(links, list)
        or len(links) > MOST_LINKS
        or not all(isinstance(link, str) and link for link in links)
    ):
        raise NotFetched(
            "An answer of the vendor is not understood", why="it holds no list `download_links`", next_step=REPORT
        )
    if found.get("report_day", day.isoformat()) != day.isoformat():
        raise NotFetched("The vendor gives the report of another day", next_step=REPORT)
    if len(set(links)) != len(links):
        raise NotFetched("The vendor names one file of the report twice", next_step=REPORT)
    return links


COUNTERS = frozenset(
    {
        "user_initiated_interaction_count", "code_generation_activity_count", "code_acceptance_activity_count",
        "loc_suggested_to_add_sum", "loc_suggested_to_delete_sum", "loc_added_sum", "loc_deleted_sum",
    }
)  # fmt: skip
FETCHER = GITHUB(
    source="copilot-users",
    title="GitHub Copilot users report, 1 day",
    fetch=_day,
    history=365,
    begins=(dt.date(2025, 10, 10),),
    known=COUNTERS | frozenset(
        {
            "day", "enterprise_id", "organization_id", "user_id", "user_login", "used_agent", "used_chat", "used_cli",
            "used_copilot_coding_agent", "used_copilot_cloud_agent", "used_copilot_code_review_active",
            "used_copilot_code_review_passive", "ai_adoption_phase", "phase_number", "phase", "version", "ai_credits_used",
            "totals_by_feature", "feature", "totals_by_ide", "ide", "last_known_ide_version", "ide_version",
            "last_known_plugin_version", "plugin", "plugin_version", "sampled_at", "totals_by_language_feature",
            "totals_by_language_model", "totals_by_model_feature", "language", "model", "totals_by_cli", "totals_by_copilot_app",
            "session_count", "request_count", "prompt_count", "token_usage", "output_tokens_sum", "prompt_tokens_sum",
            "avg_tokens_per_request", "last_known_cli_version", "cli_version", "report_start_day", "report_end_day",
            "etl_id", "day_partition", "entity_id_partition",
        }
    ),
)  # fmt: skip
