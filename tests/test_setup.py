"""The set-up script and the skip guard, tried from outside as `make` uses them."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from tools import bootstrap, long_first

ROOT = pathlib.Path(__file__).resolve().parent.parent


def fake_python(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_is_refused_with_what_to_do(tmp_path):
    old = fake_python(tmp_path, "python3", "echo 3.9")
    with pytest.raises(bootstrap.BootstrapError, match="PYTHON="):
        bootstrap.choose_python(old)
    assert bootstrap.choose_python(sys.executable) == sys.executable


def test_a_newer_python_is_found_when_the_usual_one_is_old(tmp_path, monkeypatch):
    fake_python(tmp_path, "python3", "echo 3.9")
    fake_python(tmp_path, "python3.12", "echo 3.12")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.choose_python("") == "python3.12"


def test_without_root_the_line_to_run_is_printed(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "can_make_environment", lambda _python: False)
    with pytest.raises(bootstrap.BootstrapError, match=r"sudo apt-get .* install -y python3-venv$"):
        bootstrap.install_python_packages("python3")


def test_without_root_a_missing_tool_of_the_tests_stops_nothing(monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "missing_packages", lambda *, tests: ["strace"] if tests else [])
    bootstrap.install_test_packages()
    assert "sudo apt-get update && sudo apt-get install -y strace" in capsys.readouterr().err


def test_the_browser_is_a_package_of_debian_only(tmp_path, monkeypatch):
    release = tmp_path / "os-release"
    for name, there in (("debian", True), ("ubuntu", False)):
        release.write_text(f"PRETTY_NAME=x\nID={name}\n", encoding="utf-8")
        assert bootstrap.on_debian(release) is there
        monkeypatch.setattr(bootstrap, "on_debian", lambda there=there: there)
        assert ("chromium" in [package.name for package in bootstrap.system_packages()]) is there
        monkeypatch.undo()
    assert not bootstrap.on_debian(tmp_path / "absent")


def test_only_the_tests_ask_for_the_tools_of_the_tests():
    needed = {package.name: package.tests for package in bootstrap.system_packages()}
    assert not needed["python3-venv"]
    assert needed["strace"]


def test_a_changed_lock_or_python_makes_the_environment_stale(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    fake_python(tmp_path / "bin", "python", "echo 3.11")
    other = fake_python(tmp_path, "other", "echo 3.12")
    lock = tmp_path / "lock"
    lock.write_text("a==1", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "LOCK", lock)
    assert not bootstrap.is_current(tmp_path, "")
    (tmp_path / "uptake.stamp").write_text(bootstrap.stamp_text((3, 11)), encoding="utf-8")
    assert bootstrap.is_current(tmp_path, "")
    assert not bootstrap.is_current(tmp_path, other)
    lock.write_text("a==2", encoding="utf-8")
    assert not bootstrap.is_current(tmp_path, "")


def test_a_failing_step_shows_what_it_printed(tmp_path, capsys):
    failing = fake_python(tmp_path, "step", "echo the reason; exit 3")
    with pytest.raises(bootstrap.BootstrapError, match="this step failed"):
        bootstrap.run([failing])
    assert "the reason" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ci", "reason", "code"),
    [
        ("true", "java is not installed", 1),
        ("true", "../shared/samples is absent", 0),
        ("", "java is not installed", 0),
    ],
)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_skip_fails_the_run_in_ci_unless_samples_are_absent(tmp_path, ci, reason, code, workers):
    (tmp_path / "test_x.py").write_text(
        f"import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip({reason!r})\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-rs", "-n", workers, "-p", "tools.skip_guard", "-p", "no:cacheprovider"]
    env = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, str(tmp_path)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    assert reason in done.stdout
    assert ("SKIP NOT ALLOWED" in done.stdout) == bool(code)


def test_long_files_come_first_then_those_of_many_tests_and_each_stays_whole():
    long, many, few = long_first.LONG[0], "tests/a.py", "tests/b.py"
    files = [few, many, few, many, many, long]
    assert [files[place] for place in long_first.ordered(files)] == [long, many, many, many, few, few]
    assert long_first.ordered(files) == [5, 1, 3, 4, 0, 2]


def test_every_long_file_is_there_once():
    assert [name for name in long_first.LONG if not (ROOT / name).is_file()] == []
    assert len(set(long_first.LONG)) == len(long_first.LONG)


def test_processor_seconds_are_of_children_too_and_of_every_process(tmp_path):
    burn = "t = __import__('time'); e = t.process_time() + 0.5\nwhile t.process_time() < e: pass\n"
    (tmp_path / "test_x.py").write_text(
        "import subprocess, sys, pytest\n@pytest.fixture\ndef made():\n"
        f"    subprocess.run([sys.executable, '-c', {burn!r}], check=True)\ndef test_a(made): pass\n",
        encoding="utf-8",
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "UPTAKE_CPU_SECONDS": str(tmp_path / "seconds.json")}
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "tools.cpu_seconds", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, str(tmp_path)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "costliest by fixture" in done.stdout
    found = json.loads((tmp_path / "seconds.json").read_text(encoding="utf-8"))
    (fixture,) = [seconds for name, seconds in found["fixture"].items() if name.startswith("made (function)")]
    assert fixture > 0.1  # half a second of the child, whatever the machine does beside
    assert found["file"]["test_x.py"] >= fixture
    assert "test_x.py::test_a" in found["test"]
