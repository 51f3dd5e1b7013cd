"""Client versions of an account-day: the vendor's minimum for telemetry (rule R-CP-7) and what is kept of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

Version = tuple[int, ...]


class Client(NamedTuple):
    """One editor of an account-day with its plugin, as the vendor names them. `stated`: a version of either stood in the record."""

    ide: str
    ide_version: str | None
    plugin: str | None
    plugin_version: str | None
    stated: bool


VSCODE = ("vscode", "vscode-insiders", "visual studio code")
JETBRAINS = (
    "jetbrains",
    "intellij",
    "intellij idea",
    "android studio",
    "aqua",
    "clion",
    "datagrip",
    "dataspell",
    "goland",
    "phpstorm",
    "pycharm",
    "rider",
    "rubymine",
    "rustrover",
    "webstorm",
)

VSCODE_MINIMUM: Version = (1, 104)
VSCODE_CHAT = "copilot-chat"
VSCODE_CHAT_MINIMUM: Version = (0, 31)
JETBRAINS_MINIMUM: Version = (2024, 2, 6)
JETBRAINS_PLUGIN_MINIMUM: Version = (1, 5, 52)
_BRANCH_MINIMUM = 242
"""JetBrains build numbers begin with a branch: 242 is 2024.2."""
_FIRST_YEAR = 2000

_LEADING = re.compile(r"\d+(?:\.\d+)*")
_STORABLE = re.compile(r"[A-Za-z0-9._+/-]{1,64}|Phase \d{1,3}|" + "|".join(sorted(VSCODE + JETBRAINS)), re.IGNORECASE)
"""One word, or a name of several words that the vendor is known to give: a sentence never passes."""
_MOST_DIGITS = 64


def storable(text: str | None) -> str | None:
    """A version or enumeration value as it may be stored; None for anything that could be free text."""
    return text if text and _STORABLE.fullmatch(text) else None


def parse_version(text: str | None) -> Version | None:
    """Leading dotted numbers of a version text, None when there are none: an unknown version is never too old."""
    if not text or len(text) > _MOST_DIGITS:
        return None
    found = _LEADING.match(text)
    return tuple(int(part) for part in found.group().split(".")) if found else None


@lru_cache(maxsize=4096)
def any_below_minimum(clients: tuple[Client, ...]) -> bool:
    """True when one of the clients of an account-day is below the vendor's minimum. Few sets of them are in use at a time."""
    return any(below_minimum(*client[:4]) for client in clients)


def below_minimum(ide: str, ide_version: str | None, plugin: str | None, plugin_version: str | None) -> bool:
    """True when a version that can be read is below the vendor's minimum (rule R-CP-7)."""
    family = ide.strip().lower()
    ide_at, plugin_at = parse_version(ide_version), parse_version(plugin_version)
    if family in VSCODE:
        chat_at = plugin_at if (plugin or "").strip().lower() == VSCODE_CHAT else None
        return _older(ide_at, VSCODE_MINIMUM) or _older(chat_at, VSCODE_CHAT_MINIMUM)
    if family in JETBRAINS:
        return _old_jetbrains(ide_at) or _older(plugin_at, JETBRAINS_PLUGIN_MINIMUM)
    return False


def _older(version: Version | None, minimum: Version) -> bool:
    return version is not None and version < minimum


def _old_jetbrains(version: Version | None) -> bool:
    """A build number (243.26) is judged by its branch; its patch level inside the branch cannot be read."""
    if version is not None and version[0] < _FIRST_YEAR:
        return version[0] < _BRANCH_MINIMUM
    return _older(version, JETBRAINS_MINIMUM)


def clients_flags(clients: Iterable[Client]) -> list[dict[str, str]] | None:
    """What is kept of the clients of which a version stood in the record; None when nothing of them is storable."""
    kept = [flags for client in clients if client.stated and (flags := client_flags(*client[:4]))]
    return kept or None


def client_flags(
    ide: str, ide_version: str | None, plugin: str | None, plugin_version: str | None
) -> dict[str, str] | None:
    """What is kept of a client in `flags_json`, None when nothing of it is storable."""
    named = {"ide": ide, "ide_version": ide_version, "plugin": plugin, "plugin_version": plugin_version}
    kept = {name: value for name, text in named.items() if (value := storable(text))}
    return kept or None
