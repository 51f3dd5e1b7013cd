"""The allow-list of the Amazon Q Developer reports: every column that is read, lower case, and what it counts.

A feature of the vendor is a natural task type (rule R-AQ-5); `task` is kept as a label without weight.
"""

from __future__ import annotations

from dataclasses import dataclass

from uptake.model import PASSIVE, PROACTIVE, UNCLASSIFIED


@dataclass(frozen=True, slots=True)
class Feature:
    """One group of columns. `counts`: field of `Usage` -> the columns that are added up for it."""

    name: str
    feature_class: str
    counts: dict[str, tuple[str, ...]]
    task: str = ""
    two_sided: bool = False
    """The messages of both sides are counted: `prompts` is half of them, rounded down (rule R-AQ-3)."""


ACTIVITY = (
    Feature(
        "chat",
        PROACTIVE,
        {"prompts": ("chat_messagessent",), "lines_added": ("chat_aicodelines",)},
        two_sided=True,
    ),
    Feature(
        "inline",
        PASSIVE,
        {
            "generations": ("inline_suggestionscount",),
            "accept_user": ("inline_acceptancecount",),
            "lines_added": ("inline_aicodelines",),
        },
    ),
    Feature(
        "inline_chat",
        PROACTIVE,
        {
            "prompts": ("inlinechat_totaleventcount",),
            "accept_user": ("inlinechat_acceptanceeventcount",),
            "reject_user": ("inlinechat_rejectioneventcount",),
            "lines_added": ("inlinechat_acceptedlineadditions",),
            "lines_deleted": ("inlinechat_acceptedlinedeletions",),
        },
    ),
    Feature(
        "code_review",
        PROACTIVE,
        {
            "review_requests": ("codereview_succeededeventcount", "codereview_failedeventcount"),
            "generations": ("codereview_findingscount",),
        },
        task="review",
    ),
    Feature(
        "code_fix",
        UNCLASSIFIED,
        {
            "generations": ("codefix_generationeventcount",),
            "accept_user": ("codefix_acceptanceeventcount",),
            "lines_suggested": ("codefix_generatedlines",),
            "lines_added": ("codefix_acceptedlines",),
        },
    ),
    Feature(
        "dev",
        PROACTIVE,
        {
            "prompts": ("dev_generationeventcount",),
            "accept_user": ("dev_acceptanceeventcount",),
            "lines_suggested": ("dev_generatedlines",),
            "lines_added": ("dev_acceptedlines",),
        },
        task="development",
    ),
    Feature(
        "doc_generation",
        PROACTIVE,
        {"prompts": ("docgeneration_eventcount",), "lines_added": ("docgeneration_acceptedlineadditions",)},
        task="documentation",
    ),
    Feature(
        "test_generation",
        PROACTIVE,
        {
            "prompts": ("testgeneration_eventcount",),
            "lines_suggested": ("testgeneration_generatedlines",),
            "lines_added": ("testgeneration_acceptedlines",),
        },
        task="tests",
    ),
    Feature("transformation", PROACTIVE, {"prompts": ("transformation_eventcount",)}, task="migration"),
)
"""The report by user and day (`by_user_analytic`)."""

MESSAGES = Feature(
    "chat",
    PROACTIVE,
    {"prompts": ("totalmessages",), "sessions": ("chatconversations",)},
    two_sided=True,
)
"""The newer user report: one line for a user, a day and a kind of client."""

USER = "userid"
DATE = "date"
CLIENT = "clienttype"
TIER = "subscriptiontier"
CREDITS = "creditsused"
REQUIRED = (USER, DATE)
SIGNS = ("chat_messagesinteracted", "inlinechat_dismissaleventcount")
"""Acts of a person that earn no point: an answer that was used, an answer of inline chat that was put aside."""
COUNTS = (*(name for one in (*ACTIVITY, MESSAGES) for names in one.counts.values() for name in names), *SIGNS)
SPELLINGS = {
    "client_type": CLIENT,
    "subscription_tier": TIER,
    "credits_used": CREDITS,
    "total_messages": "totalmessages",
    "chat_conversations": "chatconversations",
}
"""The user report is written in both ways."""
KNOWN = (*REQUIRED, CLIENT, TIER, CREDITS, *COUNTS, *SPELLINGS)
