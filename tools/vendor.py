"""Fetch the browser files that are checked in, by hand: `python -m tools.vendor`; `--check` only compares their hashes.

`npm pack` fetches the pinned package, the file is copied out of it (fonts are cut to Latin first), and its SHA-256 goes
into `vendor.json`. Cutting fonts needs fonttools and brotli; nothing that is installed or built ever needs them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator

STATIC = pathlib.Path(__file__).resolve().parent.parent / "src" / "uptake" / "web" / "static"
MANIFEST = STATIC / "vendor.json"
WEIGHTS = (400, 650)
CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x100), 0x131, 0x152, 0x153, 0x160, 0x161, 0x178, 0x17D, 0x17E)
SIGNS = "\u2009\u202f\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2020\u2022\u2026\u2030\u2039\u203a\u20ac\u2122\u2190\u2191\u2192\u2193\u2212\u2248\u2260\u2264\u2265\u25b2\u25bc"


@dataclasses.dataclass(frozen=True)
class Vendored:
    """One file: npm package and version, path inside it, name here, and the path of its licence text."""

    npm: str
    version: str
    path: str
    file: str
    licence: str
    font: bool = False

    @property
    def licence_file(self) -> str:
        return f"licences/{self.file.rsplit('/', 1)[-1].split('.')[0]}.txt"


FILES = (
    Vendored("htmx.org", "4.0.1", "dist/htmx.min.js", "htmx.min.js", "LICENSE"),
    Vendored(
        "@fontsource-variable/inter",
        "5.3.0",
        "files/inter-latin-wght-normal.woff2",
        "fonts/inter.woff2",
        "LICENSE",
        True,
    ),
    Vendored(
        "@fontsource/source-serif-4",
        "5.3.1",
        "files/source-serif-4-latin-400-normal.woff2",
        "fonts/source-serif-4.woff2",
        "LICENSE",
        True,
    ),
)


def sha256(file: pathlib.Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def findings(static: pathlib.Path = STATIC) -> Iterator[str]:
    """Differences between the files and the manifest: changed, missing, or not named in it."""
    rows = json.loads((static / "vendor.json").read_text(encoding="utf-8"))
    named = {
        name: row[f"{kind}sha256"]
        for row in rows
        for kind, name in (("", row["file"]), ("licence_", row["licence_file"]))
    }
    for name, wanted in named.items():
        file = static / name
        if not file.exists():
            yield f"{name}: is missing"
        elif sha256(file) != wanted:
            yield f"{name}: its SHA-256 is not that of vendor.json"
    for file in sorted([*static.rglob("*.woff2"), *static.rglob("*.min.js"), *static.rglob("licences/*.txt")]):
        name = file.relative_to(static).as_posix()
        if name not in named:
            yield f"{name}: is not in vendor.json"


def fetch(item: Vendored, folder: pathlib.Path) -> dict[str, object]:
    """Bring one file and its licence in; answers its row of the manifest."""
    made = subprocess.run(
        ["npm", "pack", "--silent", f"{item.npm}@{item.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    package = folder / made.stdout.split()[-1]
    source = _extracted(package, f"package/{item.path}")
    target, licence = STATIC / item.file, STATIC / item.licence_file
    target.parent.mkdir(parents=True, exist_ok=True)
    licence.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_cut(source, folder) if item.font else source)
    licence.write_bytes(_extracted(package, f"package/{item.licence}"))
    return {
        "npm": item.npm, "version": item.version, "path": item.path, "source_sha256": hashlib.sha256(source).hexdigest(),
        "file": item.file, "sha256": sha256(target), "cut_to_latin": item.font,
        "licence_file": item.licence_file, "licence_sha256": sha256(licence),
    }  # fmt: skip


def _extracted(package: pathlib.Path, path: str) -> bytes:
    with tarfile.open(package) as archive:
        member = archive.extractfile(path)
        if member is None:
            raise SystemExit(f"{path} is not in the package")
        return member.read()


def _cut(data: bytes, folder: pathlib.Path) -> bytes:
    """The font with Latin letters, digits and our signs only, and only the weights that the type scale uses."""
    from fontTools import subset, ttLib  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415  a tool of this command alone
    from fontTools.varLib import instancer  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415

    before, after = folder / "before.woff2", folder / "after.woff2"
    before.write_bytes(data)
    font = ttLib.TTFont(before)
    options = subset.Options(layout_features=["kern", "liga", "calt", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CHARACTERS, text=SIGNS)
    cutter.subset(font)
    if "fvar" in font:
        instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    font.flavor = "woff2"
    font.save(after, reorderTables=True)
    return after.read_bytes()


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        with tempfile.TemporaryDirectory() as folder:
            rows = [fetch(item, pathlib.Path(folder)) for item in FILES]
        MANIFEST.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    found = list(findings())
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
