"""Browser files: vendored ones unchanged and complete, tokens with the contrast they claim, no colour outside the tokens."""

import json
import pathlib
import re
import shutil

import pytest
from tools import vendor

from uptake.web.assets import SHEETS

STATIC = vendor.STATIC
SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared" / "design" / "look" / "tokens.css"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
CLAIM = re.compile(r"--([\w-]+): (#[0-9a-f]{6});[^\n]*?([\d.]+):1 ?(\(min ([\d.]+)\))?")


def test_vendored_files_are_those_of_the_manifest():
    assert list(vendor.findings()) == []
    rows = json.loads(vendor.MANIFEST.read_text())
    assert [(row["npm"], row["version"]) for row in rows] == [(item.npm, item.version) for item in vendor.FILES]


def test_a_changed_a_missing_and_a_foreign_file_are_found(tmp_path):
    static = tmp_path / "static"
    shutil.copytree(STATIC, static)
    (static / "htmx.min.js").write_text("changed")
    (static / "fonts" / "inter.woff2").unlink()
    (static / "other.min.js").write_text("new")
    assert sorted(vendor.findings(static)) == [
        "fonts/inter.woff2: is missing",
        "htmx.min.js: its SHA-256 is not that of vendor.json",
        "other.min.js: is not in vendor.json",
    ]


def test_fonts_and_scripts_are_within_the_budget():
    size = {
        name: (STATIC / name).stat().st_size
        for name in ("fonts/inter.woff2", "fonts/source-serif-4.woff2", "htmx.min.js")
    }
    assert size["fonts/inter.woff2"] + size["fonts/source-serif-4.woff2"] < 50_000


@pytest.mark.skipif(not SHARED.exists(), reason="the shared/ design folder is not beside the checkout")
def test_tokens_are_copied_as_they_are():
    assert SHARED.read_text(encoding="utf-8") == TOKENS


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_has_the_contrast_that_it_claims(scheme):
    page = re.search(r"--page: (#[0-9a-f]{6})", scheme)[1]
    claims = CLAIM.findall(scheme)
    assert len(claims) > 15
    for name, colour, ratio, _, least in claims:
        found = contrast(colour, page)
        assert abs(found - float(ratio)) < 0.06, name
        assert not least or found >= float(least), name


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_a_sheet_names_no_colour_of_its_own(name):
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])|rgb\(|hsl\(", text) == []
    assert "url(http" not in text
