"""The built wheel works in an empty environment, outside the checkout, with the locked dependencies and nothing else."""

import json
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = {".py", ".sql", ".toml", ".html", ".css", ".js", ".json", ".svg", ".woff2", ".txt"}


def run(*command, cwd, **env):
    """Run a command in a clean environment; its standard output, or the test fails with all it printed."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("UPTAKE_", "PYTHON", "COV_", "VIRTUAL_"))
    }
    done = subprocess.run(command, cwd=cwd, env={**kept, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """`bin` folder of an empty environment that holds the lock and the wheel."""
    venv = tmp_path_factory.mktemp("empty") / "venv"
    run(sys.executable, "-m", "venv", str(venv), cwd=venv.parent)
    python = str(venv / "bin" / "python")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore")
    run(*pip, "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements.lock"), cwd=venv)
    run(*pip, "--no-deps", str(wheel), cwd=venv)
    run(python, "-m", "pip", "check", "--disable-pip-version-check", cwd=venv)
    return venv / "bin"


def test_the_wheel_holds_every_data_file_and_no_test(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [path for path in (ROOT / "src" / "uptake").rglob("*") if path.suffix in DATA]
    assert {path.relative_to(ROOT / "src").as_posix() for path in wanted} <= names
    assert [name for name in names if name.startswith(("tests/", "tools/", "bench/")) or "/fixtures/" in name] == []
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_command_line_runs_outside_the_checkout(installed, tmp_path):
    uptake = str(installed / "uptake")
    assert "ingest" in run(uptake, "--help", cwd=tmp_path)
    run(uptake, "init", "--home", "mine", cwd=tmp_path)
    assert (tmp_path / "mine" / "settings.toml").is_file()
    answer = json.loads(run(uptake, "demo", "--no-serve", "--people", "60", "--quarters", "1", "--json", cwd=tmp_path))
    assert answer["people"] == 60
    rows = json.loads(run(uptake, "ask", "coverage", "--home", answer["home"], "--format", "json", cwd=tmp_path))
    assert rows
    assert {"source", "day", "state"} <= set(rows[0])


def test_the_package_in_use_is_the_installed_one(installed, tmp_path):
    where = run(str(installed / "python"), "-c", "import uptake; print(uptake.__file__)", cwd=tmp_path)
    assert str(installed.parent) in where
