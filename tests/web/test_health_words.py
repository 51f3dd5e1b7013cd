"""The page Sources and health and `uptake doctor` say the same of one home, in the same words."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import shutil

from tests.product import uptake
from tests.web.conftest import Site


def test_what_the_doctor_says_of_the_data_stands_on_the_page(demo_home, tmp_path):
    demo = Site(shutil.copytree(demo_home, tmp_path / "home"))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        uptake(demo.home, "doctor", "--json")
    checks = json.loads(out.getvalue())["checks"]
    text = html.unescape(re.sub(r"<[^>]+>", " ", demo.signed_in("administrator").get("/admin").text))
    page = " ".join(text.split())
    told = [check for check in checks if check["name"] in ("unmatched accounts", "quarantine", "not observed")]
    assert {check["name"] for check in told} == {"unmatched accounts", "quarantine", "not observed"}
    for check in told:
        assert check["detail"] in page
        assert check["next_step"].rstrip(".") in page
    for title in ("What hides use from us?", "What ran last, and how did it end?", "Next run", "Next step"):
        assert title in page
