"""Build hook: the browser files in the wheel are those of `vendor.json`, or there is no wheel. It compares; it never fetches."""

from __future__ import annotations

import pathlib
import runpy
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class VendoredFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Compares SHA-256 of every vendored file with the manifest."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's own signature
        tool = runpy.run_path(str(pathlib.Path(self.root) / "tools" / "vendor.py"))
        found = list(tool["findings"](pathlib.Path(self.root) / "src" / "uptake" / "web" / "static"))
        if found:
            raise SystemExit("vendored browser files differ from vendor.json: " + "; ".join(found))
