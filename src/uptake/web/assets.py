"""Static files: read once, named by their hash, so that a browser may keep them for good. The style sheets are sent as one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

SHEETS = ("tokens.css", "frame.css", "cards.css", "tables.css")
"""Before the marks of the picture kit, which stand beside its code."""
KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
}
FONTS = ("inter.woff2", "source-serif-4.woff2")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served: `/static/<name>`, its type and its bytes."""

    name: str
    kind: str
    body: bytes


class Assets:
    """All static files by served name, and the served name of each logical one (`uptake.css`, `htmx.js`, `inter.woff2`)."""

    def __init__(self) -> None:
        folder = resources.files("uptake.web") / "static"
        self._names: dict[str, str] = {}
        self._held: dict[str, Asset] = {}
        for font in FONTS:
            self._add(font, (folder / "fonts" / font).read_bytes())
        sheets = [*(folder / name for name in SHEETS), resources.files("uptake.charts") / "marks.css"]
        sheet = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
        for font in FONTS:
            sheet = sheet.replace(f"url({font})", f"url({self._names[font]})")
        self._add("uptake.css", sheet.encode())
        self._add("icon.svg", (folder / "icon.svg").read_bytes())
        self._add("uptake.js", (folder / "uptake.js").read_bytes())
        self._add("htmx.js", (folder / "htmx.min.js").read_bytes())

    def _add(self, name: str, body: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        served = f"{stem}.{hashlib.sha256(body).hexdigest()[:16]}.{ending}"
        self._names[name] = served
        self._held[served] = Asset(served, KINDS[ending], body)

    def url(self, name: str) -> str:
        return f"/static/{self._names[name]}"

    def get(self, served: str) -> Asset | None:
        return self._held.get(served)
