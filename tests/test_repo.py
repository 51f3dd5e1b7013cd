"""The repository keeps its own rules, and each rule finds a planted fault."""

import pathlib

import pytest
from tools import repo_rules

ROOT = pathlib.Path(__file__).resolve().parent.parent


def test_the_repository_is_clean():
    findings = [finding for path in repo_rules.repository_files() for finding in repo_rules.check_file(path)]
    assert findings == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/uptake/x.py", "a = 1\n" * 401, "401 lines"),
        ("src/uptake/x.py", "def f():\n" + "    a = 1\n" * 40, "f has 41 lines"),
        ("docs/x.md", "see /work/main/x", "path of one machine"),
        ("src/uptake/x.py", "home = '/root/x'", "path of one machine"),
        ("x.lock", "--index-url https://example.org", "package registry"),
        ("docs/x.md", "from files.pythonhosted.org", "package registry"),
        ("docs/x.md", "[a](no-such-page.md)", "no such file"),
        ("docs/x.md", "# One heading\n[a](#another)", "no such heading"),
        ("src/uptake/x.duckdb", "data", "made by a command"),
        ("src/uptake/x.csv", "x" * 300_001, "300001 bytes"),
    ],
)
def test_a_planted_fault_is_found(tmp_path, path, text, expected):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert any(expected in finding for finding in repo_rules.check_file(path, tmp_path))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/uptake/x.py", "a = 1\n" * 400),
        ("src/uptake/x.py", "def f():\n" + "    a = 1\n" * 39),
        ("src/uptake/sources/x/fixtures/a.in", "a\n" * 500),
        ("docs/x.md", "# One heading\n[a](#one-heading) [b](x.md) [c](https://example.org) api/work/x"),
        ("docs/x.md", "```\n[a](no-such-page.md)\n```\n"),
    ],
)
def test_what_is_allowed_passes(tmp_path, path, text):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert list(repo_rules.check_file(path, tmp_path)) == []


def test_the_locks_name_exact_versions_with_hashes():
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert entries
        for entry in entries:
            assert "==" in entry.split(";")[0], entry
            assert "--hash=sha256:" in entry, entry


def test_the_small_lock_is_part_of_the_development_lock():
    small, full = (
        {line.split(" ")[0] for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if "==" in line}
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert small < full
