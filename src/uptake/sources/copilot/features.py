"""What each Copilot feature means: the class table of SOURCES.md section 2 and rules R-CP-3, R-CP-4, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from uptake.model import AUTONOMOUS, PASSIVE, PROACTIVE, UNCLASSIFIED

IDE = "ide"
CLI = "cli"
APP = "app"

CLI_FEATURE = "copilot_cli"
UNNAMED = "unnamed"
"""Stands for a feature whose name is not a plain vendor name, so that no free text enters a key."""

USER = "accept_user"
AUTO = "accept_auto"
UNSPLIT = "accept_unsplit"

_NAME = re.compile(r"[a-z0-9_]{1,64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feature:
    """How the counters of one feature are read."""

    feature_class: str
    accepts: str = USER
    """Column of the vendor's acceptance counter (rule C3)."""
    agent_lines: bool = False
    """True when the tool itself wrote the lines."""
    plan: bool = False
    """True when the interactions are plans, not prompts."""
    surface: str = IDE


_CHAT = Feature(PROACTIVE)

FEATURES: dict[str, Feature] = {
    "chat_panel_ask_mode": _CHAT,
    "chat_panel_edit_mode": _CHAT,
    "chat_panel_plan_mode": Feature(PROACTIVE, plan=True),
    "chat_panel_agent_mode": _CHAT,
    "chat_panel_custom_mode": _CHAT,
    "chat_panel_unknown_mode": _CHAT,
    "chat_inline": _CHAT,
    "code_completion": Feature(PASSIVE),
    CLI_FEATURE: Feature(PROACTIVE, accepts=AUTO, agent_lines=True, surface=CLI),
    "agent_edit": Feature(AUTONOMOUS, accepts=AUTO, agent_lines=True),
    "others": Feature(UNCLASSIFIED, accepts=UNSPLIT),
}

_UNKNOWN_CHAT = Feature(UNCLASSIFIED)
_UNKNOWN = Feature(UNCLASSIFIED, accepts=UNSPLIT)


def feature_of(name: str) -> Feature:
    """How to read a feature; a name that is not in the table is unclassified (rule R-CLS-1).

    An unknown chat feature keeps the reading of rule R-CP-4; of any other the source cannot tell who accepted (C3).
    """
    known = FEATURES.get(name)
    if known is not None:
        return known
    return _UNKNOWN_CHAT if name.startswith("chat_") else _UNKNOWN


def safe_name(name: str) -> str:
    """The name of a feature as it may be stored: letters, digits and underscores, at most 64."""
    return name if name in FEATURES or _NAME.fullmatch(name) else UNNAMED
